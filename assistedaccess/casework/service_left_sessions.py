"""Group sessions that nobody leads any more: a manager gives them to a helper.

A manager sees when and where, never what a session is about nor who is on its register. Whoever
gets it, the manager themself in a helper's role among them, sees that only once it is in the
journal that it was given, by whom, and that the register was opened.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import delete, exists, insert, or_, select

from assistedaccess.access import Permission, require
from assistedaccess.accounts.models import Account
from assistedaccess.audit import Action, record
from assistedaccess.kernel import clock
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.commands import command, concerns
from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.errors import NotFound, StaleVersion
from assistedaccess.organisations.models import Site

from .models_groups import GroupLeader, GroupSession
from .queries import helping_at
from .rules_groups import GroupState
from .service import check_colleague
from .service_engagements import check_elsewhere
from .service_groups import SUBJECT

MOST_SHOWN = 100


@dataclass(frozen=True)
class LeftSession:
    """A session without anybody who leads it: when and where."""

    id: UUID
    starts_at: datetime
    ends_at: datetime
    site_name: str
    version: int


def _is_left() -> tuple[object, ...]:
    """Planned, its register not closed, and none of its leaders a helper of the place today."""
    leaders = (
        select(GroupLeader.session_id)
        .join(Account, Account.id == GroupLeader.account_id)
        .where(GroupLeader.session_id == GroupSession.id)
    )
    leads = helping_at(leaders, GroupSession.organisation_id).correlate(GroupSession)
    return (GroupSession.state == GroupState.PLANNED, ~exists(leads))


@command("casework.list_left_sessions")
def list_left_sessions(*, actor: Actor) -> list[LeftSession]:
    """The sessions of the manager's organisation that nobody leads any more, the next first."""
    require(actor, Permission.CASE_REASSIGN)
    record(Action.TEAM_VIEWED, actor=actor, reason="left_sessions")
    found = get_session().execute(
        select(
            GroupSession.id,
            GroupSession.starts_at,
            GroupSession.ends_at,
            Site.name,
            GroupSession.version,
        )
        .join(Site, Site.id == GroupSession.site_id)
        .where(GroupSession.organisation_id == actor.organisation_id, *_is_left())  # type: ignore[arg-type]
        .order_by(GroupSession.starts_at, GroupSession.id)
        .limit(MOST_SHOWN)
    )
    return [LeftSession(*row) for row in found]


@command("casework.give_left_session")
def give_left_session(
    *,
    actor: Actor,
    session_id: UUID,
    version: int,
    account_id: UUID,
    with_later: bool = False,
) -> list[UUID]:
    """Have a helper lead a session that nobody leads any more, or it and the later ones of its
    series that nobody leads either; returns which.

    Raises NotFound for one that is not theirs; StaleVersion where it has a leader by now or was
    changed; InvalidInput where the helper is elsewhere at any of the times.
    """
    require(actor, Permission.CASE_REASSIGN)
    check_colleague(actor, account_id, "account_id")
    session = get_session()
    row = session.get(GroupSession, session_id, with_for_update=True, populate_existing=True)
    if row is None or row.organisation_id != actor.organisation_id:
        raise NotFound
    concerns(subject=(SUBJECT, row.id))
    series = GroupSession.series_id == row.series_id, GroupSession.starts_at > row.starts_at
    which = or_(GroupSession.id == row.id, *([series[0] & series[1]] if with_later else []))
    rows = list(
        session.scalars(
            select(GroupSession)
            .where(which, *_is_left())  # type: ignore[arg-type]
            .order_by(GroupSession.starts_at)
            .with_for_update()
        )
    )
    if row not in rows or row.version != version:
        raise StaleVersion(
            _("Somebody leads this session by now, or it was changed."),
            next_step=_("Look at the list again."),
        )
    to_come = [(each.starts_at, each.ends_at) for each in rows if each.ends_at > clock.now()]
    if to_come:
        check_elsewhere(actor, to_come, helpers=[account_id], field="account_id")
    ids = [each.id for each in rows]
    former = session.execute(
        select(GroupLeader.session_id, GroupLeader.account_id).where(
            GroupLeader.session_id.in_(ids)
        )
    ).all()
    session.execute(delete(GroupLeader).where(GroupLeader.session_id.in_(ids)))
    session.execute(
        insert(GroupLeader),
        [
            {
                "session_id": each.id,
                "account_id": account_id,
                "organisation_id": each.organisation_id,
            }
            for each in rows
        ],
    )
    assert actor.account_id is not None  # noqa: S101  (the permission is an account's)
    for each in rows:
        each.version += 1
        each.changed_by = actor.account_id
        record(
            Action.GROUP_SESSION_CHANGED,
            actor=actor,
            subject=(SUBJECT, each.id),
            reason="leader_given",
            details={
                "from": sorted(str(one.account_id) for one in former if one.session_id == each.id),
                "to": str(account_id),
            },
        )
    session.flush()
    return ids
