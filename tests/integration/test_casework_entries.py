"""Notes that only grow, tasks that are done once, and the queue at the desk."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select, update
from sqlalchemy.exc import DatabaseError

from assistedaccess.access import PermissionMissing
from assistedaccess.audit.models import AuditEvent
from assistedaccess.casework import queries_entries, service, service_entries, service_queue
from assistedaccess.casework.models import Note, Task, WaitingPerson
from assistedaccess.casework.queries import CaseDetails
from assistedaccess.casework.service_entries import TaskDone
from assistedaccess.casework.service_queue import NoLongerWaiting
from assistedaccess.desk import service as desk_service
from assistedaccess.kernel import clock, encryption
from assistedaccess.kernel.actor import SYSTEM, Actor
from assistedaccess.kernel.database import Database, get_session
from assistedaccess.kernel.errors import InvalidInput, NotFound, StaleVersion
from assistedaccess.kernel.idempotency import new_request_key
from assistedaccess.kernel.text import UnfitText, clean_text
from assistedaccess.kernel.transactions import reading, run_transaction, use_database
from assistedaccess.people.service import state_reason
from tests.factories.casework import add_task, close_case, get_case, make_case
from tests.factories.people import Desk, make_desk, make_helper, make_person, other_account

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture
def desk(app: Flask) -> Desk:
    return make_desk()


@pytest.fixture
def helper(desk: Desk) -> Actor:
    return make_helper(desk)


@pytest.fixture
def case(helper: Actor) -> CaseDetails:
    return make_case(helper, make_person(helper))


def read_notes(actor: Actor, case: CaseDetails) -> list[str | None]:
    story = desk_service.view_case(actor=actor, reference=case.reference)
    return [item.words for item in story.entries if item.entry.kind == "note"]


# -- notes


def test_notes_are_kept_in_their_order_and_sealed(helper: Actor, case: CaseDetails) -> None:
    for text in ("first", "second\nwith a line", "third canary"):
        service_entries.add_note(actor=helper, case_id=case.id, text=text)
    assert read_notes(helper, case) == ["third canary", "second\nwith a line", "first"]
    with reading() as session:
        assert b"canary" not in b"".join(session.scalars(select(Note.text)))


@pytest.mark.parametrize("how", ["update", "delete"])
def test_the_database_itself_rewrites_no_note(helper: Actor, case: CaseDetails, how: str) -> None:
    service_entries.add_note(actor=helper, case_id=case.id, text="It was so")
    change = update(Note).values(kind="sensitive") if how == "update" else delete(Note)
    with pytest.raises(DatabaseError):
        run_transaction(lambda: get_session().execute(change))
    assert read_notes(helper, case) == ["It was so"]


def test_a_sensitive_note_is_for_author_owner_and_safeguarding(
    desk: Desk, helper: Actor, case: CaseDetails
) -> None:
    author = make_helper(desk)
    service_entries.add_note(actor=author, case_id=case.id, text="He hits her", is_sensitive=True)
    lead = make_helper(desk, role="safeguarding_lead")
    state_reason(actor=lead, person_id=case.person_id, reason="safeguarding")
    for reader in (author, other_account(desk, author), helper, lead):
        assert read_notes(reader, case) == ["He hits her"]
    assert read_notes(make_helper(desk), case) == [None]
    colleague = make_helper(desk)
    assert colleague.account_id is not None
    service.assign_case(actor=helper, case_id=case.id, version=1, account_id=colleague.account_id)
    assert read_notes(colleague, case) == ["He hits her"]
    assert read_notes(helper, case) == [None]


def test_a_note_can_be_added_to_a_closed_case(helper: Actor, case: CaseDetails) -> None:
    closed = close_case(helper, case)
    service_entries.add_note(actor=helper, case_id=closed.id, text="She rang to say thanks")
    state_reason(actor=helper, person_id=case.person_id, reason="on_the_telephone")
    assert read_notes(helper, case) == ["She rang to say thanks"]


@pytest.mark.parametrize("text", ["", "  ", "x" * 5001, "a\x07b", "PIN: 4821"])
def test_bad_notes_are_not_kept(helper: Actor, case: CaseDetails, text: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        service_entries.add_note(actor=helper, case_id=case.id, text=text)
    assert refused.value.field == "text"
    assert read_notes(helper, case) == []


def test_a_note_is_kept_once_for_a_double_click(helper: Actor, case: CaseDetails) -> None:
    key = new_request_key()
    for _click in range(2):
        service_entries.add_note(actor=helper, case_id=case.id, text="Once", request_key=key)
    assert read_notes(helper, case) == ["Once"]
    # Back, changed, sent again: what was typed is a note of its own, not lost as a repeat.
    service_entries.add_note(actor=helper, case_id=case.id, text="Another", request_key=key)
    assert read_notes(helper, case) == ["Another", "Once"]


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(max_size=300))
def test_any_note_is_kept_as_it_is_or_refused(helper: Actor, case: CaseDetails, text: str) -> None:
    try:
        clean = clean_text(text, multiline=True)
    except UnfitText:
        clean = ""
    before = read_notes(helper, case)
    if clean:
        service_entries.add_note(actor=helper, case_id=case.id, text=text)
        assert read_notes(helper, case)[0] == clean
    else:
        with pytest.raises(InvalidInput):
            service_entries.add_note(actor=helper, case_id=case.id, text=text)
        assert read_notes(helper, case) == before


def test_who_may_not_change_cases_writes_no_note(desk: Desk, case: CaseDetails) -> None:
    for role in ("safeguarding_lead", "reviewer", "manager", "auditor", "administrator"):
        with pytest.raises(PermissionMissing):
            service_entries.add_note(actor=make_helper(desk, role=role), case_id=case.id, text="x")


# -- tasks


def test_tasks_stand_by_date_and_are_done_once(helper: Actor, case: CaseDetails) -> None:
    today = clock.today()
    later = add_task(helper, case, "later", today + timedelta(days=9))
    now = add_task(helper, case, "now", today)
    with reading():
        rows = queries_entries.list_tasks_due(helper)
        near = queries_entries.list_tasks_due(helper, until=today + timedelta(days=7))
        after = queries_entries.list_tasks_due(helper, after=(today, now))
    assert [row.id for row in rows] == [now, later]
    assert [row.id for row in near] == [now]
    assert [row.id for row in after] == [later]
    assert rows[0].initials == "A.\u00a0L."
    assert service_entries.finish_task(actor=helper, task_id=now) == case.id
    with pytest.raises(TaskDone):
        service_entries.finish_task(actor=helper, task_id=now)
    with reading() as session:
        assert [row.id for row in queries_entries.list_tasks_due(helper)] == [later]
        assert session.get_one(Task, now).done_by == helper.account_id


def test_a_colleague_may_do_a_task_and_another_organisation_may_not(
    desk: Desk, helper: Actor, case: CaseDetails
) -> None:
    task_id = add_task(helper, case)
    with pytest.raises(NotFound):
        service_entries.finish_task(actor=make_helper(make_desk("Else")), task_id=task_id)
    service_entries.finish_task(actor=make_helper(desk), task_id=task_id)


@pytest.mark.parametrize("days", [-1, 366 * 7])
def test_a_task_is_for_a_day_that_comes(helper: Actor, case: CaseDetails, days: int) -> None:
    with pytest.raises(InvalidInput) as refused:
        add_task(helper, case, due_on=clock.today() + timedelta(days=days))
    assert refused.value.field == "what_due_on"


def test_a_closed_case_takes_no_task(helper: Actor, case: CaseDetails) -> None:
    closed = close_case(helper, case)
    with pytest.raises(StaleVersion):
        add_task(helper, closed)


def test_a_task_for_a_colleague(desk: Desk, helper: Actor, case: CaseDetails) -> None:
    colleague, stranger = make_helper(desk), make_helper(make_desk("Else"))
    for actor, allowed in ((colleague, True), (stranger, False)):
        values = {
            "actor": helper,
            "case_id": case.id,
            "what": "Ring",
            "due_on": clock.today(),
            "assigned_to": actor.account_id,
        }
        if allowed:
            service_entries.add_task(**values)
        else:
            with pytest.raises(InvalidInput):
                service_entries.add_task(**values)
    with reading():
        assert len(queries_entries.list_tasks_due(colleague)) == 1


# -- the queue


def queue(actor: Actor) -> list[str]:
    with reading():
        return [row.called for row in queries_entries.list_waiting_people(actor)]


def join(actor: Actor, called: str) -> UUID:
    return service_queue.add_waiting_person(actor=actor, called=called)


def test_first_come_first_served_and_taken_once(desk: Desk, helper: Actor) -> None:
    first, second = join(helper, "Mo"), join(helper, "17")
    colleague = make_helper(desk)
    assert queue(colleague) == ["Mo", "17"]
    service_queue.take_waiting_person(actor=colleague, waiting_person_id=first)
    with pytest.raises(NoLongerWaiting):
        service_queue.take_waiting_person(actor=helper, waiting_person_id=first)
    assert queue(helper) == ["17"]
    service_queue.note_person_left(actor=helper, waiting_person_id=second)
    with pytest.raises(NoLongerWaiting):
        service_queue.note_person_left(actor=helper, waiting_person_id=second)
    assert queue(helper) == []


def test_two_helpers_who_call_at_once(desk: Desk, helper: Actor, database: Database) -> None:
    import threading

    colleague = make_helper(desk)
    for _round in range(5):
        who = join(helper, "Mo")
        barrier, results = threading.Barrier(2), []

        def call(
            actor: Actor, who: UUID = who, barrier: threading.Barrier = barrier,
            results: list[object] = results,
        ) -> None:  # fmt: skip
            with use_database(database):
                barrier.wait()
                try:
                    results.append(
                        service_queue.take_waiting_person(actor=actor, waiting_person_id=who)
                    )
                except NoLongerWaiting as late:
                    results.append(late.code)

        threads = [threading.Thread(target=call, args=(actor,)) for actor in (helper, colleague)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(map(str, results)) == sorted([str(who), "no_longer_waiting"])


def test_the_queue_belongs_to_its_site_and_organisation(helper: Actor) -> None:
    who = join(helper, "Mo")
    other = make_helper(make_desk("Else"))
    assert queue(other) == []
    with pytest.raises(NotFound):
        service_queue.take_waiting_person(actor=other, waiting_person_id=who)
    assert queue(replace(helper, site_id=None)) == ["Mo"]


def test_names_are_sealed_and_stand_in_no_event(helper: Actor) -> None:
    join(helper, "Canaryname")
    with reading() as session:
        stored = session.scalars(select(WaitingPerson.called)).one()
        bodies = b"".join(session.scalars(select(AuditEvent.body)))
    assert stored is not None
    assert b"Canaryname" not in stored + bodies


def test_the_queue_is_forgotten_when_the_day_is_over(helper: Actor) -> None:
    join(helper, "Mo")
    tomorrow = clock.now() + timedelta(days=1)
    with clock.set_clock(tomorrow):
        assert queue(helper) == []
        assert service_queue.clear_queues(actor=SYSTEM) == 1
        assert service_queue.clear_queues(actor=SYSTEM) == 0
    with reading() as session:
        row = session.scalars(select(WaitingPerson)).one()
        assert row.called is None
        assert row.arrived_at is not None  # how long people wait can still be counted


def test_names_of_yesterday_go_with_the_first_of_today(helper: Actor) -> None:
    join(helper, "Mo")
    with clock.set_clock(clock.now() + timedelta(days=1)):
        join(helper, "Ada")
        with reading() as session:
            names = session.scalars(select(WaitingPerson.called)).all()
    assert sum(name is None for name in names) == 1


def test_only_the_system_clears_queues(helper: Actor) -> None:
    with pytest.raises(PermissionMissing):
        service_queue.clear_queues(actor=helper)


@pytest.mark.parametrize("called", ["", "x" * 41, "a\nb\x00"])
def test_a_name_to_call_is_short(helper: Actor, called: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        join(helper, called)
    assert refused.value.field == "called"


def test_who_was_erased_still_counts(helper: Actor, case: CaseDetails) -> None:
    add_task(helper, case)
    service_entries.add_note(actor=helper, case_id=case.id, text="words")
    run_transaction(lambda: encryption.forget(case.person_id))
    assert get_case(helper, case.id).need == "–"
    with reading():
        assert queries_entries.list_tasks_due(helper)[0].what == "–"
