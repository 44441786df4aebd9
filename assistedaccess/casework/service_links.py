"""Secret links: made, made anew, ended; and what is answered to whoever holds one.

A calendar's client and a screen on a wall cannot sign in. So what they are shown says nothing of
anybody: times and places, and the name or number by which somebody will be called.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, Select, and_, literal, select, union_all

from assistedaccess.access import Permission, Role, require
from assistedaccess.accounts.models import Account
from assistedaccess.accounts.tokens import hash_token
from assistedaccess.audit import Action, record
from assistedaccess.kernel import clock, encryption
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.commands import command, concerns
from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.errors import InvalidInput, NotFound, TooManyAttempts
from assistedaccess.kernel.ids import new_id
from assistedaccess.kernel.inputs import read_word
from assistedaccess.kernel.transactions import get_transaction, run_transaction
from assistedaccess.organisations.models import Membership, Organisation, RoleGrant, Site
from assistedaccess.organisations.queries import is_live
from assistedaccess.organisations.service import require_may_act

from . import rules_links as rules
from .models_appointments import Appointment
from .models_groups import GroupLeader, GroupSession
from .models_links import SecretLink
from .queries_entries import WaitingRow, list_waiting_at
from .rules_appointments import AppointmentState
from .rules_groups import GroupState
from .rules_links import Fetched, LinkPurpose

T = TypeVar("T")
SUBJECT = "secret_link"
BACK, AHEAD = timedelta(days=30), timedelta(days=366)
SHOWN_ON_SCREEN = 12
GROUP = "group_"
"""Before the kind of a slot that is a group session."""


@dataclass(frozen=True)
class MadeLink:
    """A link that was made. ``token`` is shown once: the hash alone is kept."""

    id: UUID
    token: str


@command("casework.make_link")
def make_link(*, actor: Actor, purpose: str) -> MadeLink:
    """Make the link of one's own calendar, or of the screen at one's site; an older one ends."""
    require(actor, Permission.TODAY_VIEW)
    require_may_act(actor)
    chosen = read_word("purpose", purpose, LinkPurpose, _("Select what the link is for"))
    if chosen is LinkPurpose.WAITING_ROOM and actor.site_id is None:
        raise InvalidInput("purpose", _("Choose the site at which you work today first"))
    for row in _lock_live(actor, chosen):
        _end(actor, row)
    assert actor.organisation_id is not None  # noqa: S101  (require_may_act refused it)
    assert actor.account_id is not None  # noqa: S101
    token = secrets.token_urlsafe(32)
    row = SecretLink(
        id=new_id(),
        purpose=chosen,
        organisation_id=actor.organisation_id,
        site_id=actor.site_id if chosen is LinkPurpose.WAITING_ROOM else None,
        account_id=actor.account_id,
        token_hash=hash_token(token),
        made_at=clock.now(),
        window_at=clock.now(),
        fetches=0,
    )
    get_session().add(row)
    get_session().flush()
    record(Action.SECRET_LINK_MADE, actor=actor, subject=(SUBJECT, row.id), reason=str(chosen))
    return MadeLink(row.id, token)


@command("casework.end_link")
def end_link(*, actor: Actor, purpose: str) -> int:
    """End what make_link made: from now on it is answered as one that never was."""
    require(actor, Permission.TODAY_VIEW)
    chosen = read_word("purpose", purpose, LinkPurpose, _("Select what the link is for"))
    rows = _lock_live(actor, chosen)
    if not rows:
        raise NotFound
    for row in rows:
        _end(actor, row)
    return len(rows)


def _lock_live(actor: Actor, purpose: LinkPurpose) -> list[SecretLink]:
    return list(get_session().scalars(_live(actor, purpose).with_for_update()))


def _live(actor: Actor, purpose: LinkPurpose) -> Select[SecretLink]:
    """One's own link of a calendar; whoever works at a site may end, or make anew, its screen's."""
    query = select(SecretLink).where(
        SecretLink.organisation_id == actor.organisation_id,
        SecretLink.purpose == purpose,
        SecretLink.ended_at.is_(None),
    )
    if purpose is LinkPurpose.CALENDAR:
        return query.where(SecretLink.account_id == actor.account_id)
    return query.where(SecretLink.site_id == actor.site_id)


def _end(actor: Actor, row: SecretLink) -> None:
    concerns(subject=(SUBJECT, row.id))
    row.ended_at, row.ended_by = clock.now(), actor.account_id
    get_session().flush()
    record(Action.SECRET_LINK_ENDED, actor=actor, subject=(SUBJECT, row.id), reason=row.purpose)


def list_live(actor: Actor) -> dict[LinkPurpose, datetime]:
    """Since when there is a link of each purpose."""
    return {
        purpose: row.made_at
        for purpose in LinkPurpose
        for row in get_session().scalars(_live(actor, purpose))
    }


# -- what is answered to whoever holds a link


@dataclass(frozen=True)
class Slot:
    """A time in a calendar: nothing of the person, not even initials."""

    id: UUID
    kind: str
    starts_at: datetime
    ends_at: datetime
    site_name: str | None


@dataclass(frozen=True)
class Screen:
    """What a waiting room sees: who waits, by what they are called."""

    site_name: str
    waiting: list[WaitingRow]


def read_calendar(token: str) -> list[Slot]:
    """What the helper whose link this is has at a time. Raises NotFound, TooManyAttempts."""
    return _answer(token, LinkPurpose.CALENDAR, _slots)


def read_screen(token: str) -> Screen:
    """Who waits at the site whose link this is. Raises NotFound, TooManyAttempts."""
    return _answer(token, LinkPurpose.WAITING_ROOM, _screen)


def _answer(token: str, purpose: LinkPurpose, show: Callable[[SecretLink], T]) -> T:
    def answer() -> T | None:
        link = _fetch(token, purpose)
        return None if link is None else show(link)

    found = run_transaction(answer)
    if found is None:  # told once a window, and in the journal: a client that goes on fills nothing
        raise _too_often()
    return found


def _too_often() -> TooManyAttempts:
    return TooManyAttempts(
        _("This link was asked too often."),
        retry_after=int(rules.WINDOW.total_seconds()),
        next_step=_("Set your calendar to ask once an hour."),
    )


def _fetch(token: str, purpose: LinkPurpose) -> SecretLink | None:
    """The live link, its fetch counted; past the limit nothing is read and nothing is written.

    The first fetch past it is a refusal as any other (TooManyAttempts); None for those that follow
    within its window. A link ends with the membership of whoever made it: somebody who has left
    sees nothing more.
    """
    row = (
        get_session()
        .scalars(
            select(SecretLink)
            .join(Account, Account.id == SecretLink.account_id)
            .join(
                Membership,
                (Membership.account_id == Account.id)
                & (Membership.organisation_id == SecretLink.organisation_id),
            )
            .join(Organisation, Organisation.id == Membership.organisation_id)
            .join(RoleGrant, RoleGrant.membership_id == Membership.id)
            .where(
                SecretLink.token_hash == hash_token(token),
                SecretLink.purpose == purpose,
                SecretLink.ended_at.is_(None),
                Account.disabled_at.is_(None),
                RoleGrant.role.in_([Role.HELPER, Role.SAFEGUARDING_LEAD]),
                RoleGrant.ended_at.is_(None),
                is_live(clock.today()),
            )
            .limit(1)
            .with_for_update(of=SecretLink)
        )
        .one_or_none()
    )
    if row is None:
        raise NotFound
    counted = rules.count_fetch(purpose, Fetched(row.window_at, row.fetches), clock.now())
    if counted is None:
        if row.fetches > rules.MOST_FETCHES[purpose]:
            return None
        link_id = row.id
        get_transaction().even_if_refused.append(lambda: _note_too_often(link_id))
        raise _too_often()
    row.window_at, row.fetches = counted.window_at, counted.count
    return row


def _note_too_often(link_id: UUID) -> None:
    get_session().get_one(SecretLink, link_id, with_for_update=True).fetches += 1


def _slots(link: SecretLink) -> list[Slot]:
    now = clock.now()

    def shown(table: Any) -> ColumnElement[bool]:
        return and_(
            table.organisation_id == link.organisation_id,
            table.starts_at >= now - BACK,
            table.starts_at < now + AHEAD,
        )

    appointments = select(
        Appointment.id,
        Appointment.kind,
        Appointment.starts_at,
        Appointment.ends_at,
        Site.name.label("site_name"),
    ).outerjoin(Site, Site.id == Appointment.site_id)
    groups = (
        select(
            GroupSession.id,
            (literal(GROUP) + GroupSession.kind).label("kind"),
            GroupSession.starts_at,
            GroupSession.ends_at,
            Site.name.label("site_name"),
        )
        .join(Site, Site.id == GroupSession.site_id)
        .join(GroupLeader, GroupLeader.session_id == GroupSession.id)
    )
    both = union_all(
        appointments.where(
            shown(Appointment),
            Appointment.account_id == link.account_id,
            Appointment.state.in_([AppointmentState.BOOKED, AppointmentState.CAME]),
        ),
        groups.where(
            shown(GroupSession),
            GroupLeader.account_id == link.account_id,
            GroupSession.state != GroupState.CANCELLED,
        ),
    ).subquery()
    found = get_session().execute(select(both).order_by(both.c.starts_at, both.c.id))
    return [Slot(*row) for row in found]


def _screen(link: SecretLink) -> Screen:
    site = get_session().get(Site, link.site_id) if link.site_id else None
    if site is None:
        raise NotFound
    encryption.load_keys([link.organisation_id])
    return Screen(site.name, list_waiting_at(link.organisation_id, site.id, SHOWN_ON_SCREEN))
