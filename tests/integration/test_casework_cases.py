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

from assistedaccess.audit.explain import find_explanation
from assistedaccess.audit.models import AuditEvent
from assistedaccess.casework import queries, queries_entries, rules, service
from assistedaccess.casework.models import Case, Task
from assistedaccess.casework.rules import CaseState, CloseReason
from assistedaccess.kernel import clock
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.database import Database, get_session
from assistedaccess.kernel.errors import InvalidInput, NotFound, StaleVersion
from assistedaccess.kernel.idempotency import new_request_key
from assistedaccess.kernel.ids import new_id, new_reference
from assistedaccess.kernel.text import clean_text
from assistedaccess.kernel.transactions import reading, run_transaction, use_database
from assistedaccess.notices.models import NoticeEntry
from assistedaccess.notices.queries import unseal_json
from assistedaccess.organisations.models import Membership
from assistedaccess.organisations.rules import Suspended
from assistedaccess.people.models import Person
from assistedaccess.people.rules import OwnRecord, RelativesRecord
from tests.factories.casework import add_task, close_case, get_case, make_case
from tests.factories.people import (
    Desk,
    declare_relative,
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


def test_a_case_goes_to_a_colleague_with_what_is_to_do(
    desk: Desk, helper: Actor, person_id: UUID
) -> None:
    colleague = make_helper(desk)
    assert colleague.account_id is not None
    case = make_case(helper, person_id)
    add_task(helper, case)
    service.assign_case(
        actor=helper, case_id=case.id, version=1, account_id=colleague.account_id
    )
    assert get_case(helper, case.id).assigned_to == colleague.account_id
    with reading():
        assert queries_entries.list_tasks_due(helper) == []
        assert len(queries_entries.list_tasks_due(colleague)) == 1
    with pytest.raises(StaleVersion):
        service.assign_case(
            actor=helper, case_id=case.id, version=1, account_id=colleague.account_id
        )


@pytest.mark.parametrize("who", ["stranger", "other_organisation", "reviewer", "suspended"])
def test_a_case_goes_only_to_who_helps_here_now(
    desk: Desk, helper: Actor, person_id: UUID, who: str
) -> None:
    case = make_case(helper, person_id)
    if who == "stranger":
        account_id = new_id()
    else:
        where = make_desk("Elsewhere") if who == "other_organisation" else desk
        other = make_helper(where, role="reviewer" if who == "reviewer" else "helper")
        assert other.account_id is not None
        account_id = other.account_id
        if who == "suspended":
            suspend(other)
    with pytest.raises(InvalidInput):
        service.assign_case(actor=helper, case_id=case.id, version=1, account_id=account_id)


def suspend(actor: Actor) -> None:
    def write() -> None:
        row = get_session().get_one(Membership, actor.membership_id)
        row.suspended_at = clock.now()

    run_transaction(write)


def test_another_organisations_case_is_not_there(helper: Actor, person_id: UUID) -> None:
    case = make_case(helper, person_id)
    add_task(helper, case)
    other = make_helper(make_desk("Elsewhere"))
    for case_id in (case.id, new_id()):  # the same answer, whether it is there or not
        for call in (
            lambda case_id=case_id: get_case(other, case_id),
            lambda case_id=case_id: service.close_case(
                actor=other, case_id=case_id, version=1, reason="done"
            ),
            lambda case_id=case_id: service.reopen_case(actor=other, case_id=case_id, version=1),
            lambda case_id=case_id: service.set_waiting(
                actor=other, case_id=case_id, version=1, waits=True
            ),
            lambda case_id=case_id: service.assign_case(
                actor=other, case_id=case_id, version=1, account_id=other.account_id
            ),
        ):
            with pytest.raises(NotFound) as refused:
                call()
            assert refused.value.words == ""
    for reference in (case.reference, new_reference("C")):
        with pytest.raises(NotFound):
            service.view_case(actor=other, reference=reference)
    with reading():
        assert queries.list_open_cases(other).rows == []
        assert queries.list_cases_of_person(other, person_id).rows == []
        assert queries.list_claims_at_risk(other) == []
        assert queries_entries.list_tasks_due(other) == []
        with pytest.raises(NotFound):
            queries.find_case_of(other, case.reference)


def test_nobody_works_on_their_own_or_a_relatives_case(
    desk: Desk, helper: Actor, person_id: UUID
) -> None:
    case = make_case(helper, person_id)
    colleague = make_helper(desk)
    declare_relative(colleague, case.person_reference)
    with pytest.raises(RelativesRecord):
        service.view_case(actor=colleague, reference=case.reference)
    with pytest.raises(RelativesRecord):
        make_case(colleague, person_id)
    with pytest.raises(RelativesRecord):
        close_case(colleague, case)
    own = make_helper(desk)
    link(person_id, own)
    with pytest.raises(OwnRecord):
        service.view_case(actor=own, reference=case.reference)


def link(person_id: UUID, actor: Actor) -> None:
    def write() -> None:
        get_session().get_one(Person, person_id).human_id = actor.human_id

    run_transaction(write)


def test_a_suspended_helper_opens_nothing(helper: Actor, person_id: UUID) -> None:
    suspend(helper)
    with pytest.raises(Suspended):
        make_case(helper, person_id)
    assert count(Case) == 0


def test_an_open_case_explains_a_look_for_its_helpers(
    desk: Desk, helper: Actor, person_id: UUID
) -> None:
    colleague, lead = make_helper(desk), make_helper(desk, role="safeguarding_lead")
    other = make_helper(make_desk("Elsewhere"))
    case = make_case(helper, person_id)
    with reading():
        for actor in (helper, colleague):
            found = find_explanation(actor, person_id)
            assert found is not None
            assert (found.code, found.subject) == ("open_case", ("case", case.id))
        assert queries.explain_by_case(other, person_id) is None
        assert queries.explain_by_case(lead, person_id) is None
    close_case(helper, case)
    with reading():
        assert queries.explain_by_case(helper, person_id) is None


def test_a_task_explains_a_look_to_who_has_to_do_it(
    desk: Desk, helper: Actor, person_id: UUID
) -> None:
    case = make_case(helper, person_id)
    task_id = add_task(helper, case)
    lead = make_helper(desk, role="safeguarding_lead")

    def hand_over() -> None:
        get_session().get_one(Task, task_id).assigned_to = lead.account_id  # type: ignore[assignment]

    run_transaction(hand_over)
    with reading():
        found = queries.explain_by_case(lead, person_id)
    assert found is not None
    assert (found.code, found.subject) == ("task", ("task", task_id))


def test_claim_dates_at_risk_stand_in_the_order_of_loss(helper: Actor, person_id: UUID) -> None:
    today = clock.today()
    ages = {"late": 43, "today": 42, "soon": 40, "new": 0}
    made = {
        name: make_case(
            helper,
            person_id,
            service="attendance-allowance",
            first_contact_on=today - timedelta(days=age),
        )
        for name, age in ages.items()
    }
    make_case(helper, person_id, service="blue-badge")
    make_case(helper, person_id)
    sent = make_case(helper, person_id, service="attendance-allowance")

    def send() -> None:
        service.mark_claim_sent(get_session().get_one(Case, sent.id), today)

    run_transaction(send)
    close_case(helper, make_case(helper, person_id, service="attendance-allowance"))
    with reading():
        at_risk = queries.list_claims_at_risk(helper)
        lost = queries.list_claims_lost(helper)
        keys = [(row.keep_date_by, row.id) for row in at_risk]
        first = queries.list_claims_at_risk(helper, limit=2)
        assert first[1].keep_date_by is not None
        rest = queries.list_claims_at_risk(helper, after=(first[1].keep_date_by, first[1].id))
    assert [row.id for row in at_risk] == [made[name].id for name in ("today", "soon", "new")]
    assert [row.id for row in lost] == [made["late"].id]
    assert keys == sorted(keys)  # type: ignore[type-var]
    assert [row.id for row in first + rest] == [row.id for row in at_risk]
    assert rules.urgency_of(at_risk[0].keep_date_by or today, today) == "today"


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
