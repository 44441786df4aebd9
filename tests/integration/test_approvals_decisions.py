"""What waits for a second human: who decides, what a release does, what it never does."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select, text

from assistedaccess.access import PermissionMissing
from assistedaccess.approvals import rules, service
from assistedaccess.approvals.events import PendingActDecided
from assistedaccess.approvals.models import PendingAct
from assistedaccess.approvals.redraw import redraw_pending_acts
from assistedaccess.approvals.rules import State
from assistedaccess.audit.models import AuditEvent
from assistedaccess.kernel import events
from assistedaccess.kernel.actor import SYSTEM, Actor
from assistedaccess.kernel.errors import Held, InvalidInput, NotFound
from assistedaccess.kernel.transactions import reading, run_transaction
from assistedaccess.organisations import service as organisations
from assistedaccess.organisations.models import RoleGrant
from assistedaccess.organisations.service_roles import OwnRoleGrant, RoleNotGrantable
from tests.factories.organisations import (
    MadeOrganisation,
    Member,
    actor_of,
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


@pytest.fixture
def decided() -> Iterator[list[PendingActDecided]]:
    told: list[PendingActDecided] = []
    events.subscribe(PendingActDecided, told.append)
    yield told
    events._handlers[PendingActDecided].remove(told.append)


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


def test_a_role_has_no_effect_until_somebody_else_releases_it(
    organisation: MadeOrganisation,
    manager: Actor,
    reviewers: dict[UUID, Actor],
    decided: list[PendingActDecided],
) -> None:
    member = make_member(organisation)
    row = ask(manager, member)
    assert roles_of(member) == []
    assert (row.state, row.command) == (State.WAITING, "organisations.grant_role")
    reviewer = drawn(row, reviewers)
    decision = release(reviewer, row)
    assert decision.state is State.RELEASED
    assert roles_of(member) == ["helper"]
    assert again(row).state == State.RELEASED
    assert [(event.pending_act_id, event.released) for event in decided] == [(row.id, True)]
    with reading() as session:
        by_manager = {"action": "role.granted", "account_id": manager.account_id}
        session.scalars(select(AuditEvent).filter_by(**by_manager)).one()
        released = session.scalars(
            select(AuditEvent).filter_by(action="pending_act.released")
        ).one()
        assert released.account_id == reviewer.account_id
        assert (released.authority_kind, released.authority_id) == ("pending_act", row.id)


def test_a_refusal_has_no_effect_and_a_reason(
    organisation: MadeOrganisation,
    manager: Actor,
    reviewers: dict[UUID, Actor],
    decided: list[PendingActDecided],
) -> None:
    member = make_member(organisation)
    row = ask(manager, member)
    reviewer = drawn(row, reviewers)
    for reason in ("", "  ", "x" * 1001, "a\x00"):
        with pytest.raises(InvalidInput):
            service.refuse_pending_act(actor=reviewer, pending_act_id=row.id, reason=reason)
    service.refuse_pending_act(actor=reviewer, pending_act_id=row.id, reason="They have left")
    assert roles_of(member) == []
    assert again(row).state == State.REFUSED
    assert [event.released for event in decided] == [False]
    with pytest.raises(rules.AlreadyDecided):
        release(reviewer, row)


def test_nobody_gives_themself_a_role_by_any_account(
    organisation: MadeOrganisation, manager: Actor, reviewers: dict[UUID, Actor]
) -> None:
    other_account = make_member(organisation, human_id=manager.human_id)
    for membership_id in (manager.membership_id, other_account.membership_id):
        assert membership_id is not None
        with pytest.raises(OwnRoleGrant):
            organisations.grant_role(actor=manager, membership_id=membership_id, role="reviewer")


def test_no_manager_makes_an_administrator_and_no_helper_a_helper(
    organisation: MadeOrganisation, manager: Actor
) -> None:
    member = make_member(organisation)
    with pytest.raises(RoleNotGrantable):
        organisations.grant_role(
            actor=manager, membership_id=member.membership_id, role="administrator"
        )
    with pytest.raises(PermissionMissing):
        organisations.grant_role(
            actor=make_actor(organisation, "helper"),
            membership_id=member.membership_id,
            role="helper",
        )


def test_the_same_human_by_another_account_is_neither_drawn_nor_heard(
    organisation: MadeOrganisation, manager: Actor
) -> None:
    second = make_member(organisation, "reviewer", human_id=manager.human_id)
    grantee = make_member(organisation)
    make_member(organisation, "reviewer", human_id=grantee.human_id)
    row = ask(manager, grantee)
    assert row.drawn_account_id is None
    with pytest.raises(rules.SameHuman):
        release(actor_of(second, "reviewer"), row)
    assert roles_of(grantee) == []


def test_the_database_itself_refuses_the_same_human(
    organisation: MadeOrganisation, manager: Actor
) -> None:
    row = ask(manager, make_member(organisation))

    def draw_by_hand() -> None:
        from assistedaccess.kernel.database import get_session

        get_session().execute(
            text("UPDATE pending_act SET drawn_human_id = human_id, drawn_account_id = account_id")
        )

    with pytest.raises(Exception, match="not_same_human"):
        run_transaction(draw_by_hand)
    assert again(row).drawn_account_id is None


def test_only_who_was_drawn_decides(
    organisation: MadeOrganisation, manager: Actor, reviewers: dict[UUID, Actor]
) -> None:
    member = make_member(organisation)
    row = ask(manager, member)
    chosen = drawn(row, reviewers)
    other = next(actor for actor in reviewers.values() if actor is not chosen)
    elsewhere = make_actor(make_organisation(), "reviewer")
    for actor in (other, elsewhere):
        for act in (service.release_pending_act, service.refuse_pending_act):
            with pytest.raises(NotFound):
                act(actor=actor, pending_act_id=row.id, reason="Because")
    with pytest.raises(PermissionMissing):
        release(make_actor(organisation, "helper"), row)
    with pytest.raises(rules.OtherRole):
        release(replace(chosen, role="safeguarding_lead"), row)
    assert again(row).state == State.WAITING


def test_administrators_decide_on_roles(organisation: MadeOrganisation, manager: Actor) -> None:
    administrator = make_actor(make_organisation(), "administrator")
    row = ask(manager, make_member(organisation))
    assert row.drawn_account_id == administrator.account_id
    assert release(administrator, row).state is State.RELEASED


def test_asked_by_somebody_whose_role_has_ended_it_fails_with_words(
    organisation: MadeOrganisation,
    reviewers: dict[UUID, Actor],
    decided: list[PendingActDecided],
) -> None:
    asker = make_member(organisation, "manager")
    member = make_member(organisation)
    row = ask(actor_of(asker, "manager"), member)
    organisations.suspend_membership(
        actor=SYSTEM, membership_id=asker.membership_id, reason="An enquiry"
    )
    decision = release(drawn(row, reviewers), row)
    assert (decision.state, roles_of(member)) == (State.FAILED, [])
    assert decision.words
    assert again(row).failure == decision.words
    assert [event.released for event in decided] == [False]


def test_what_is_refused_at_the_release_fails_and_changes_nothing(
    organisation: MadeOrganisation, manager: Actor, reviewers: dict[UUID, Actor]
) -> None:
    member = make_member(organisation)
    row = ask(manager, member)
    organisations.grant_role(actor=SYSTEM, membership_id=member.membership_id, role="helper")
    decision = release(drawn(row, reviewers), row)
    assert decision.state is State.FAILED
    assert roles_of(member) == ["helper"]
    assert again(row).state == State.FAILED

    ended = make_member(organisation)
    row = ask(manager, ended)
    organisations.end_membership(actor=SYSTEM, membership_id=ended.membership_id, reason="Left")
    assert release(drawn(row, reviewers), row).state is State.FAILED


def test_a_reviewer_whose_role_has_ended_does_not_decide(
    organisation: MadeOrganisation, manager: Actor
) -> None:
    reviewer = make_member(organisation, "reviewer")
    actor = actor_of(reviewer, "reviewer")
    row = ask(manager, make_member(organisation))
    assert row.drawn_account_id == actor.account_id
    organisations.suspend_membership(
        actor=SYSTEM, membership_id=reviewer.membership_id, reason="An enquiry"
    )
    with pytest.raises(rules.ReviewerMayNoLongerDecide):
        release(actor, row)
    assert again(row).state == State.WAITING
    other = make_actor(organisation, "reviewer")
    assert run_transaction(redraw_pending_acts) == 1
    assert again(row).drawn_account_id == other.account_id


def test_only_who_asked_withdraws(
    organisation: MadeOrganisation, manager: Actor, reviewers: dict[UUID, Actor]
) -> None:
    member = make_member(organisation)
    row = ask(manager, member)
    with pytest.raises(NotFound):
        service.withdraw_pending_act(
            actor=make_actor(organisation, "manager"), pending_act_id=row.id
        )
    service.withdraw_pending_act(actor=manager, pending_act_id=row.id)
    with pytest.raises(rules.AlreadyDecided):
        release(drawn(row, reviewers), row)
    assert roles_of(member) == []


def test_a_release_is_a_unit_of_work_of_its_own(
    organisation: MadeOrganisation, manager: Actor, reviewers: dict[UUID, Actor]
) -> None:
    row = ask(manager, make_member(organisation))
    with pytest.raises(RuntimeError):
        run_transaction(lambda: release(drawn(row, reviewers), row))
    assert again(row).state == State.WAITING
