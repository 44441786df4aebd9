"""Commands about roles. Nobody grants their own, and what a human grants a second human decides."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import select

from assistedaccess.access import Permission, Role, require
from assistedaccess.audit import Action, record
from assistedaccess.kernel import clock, controls
from assistedaccess.kernel.actor import Actor, ActorKind
from assistedaccess.kernel.commands import command, concerns
from assistedaccess.kernel.controls import Act, Finding, Verdict
from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.errors import InvalidInput, NotFound, Refused
from assistedaccess.kernel.ids import new_id
from assistedaccess.kernel.inputs import read_word

from .models import Membership, RoleGrant
from .queries import may_see
from .rules import list_grantable_roles
from .service_members import OwnMembership, lock_membership

TWO_HUMANS = frozenset({"role.grant", "organisation.requirements"})
"""The acts of this package that wait for a second human whenever a human does them."""


class OwnRoleGrant(Refused):
    """Nobody gives themself a role, whichever of their accounts asks or receives."""

    reason_code = "own_role_grant"


class RoleNotGrantable(Refused):
    """This role is not for this kind of member, or not for this granter to give."""

    reason_code = "role_not_grantable"


def hold_for_second_human(act: Act) -> Iterable[Finding]:
    """The control of this package: what the system sets up goes on, what humans do is held."""
    if act.name not in TWO_HUMANS or act.actor.kind is ActorKind.SYSTEM:
        return
    if act.name == "role.grant":
        words = _("A role takes effect when a second person has looked at it and agreed.")
    else:
        words = _(
            "What an organisation asks of its helpers changes when a second person has looked at "
            "it and agreed."
        )
    yield Finding(Verdict.HOLD, f"{act.name.replace('.', '_')}_second_human", words)


@command("organisations.grant_role")
def grant_role(*, actor: Actor, membership_id: UUID, role: str) -> UUID:
    """Give a member a role. Held for a second human, unless the system itself sets up.

    Never to the same human: by no account of theirs, and for no account of theirs.
    """
    require(actor, Permission.ROLE_GRANT)
    row, _organisation = lock_membership(actor, membership_id, own_too=True)
    if actor.is_same_human(row.human_id):
        raise OwnRoleGrant(
            _("You cannot give a role to yourself."),
            next_step=_("Ask another manager, or an administrator."),
        )
    word = read_word("role", role, Role, _("Select the role"))
    if word not in list_grantable_roles(actor.role, row.kind):
        raise RoleNotGrantable(
            _("You cannot give this role to this member."),
            next_step=_("Ask an administrator whether the role is right for them."),
        )
    session = get_session()
    live = select(RoleGrant.id).filter_by(membership_id=row.id, role=word, ended_at=None)
    if session.scalar(live) is not None:
        raise InvalidInput("role", _("They hold this role already"))
    controls.decide(
        Act(
            "role.grant",
            actor,
            organisation_id=row.organisation_id,
            facts={"role": word, "membership_id": row.id, "human_id": row.human_id},
        )
    )
    grant = RoleGrant(
        id=new_id(),
        organisation_id=row.organisation_id,
        membership_id=row.id,
        role=word,
        granted_at=clock.now(),
        granted_by=actor.account_id,
    )
    session.add(grant)
    record(
        Action.ROLE_GRANTED,
        actor=actor,
        organisation_id=row.organisation_id,
        subject=("role_grant", grant.id),
        details={"role": word, "membership": str(row.id), "account": str(row.account_id)},
    )
    return grant.id


@command("organisations.end_role")
def end_role(*, actor: Actor, role_grant_id: UUID) -> UUID:
    """Take a role back, at once.

    Nobody ends their own, so that the last manager or administrator never goes by mistake.
    """
    require(actor, Permission.MEMBERSHIP_CHANGE)
    session = get_session()
    grant = session.get(RoleGrant, role_grant_id, with_for_update=True)
    if grant is None or not may_see(actor, grant.organisation_id):
        raise NotFound
    concerns(organisation_id=grant.organisation_id, subject=("role_grant", grant.id))
    membership = session.get_one(Membership, grant.membership_id)
    if actor.is_same_human(membership.human_id):
        raise OwnMembership(
            _("You cannot take a role from yourself."),
            next_step=_("Ask another manager, or an administrator."),
        )
    if grant.ended_at is not None:
        raise InvalidInput("role", _("This role has ended already"))
    grant.ended_at = clock.now()
    grant.ended_by = actor.account_id
    record(
        Action.ROLE_ENDED,
        actor=actor,
        organisation_id=grant.organisation_id,
        subject=("role_grant", grant.id),
        details={"role": grant.role, "membership": str(membership.id)},
    )
    return grant.id
