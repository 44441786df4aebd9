"""Queueing: with the act or not at all; one digest a visit; risky things at once."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import func, select

from assistedaccess.audit import Action
from assistedaccess.audit.models import AuditEvent
from assistedaccess.kernel import clock
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.ids import new_id
from assistedaccess.kernel.transactions import reading, run_transaction
from assistedaccess.notices import queries
from assistedaccess.notices.models import Notice, NoticeEntry
from assistedaccess.notices.rules import NoticeKind, Route
from assistedaccess.notices.service import queue_notice, release_digest
from tests.factories.people import make_desk, make_helper, make_person

MOBILE = Route("text", None, "+447700900123", "en", True, name="Ada")
LETTER = Route("letter", None, "14 Mill Lane\nMillbrook", "cy", True, name="Ada")
DOUBTFUL = Route("text", None, "+447700900999", "en", False, name="Ada")


@pytest.fixture
def helper(app: Any) -> Actor:
    """Somebody at a desk."""
    return make_helper(make_desk())


def queue(
    actor: Actor,
    kind: NoticeKind,
    route: Route = MOBILE,
    person_id: UUID | None = None,
    **more: Any,
) -> UUID:
    person = person_id or new_id()
    return run_transaction(
        lambda: queue_notice(
            actor=actor,
            person_id=person,
            kind=kind,
            route=route,
            organisation_id=actor.organisation_id,
            **more,
        )
    )


def load(notice_id: UUID) -> tuple[Any, Any, str]:
    with reading():
        row = queries.get_notice(notice_id)
        get_session().expunge(row)
        telling, address = queries.load_telling(row)
        return row, telling, address


def test_a_risky_act_is_told_at_once_and_alone(helper: Actor) -> None:
    person_id = new_id()
    ids = {queue(helper, NoticeKind.DELEGATION_GRANTED, person_id=person_id) for _ in range(2)}
    assert len(ids) == 2
    row, telling, address = load(ids.pop())
    assert row.due_at <= clock.now()
    assert (telling.place, telling.telephone) == ("Millbrook Library", "01632 960001")
    assert (address, telling.name) == ("+447700900123", "Ada")


def test_ordinary_acts_of_a_visit_are_one_notice(helper: Actor) -> None:
    person_id, visit_id = new_id(), new_id()
    registered = queue(helper, NoticeKind.PERSON_REGISTERED, person_id=person_id)
    others = [
        queue(helper, kind, person_id=person_id, visit_id=visit_id, facts={"service": "Blue Badge"})
        for kind in (
            NoticeKind.CASE_OPENED,
            NoticeKind.CONSENT_RECORDED,
            NoticeKind.APPLICATION_SUBMITTED,
        )
    ]
    assert {registered} == set(others)
    row, telling, _ = load(registered)
    assert row.visit_id == visit_id
    assert row.due_at > clock.now()
    assert row.due_at <= clock.end_of_day(clock.today())
    assert [line.kind for line in telling.lines] == [
        "person_registered", "case_opened", "consent_recorded", "application_submitted",
    ]  # fmt: skip
    run_transaction(lambda: release_digest(visit_id=visit_id))
    assert load(registered)[0].due_at <= clock.now()


def test_other_visits_helpers_and_days_have_their_own(helper: Actor) -> None:
    person_id, visit = new_id(), new_id()
    ids = [queue(helper, NoticeKind.CASE_OPENED, person_id=person_id, visit_id=visit)]
    ids.append(queue(helper, NoticeKind.CASE_OPENED, person_id=person_id, visit_id=new_id()))
    ids.append(queue(make_helper(make_desk()), NoticeKind.CASE_OPENED, person_id=person_id))
    ids.append(queue(helper, NoticeKind.CASE_OPENED))
    with clock.set_clock(clock.now() + timedelta(days=1)):
        ids.append(queue(helper, NoticeKind.CASE_OPENED, person_id=person_id))
    assert len(set(ids)) == 5


def test_a_digest_that_is_on_its_way_takes_no_more(helper: Actor) -> None:
    person_id = new_id()
    first = queue(helper, NoticeKind.CASE_OPENED, person_id=person_id)

    def send() -> None:
        row = get_session().get(Notice, first)
        assert row is not None
        row.state = "sending"

    run_transaction(send)
    assert queue(helper, NoticeKind.CASE_OPENED, person_id=person_id) != first


def test_a_digest_takes_the_better_route(helper: Actor) -> None:
    person_id = new_id()
    notice_id = queue(helper, NoticeKind.PERSON_REGISTERED, DOUBTFUL, person_id)
    queue(helper, NoticeKind.CASE_OPENED, MOBILE, person_id)
    row, _, address = load(notice_id)
    assert (row.independent, address) == (True, "+447700900123")
    queue(helper, NoticeKind.CASE_OPENED, DOUBTFUL, person_id)
    assert load(notice_id)[2] == "+447700900123"


def test_second_routes_get_a_copy_each_but_nobody_twice(helper: Actor) -> None:
    nowhere = Route("in_person", None, None, "en", False)
    first = queue(helper, NoticeKind.CONTACT_POINT_CHANGED, second_routes=[LETTER, MOBILE, nowhere])
    with reading() as session:
        copies = session.scalars(select(Notice).filter_by(second_of=first)).all()
        assert [copy.channel for copy in copies] == ["letter"]
        assert copies[0].language == "cy"


def test_what_is_queued_is_journalled_and_sealed(helper: Actor) -> None:
    notice_id = queue(helper, NoticeKind.APPLICATION_SUBMITTED, facts={"service": "Secretservice"})
    with reading() as session:
        event = session.scalars(
            select(AuditEvent).filter_by(action=str(Action.NOTICE_QUEUED), subject_id=notice_id)
        ).one()
        assert event.reason_code == "application_submitted"
        assert b"Secretservice" not in event.body
        entry = session.scalars(select(NoticeEntry).filter_by(notice_id=notice_id)).one()
        assert b"Secretservice" not in entry.facts


def test_an_act_that_fails_is_not_told(helper: Actor) -> None:
    def fail() -> None:
        queue_notice(
            actor=helper,
            person_id=new_id(),
            kind=NoticeKind.CASE_OPENED,
            route=MOBILE,
            organisation_id=helper.organisation_id,
        )
        raise RuntimeError

    with pytest.raises(RuntimeError):
        run_transaction(fail)
    with reading() as session:
        assert session.scalar(select(func.count()).select_from(Notice)) == 0


def test_two_acts_at_once_make_one_digest(helper: Actor) -> None:
    # The person's key is made beforehand, as registering does.
    people = [make_person(make_helper(make_desk()), f"Ada {n}") for n in range(5)]
    for person_id in people:
        barrier, made, faults = threading.Barrier(3), set(), []

        def act(
            person_id: UUID = person_id,
            barrier: threading.Barrier = barrier,
            made: set[UUID] = made,
            faults: list[Exception] = faults,
        ) -> None:
            barrier.wait()
            try:
                made.add(queue(helper, NoticeKind.CASE_OPENED, person_id=person_id))
            except Exception as error:
                faults.append(error)

        threads = [threading.Thread(target=act) for _ in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert faults == []
        assert len(made) == 1
        assert len(load(made.pop())[1].lines) == 3
