"""What waits: drawn anew, late, handed back, asked twice, decided by two at once."""

from __future__ import annotations

import threading
from contextlib import suppress
from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from assistedaccess.approvals import rules, service
from assistedaccess.approvals.models import PendingAct, PendingActDraw
from assistedaccess.approvals.redraw import redraw_pending_acts
from assistedaccess.approvals.rules import State
from assistedaccess.kernel import clock
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.errors import Held, NotFound
from assistedaccess.kernel.transactions import reading, run_transaction
from assistedaccess.organisations import service as organisations
from assistedaccess.organisations.models import RoleGrant
from tests.factories.organisations import (
    MadeOrganisation,
    Member,
    make_actor,
    make_member,
    make_organisation,
)

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture
def organisation(app: Flask) -> MadeOrganisation:
    return make_organisation()


@pytest.fixture
def manager(organisation: MadeOrganisation) -> Actor:
    return make_actor(organisation, "manager")


@pytest.fixture
def reviewers(organisation: MadeOrganisation) -> dict[UUID, Actor]:
    made = [make_actor(organisation, "reviewer") for _ in range(2)]
    return {actor.account_id: actor for actor in made if actor.account_id}


def ask(manager: Actor, member: Member, role: str = "helper") -> PendingAct:
    """Ask for a role, and find what it left behind."""
    with pytest.raises(Held) as held:
        organisations.grant_role(actor=manager, membership_id=member.membership_id, role=role)
    return find(held.value.pending_reference)


def find(reference: str) -> PendingAct:
    with reading() as session:
        row = session.scalars(select(PendingAct).filter_by(reference=reference)).one()
        session.expunge(row)
    return row


def again(row: PendingAct) -> PendingAct:
    return find(row.reference)


def roles_of(member: Member) -> list[str]:
    with reading() as session:
        return list(
            session.scalars(
                select(RoleGrant.role).filter_by(membership_id=member.membership_id, ended_at=None)
            )
        )


def drawn(row: PendingAct, reviewers: dict[UUID, Actor]) -> Actor:
    assert row.drawn_account_id is not None
    return reviewers[row.drawn_account_id]


def release(actor: Actor, row: PendingAct) -> service.Decision:
    return service.release_pending_act(
        actor=actor, pending_act_id=row.id, reason="I rang them: it is right"
    )


def test_the_shared_pool_decides_where_there_is_nobody_and_others_do_not(
    organisation: MadeOrganisation, manager: Actor
) -> None:
    make_actor(make_organisation(), "reviewer")
    row = ask(manager, make_member(organisation))
    assert row.drawn_account_id is None
    pooled = make_actor(make_organisation(is_pool=True), "reviewer")
    assert run_transaction(redraw_pending_acts) == 1
    assert again(row).drawn_account_id == pooled.account_id
    assert release(pooled, row).state is State.RELEASED


def test_two_releases_at_once_make_one_decision(
    organisation: MadeOrganisation, manager: Actor, reviewers: dict[UUID, Actor]
) -> None:
    for _ in range(5):
        member = make_member(organisation)
        row = ask(manager, member)
        reviewer = drawn(row, reviewers)
        barrier = threading.Barrier(2)
        ended: list[object] = []

        def go(barrier=barrier, reviewer=reviewer, row=row, ended=ended) -> None:
            barrier.wait()
            try:
                ended.append(release(reviewer, row).state)
            except rules.AlreadyDecided as error:
                ended.append(type(error))

        threads = [threading.Thread(target=go) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(map(str, ended)) == sorted(map(str, [State.RELEASED, rules.AlreadyDecided]))
        assert roles_of(member) == ["helper"]


def test_a_release_and_a_withdrawal_at_once_make_one_decision(
    organisation: MadeOrganisation, manager: Actor, reviewers: dict[UUID, Actor]
) -> None:
    for _ in range(5):
        member = make_member(organisation)
        row = ask(manager, member)
        reviewer = drawn(row, reviewers)
        barrier = threading.Barrier(2)

        def let_go(barrier=barrier, reviewer=reviewer, row=row) -> None:
            barrier.wait()
            with suppress(rules.AlreadyDecided):
                release(reviewer, row)

        def take_back(barrier=barrier, row=row) -> None:
            barrier.wait()
            with suppress(rules.AlreadyDecided):
                service.withdraw_pending_act(actor=manager, pending_act_id=row.id)

        threads = [threading.Thread(target=act) for act in (let_go, take_back)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        state = again(row).state
        assert roles_of(member) == (["helper"] if state == State.RELEASED else [])
        assert state in (State.RELEASED, State.WITHDRAWN)


def test_asked_twice_it_waits_once(
    organisation: MadeOrganisation, manager: Actor, reviewers: dict[UUID, Actor]
) -> None:
    member = make_member(organisation)
    first = ask(manager, member)
    assert ask(manager, member).id == first.id
    assert ask(manager, member, "reviewer").id != first.id
    release(drawn(first, reviewers), first)
    organisations.end_role(actor=manager, role_grant_id=role_grant_of(member))
    assert ask(manager, member).id != first.id


def role_grant_of(member: Member) -> UUID:
    with reading() as session:
        return session.scalars(
            select(RoleGrant.id).filter_by(membership_id=member.membership_id)
        ).one()


def test_handed_back_it_goes_to_another_and_never_returns(
    organisation: MadeOrganisation, manager: Actor, reviewers: dict[UUID, Actor]
) -> None:
    row = ask(manager, make_member(organisation))
    first = drawn(row, reviewers)
    service.hand_back_pending_act(actor=first, pending_act_id=row.id, reason="My cousin")
    second = drawn(again(row), reviewers)
    assert second.human_id != first.human_id
    with pytest.raises(NotFound):
        release(first, row)
    service.hand_back_pending_act(actor=second, pending_act_id=row.id, reason="My neighbour")
    assert again(row).drawn_account_id is None
    assert run_transaction(redraw_pending_acts) == 0
    with reading() as session:
        words = session.scalars(select(PendingActDraw.words)).all()
    assert all(kept and b"cousin" not in kept for kept in words)


def test_a_deadline_escalates_and_never_releases(
    organisation: MadeOrganisation, manager: Actor, reviewers: dict[UUID, Actor]
) -> None:
    member = make_member(organisation)
    row = ask(manager, member)
    first = drawn(row, reviewers)
    hours = rules.review_hours(row.command)
    with clock.set_clock(clock.now() + timedelta(hours=hours - 1)):
        assert run_transaction(redraw_pending_acts) == 0
    with clock.set_clock(clock.now() + timedelta(hours=hours, seconds=1)):
        assert run_transaction(redraw_pending_acts) == 1
        assert run_transaction(redraw_pending_acts) == 0
        late = again(row)
        assert late.state == State.WAITING
        assert late.escalated_at is not None
        assert late.due_at > clock.now()
        second = drawn(late, reviewers)
        assert second.human_id != first.human_id
        with pytest.raises(NotFound):
            release(first, row)
    assert roles_of(member) == []


def test_an_only_reviewer_keeps_what_is_late(
    organisation: MadeOrganisation, manager: Actor
) -> None:
    reviewer = make_actor(organisation, "reviewer")
    row = ask(manager, make_member(organisation))
    with clock.set_clock(clock.now() + timedelta(days=30)):
        assert run_transaction(redraw_pending_acts) == 1
        late = again(row)
        assert (late.drawn_account_id, late.state) == (reviewer.account_id, State.WAITING)
        assert late.escalated_at is not None
