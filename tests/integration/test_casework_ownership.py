"""Whose a case is: whom it is given to, who may see it, what it explains, whose date is at risk."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import func, select

from assistedaccess.audit.explain import find_explanation
from assistedaccess.casework import queries, queries_entries, rules, service
from assistedaccess.casework.models import Case, Task
from assistedaccess.kernel import clock
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.errors import InvalidInput, NotFound, StaleVersion
from assistedaccess.kernel.ids import new_id, new_reference
from assistedaccess.kernel.transactions import reading, run_transaction
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


def count(model: type) -> int:
    with reading() as session:
        return session.scalar(select(func.count()).select_from(model)) or 0


def test_a_case_goes_to_a_colleague_with_what_is_to_do(
    desk: Desk, helper: Actor, person_id: UUID
) -> None:
    colleague = make_helper(desk)
    assert colleague.account_id is not None
    case = make_case(helper, person_id)
    add_task(helper, case)
    service.assign_case(actor=helper, case_id=case.id, version=1, account_id=colleague.account_id)
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
    branch = replace(colleague, site_id=new_id())
    at_large = replace(colleague, site_id=None)
    with reading():
        for actor in (helper, colleague):
            found = find_explanation(actor, person_id)
            assert found is not None
            assert (found.code, found.subject) == ("open_case", ("case", case.id))
        # Of another organisation, in another role, of another site, of no site.
        for actor in (other, lead, branch, at_large):
            assert find_explanation(actor, person_id) is None
    visited = make_person(replace(helper, site_id=None), "Vera Visited", birth_date="1940-02-01")
    make_case(replace(helper, site_id=None), visited)
    with reading():
        assert find_explanation(at_large, visited) is not None  # who visit at home are a team
        assert find_explanation(colleague, visited) is None
    assert colleague.account_id is not None
    service.assign_case(actor=helper, case_id=case.id, version=1, account_id=colleague.account_id)
    with reading():
        assert find_explanation(branch, person_id) is not None  # it is theirs now
    close_case(helper, get_case(helper, case.id))
    with reading():
        assert find_explanation(colleague, person_id) is None


def test_a_task_explains_a_look_to_who_has_to_do_it(
    desk: Desk, helper: Actor, person_id: UUID
) -> None:
    case = make_case(helper, person_id)
    task_id = add_task(helper, case)
    lead = make_helper(desk, role="safeguarding_lead")
    branch = replace(make_helper(desk), site_id=new_id())
    add_task(branch, case)
    with reading():
        assert find_explanation(branch, person_id) is None  # they gave it themself

    def hand_over() -> None:
        get_session().get_one(Task, task_id).assigned_to = lead.account_id  # type: ignore[assignment]

    run_transaction(hand_over)
    with reading():
        found = find_explanation(lead, person_id)
    assert found is not None
    assert (found.code, found.subject) == ("task", ("task", task_id))

    def finish() -> None:
        task = get_session().get_one(Task, task_id)
        task.done_at, task.done_by = clock.now(), lead.account_id

    run_transaction(finish)
    with reading():
        assert find_explanation(lead, person_id) is None


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
