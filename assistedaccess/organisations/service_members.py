"""Commands about members: invite, change, suspend, end. Nobody does them for themself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import delete, select

from assistedaccess.access import Permission, Role, require
from assistedaccess.accounts import endings
from assistedaccess.accounts.queries import check_reach, find_account_id, get_account
from assistedaccess.accounts.rules import EndReason
from assistedaccess.accounts.service import create_invitation
from assistedaccess.audit import Action, record
from assistedaccess.kernel import clock, encryption
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.canonical import canonical_email
from assistedaccess.kernel.commands import command, concerns
from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.errors import InvalidInput, NotFound, Refused
from assistedaccess.kernel.events import publish
from assistedaccess.kernel.ids import new_id, new_reference
from assistedaccess.kernel.inputs import read_word

from . import rules
from .events import MemberResumed, MemberStopped
from .inputs import read_name, read_text
from .models import Membership, MembershipSite, Organisation, Site
from .queries import may_see
from .queries_members import SUSPENSION_REASON
from .service_organisations import check_version, lock_organisation

FORGOTTEN = timedelta(days=7)
"""So long after its last day a membership can still be made longer: somebody forgot to. Who left
before that is a leaver (scenario A38 names three weeks). A starting value of ours."""


class OwnMembership(Refused):
    """Nobody trains, checks, suspends or resumes themself, whichever account they use."""

    reason_code = "own_membership"


@dataclass(frozen=True)
class Invited:
    """A new member. ``path`` of the single-use link is shown once; empty for who has an account."""

    membership_id: UUID
    membership_reference: str
    account_id: UUID
    path: str


def lock_membership(
    actor: Actor, membership_id: UUID, *, own_too: bool = False
) -> tuple[Membership, Organisation]:
    """A membership, locked, and its organisation.

    Raises NotFound (also for another organisation's), OwnMembership for the actor's own human,
    and MembershipEnded for one that is over.
    """
    session = get_session()
    row = session.get(Membership, membership_id, with_for_update=True)
    if row is None or not may_see(actor, row.organisation_id):
        raise NotFound
    concerns(organisation_id=row.organisation_id, subject=("membership", row.id))
    if actor.is_same_human(row.human_id) and not own_too:
        raise OwnMembership(
            _("You cannot change your own membership."),
            next_step=_("Ask another manager, or an administrator."),
        )
    if row.ended_at is not None:
        raise rules.MembershipEnded(
            _("This membership has ended."), next_step=_("Invite them again to start a new one.")
        )
    organisation = session.get_one(Organisation, row.organisation_id)
    return row, organisation


def record_on_membership(
    action: Action, actor: Actor, row: Membership, details: dict[str, object]
) -> None:
    """Record what was done to a membership."""
    record(
        action,
        actor=actor,
        organisation_id=row.organisation_id,
        subject=("membership", row.id),
        details=details,
    )


@command("organisations.invite_member")
def invite_member(
    *,
    actor: Actor,
    organisation_id: UUID,
    name: str,
    email: str,
    kind: str,
    starts_on: date,
    ends_on: date | None = None,
    site_ids: Sequence[UUID] = (),
    other_email: str | None = None,
) -> Invited:
    """Invite somebody as a member of that kind, from and until.

    ``other_email``: of an account that the same human has already, so that the two are one human
    to every rule that asks for somebody else. A manager knows those of their own organisation.

    They hold no role until one is granted, which a second human decides. Only an administrator
    makes a member of somebody who has an account already: a manager who could would have the
    other organisation's account in reach.
    """
    require(actor, Permission.ACCOUNT_INVITE)
    require(actor, Permission.MEMBERSHIP_CHANGE)
    organisation = lock_organisation(actor, organisation_id)
    name = read_name("name", name, _("Enter their name"))
    if canonical_email(email) is None:
        raise InvalidInput("email", _("Enter an email address in the correct format"))
    human_id = _find_human(actor, other_email) if other_email else None
    account_id = find_account_id(email) if actor.role != Role.MANAGER else None
    path = ""
    if account_id is not None and human_id is not None:
        raise InvalidInput(
            "other_email", _("They have an account with the first address. Leave this empty")
        )
    if account_id is None:
        link = create_invitation(actor=actor, name=name, email=email, human_id=human_id)
        account_id, path = link.account_id, link.path
    row = _start(actor, organisation, account_id, kind, starts_on, ends_on, site_ids)
    return Invited(row.id, row.reference, account_id, path)


def _find_human(actor: Actor, email: str) -> UUID:
    """Whose account that is. One out of reach answers like one that is not there."""
    account_id = find_account_id(email)
    try:
        if account_id is None:
            raise NotFound
        check_reach(actor, account_id)
    except NotFound:
        raise InvalidInput(
            "other_email",
            _("No account that you can see has this address. An administrator sees all"),
        ) from None
    return get_account(account_id).human_id


@command("organisations.start_membership")
def start_membership(
    *,
    actor: Actor,
    organisation_id: UUID,
    account_id: UUID,
    kind: str,
    starts_on: date,
    ends_on: date | None = None,
    site_ids: Sequence[UUID] = (),
) -> UUID:
    """Make somebody who has an account a member: for administrators and the system.

    A manager may only do it for who has been a member here before.
    """
    require(actor, Permission.MEMBERSHIP_CHANGE)
    organisation = lock_organisation(actor, organisation_id)
    if actor.role == Role.MANAGER and not _has_been_member(organisation.id, account_id):
        raise NotFound
    return _start(actor, organisation, account_id, kind, starts_on, ends_on, site_ids).id


def _has_been_member(organisation_id: UUID, account_id: UUID) -> bool:
    found = select(Membership.id).filter_by(organisation_id=organisation_id, account_id=account_id)
    return get_session().scalar(found.limit(1)) is not None


def _start(
    actor: Actor,
    organisation: Organisation,
    account_id: UUID,
    kind: str,
    starts_on: date,
    ends_on: date | None,
    site_ids: Sequence[UUID],
) -> Membership:
    if organisation.closed_on is not None:
        raise InvalidInput("name", _("This organisation is closed"))
    session = get_session()
    account = get_account(account_id)
    if actor.is_same_human(account.human_id):
        raise OwnMembership(
            _("You cannot make yourself a member."),
            next_step=_("Ask another manager, or an administrator."),
        )
    _close_lapsed(organisation.id, account_id)
    row = Membership(
        id=new_id(),
        reference=new_reference("M"),
        organisation_id=organisation.id,
        account_id=account_id,
        human_id=account.human_id,
        kind=read_word(
            "kind", kind, rules.MembershipKind, _("Select staff, volunteer or family helper")
        ),
        starts_on=starts_on,
        created_at=clock.now(),
        created_by=actor.account_id,
        version=1,
    )
    _set_dates(row, starts_on, ends_on)
    session.add(row)
    session.flush()
    _set_sites(row, site_ids)
    record_on_membership(
        Action.MEMBERSHIP_STARTED,
        actor,
        row,
        {
            "account": str(account_id),
            "kind": row.kind,
            "starts_on": row.starts_on.isoformat(),
            "ends_on": row.ends_on.isoformat() if row.ends_on else "",
        },
    )
    return row


def _close_lapsed(organisation_id: UUID, account_id: UUID) -> None:
    # One that ran out by its date makes room for the next; a live one does not.
    open_one = (
        get_session()
        .scalars(
            select(Membership)
            .filter_by(organisation_id=organisation_id, account_id=account_id, ended_at=None)
            .with_for_update()
        )
        .one_or_none()
    )
    if open_one is None:
        return
    if open_one.ends_on is None or open_one.ends_on >= clock.today():
        raise InvalidInput("email", _("They are a member of this organisation already"))
    open_one.ended_at = clock.end_of_day(open_one.ends_on)
    get_session().flush()
    publish(_stopped(open_one, "ended"))


def _set_dates(row: Membership, starts_on: date, ends_on: date | None) -> None:
    wrong = rules.find_wrong_date(starts_on, ends_on, clock.today())
    if wrong == "starts_on":
        raise InvalidInput(wrong, _("The first day must be between 1990 and 2100"))
    if wrong is not None:
        raise InvalidInput(
            wrong, _("The last day must be today or in the future, and not before the first day")
        )
    row.starts_on = starts_on
    row.ends_on = ends_on


def _set_sites(row: Membership, site_ids: Sequence[UUID]) -> None:
    session = get_session()
    session.execute(delete(MembershipSite).where(MembershipSite.membership_id == row.id))
    wanted = set(site_ids)
    known = set(
        session.scalars(
            select(Site.id).where(
                Site.id.in_(wanted),
                Site.organisation_id == row.organisation_id,
                Site.closed_on.is_(None),
            )
        )
    )
    if wanted != known:
        raise InvalidInput("sites", _("Select sites of this organisation"))
    session.add_all(
        MembershipSite(membership_id=row.id, site_id=site_id, organisation_id=row.organisation_id)
        for site_id in sorted(known)
    )


@command("organisations.change_membership")
def change_membership(
    *,
    actor: Actor,
    membership_id: UUID,
    starts_on: date,
    ends_on: date | None,
    site_ids: Sequence[UUID],
    version: int | None = None,
) -> UUID:
    """Change from when until when somebody is a member, and at which sites.

    Raises MembershipEnded where it ran out longer ago than FORGOTTEN: a leaver does not come back
    by one hand (scenario A38). Else InvalidInput at a date.
    """
    require(actor, Permission.MEMBERSHIP_CHANGE)
    row, _organisation = lock_membership(actor, membership_id)
    check_version(version, row.version)
    if row.ends_on is not None and row.ends_on < clock.today() - FORGOTTEN:
        raise rules.MembershipEnded(
            _("Their time at this organisation ended more than a week ago."),
            next_step=_("Make them a member anew. Two people then decide on each of their roles."),
        )
    before = [row.starts_on.isoformat(), row.ends_on.isoformat() if row.ends_on else ""]
    _set_dates(row, starts_on, ends_on)
    _set_sites(row, site_ids)
    row.version += 1
    after = [row.starts_on.isoformat(), row.ends_on.isoformat() if row.ends_on else ""]
    record_on_membership(
        Action.MEMBERSHIP_CHANGED,
        actor,
        row,
        {"before": before, "after": after, "sites": sorted(str(site) for site in site_ids)},
    )
    return row.id


@command("organisations.suspend_membership")
def suspend_membership(*, actor: Actor, membership_id: UUID, reason: str) -> UUID:
    """Suspend a member at once: their roles are gone with the next request, everywhere."""
    require(actor, Permission.MEMBERSHIP_CHANGE)
    row, _organisation = lock_membership(actor, membership_id)
    if row.suspended_at is not None:
        raise InvalidInput("reason", _("They are suspended already"))
    why = read_text("reason", reason, _("Enter why they are suspended"), most=500)
    row.suspended_at = clock.now()
    row.suspended_by = actor.account_id
    row.suspension_reason = encryption.seal(row.account_id, SUSPENSION_REASON, why)
    row.version += 1
    record_on_membership(Action.MEMBERSHIP_SUSPENDED, actor, row, {"reason": why})
    endings.end_all(actor, row.account_id, EndReason.ENDED_BY_MANAGER)
    publish(_stopped(row, "suspended"))
    return row.id


@command("organisations.resume_membership")
def resume_membership(*, actor: Actor, membership_id: UUID, reason: str) -> UUID:
    """Lift a suspension."""
    require(actor, Permission.MEMBERSHIP_CHANGE)
    row, _organisation = lock_membership(actor, membership_id)
    if row.suspended_at is None:
        raise InvalidInput("reason", _("They are not suspended"))
    why = read_text("reason", reason, _("Enter why the suspension ends"), most=500)
    row.suspended_at = row.suspended_by = row.suspension_reason = None
    row.version += 1
    record_on_membership(Action.MEMBERSHIP_RESUMED, actor, row, {"reason": why})
    publish(MemberResumed(row.id, row.account_id, row.human_id, row.organisation_id))
    return row.id


@command("organisations.end_membership")
def end_membership(*, actor: Actor, membership_id: UUID, reason: str) -> UUID:
    """End a membership at once, and with it every role and sign-in."""
    require(actor, Permission.MEMBERSHIP_CHANGE)
    row, _organisation = lock_membership(actor, membership_id)
    why = read_text("reason", reason, _("Enter why the membership ends"), most=500)
    row.ended_at = clock.now()
    row.ended_by = actor.account_id
    row.version += 1
    record_on_membership(Action.MEMBERSHIP_ENDED, actor, row, {"reason": why})
    endings.end_all(actor, row.account_id, EndReason.ENDED_BY_MANAGER)
    publish(_stopped(row, "ended"))
    return row.id


def _stopped(row: Membership, why: str) -> MemberStopped:
    return MemberStopped(row.id, row.account_id, row.human_id, row.organisation_id, why)
