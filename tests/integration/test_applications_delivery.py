"""From submitted to arrived: typed in elsewhere, as data or posted; once, whatever is killed."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import rfc8785
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from flask import Flask
from sqlalchemy import select

from assistedaccess.applications import delivering, service_delivering
from assistedaccess.applications.delivering import (
    FolderDestination,
    Parcel,
    make_destination,
    send_due_deliveries,
)
from assistedaccess.applications.delivery import Standing
from assistedaccess.applications.models import Delivery
from assistedaccess.applications.queries_delivering import DeliveryView, find_delivery
from assistedaccess.applications.queries_drafts import Draft
from assistedaccess.applications.service_delivering import NotSubmitted, OnItsWay
from assistedaccess.kernel import clock, encryption
from assistedaccess.kernel.database import Database
from assistedaccess.kernel.errors import InvalidInput, NotFound
from assistedaccess.kernel.transactions import reading, run_transaction
from assistedaccess.notices.senders import DeliveryFailed
from config import Settings
from tests.factories import applications as apps
from tests.factories import people
from tests.factories.links import later
from tests.support.other_side import Deadly, Endpoint
from tests.support.processes import DONE, KILLED, kill_at_statement, run_in_processes
from tests.support.statements import counted_statements

AS_DATA = "council-crisis-support"
pytestmark = pytest.mark.usefixtures("app")


def submitted(key: str) -> tuple[apps.Scene, Draft]:
    scene = apps.make_scene(key)
    draft = apps.make_ready(scene, key)
    apps.submit(scene.helper, draft)
    return scene, apps.get_draft(scene.helper, draft.reference)


def delivery_of(draft: Draft) -> DeliveryView | None:
    with reading():
        return find_delivery(draft.id, draft.person_id)


@pytest.fixture
def endpoint() -> Iterator[Endpoint]:
    made = Endpoint()
    yield made
    made.close()


# -- sent as data


def test_what_is_sent_has_the_shape_of_gov_uk_forms_and_is_signed(endpoint: Endpoint) -> None:
    _scene, draft = submitted(AS_DATA)
    waiting = delivery_of(draft)
    assert waiting is not None
    assert (waiting.way, waiting.standing) == ("data", "waiting")
    assert send_due_deliveries(destination=endpoint.destination) == (1, 0)
    ((key, sent),) = endpoint.kept.items()
    ((body, headers),) = sent
    data = json.loads(body)
    assert rfc8785.dumps(data) == body
    assert data["form_name"] == "Council crisis support"
    assert data["submission_reference"] == draft.reference
    assert data["submitted_at"].endswith("Z")
    assert data["language"] == "en"
    assert data["declared"]["by"] == "person"
    by_id = {answer["question_id"]: answer for answer in data["answers"]}
    assert set(by_id) == set(draft.journey.answers)
    for answer in data["answers"]:
        text = answer["answer_text"]
        assert isinstance(answer["question_text"], str)
        assert isinstance(text, str) or all(isinstance(each, str) for each in text)
    assert by_id["shock"]["selections"] == ["Less money has come in, or none"]
    assert by_id["tonight"]["selections"] == ["Food"]
    assert by_id["address"]["town_or_city"] == "Ashford Vale"
    public = Ed25519PublicKey.from_public_bytes(base64.b64decode(headers["X-Signature-Key"]))
    signature = base64.b64decode(headers["X-Signature"].removeprefix("ed25519="))
    public.verify(signature, body)
    with pytest.raises(InvalidSignature):
        public.verify(signature, body.replace(b"Food", b"Fuel"))
    done = delivery_of(draft)
    assert done is not None
    assert (done.standing, done.their_reference) == ("done", "THEIRS-7")
    assert send_due_deliveries(destination=endpoint.destination) == (0, 0)
    assert apps.list_actions(draft.reference)[-1] == ("delivery.done", "data")
    assert key == str(draft.id)


def test_an_answer_that_is_kept_aside_is_not_sent(endpoint: Endpoint) -> None:
    scene = apps.make_scene(AS_DATA)
    reference = apps.start(scene, service_key=AS_DATA)
    apps.answer_all(scene.helper, reference, {"hasAddress": "none", "reachPlace": "The canary"})
    apps.save(scene.helper, reference, "/where", {"q-hasAddress": ["fixed"]})
    draft = apps.answer_all(scene.helper, reference)
    assert draft.answers["reachPlace"] == "The canary"
    apps.read_back(scene.helper, draft)
    apps.submit(scene.helper, apps.get_draft(scene.helper, reference))
    send_due_deliveries(destination=endpoint.destination)
    ((sent,),) = endpoint.kept.values()
    assert b"canary" not in sent[0]


def test_v16_5_2_an_endpoint_that_is_down_is_tried_again_and_said_to_be(
    app: Flask, endpoint: Endpoint
) -> None:
    scene, draft = submitted(AS_DATA)
    endpoint.statuses = [503, 503]
    assert send_due_deliveries(destination=endpoint.destination) == (0, 1)
    assert send_due_deliveries(destination=endpoint.destination) == (0, 0)  # not yet due
    page = apps.signed_in(app, scene.helper).get(f"/applications/{draft.reference}/way-out")
    assert "tried again by itself" in page.get_data(as_text=True)
    for minutes, came in ((2, (0, 1)), (20, (1, 0))):
        with clock.set_clock(lambda m=minutes: clock._system_time() + m * _MINUTE):
            assert send_due_deliveries(destination=endpoint.destination) == came
    ((sent),) = endpoint.kept.values()
    assert len(sent) == 3
    assert len({body for body, _headers in sent}) == 1  # the same bytes under the same key


_MINUTE = clock._system_time().resolution * 60_000_000


def test_what_the_other_side_refuses_for_good_waits_for_a_human(
    app: Flask, endpoint: Endpoint
) -> None:
    scene, draft = submitted(AS_DATA)
    endpoint.statuses = [422]
    assert send_due_deliveries(destination=endpoint.destination) == (0, 1)
    failed = delivery_of(draft)
    assert failed is not None
    assert (failed.standing, failed.last_failure) == ("failed", "http_422")
    client = apps.signed_in(app, scene.helper)
    address = f"/applications/{draft.reference}/way-out"
    assert "could not be sent" in client.get(address).get_data(as_text=True)
    assert apps.post(client, address, {"way": "data"}).status_code == 303
    assert send_due_deliveries(destination=endpoint.destination) == (1, 0)


def test_a_folder_is_written_whole_and_twice_the_same(tmp_path: Path) -> None:
    _scene, draft = submitted(AS_DATA)
    folder = FolderDestination(tmp_path / "submissions")
    assert send_due_deliveries(destination=folder) == (1, 0)
    names = sorted(place.name for place in folder.folder.iterdir())
    assert names == [f"{draft.reference}.json", f"{draft.reference}.sig.json"]
    body = (folder.folder / names[0]).read_bytes()
    signed = json.loads((folder.folder / names[1]).read_text())
    public = Ed25519PublicKey.from_public_bytes(base64.b64decode(signed["public_key"]))
    public.verify(base64.b64decode(signed["signature"]), body)
    assert (folder.folder / names[0]).stat().st_mode & 0o077 == 0
    parcel = Parcel(draft.reference, "k", body, signed["signature"], signed["public_key"])
    folder.send(parcel)
    assert sorted(place.name for place in folder.folder.iterdir()) == names
    (tmp_path / "file").write_text("x")
    with pytest.raises((DeliveryFailed, OSError)):
        FolderDestination(tmp_path / "file" / "below").send(parcel)


def test_who_was_erased_meanwhile_is_sent_nowhere(endpoint: Endpoint) -> None:
    scene, _draft = submitted(AS_DATA)
    run_transaction(lambda: encryption.forget(scene.person_id))
    assert send_due_deliveries(destination=endpoint.destination) == (0, 1)
    assert endpoint.kept == {}


def test_the_settings_choose_where_it_goes(app: Flask) -> None:
    settings: Settings = app.config["SETTINGS"]
    assert isinstance(make_destination(settings), FolderDestination)


def test_fault_01_a_sender_killed_anywhere_leaves_one_submission_on_the_other_side(
    settings: Settings, database: Database, endpoint: Endpoint
) -> None:
    submitted(AS_DATA)
    with counted_statements(database) as statements:
        send_due_deliveries(destination=endpoint.destination, limit=1)
    last = len(statements) + 2  # its commits
    endpoint.kept.clear()
    _scene, draft = submitted(AS_DATA)

    def send_until(number: int, child: Database) -> None:
        kill_at_statement(child, number)
        send_due_deliveries(destination=endpoint.destination, limit=1)

    def die_sending(child: Database, *, after: bool) -> None:
        send_due_deliveries(destination=Deadly(endpoint.destination, after=after), limit=1)

    late = 0
    for after in (False, True):  # no statement lies on either side of the sending itself
        late += 10
        with clock.set_clock(lambda m=late: clock._system_time() + m * _MINUTE):
            ended = run_in_processes(
                settings.database_url, lambda d, after=after: die_sending(d, after=after)
            )
        assert ended == [KILLED]
        assert len(endpoint.kept.get(str(draft.id), [])) == int(after)
        waiting = delivery_of(draft)
        assert waiting is not None
        assert waiting.standing == Standing.SENDING
    for number in range(1, last + 1):
        late += 10
        with clock.set_clock(lambda m=late: clock._system_time() + m * _MINUTE):
            ended = run_in_processes(settings.database_url, lambda d, n=number: send_until(n, d))
        assert ended[0] in (KILLED, DONE), number
        if ended == [DONE]:
            break
    with clock.set_clock(lambda: clock._system_time() + (late + 60) * _MINUTE):
        send_due_deliveries(destination=endpoint.destination)
    assert list(endpoint.kept) == [str(draft.id)]  # one key, however many tries
    assert len({body for body, _ in endpoint.kept[str(draft.id)]}) == 1
    done = delivery_of(draft)
    assert done is not None
    assert done.standing == "done"


def test_two_senders_at_once_send_once(settings: Settings, endpoint: Endpoint) -> None:
    _scene, _draft = submitted(AS_DATA)
    send = lambda _: send_due_deliveries(destination=endpoint.destination)  # noqa: E731
    assert run_in_processes(settings.database_url, send, send) == [DONE, DONE]
    assert [len(sent) for sent in endpoint.kept.values()] == [1]


def test_a_sender_whose_claim_another_took_over_settles_nothing(endpoint: Endpoint) -> None:
    _scene, draft = submitted(AS_DATA)
    late = run_transaction(delivering._claim_next)
    assert late is not None
    with later(30):
        current = run_transaction(delivering._claim_next)
        assert current is not None
        delivering._settle(late, Standing.FAILED, "http_500")
        standing = delivery_of(draft)
        assert standing is not None
        assert standing.standing == Standing.SENDING
        delivering._settle(current, Standing.DONE, "")
        done = delivery_of(draft)
        assert done is not None
        assert done.standing == Standing.DONE


# -- typed in elsewhere


def test_it_is_typed_in_tick_by_tick_and_ends_with_their_reference(app: Flask) -> None:
    scene, draft = submitted("universal-credit")
    client = apps.signed_in(app, scene.helper)
    base = f"/applications/{draft.reference}"
    assert "Get it to the other side" in client.get(f"{base}/sent").get_data(as_text=True)
    chosen = apps.post(client, f"{base}/way-out", {"way": "typed_elsewhere"})
    assert chosen.location == f"{base}/typing"
    page = apps.soup_of(client.get(f"{base}/typing"))
    keys = [tick["value"] for tick in page.select("input[name=tick]")]
    shown = [key for key, answer in draft.journey.answers.items() if answer is not None]
    assert sorted(keys) == sorted(shown)
    assert len(page.select("button[data-app-copy][hidden]")) == len(keys)
    some = apps.post(client, f"{base}/typing", {"tick": keys[:3], "later": "yes"})
    assert some.status_code == 303
    again = apps.soup_of(client.get(f"{base}/typing"))
    assert [tick["value"] for tick in again.select("input[name=tick][checked]")] == keys[:3]
    missing = apps.post(client, f"{base}/typing", {"tick": keys[:-1], "their_reference": "UC-1"})
    assert (missing.status_code, apps.errors_of(missing)[1]) == (
        400,
        "Tick each answer when it is in the other form",
    )
    unnamed = apps.post(client, f"{base}/typing", {"tick": keys})
    assert "Enter the reference" in apps.errors_of(unnamed)[1]
    done = apps.post(client, f"{base}/typing", {"tick": keys, "their_reference": "UC-1"})
    assert done.status_code == 303
    final = client.get(f"{base}/way-out").get_data(as_text=True)
    assert "UC-1" in final
    assert delivery_of(draft).standing == "done"  # type: ignore[union-attr]
    assert apps.list_actions(draft.reference)[-2][0] in ("delivery.done", "application.opened")
    with reading() as session:
        stored = session.scalars(select(Delivery.their_reference)).one()
    assert stored is not None
    assert b"UC-1" not in stored


def test_a_form_that_gives_no_reference_is_done_too() -> None:
    scene, draft = submitted("universal-credit")
    service_delivering.choose_way_out(
        actor=scene.helper, application_id=draft.id, way="typed_elsewhere"
    )
    for _ in range(2):
        service_delivering.type_elsewhere(
            actor=scene.helper,
            application_id=draft.id,
            keys=["a"],
            ticked=["a"],
            has_none=True,
            is_done=True,
        )
    assert delivery_of(draft).standing == "done"  # type: ignore[union-attr]


# -- posted


def test_it_is_printed_with_its_letter_and_posted_once(app: Flask) -> None:
    scene, draft = submitted("attendance-allowance")
    client = apps.signed_in(app, scene.helper)
    base = f"/applications/{draft.reference}"
    assert apps.post(client, f"{base}/way-out", {"way": "posted"}).status_code == 303
    letter = client.get(f"{base}/letter").get_data(as_text=True)
    assert draft.reference in letter
    assert "Department for Work and Pensions" in letter
    assert "Please count it from that day" in letter
    token = apps.fields_of_token(client)
    for _ in range(2):
        answer = client.post(f"{base}/posted", data={"csrf_token": token})
        assert answer.location == f"{base}/way-out"
    done = delivery_of(draft)
    assert done is not None
    assert (done.standing, done.way) == ("done", "posted")
    actions = [action for action, _reason in apps.list_actions(draft.reference)]
    assert actions.count("delivery.done") == 1


# -- what does not go


def test_nothing_is_delivered_that_was_not_submitted(app: Flask) -> None:
    scene = apps.make_scene(AS_DATA)
    draft = apps.make_ready(scene, AS_DATA)
    with pytest.raises(NotSubmitted):
        service_delivering.choose_way_out(actor=scene.helper, application_id=draft.id, way="data")
    client = apps.signed_in(app, scene.helper)
    for tail in ("way-out", "typing"):
        answer = client.get(f"/applications/{draft.reference}/{tail}")
        assert answer.location == f"/applications/{draft.reference}"


def test_what_is_on_its_way_goes_no_second_way(endpoint: Endpoint) -> None:
    scene, draft = submitted(AS_DATA)
    choose: Any = service_delivering.choose_way_out
    with pytest.raises(OnItsWay):
        choose(actor=scene.helper, application_id=draft.id, way="typed_elsewhere")
    with pytest.raises(InvalidInput):
        choose(actor=scene.helper, application_id=draft.id, way="posted")  # not this service's
    send_due_deliveries(destination=endpoint.destination)
    with pytest.raises(OnItsWay):
        choose(actor=scene.helper, application_id=draft.id, way="typed_elsewhere")
    assert choose(actor=scene.helper, application_id=draft.id, way="data") == draft.id
    assert send_due_deliveries(destination=endpoint.destination) == (0, 0)


def test_another_organisation_s_delivery_is_not_there() -> None:
    _scene, draft = submitted("attendance-allowance")
    stranger = people.make_helper(people.make_desk("Hilltown Council"))
    with pytest.raises(NotFound):
        service_delivering.choose_way_out(actor=stranger, application_id=draft.id, way="posted")
