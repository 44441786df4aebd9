"""Sending: in its order, by whom the service allows, what it leaves behind."""

from __future__ import annotations

import hashlib
import hmac
import json
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, update
from sqlalchemy.exc import DBAPIError

from assistedaccess.applications.events import ApplicationSubmitted
from assistedaccess.applications.models import Application, Submission
from assistedaccess.applications.rules import (
    DeclarerNotAllowed,
    State,
    Step,
    StepMissing,
)
from assistedaccess.audit.models import AuditEvent
from assistedaccess.casework.models import Case
from assistedaccess.consent.service import withdraw_consent
from assistedaccess.delegation.rules import NoAuthority
from assistedaccess.kernel import clock, controls, encryption, events
from assistedaccess.kernel.controls import Act, Finding, Verdict
from assistedaccess.kernel.errors import InvalidInput, NotFound, Refused, StaleVersion
from assistedaccess.kernel.transactions import reading, run_transaction
from assistedaccess.notices.models import Notice, NoticeEntry
from tests.factories import applications as apps
from tests.factories import consent, delegation


@pytest.fixture
def scene(app: Flask) -> apps.Scene:
    return apps.make_scene()


@pytest.fixture
def ready(scene: apps.Scene) -> Any:
    return apps.make_ready(scene)


WALES = {"q-nation": ["wales"], "q-council": ["Elsewhere"]}


def list_submissions() -> list[Submission]:
    with reading() as session:
        rows = list(session.scalars(select(Submission)))
        session.expunge_all()
        return rows


def count_events(action: str) -> int:
    with reading() as session:
        query = select(func.count()).select_from(AuditEvent).where(AuditEvent.action == action)
        return int(session.scalar(query) or 0)


def open_body(row: Submission) -> tuple[bytes, bytes]:
    with reading():
        return (
            encryption.unseal_bytes(
                row.sealed_for, f"submission.body.{row.application_id}", row.body
            ),
            encryption.unseal_bytes(
                row.sealed_for, f"submission.salt.{row.application_id}", row.salt
            ),
        )


# -- in its order


def test_nothing_is_read_back_or_sent_while_an_answer_is_missing(scene: apps.Scene) -> None:
    draft = apps.get_draft(scene.helper, apps.start(scene))
    for attempt in (apps.read_back, apps.submit):
        with pytest.raises(StepMissing) as missing:
            attempt(scene.helper, draft)
        assert missing.value.step is Step.QUESTIONS
        assert missing.value.path == "/who-is-applying"
    assert list_submissions() == []


def test_what_was_read_back_holds_for_those_answers_alone(
    app: Flask, scene: apps.Scene, ready: Any
) -> None:
    posted = {"q-nation": ["wales"], "q-council": ["Elsewhere"]}
    apps.save(scene.helper, ready.reference, "/where", posted)
    draft = apps.get_draft(scene.helper, ready.reference)
    assert draft.next_step is Step.READ_BACK
    with pytest.raises(StepMissing):
        apps.submit(scene.helper, draft)
    client = apps.signed_in(app, scene.helper)
    led = client.get(f"/applications/{draft.reference}/declaration")
    assert led.location == f"/applications/{draft.reference}/read-out"
    assert "Read the answers out to the person first" in client.get(led.location).text


def test_a_correction_is_recorded_in_words_and_asks_to_read_again(
    app: Flask, scene: apps.Scene, ready: Any
) -> None:
    with pytest.raises(InvalidInput):
        apps.read_back(scene.helper, ready, "correction", correction=" ")
    client = apps.signed_in(app, scene.helper)
    apps.save(scene.helper, ready.reference, "/where", WALES)  # it has to be read again
    address = f"/applications/{ready.reference}/read-out"
    bare = apps.post(client, address, {"answer": "correction"})
    assert bare.status_code == 400
    assert "Enter what has to be corrected" in bare.text
    done = apps.post(client, address, {"answer": "correction", "correction": "The town"})
    assert done.location.startswith(f"/applications/{ready.reference}/pages/")
    assert apps.get_draft(scene.helper, ready.reference).next_step is Step.READ_BACK
    assert count_events("application.read_back") == 2
    with reading() as session:
        for event in session.scalars(select(AuditEvent)):
            assert b"The town" not in event.body


def test_only_who_represents_may_say_that_the_person_is_not_here(scene: apps.Scene) -> None:
    reference = apps.start(scene)
    draft = apps.answer_all(scene.helper, reference, apps.ROUTES[apps.SERVICE])
    with pytest.raises(InvalidInput):
        apps.read_back(scene.helper, draft, "not_here")


def test_what_was_changed_meanwhile_is_not_sent_unseen(scene: apps.Scene, ready: Any) -> None:
    posted = {"q-nation": ["wales"], "q-council": ["Elsewhere"]}
    apps.save(scene.helper, ready.reference, "/where", posted)
    with pytest.raises(StaleVersion):
        apps.submit(scene.helper, ready)
    with pytest.raises(StaleVersion):
        apps.read_back(scene.helper, ready)


def test_the_answers_are_read_out_a_page_at_a_time_and_only_what_changed_again(
    app: Flask, scene: apps.Scene
) -> None:
    reference = apps.start(scene)
    draft = apps.answer_all(scene.helper, reference, apps.ROUTES[apps.SERVICE])
    client = apps.signed_in(app, scene.helper)
    address = f"/applications/{reference}/read-out"
    first = apps.soup_of(client.get(address))
    assert first.select_one("input[name=page]")["value"] == "/who-is-applying"  # type: ignore[index]
    assert f"Part 1 of {len(draft.unheard)}" in first.get_text()
    assert "Council that issues the badge" not in first.get_text()  # it is the next page's
    pages = apps.read_out(client, reference)
    assert pages == len(draft.unheard)
    assert count_events("application.read_back") == pages
    assert apps.get_draft(scene.helper, reference).next_step is Step.DECLARATION
    apps.save(scene.helper, reference, "/where", WALES)
    again = apps.soup_of(client.get(address))
    assert again.select_one("input[name=page]")["value"] == "/where"  # type: ignore[index]
    assert apps.read_out(client, reference) == 1
    assert apps.get_draft(scene.helper, reference).next_step is Step.DECLARATION


def test_a_page_that_is_not_right_is_not_heard_until_it_is(app: Flask, scene: apps.Scene) -> None:
    reference = apps.start(scene)
    apps.answer_all(scene.helper, reference, apps.ROUTES[apps.SERVICE])
    client = apps.signed_in(app, scene.helper)
    apps.read_out(client, reference)
    draft = apps.get_draft(scene.helper, reference)
    apps.read_back(scene.helper, draft, "correction", correction="The town", path="/where")
    wrong = apps.get_draft(scene.helper, reference)
    assert [page.path for page in wrong.unheard] == ["/where"]
    assert wrong.next_step is Step.READ_BACK
    for path in ("/no-such-page", "/summary"):
        with pytest.raises(NotFound):
            apps.read_back(scene.helper, wrong, path=path)


# -- by whom


@pytest.mark.parametrize("declarer", ["helper_under_delegation", "partner", "controller"])
def test_who_the_service_does_not_name_cannot_declare(
    scene: apps.Scene, ready: Any, declarer: str
) -> None:
    with pytest.raises(DeclarerNotAllowed):
        apps.submit(scene.helper, ready, declarer, declarer_words="Mary Shaw, his wife")
    with pytest.raises(InvalidInput):
        apps.submit(scene.helper, ready, "somebody")
    assert list_submissions() == []


def test_a_helper_declares_where_they_represent_and_the_service_allows_it(
    app: Flask, scene: apps.Scene
) -> None:
    delegation.grant(scene.helper, scene.person_id)
    reference = apps.start(scene, mode="representing")
    draft = apps.answer_all(scene.helper, reference, apps.ROUTES[apps.SERVICE])
    apps.read_back(scene.helper, draft, "not_here")
    client = apps.signed_in(app, scene.helper)
    page = client.get(f"/applications/{reference}/declaration")
    assert "Me, under what the person agreed" in page.text
    apps.submit(scene.helper, draft, "helper_under_delegation")
    told = dict(consent.list_told(scene.person_id))["application_sent_for_you"]
    assert told["helper"] == "Harriet Helper"
    assert told["their_reference"] == reference


def test_a_benefit_claim_is_never_declared_by_a_helper(app: Flask) -> None:
    scene = apps.make_scene("council-tax-reduction")
    delegation.grant(scene.helper, scene.person_id, services=["council-tax-reduction"])
    draft = apps.make_ready(scene, "council-tax-reduction", mode="representing")
    page = apps.signed_in(app, scene.helper).get(f"/applications/{draft.reference}/declaration")
    assert "helper_under_delegation" not in page.text
    with pytest.raises(DeclarerNotAllowed):
        apps.submit(scene.helper, draft, "helper_under_delegation")


def test_somebody_else_declares_by_name(app: Flask, scene: apps.Scene, ready: Any) -> None:
    client = apps.signed_in(app, scene.helper)
    address = f"/applications/{ready.reference}/declaration"
    agreed = {"declarer": "attorney", "agreed": "yes"}
    shown = apps.soup_of(client.get(address)).select_one(".app-definition").decode_contents()
    nameless = apps.post(client, address, agreed)
    assert nameless.status_code == 400
    assert "what shows that they may declare" in nameless.text
    with pytest.raises(InvalidInput):
        apps.submit(scene.helper, ready, "attorney")
    sent = apps.post(client, address, {**agreed, "declarer_words": "Mary Shaw, OPG stamp"})
    assert sent.status_code == 303
    said = json.loads(open_body(list_submissions()[0])[0])["declared"]["words_sha256"]
    assert said == hashlib.sha256(shown.encode()).hexdigest()  # of the very words on the page
    printed = client.get(f"/applications/{ready.reference}/print").text
    assert "An attorney, to the helper" in printed
    assert "Mary Shaw, OPG stamp" in printed


# -- what is sent


def test_what_was_sent_is_sealed_and_committed_to(scene: apps.Scene, ready: Any) -> None:
    apps.submit(scene.helper, ready)
    (row,) = list_submissions()
    body, salt = open_body(row)
    assert hmac.compare_digest(hmac.digest(salt, body, "sha256"), row.commitment)
    sent = json.loads(body)
    assert sent["reference"] == ready.reference
    assert sent["answers"] == dict(ready.journey.answers)
    assert sent["declared"]["by"] == "person"
    assert sent["form"]["sha256"] == ready.form_hash
    assert row.authority_id == scene.consent_id
    with reading() as session:
        application = session.get_one(Application, ready.id)
        assert application.declared_words_hash == sent["declared"]["words_sha256"]
        assert application.state == State.SUBMITTED


def test_what_is_kept_aside_is_not_sent(scene: apps.Scene) -> None:
    reference = apps.start(scene)
    apps.answer_all(scene.helper, reference, apps.ROUTES[apps.SERVICE])
    apps.save(scene.helper, reference, "/current-badge", {"q-hadBadge": ["no"]})
    draft = apps.get_draft(scene.helper, reference)
    assert "badgeNumber" in draft.journey.kept_aside
    apps.read_back(scene.helper, draft)
    apps.submit(scene.helper, apps.get_draft(scene.helper, reference))
    body, _salt = open_body(list_submissions()[0])
    assert "badgeNumber" not in json.loads(body)["answers"]


def test_what_was_sent_stands_for_good(scene: apps.Scene, ready: Any) -> None:
    apps.submit(scene.helper, ready)

    def change() -> None:
        from assistedaccess.kernel.database import get_session

        get_session().execute(update(Submission).values(commitment=b"x" * 32))

    with pytest.raises(DBAPIError):
        run_transaction(change)


def test_the_claim_s_date_is_safe_once_it_is_sent(app: Flask) -> None:
    scene = apps.make_scene("council-tax-reduction")
    apps.submit(scene.helper, apps.make_ready(scene, "council-tax-reduction"))
    with reading() as session:
        assert session.get_one(Case, scene.case.id).claim_sent_on == clock.today()


@pytest.mark.parametrize(
    ("key", "kind", "is_digest"),
    [
        ("blue-badge", "application_submitted", True),
        ("attendance-allowance", "application_sent_for_you", False),
    ],
)
def test_the_person_is_told_at_once_where_much_is_at_stake(
    app: Flask, key: str, kind: str, is_digest: bool
) -> None:
    scene = apps.make_scene(key)
    apps.submit(scene.helper, apps.make_ready(scene, key))
    with reading() as session:
        notice = session.scalars(
            select(Notice)
            .join(NoticeEntry, NoticeEntry.notice_id == Notice.id)
            .where(NoticeEntry.kind == kind)
        ).one()
        assert (notice.digest_key is not None) is is_digest
        assert notice.visit_id is not None
        if not is_digest:
            assert notice.due_at <= clock.now()


def test_whoever_listens_is_told_inside_the_transaction(
    scene: apps.Scene, ready: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[ApplicationSubmitted] = []
    monkeypatch.setitem(events._handlers, ApplicationSubmitted, [heard.append])
    apps.submit(scene.helper, ready)
    assert [event.application_id for event in heard] == [ready.id]

    def fail(_: object) -> None:
        raise RuntimeError

    monkeypatch.setitem(events._handlers, ApplicationSubmitted, [fail])
    second = apps.make_scene()
    draft = apps.make_ready(second)
    with pytest.raises(RuntimeError):
        apps.submit(second.helper, draft)
    assert len(list_submissions()) == 1


def test_sending_is_never_held_and_can_be_refused(
    scene: apps.Scene, ready: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = [Finding(Verdict.REFUSE, "never", "You cannot be paid for somebody you help.")]
    monkeypatch.setattr(controls, "_controls", [lambda act: found if is_sending(act) else []])
    with pytest.raises(Refused) as refused:
        apps.submit(scene.helper, ready)
    assert refused.value.code == "never"
    found[:] = [Finding(Verdict.HOLD, "wait", "This waits.")]
    apps.submit(scene.helper, ready)
    assert len(list_submissions()) == 1


def is_sending(act: Act) -> bool:
    return act.name == "applications.submit_application"


# -- on a live authority


def test_a_yes_taken_back_before_sending_stops_it(scene: apps.Scene, ready: Any) -> None:
    withdraw_consent(actor=scene.colleague, consent_id=scene.consent_id, how="in_front")
    with pytest.raises(NoAuthority):
        apps.submit(scene.helper, ready)
    assert list_submissions() == []
    assert count_events("application.declared") == 0
