"""A manager gives what somebody had in hand to a colleague: leave, illness, leaving.

The manager sees counts and names of helpers, never who is helped: the colleague opens the cases,
and is refused those of their own relatives.
"""

from __future__ import annotations

from enum import StrEnum
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import select, update

from assistedaccess.access import Permission, require
from assistedaccess.audit import Action, record
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.commands import command
from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.errors import InvalidInput, StaleVersion
from assistedaccess.kernel.events import publish
from assistedaccess.kernel.inputs import read_word

from .events import CasesReassigned
from .models import Case, Task
from .queries_in_hand import InHand, list_in_hand
from .rules import CaseState
from .service import check_colleague

AT_ONCE = 200
"""At most so many cases in one go, the oldest first; the next go takes the rest."""


class WhyReassigned(StrEnum):
    """Why somebody cannot go on with their cases."""

    LEAVE = "leave"
    ILLNESS = "illness"
    LEAVING = "leaving"
    WORKLOAD = "workload"


@command("casework.view_in_hand")
def view_in_hand(*, actor: Actor) -> list[InHand]:
    """What each helper of the organisation has in hand, the look recorded."""
    require(actor, Permission.CASE_REASSIGN)
    record(Action.TEAM_VIEWED, actor=actor, reason="in_hand")
    return list_in_hand(actor)


@command("casework.reassign_cases")
def reassign_cases(*, actor: Actor, former: UUID, account_id: UUID, reason: str) -> int:
    """Give what ``former`` has in hand to ``account_id``; returns how many cases went.

    Their tasks that are not done go along; booked times do not: nobody can be in two places, so
    they are counted on the page, and moved one by one. Raises StaleVersion where nothing is left.
    """
    require(actor, Permission.CASE_REASSIGN)
    why = read_word("reason", reason, WhyReassigned, _("Select why"))
    if account_id == former:
        raise InvalidInput("account_id", _("Select another colleague"))
    check_colleague(actor, account_id, "account_id")
    session = get_session()
    rows = list(
        session.scalars(
            select(Case)
            .where(
                Case.organisation_id == actor.organisation_id,
                Case.assigned_to == former,
                Case.state != CaseState.CLOSED,
            )
            .order_by(Case.id)
            .limit(AT_ONCE)
            .with_for_update()
        )
    )
    if not rows:
        raise StaleVersion(
            _("They have no open case here any more."),
            next_step=_("Look at the team again: a colleague may have been quicker."),
        )
    ids = [row.id for row in rows]
    for row in rows:
        row.assigned_to = account_id
        row.version += 1
        record(
            Action.CASE_CHANGED,
            actor=actor,
            person_id=row.person_id,
            subject=("case", row.id),
            reason="assigned",
            details={"from": str(former), "to": str(account_id), "why": str(why)},
        )
    session.flush()
    session.execute(
        update(Task)
        .where(Task.case_id.in_(ids), Task.done_at.is_(None), Task.assigned_to == former)
        .values(assigned_to=account_id)
        .execution_options(synchronize_session=False)
    )
    publish(CasesReassigned(tuple(ids), former, account_id, actor))
    return len(rows)
