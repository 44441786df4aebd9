"""“Was this you?” – no: by a text, with the number alone, at a desk. Whoever says it can only stop.

What waits is not released, what was done rests, nothing is said in answer, and whoever asked for it
sees no difference.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from assistedaccess.approvals import queries as approvals_queries
from assistedaccess.approvals.models import PendingAct
from assistedaccess.approvals.rules import SomethingFirst
from assistedaccess.audit import Action, journal
from assistedaccess.audit.models import AuditEvent
from assistedaccess.delegation.models import Delegation
from assistedaccess.delegation.service_time import expire_delegations
from assistedaccess.kernel import clock, encryption
from assistedaccess.kernel.actor import PUBLIC, SYSTEM
from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.errors import Held, InvalidInput, TooManyAttempts
from assistedaccess.kernel.idempotency import new_request_key
from assistedaccess.kernel.ids import new_reference
from assistedaccess.kernel.transactions import reading, run_transaction
from assistedaccess.my_record import service_objections, service_replies
from assistedaccess.my_record.models import Objection
from assistedaccess.notices.models import Notice, NoticeEntry
from assistedaccess.notices.service import send_due_notices
from assistedaccess.oversight.models import Flag
from assistedaccess.people import service_death
from assistedaccess.people.models import Person
from tests.factories import delegation as granted
from tests.factories import people, record
from tests.factories.changes import get_pending, list_details, release, reviewer_of
from tests.support.journal import list_events
from tests.support.pages import send
from tests.support.reads import how_read
from tests.support.statements import counted_statements

from .test_applications_payee import allow, begin, claim, scene, submit  # noqa: F401
from .test_notices_sending import Recorder

PHONE = "+447700900123"
NOBODYS = new_reference("N")
TOKEN = "what brings in texts shows thirty-two of these"


@pytest.fixture
def waits(scene, claim):  # noqa: F811
    """A change of payment details that waits, and of which the person was told by text."""
    people.make_helper(people.make_desk("Faraway Hall"), role="reviewer")
    allow(scene)
    draft = begin(scene.helper, claim)
    with pytest.raises(Held):
        submit(scene.helper, draft)
    return draft


def numbers_of(person_id, kind: str) -> list[str]:
    with reading() as session:
        return list(
            session.scalars(
                select(Notice.reference)
                .join(NoticeEntry, NoticeEntry.notice_id == Notice.id)
                .where(Notice.person_id == person_id, NoticeEntry.kind == kind)
                .order_by(Notice.id)
            )
        )


def objections() -> list[Objection]:
    with reading() as session:
        rows = list(session.scalars(select(Objection).order_by(Objection.id)))
        session.expunge_all()
        return rows


def answer(row: Objection, outcome: str) -> None:
    service_objections.answer_objection(
        actor=reviewer_of(row), objection_id=row.id, outcome=outcome, answer="We asked."
    )


def seen_by(asker, reference: str):
    with reading():
        return approvals_queries.get_pending_act(asker, reference)


def heard() -> list[str | None]:
    return [event.reason_code for event in list_events("reply.heard")]


def test_a_text_keeps_what_waits_from_being_released_and_who_asked_sees_nothing(
    scene,  # noqa: F811
    claim,  # noqa: F811
    waits,
) -> None:
    pending = get_pending(waits)
    before = seen_by(scene.helper, pending.reference)
    hear = service_replies.hear_text
    assert hear(actor=PUBLIC, number="07700 900123", message="Yes") == 0
    assert hear(actor=PUBLIC, number="07700 900999", message="NO") == 0
    assert objections() == []
    for _ in range(2):  # told twice by the provider: heard once
        hear(actor=PUBLIC, number=PHONE, message="No!! I didnt")
    (objection,) = objections()
    assert {"kind": "pending_act", "id": str(pending.id)} in objection.names
    assert heard() == ["no_no", "unknown", "stopped", "said_already"]
    assert how_read(scene.person_id, "payment_details_wait") == ["answered"]
    (read,) = list_events("notice.read")[:1]
    assert (read.person_id, read.reason_code) == (scene.person_id, "answered")
    assert seen_by(scene.helper, pending.reference) == before
    with pytest.raises(SomethingFirst, match="do not want"):
        release(pending)
    later = clock.now() + timedelta(hours=80)
    with clock.set_clock(later), pytest.raises(SomethingFirst):  # time alone releases nothing
        release(pending)
    assert len(list_details(claim)) == 1
    answer(objection, "agreed")
    with clock.set_clock(later):  # the stop on whoever asked has run out too
        assert release(pending).state == "released"


def test_a_no_on_the_record_that_was_merged_stops_the_release_too(scene, waits) -> None:  # noqa: F811
    pending = get_pending(waits)
    service_replies.hear_text(actor=PUBLIC, number=PHONE, message="No")
    twice = people.make_person(scene.helper, "Registered Twice")

    def move() -> None:
        session = get_session()
        session.get_one(Person, twice).merged_into_id = scene.person_id
        session.scalars(select(Objection)).one().person_id = twice
        journal.record(Action.PERSON_CHANGED, actor=SYSTEM, person_id=twice)

    run_transaction(move)
    with pytest.raises(SomethingFirst, match="do not want"):
        release(pending)


def test_a_no_that_was_right_ends_what_waits(scene, claim, waits) -> None:  # noqa: F811
    (number,) = numbers_of(scene.person_id, "payment_details_wait")
    assert how_read(scene.person_id, "payment_details_wait") == [None]
    # Whatever they say: who names the message has read it, and nothing is stopped by it.
    assert not service_replies.hear_text(actor=PUBLIC, number=PHONE, message=f"Thanks {number}")
    assert how_read(scene.person_id, "payment_details_wait") == ["answered"]
    assert service_replies.hear_text(
        actor=PUBLIC, number="07700 900555", message=f"no {number.lower().replace('-', ' ')}"
    )
    (objection,) = objections()
    answer(objection, "not_agreed")
    assert get_pending(waits).state == "withdrawn"
    assert list_events("pending_act.withdrawn")[-1].person_id == scene.person_id
    assert len(list_details(claim)) == 1


def test_what_was_done_already_rests(scene, claim, waits) -> None:  # noqa: F811
    delegation_id = granted.grant(scene.colleague, scene.person_id, services=["blue-badge"])
    number = numbers_of(scene.person_id, "delegation_granted")[-1]
    assert service_replies.say_no(actor=PUBLIC, reference=number, address="192.0.2.7") == 1
    row = granted.get_delegation(delegation_id)
    assert row.frozen_until is not None  # for 72 hours: nobody showed who they are
    (objection,) = objections()
    named = {each["kind"] for each in objection.names}
    assert "delegation" in named
    assert release(get_pending(waits)).state == "released"  # of another helper, and not named
    _see_it_run_out(delegation_id, scene.person_id)
    # What answers the person cannot be answered with a no, over and over.
    again = numbers_of(scene.person_id, "objection_raised")[-1]
    assert service_replies.say_no(actor=PUBLIC, reference=again, address="192.0.2.7") == 0
    assert heard()[-1] == "nothing_to_stop"
    with reading() as session:
        told = session.scalars(select(NoticeEntry).where(NoticeEntry.event_id.is_not(None)))
        events = {entry.kind: session.get_one(AuditEvent, entry.event_id).action for entry in told}
    assert events["delegation_granted"] == "delegation.granted"
    assert events["objection_raised"] == "objection.drawn"


def _see_it_run_out(delegation_id, person_id) -> None:
    """The end of such a stop is told, once, and stands in the auditors' queue."""
    with clock.set_clock(clock.now() + timedelta(hours=71)):
        assert expire_delegations()["stops that ran out"] == 0
    with clock.set_clock(clock.now() + timedelta(hours=73)):
        assert expire_delegations()["stops that ran out"] == 1
        assert expire_delegations()["stops that ran out"] == 0
    assert granted.get_delegation(delegation_id).frozen_at is None
    with reading() as session:
        frozen = session.scalars(
            select(NoticeEntry).where(NoticeEntry.kind == "delegation_frozen")
        ).one()
        told = encryption.unseal(person_id, "notice.facts", frozen.facts)
        flag = session.scalars(select(Flag).where(Flag.kind == "stop_ran_out")).one()
    assert "stop_until" in told
    assert flag.person_id == person_id
    assert numbers_of(person_id, "delegation_stop_over")


def test_in_front_of_anybody_it_ends_at_once(scene, waits) -> None:  # noqa: F811
    elsewhere = people.make_helper(people.make_desk("Hillside Advice"))
    pending = get_pending(waits)
    opened = record.read(elsewhere, scene.person_id)
    assert [one.id for one in opened.record.waits] == [pending.id]
    service_objections.raise_objection(
        actor=elsewhere,
        reading_id=record.begin(elsewhere, scene.person_id),
        delegation_ids=[],
        event_ids=[],
        pending_ids=[pending.id],
        words="",
        is_proven=True,
        request_key=new_request_key(),
    )
    assert get_pending(waits).state == "withdrawn"
    assert record.read(elsewhere, scene.person_id).record.waits == []


def test_who_was_written_down_as_dead_says_that_they_live(scene) -> None:  # noqa: F811
    """A12: their record is closed, and the one word that is left to them reaches a human."""
    people.make_helper(people.make_desk("Faraway Hall"), role="reviewer")
    delegation_id = granted.grant(scene.colleague, scene.person_id, services=["blue-badge"])
    earlier = numbers_of(scene.person_id, "delegation_granted")[-1]
    death_id = service_death.record_death(
        actor=scene.helper, person_id=scene.person_id, died_on=clock.today(), told_by="family"
    )
    hear = service_replies.hear_text
    assert not hear(actor=PUBLIC, number="07700 900555", message=f"No {earlier}")
    assert hear(actor=PUBLIC, number=PHONE, message="NO I am alive")
    assert not hear(actor=PUBLIC, number=PHONE, message="NO I am alive")
    (objection,) = objections()
    (death,) = list_events("death.recorded")
    assert objection.names == [{"kind": "event", "id": str(death.id)}]
    assert reviewer_of(objection).organisation_id != scene.helper.organisation_id
    assert heard() == ["unknown", "stopped", "said_already"]
    # Their no is about the death alone: it keeps nobody from undoing it, and stops no help.
    with pytest.raises(Held) as held:
        service_death.undo_death(actor=scene.colleague, death_id=death_id, reason="She is here")
    with reading() as session:
        pending = session.scalars(
            select(PendingAct).filter_by(reference=held.value.pending_reference)
        ).one()
        session.expunge(pending)
    assert release(pending).state == "released"
    with reading() as session:
        assert session.get_one(Delegation, delegation_id).frozen_at is None


def test_numbers_cannot_be_tried_out(app: Flask) -> None:
    say = service_replies.say_no
    with pytest.raises(InvalidInput):
        say(actor=PUBLIC, reference="N-0000-0000", address="192.0.2.9")
    for _ in range(20):
        say(actor=PUBLIC, reference=NOBODYS, address="192.0.2.9")
    with pytest.raises(TooManyAttempts):
        say(actor=PUBLIC, reference=NOBODYS, address="192.0.2.9")
    for _ in range(22):
        service_replies.hear_text(actor=PUBLIC, number="07700 900777", message="no")
    assert heard()[-1] == "too_many"
    assert objections() == []


@pytest.mark.parametrize("database_kind", ["sqlite"])  # pages and a token: the same on both
def test_the_text_the_page_and_the_desk(
    app: Flask,
    scene,  # noqa: F811
    waits,
    database,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(app.config, "SETTINGS", replace(app.config["SETTINGS"], reply_token=TOKEN))
    sender = Recorder()
    with app.app_context():
        send_due_notices(sender=sender)
    (number,) = numbers_of(scene.person_id, "payment_details_wait")
    texts = {message.reference: message.body for message in sender.sent}
    assert f"reply NO {number}" in texts[number]
    client = app.test_client()
    body = {"source_number": "447700900123", "message": "NO"}
    assert client.post("/callbacks/reply", json=body).status_code == 403
    mine = {"Authorization": f"Bearer {TOKEN}"}
    for bad in ([], {"source_number": 7, "message": "no"}, {"message": "no"}):
        assert client.post("/callbacks/reply", json=bad, headers=mine).status_code == 400
    with counted_statements(database) as statements:
        answered = client.post("/callbacks/reply", json=body, headers=mine)
    assert (answered.status_code, answered.json) == (200, {})
    assert len(statements) <= 45, len(statements)
    assert len(objections()) == 1
    unknown = {"source_number": "447700900888", "message": "NO " + NOBODYS}
    assert client.post("/callbacks/reply", json=unknown, headers=mine).json == {}

    page = client.get("/no")
    assert page.status_code == 200
    assert "Ada" not in page.text
    assert send(client, "/no", reference="N-1111-1111").status_code == 400
    known, other = (send(client, "/no", reference=each) for each in (number, NOBODYS))
    assert known.status_code == other.status_code == 303
    assert known.location == other.location
    assert client.get(known.location).status_code == 200
    assert client.get(f"/notices/{number}").status_code == 303  # nobody is signed in
    people.sign_in(client, scene.helper)
    gone = client.get(f"/notices/{number}")
    assert people.reference_of(scene.person_id) in gone.location
    assert client.get(f"/notices/{NOBODYS}").status_code == 404
