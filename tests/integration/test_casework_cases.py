"""Cases: opened in one step, told of, kept apart by organisation, closed by one of two."""

from __future__ import annotations

import threading
from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from assistedaccess.audit.models import AuditEvent
from assistedaccess.casework import queries, queries_entries, service
from assistedaccess.casework.models import Case, Task
from assistedaccess.casework.rules import CaseState, CloseReason
from assistedaccess.kernel import clock
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.database import Database, get_session
from assistedaccess.kernel.errors import InvalidInput, StaleVersion
from assistedaccess.kernel.idempotency import new_request_key
from assistedaccess.kernel.text import clean_text
from assistedaccess.kernel.transactions import reading, run_transaction, use_database
from assistedaccess.notices.models import NoticeEntry
from assistedaccess.notices.queries import unseal_json
from tests.factories.casework import add_task, close_case, get_case, make_case
from tests.factories.people import (
    Desk,
    make_desk,
    make_helper,
    make_person,
)

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture
def desk(app: Flask) -> Desk:
    return make_desk()


@pytest.fixture
def helper(desk: Desk) -> Actor:
    return make_helper(desk)


@pytest.fixture
def person_id(helper: Actor) -> UUID:
    return make_person(helper)


def events(subject_id: UUID) -> list[tuple[str, str | None]]:
    with reading() as session:
        return [
            (row.action, row.reason_code)
            for row in session.execute(
                select(AuditEvent.action, AuditEvent.reason_code)
                .where(AuditEvent.subject_id == subject_id)
                .order_by(AuditEvent.id)
            )
        ]


def count(model: type) -> int:
    with reading() as session:
        return session.scalar(select(func.count()).select_from(model)) or 0


def test_one_step_opens_a_case(helper: Actor, person_id: UUID) -> None:
    first = clock.today() - timedelta(days=10)
    case_id = service.open_case(
        actor=helper,
        person_id=person_id,
        need="  Claim Attendance Allowance ",
        why_help=["disability", "no_device", "disability"],
        first_contact_on=first,
        first_contact_basis="She rang, Jo wrote it down",
        service="attendance-allowance",
        first_task="Ask for the GP's address",
        first_task_due_on=clock.today(),
    )
    case = get_case(helper, case_id)
    assert case.reference.startswith("C-")
    assert case.need == "Claim Attendance Allowance"
    assert case.why_help == ("no_device", "disability")
    assert case.first_contact_on == first
    assert case.first_contact_basis == "She rang, Jo wrote it down"
    assert case.keep_date_by == first + timedelta(days=42)  # six weeks
    assert (case.state, case.version) == ("open", 1)
    assert case.assigned_to == helper.account_id
    with reading():
        (task,) = queries_entries.list_tasks_due(helper)
    assert (task.what, task.case_id) == ("Ask for the GP's address", case_id)
    assert [action for action, _ in events(case_id)] == ["case.opened", "task.added"]


def test_the_person_is_told_of_beginning_and_end_without_their_words(
    helper: Actor, person_id: UUID
) -> None:
    close_case(helper, make_case(helper, person_id, need="He hits me", service="blue-badge"))
    with reading() as session:
        entries = list(session.scalars(select(NoticeEntry).order_by(NoticeEntry.id)))
        kinds = [entry.kind for entry in entries]
        facts = [unseal_json(person_id, "facts", entry.facts) for entry in entries]
    assert kinds[-2:] == ["case_opened", "case_closed"]
    assert facts[-1]["need"] == "Blue Badge"
    assert "hits" not in str(facts)


def test_words_are_sealed(helper: Actor, person_id: UUID) -> None:
    case = make_case(
        helper,
        person_id,
        need="canary need",
        first_contact_on=clock.today() - timedelta(days=1),
        first_contact_basis="canary basis",
    )
    add_task(helper, case, "canary task")
    with reading() as session:
        row = session.get_one(Case, case.id)
        task = session.scalars(select(Task)).one()
        stored = row.need + (row.first_contact_basis or b"") + task.what
    assert b"canary" not in stored


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"need": " "}, "need"),
        ({"need": "x" * 1001}, "need"),
        ({"need": "a\x00b"}, "need"),
        ({"need": "His password is Rover1962"}, "need"),
        ({"why_help": []}, "why_help"),
        ({"why_help": ["laziness"]}, "why_help"),
        ({"service": "free-beer"}, "service"),
        ({"first_contact_basis": "x" * 201}, "first_contact_basis"),
        ({"first_contact_basis": ""}, "first_contact_basis"),
        ({"first_task": "Ring", "first_task_due_on": None}, "first_task_due_on"),
        ({"first_task": "x" * 201}, "first_task"),
    ],
)
def test_bad_input_opens_nothing(
    helper: Actor, person_id: UUID, fields: dict[str, object], field: str
) -> None:
    yesterday = clock.today() - timedelta(days=1)
    values = {
        "need": "Renew",
        "why_help": ["trust"],
        "first_contact_on": yesterday,
        "first_contact_basis": "a note",
        "first_task_due_on": clock.today(),
        **fields,
    }
    with pytest.raises(InvalidInput) as refused:
        service.open_case(actor=helper, person_id=person_id, **values)  # type: ignore[arg-type]
    assert refused.value.field == field
    assert refused.value.words
    assert count(Case) == 0


@pytest.mark.parametrize("days", [1, 366 * 12])
def test_first_contact_is_neither_ahead_nor_a_slip_of_the_year(
    helper: Actor, person_id: UUID, days: int
) -> None:
    when = clock.today() + timedelta(days=days if days == 1 else -days)
    with pytest.raises(InvalidInput) as refused:
        make_case(helper, person_id, first_contact_on=when, first_contact_basis="x")
    assert refused.value.field == "first_contact_on"


def test_a_double_click_opens_one_case(helper: Actor, person_id: UUID) -> None:
    key = new_request_key()
    first = make_case(helper, person_id, request_key=key)
    again = make_case(helper, person_id, request_key=key)
    assert first.id == again.id
    assert count(Case) == 1


def test_two_clicks_at_once_open_one_case(
    helper: Actor, person_id: UUID, database: Database
) -> None:
    key = new_request_key()
    made = race(database, 2, lambda: make_case(helper, person_id, request_key=key).id)
    assert len(set(made)) == 1
    assert count(Case) == 1


def race(database: Database, people: int, act: object) -> list[object]:
    """What each of ``people`` threads got, or the error that it met, all begun together."""
    barrier = threading.Barrier(people)
    results: list[object] = []

    def run() -> None:
        with use_database(database):
            barrier.wait()
            try:
                results.append(act())  # type: ignore[operator]
            except Exception as error:
                results.append(error)

    threads = [threading.Thread(target=run) for _ in range(people)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def test_of_two_people_who_close_a_case_one_wins(
    desk: Desk, helper: Actor, person_id: UUID, database: Database
) -> None:
    colleague = make_helper(desk)
    for _round in range(5):
        case = make_case(helper, person_id)
        actors = iter([helper, colleague])
        reasons = iter([CloseReason.DONE, CloseReason.LOST_TOUCH])
        results = race(
            database,
            2,
            lambda case=case, actors=actors, reasons=reasons: service.close_case(
                actor=next(actors), case_id=case.id, version=case.version, reason=next(reasons)
            ),
        )
        stale = [result for result in results if isinstance(result, StaleVersion)]
        assert len(stale) == 1
        assert stale[0].words
        assert stale[0].next_step
        assert results.count(case.id) == 1
        assert [action for action, _ in events(case.id)].count("case.closed") == 1
        assert get_case(helper, case.id).version == case.version + 1


def test_closing_and_reopening(helper: Actor, person_id: UUID) -> None:
    case = make_case(helper, person_id)
    add_task(helper, case)
    closed = close_case(helper, case, "not_wanted")
    assert closed.is_closed
    assert closed.close_reason == "not_wanted"
    with reading():
        assert queries_entries.list_tasks_due(helper) == []
        assert queries.list_open_cases(helper).rows == []
    with pytest.raises(StaleVersion):
        close_case(helper, closed)
    service.reopen_case(actor=helper, case_id=case.id, version=closed.version)
    opened = get_case(helper, case.id)
    assert (opened.state, opened.closed_at, opened.close_reason) == ("open", None, None)
    assert opened.first_contact_on == case.first_contact_on
    with reading():
        assert len(queries_entries.list_tasks_due(helper)) == 1
    with pytest.raises(StaleVersion):
        service.reopen_case(actor=helper, case_id=case.id, version=opened.version)
    assert [event for event in events(case.id) if event[0].startswith("case.")] == [
        ("case.opened", None),
        ("case.closed", "not_wanted"),
        ("case.reopened", None),
    ]
    assert events(case.id).count(("act.refused", "stale_version")) == 2


def test_a_case_is_closed_for_a_reason_on_the_list(helper: Actor, person_id: UUID) -> None:
    with pytest.raises(InvalidInput):
        close_case(helper, make_case(helper, person_id), "bored")


def test_waiting_and_open_again(helper: Actor, person_id: UUID) -> None:
    case = make_case(helper, person_id)
    service.set_waiting(actor=helper, case_id=case.id, version=1, waits=True)
    assert get_case(helper, case.id).state is CaseState.WAITING
    with pytest.raises(StaleVersion):
        service.set_waiting(actor=helper, case_id=case.id, version=1, waits=False)
    service.set_waiting(actor=helper, case_id=case.id, version=2, waits=False)
    assert get_case(helper, case.id).state is CaseState.OPEN
    closed = close_case(helper, get_case(helper, case.id))
    with pytest.raises(StaleVersion):
        service.set_waiting(actor=helper, case_id=case.id, version=closed.version, waits=True)


def test_a_service_that_is_said_stays(helper: Actor, person_id: UUID) -> None:
    case = make_case(helper, person_id)

    def say() -> None:
        row = get_session().get_one(Case, case.id)
        service.set_service(row, "attendance-allowance")
        service.set_service(row, "blue-badge")

    run_transaction(say)
    said = get_case(helper, case.id)
    assert said.service == "attendance-allowance"
    assert said.keep_date_by == case.first_contact_on + timedelta(days=42)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(need=st.text(max_size=1200), basis=st.text(max_size=250))
def test_any_text_is_kept_as_it_is_or_refused(
    helper: Actor, person_id: UUID, need: str, basis: str
) -> None:
    before = count(Case)
    fault, case = "", None
    try:
        case = make_case(
            helper,
            person_id,
            need=need,
            first_contact_on=clock.today() - timedelta(days=1),
            first_contact_basis=basis,
        )
    except InvalidInput as refused:
        fault = refused.field
    if case is None:
        assert fault in ("need", "first_contact_basis")
        assert count(Case) == before
    else:
        assert case.need == clean_text(need, multiline=True)
        assert case.first_contact_basis == clean_text(basis, multiline=True)
