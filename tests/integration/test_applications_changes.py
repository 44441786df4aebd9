"""Change reports: a later change to what was sent, begun, filled in, read back and sent once."""

from __future__ import annotations

import json
import threading
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from assistedaccess.applications import service_changing, service_delivering
from assistedaccess.applications.delivering import FolderDestination, send_due_deliveries
from assistedaccess.applications.models import Application, Delivery, Submission
from assistedaccess.applications.queries_changes import open_told
from assistedaccess.applications.queries_drafts import Draft
from assistedaccess.applications.rules import ApplicationClosed, CaseIsClosed, Step
from assistedaccess.applications.rules_changes import NothingSent, Purpose
from assistedaccess.audit.models import AuditEvent
from assistedaccess.casework.models import Case
from assistedaccess.casework.service import close_case
from assistedaccess.delegation import service_stops
from assistedaccess.delegation.rules import DelegationEnded, NoAuthority, OutOfScope
from assistedaccess.desk.queries import open_entries
from assistedaccess.desk.sources import CASE_STORY
from assistedaccess.desk.story import Scope, read_story
from assistedaccess.kernel import clock, encryption
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.database import Database, get_session
from assistedaccess.kernel.errors import InvalidInput, NotFound, StaleVersion
from assistedaccess.kernel.idempotency import new_request_key
from assistedaccess.kernel.transactions import reading, run_transaction
from tests.factories import applications as apps
from tests.factories import delegation, people, record
from tests.factories.changes import hear, send
from tests.support.statements import counted_statements

WHAT = "I have moved to Wales"
WALES = {"q-nation": ["wales"], "q-council": ["Elsewhere"]}
POWERS = ["see", "report_change"]


@pytest.fixture
def scene(app: Flask) -> apps.Scene:
    return apps.make_scene()


def allow(scene: apps.Scene, service_key: str = apps.SERVICE, **terms: Any) -> UUID:
    """The person lets this helper tell of changes."""
    return delegation.grant(
        scene.helper, scene.person_id, services=[service_key], **{"powers": POWERS, **terms}
    )


def begin(actor: Actor, claim: Draft, **more: Any) -> Draft:
    """A change report to the claim; ``what`` and since when are said."""
    more.setdefault("what", WHAT)
    more.setdefault("since_on", clock.today() - timedelta(days=3))
    made = service_changing.start_change(actor=actor, application_id=claim.id, **more)
    return apps.get_draft(actor, apps.reference_of(made))


def body_of(draft: Draft) -> dict[str, Any]:
    with reading() as session:
        row = session.scalars(select(Submission).filter_by(application_id=draft.id)).one()
        opened = encryption.unseal(draft.person_id, f"submission.body.{draft.id}", row.body)
        return dict(json.loads(opened))


def test_a_change_is_told_beside_what_was_sent_and_only_what_differs_is_read(
    app: Flask, scene: apps.Scene
) -> None:
    claim = send(scene)
    with pytest.raises(NoAuthority):  # help at a visit carries filling in and sending, no more
        begin(scene.helper, claim)
    allow(scene)
    key = new_request_key()
    draft = begin(scene.helper, claim, request_key=key)
    assert begin(scene.helper, claim, request_key=key).id == draft.id
    with pytest.raises(InvalidInput, match=draft.reference):  # one goes on with the one there is
        begin(scene.helper, claim, request_key=new_request_key())
    assert draft.purpose is Purpose.CHANGE
    assert draft.mode == "representing"
    assert dict(draft.journey.answers) == dict(claim.journey.answers)
    assert draft.unheard == []
    assert draft.differences == []

    apps.save(scene.helper, draft.reference, "/where", WALES)
    draft = apps.get_draft(scene.helper, draft.reference)
    assert {each.key for each in draft.differences} == {"nation", "council"}
    assert [page.path for page in draft.unheard] == ["/where"]
    draft = hear(scene.helper, draft.reference)
    apps.submit(scene.helper, draft)
    apps.submit(scene.helper, draft)  # the double click

    sent = apps.get_draft(scene.helper, draft.reference)
    body = body_of(sent)
    assert body["answers"]["nation"] == "wales"
    assert body["changes"]["reference"] == claim.reference
    assert body["changes"]["what"] == WHAT
    assert body["changes"]["before"]["nation"] == claim.answers["nation"] == "england"
    assert apps.get_draft(scene.helper, claim.reference).answers == claim.answers
    with reading() as session:
        rows = list(session.scalars(select(AuditEvent).filter_by(subject_id=sent.id)))
        assert [row.action for row in rows].count("change_report.submitted") == 1
        assert {row.authority_kind for row in rows if row.authority_kind} == {"delegation"}
        assert session.get_one(Case, scene.case.id).claim_sent_on == clock.today()
        row = session.get_one(Application, sent.id)
        told = open_told(row.person_id, row.id, row.told)
        assert told["differences"][0]["before"] == ["England"]
        assert told["differences"][0]["after"] == ["Wales"]
        assert b"England" not in (row.told or b"")
    (notice,) = delegation.told(scene.person_id, "change_reported")
    assert notice["their_reference"] == sent.reference

    # In the case's story, side by side; and the next change is held against this one.
    with reading():
        scope = Scope(scene.helper, scene.person_id, scene.case.id)
        entries = open_entries(
            scene.helper, scene.person_id, read_story(scope, CASE_STORY).entries, scene.case
        )
    (told_here,) = [each for each in entries if each.differences]
    assert told_here.words == WHAT
    assert told_here.differences[0]["after"] == ["Wales"]
    # In the person's own record, told to them alone at the desk that sent it; at no other.
    elsewhere = people.make_helper(people.make_desk("Hillside"))
    for teller, is_alone, is_told in (
        (scene.helper, True, True),
        (scene.helper, False, False),
        (elsewhere, True, False),
    ):
        opened = record.read(teller, scene.person_id, in_private=is_alone)
        lines = [one for one in opened.record.lines if "told of a change" in str(one.words)]
        assert [bool(line.differences) for line in lines] == [is_told]
    later = begin(scene.helper, sent, what="I have moved again")
    assert later.changes is not None
    assert later.changes.before_reference == sent.reference
    assert later.changes.reference == claim.reference
    assert later.answers["nation"] == "wales"


def test_the_words_alone_can_be_told_where_no_question_asks(scene: apps.Scene) -> None:
    claim = send(scene)
    allow(scene)
    draft = begin(scene.helper, claim)
    with pytest.raises(InvalidInput):
        service_changing.tell_change(
            actor=scene.helper, application_id=draft.id, what=" ", since_on=None, version=1
        )
    with pytest.raises(StaleVersion):
        service_changing.tell_change(
            actor=scene.helper,
            application_id=draft.id,
            what="x",
            since_on=clock.today(),
            version=9,
        )
    draft = hear(scene.helper, draft.reference)
    service_changing.tell_change(
        actor=scene.helper,
        application_id=draft.id,
        what="My surgery has moved",
        since_on=clock.today(),
        version=draft.version,
    )
    draft = apps.get_draft(scene.helper, draft.reference)
    assert draft.next_step is Step.READ_BACK  # said anew, so read out anew
    draft = hear(scene.helper, draft.reference)
    apps.submit(scene.helper, draft)
    assert body_of(draft)["changes"]["what"] == "My surgery has moved"
    assert body_of(draft)["changes"]["before"] == {}


def test_nothing_is_begun_without_what_it_needs(app: Flask, scene: apps.Scene) -> None:
    allow(scene)
    unsent = apps.make_ready(scene)
    with pytest.raises(NothingSent):
        begin(scene.helper, unsent)
    apps.submit(scene.helper, unsent)
    claim = apps.get_draft(scene.helper, unsent.reference)
    with pytest.raises(InvalidInput, match="what has changed"):
        begin(scene.helper, claim, what="")
    with pytest.raises(InvalidInput, match="since when"):
        begin(scene.helper, claim, since_on=None)
    with pytest.raises(InvalidInput, match="12 months"):
        begin(scene.helper, claim, since_on=clock.today() + timedelta(days=400))
    stranger = people.make_helper(people.make_desk("Elsewhere"))
    with pytest.raises(NotFound):
        begin(stranger, claim)
    with pytest.raises(ApplicationClosed, match="submitted"):
        apps.save(scene.helper, claim.reference, "/where", WALES)
    close_case(actor=scene.helper, case_id=scene.case.id, version=scene.case.version, reason="done")
    with pytest.raises(CaseIsClosed):
        begin(scene.helper, claim)


def test_another_power_or_service_is_none_and_one_taken_back_ends_it(scene: apps.Scene) -> None:
    claim = send(scene)
    allow(scene, powers=["see", "fill_in", "submit"])
    with pytest.raises(OutOfScope):
        begin(scene.helper, claim)
    granted = allow(scene)
    draft = begin(scene.helper, claim)
    apps.save(scene.helper, draft.reference, "/where", WALES)
    ready = hear(scene.helper, draft.reference)
    service_stops.end_delegation(actor=scene.colleague, delegation_id=granted, how="in_front")
    with pytest.raises((DelegationEnded, OutOfScope)):
        apps.submit(scene.helper, ready)
    with pytest.raises((DelegationEnded, OutOfScope)):
        apps.save(scene.helper, draft.reference, "/where", {**WALES, "q-council": ["Other"]})
    kept = apps.get_draft(scene.helper, draft.reference).kept
    assert kept[0].posted["q-council"] == ["Other"]  # nothing typed is lost
    with reading() as session:
        assert session.scalar(select(Submission).filter_by(application_id=draft.id)) is None


def test_universal_credit_has_a_form_of_its_own_for_changes(scene_uc: apps.Scene) -> None:
    scene, key = scene_uc, "universal-credit"
    claim = send(scene, key)
    allow(scene, key, is_one_task=True, until_on=clock.today() + timedelta(days=28))
    draft = begin(scene.helper, claim, what=None, since_on=None)
    assert draft.service == "universal-credit-change"
    assert draft.answers == {}
    address = {"addressLine1": "2 New Road", "town": "Millbrook", "postcode": "SW1A 1AA"}
    wanted = {"changes": ["home"], "address": address, "homeSince": "2026-01-02"}
    apps.answer_all(scene.helper, draft.reference, wanted)
    draft = hear(scene.helper, draft.reference)
    before = {each.key: each.before for each in draft.differences}
    assert before["changes"] is None  # the claim did not ask it
    assert before["address"] is not None
    apps.submit(scene.helper, draft)
    with pytest.raises((DelegationEnded, OutOfScope)):  # one task: it ended with it
        begin(scene.helper, claim)

    way = {"actor": scene.helper, "application_id": draft.id}
    service_delivering.choose_way_out(**way, way="typed_elsewhere")
    keys = [each for each in draft.journey.answers if draft.journey.answers[each]]
    service_delivering.type_elsewhere(
        **way, keys=keys, ticked=keys, their_reference="UC-1", is_done=True
    )
    assert ("delivery.done", "typed_elsewhere") in apps.list_actions(draft.reference)


@pytest.fixture
def scene_uc(app: Flask) -> apps.Scene:
    return apps.make_scene("universal-credit")


def test_a_paper_that_was_sent_stays_with_the_change_and_is_never_erased(app: Flask) -> None:
    key = "older-persons-bus-pass"
    scene = apps.make_scene(key)
    reference = apps.start(scene, "assisting", key)
    draft = apps.answer_all(scene.helper, reference, apps.ROUTES[key])
    apps.read_back(scene.helper, draft)
    apps.submit(scene.helper, draft)
    claim = apps.get_draft(scene.helper, reference)
    (file_id,) = claim.answers["photo"]
    allow(scene, key)
    change = begin(scene.helper, claim)
    assert change.evidence[file_id].name == claim.evidence[file_id].name
    client = apps.signed_in(app, scene.helper)
    for owner in (claim.reference, change.reference):
        assert client.get(f"/applications/{owner}/evidence/{file_id}").status_code == 200

    pages = change.definition.pages.values()
    page = next(p for p in pages if any(q.key == "photo" for q in p.questions))
    other = apps.add_file(change, "photo", name="new.png")
    posted = apps.posted_for(change, page, {"photo": [other]})
    apps.save(scene.helper, change.reference, page.path, posted)
    now = apps.get_draft(scene.helper, change.reference)
    assert now.answers["photo"] == [other]
    assert "photo" in now.changed_keys
    assert client.get(f"/applications/{claim.reference}/evidence/{file_id}").status_code == 200
    stranger = apps.signed_in(app, people.make_helper(people.make_desk("Elsewhere")))
    assert stranger.get(f"/applications/{change.reference}/evidence/{file_id}").status_code == 404


def test_of_two_tabs_that_begin_at_once_one_does(app: Flask, scene: apps.Scene) -> None:
    claim = send(scene)
    allow(scene)
    outcomes: list[str] = []

    def run() -> None:
        with app.app_context():
            try:
                begin(scene.helper, claim, request_key=new_request_key())
                outcomes.append("begun")
            except InvalidInput:
                outcomes.append("there is one")

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["begun", "there is one"]


def make_due(application_id: UUID) -> None:
    """Have it sent as data, as a service does that takes it so."""
    row = get_session().get_one(Delivery, application_id)
    row.way, row.standing = "data", "waiting"


def test_its_pages_cost_as_many_statements_as_ever(
    app: Flask, scene: apps.Scene, database: Database, tmp_path: Path
) -> None:
    claim = send(scene)
    client = apps.signed_in(app, scene.helper)
    page = client.get(f"/applications/{claim.reference}/change")
    assert "Help at a visit does not include this" in page.text
    ask = apps.soup_of(page).find("a", string=lambda text: text and "Ask the person" in text)
    assert ask is not None
    asking = apps.soup_of(client.get(str(ask["href"])))
    chosen = {field["value"] for field in asking.select("input[type=checkbox][checked]")}
    assert {"blue-badge", "report_change"} <= chosen

    allow(scene)
    address = f"/applications/{claim.reference}/change"
    wrong = apps.post(client, address, {"what": "", "since_on-day": "1"})
    assert wrong.status_code == 400
    done = apps.post(
        client,
        address,
        {"what": WHAT, "since_on-day": "1", "since_on-month": "3", "since_on-year": "2026"},
    )
    assert done.status_code == 303
    reference = done.location.rsplit("/", 1)[1]
    checked = client.get(f"/applications/{reference}/check-answers")
    assert "No answer is different" in checked.text
    edited = apps.post(client, f"/applications/{reference}/what-has-changed", {"what": "Moved"})
    assert edited.status_code == 303
    apps.save(scene.helper, reference, "/where", WALES)
    for path, words in (
        ("", "Change report"),
        ("/check-answers", "England"),
        ("/read-out", "You told me that this has changed: Moved"),
        ("/print", "England"),
    ):
        with counted_statements(database) as statements:
            shown = client.get(f"/applications/{reference}{path}")
        assert words in shown.text, path
        assert len(statements) <= 12, path
    paper = apps.soup_of(client.get(f"/applications/{reference}/paper")).get_text(" ", strip=True)
    assert f"Change report: {reference}" in paper
    assert "What has changed: Moved Since: 1 March 2026" in paper
    assert apps.read_out(client, reference) == 1
    declared = client.get(f"/applications/{reference}/declaration")
    assert "What is different from what was sent" in declared.text
    sent = apps.post(
        client, f"/applications/{reference}/declaration", {"declarer": "person", "agreed": "yes"}
    )
    assert (sent.location or "").endswith("/sent"), apps.errors_of(sent)
    assert "Change report" in client.get(f"/applications/{claim.reference}").text
    case = client.get(f"/cases/{scene.case.reference}")
    assert "Change report: " in case.text
    assert "England" in case.text
    typing = apps.post(client, f"/applications/{reference}/way-out", {"way": "typed_elsewhere"})
    typed = client.get(typing.location)
    assert typed.text.count('name="tick"') == 2  # the others are there already

    run_transaction(lambda: make_due(apps.get_draft(scene.helper, reference).id))
    folder = FolderDestination(tmp_path)
    assert send_due_deliveries(destination=folder) == (1, 0)
    data = json.loads((tmp_path / f"{reference}.json").read_text())
    assert data["changes"]["submission_reference"] == claim.reference
    assert data["changes"]["what_changed"] == "Moved"
    assert {"England"} <= {each["answer_text"] for each in data["changes"]["before"]}
