"""The commands of this package by one name, and the gate that every helper's command passes.

The commands stand in topic modules: service_organisations, service_members, service_records,
service_roles, service_interests.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import bindparam, select

from assistedaccess.kernel import clock
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.errors import InvalidInput
from assistedaccess.kernel.transactions import find_transaction

from . import rules
from .models import Membership, Organisation
from .queries import load_facts, requirements_of
from .service_interests import declare_interest, end_interest
from .service_members import (
    Invited,
    change_membership,
    end_membership,
    invite_member,
    resume_membership,
    start_membership,
    suspend_membership,
)
from .service_organisations import (
    add_audit_remit,
    add_site,
    change_organisation,
    change_site,
    close_organisation,
    create_organisation,
    end_audit_remit,
)
from .service_records import record_check, record_training
from .service_roles import end_role, grant_role

__all__ = [
    "Holder",
    "Invited",
    "add_audit_remit",
    "add_site",
    "change_membership",
    "change_organisation",
    "change_site",
    "close_organisation",
    "create_organisation",
    "declare_interest",
    "end_audit_remit",
    "end_interest",
    "end_membership",
    "end_role",
    "get_holder",
    "grant_role",
    "invite_member",
    "record_check",
    "record_training",
    "require_may_act",
    "resume_membership",
    "start_membership",
    "suspend_membership",
]


def require_may_act(actor: Actor, power: str | None = None) -> None:
    """Let a helper's command go on only if organisation and law let this helper act today.

    Call it inside a command, right after ``require``. Two statements; the membership is locked
    against a change until the transaction ends, so that a suspension and an act have an order.
    Raises a subclass of rules.MayNotAct, named for the rule, with the next step. Only accounts
    are helpers: the person themself, and the system, pass.
    """
    if not actor.is_account:
        return
    facts, requirements = _load_locked(actor)
    found = rules.may_act(facts, requirements, clock.today(), power)
    if found:
        first = found[0]
        raise first.refusal(first.words, next_step=first.next_step)


@dataclass(frozen=True)
class Holder:
    """A member on whom somebody relies: their account, their human, and what kind they are."""

    account_id: UUID
    human_id: UUID
    kind: rules.MembershipKind


def get_holder(
    account_id: UUID, organisation_id: UUID | None, powers: Collection[str] = ()
) -> Holder:
    """The member of that account who is to act for somebody, locked, if they may act today.

    Raises InvalidInput where there is no such member, or a subclass of rules.MayNotAct, also for
    one of ``powers``. Three statements.
    """
    found = (
        get_session()
        .execute(
            select(Membership, Organisation)
            .join(Organisation, Organisation.id == Membership.organisation_id)
            .where(
                Membership.account_id == account_id,
                Membership.organisation_id == organisation_id,
                Membership.ended_at.is_(None),
            )
            .with_for_update(read=True, of=Membership)
            .execution_options(populate_existing=True)
        )
        .one_or_none()
    )
    if found is None:
        raise InvalidInput("holder", _("There is no such helper here"))
    membership, organisation = found
    facts = load_facts([membership], organisation)[membership.id]
    asked: list[str | None] = [None, *sorted(rules.MONEY_POWERS.intersection(powers))]
    for power in asked:
        for finding in rules.may_act(facts, requirements_of(organisation), clock.today(), power):
            raise finding.refusal(
                _("This helper may not act yet: %(why)s", why=finding.words),
                next_step=_("Ask a manager of the organisation."),
            )
    return Holder(account_id, membership.human_id, rules.MembershipKind(membership.kind))


def find_own_kind(actor: Actor) -> str | None:
    """What kind of member the actor is, where require_may_act has read it in this transaction."""
    transaction = find_transaction()
    kept = transaction.notes.get(_MAY_ACT, {}) if transaction else {}
    found = kept.get((actor.membership_id, actor.account_id))
    return str(found[0].kind) if found is not None else None


_MAY_ACT = "organisations.may_act"


_OWN_MEMBERSHIP = (
    select(Membership, Organisation)
    .join(Organisation, Organisation.id == Membership.organisation_id)
    .where(
        Membership.id == bindparam("membership"),
        Membership.account_id == bindparam("account"),
    )
    .with_for_update(read=True, of=Membership)
    .execution_options(populate_existing=True)
)


def _load_locked(actor: Actor) -> tuple[rules.MembershipFacts, rules.Requirements]:
    """What is recorded of the actor's membership; read once a transaction, for it is locked."""
    transaction = find_transaction()
    kept: dict[tuple[UUID | None, UUID | None], tuple[rules.MembershipFacts, rules.Requirements]]
    kept = transaction.notes.setdefault(_MAY_ACT, {}) if transaction else {}
    key = (actor.membership_id, actor.account_id)
    if key in kept:
        return kept[key]
    row = None
    if actor.membership_id is not None:
        asked = {"membership": actor.membership_id, "account": actor.account_id}
        row = get_session().execute(_OWN_MEMBERSHIP, asked).one_or_none()
    if row is None:
        raise rules.NoMembership(
            _("You do not belong to an organisation here, so you cannot act for anybody."),
            next_step=_("Ask a manager of your organisation."),
        )
    membership, organisation = row
    facts = load_facts([membership], organisation)[membership.id]
    kept[key] = (facts, requirements_of(organisation))
    return kept[key]
