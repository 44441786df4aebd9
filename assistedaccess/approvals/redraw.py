"""What time asks of pending acts: draw where nobody was eligible, escalate what is late.

Time alone releases nothing.
"""

from __future__ import annotations

from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import and_, or_, select

from assistedaccess.accounts.models import Account
from assistedaccess.audit import Action, record
from assistedaccess.kernel import clock
from assistedaccess.kernel.actor import SYSTEM
from assistedaccess.kernel.database import get_session
from assistedaccess.organisations.models import Membership, Organisation, RoleGrant
from assistedaccess.organisations.queries import is_live

from . import draw
from .models import PendingAct
from .rules import EndOfDraw, State
from .sealing import open_arguments
from .store import record_decision, settle


def redraw_pending_acts(*, limit: int = 500) -> int:
    """Look after the pending acts that need another reviewer; how many were drawn or escalated.

    Runs inside the caller's transaction (``assistedaccess expire``). Three kinds: nobody was
    eligible; who was drawn may not decide any more; the deadline has passed.
    """
    now = clock.now()
    moved = 0
    for row in _list_needing(now, limit):
        moved += _look_after(row, now)
    return moved


def _list_needing(now: datetime, limit: int) -> list[PendingAct]:
    still_there = (
        select(RoleGrant.id)
        .join(Membership, Membership.id == RoleGrant.membership_id)
        .join(Organisation, Organisation.id == Membership.organisation_id)
        .join(Account, Account.id == Membership.account_id)
        .where(
            Membership.account_id == PendingAct.drawn_account_id,
            RoleGrant.organisation_id == PendingAct.drawn_organisation_id,
            RoleGrant.role == PendingAct.drawn_role,
            RoleGrant.ended_at.is_(None),
            Account.disabled_at.is_(None),
            is_live(clock.today()),
        )
        .exists()
    )
    return list(
        get_session().scalars(
            select(PendingAct)
            .where(
                PendingAct.state == State.WAITING,
                or_(
                    PendingAct.due_at <= now,
                    PendingAct.drawn_account_id.is_(None),
                    and_(PendingAct.drawn_account_id.is_not(None), ~still_there),
                ),
            )
            .order_by(PendingAct.due_at, PendingAct.id)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
    )


def _look_after(row: PendingAct, now: datetime) -> bool:
    arguments = open_arguments(row)
    if arguments is None:
        settle(row, State.FAILED, SYSTEM, None)
        row.failure = _("What this was about has been erased.")
        record_decision(Action.PENDING_ACT_FAILED, SYSTEM, row, {})
        return True
    is_late = row.due_at <= now
    was_drawn = row.drawn_account_id is not None
    due_at = row.due_at
    if was_drawn:
        draw.end_draw(row, EndOfDraw.ESCALATED if is_late else EndOfDraw.NOT_LIVE)
        draw.undraw(row)
    is_drawn = draw.draw_reviewer(row, arguments)
    if is_late:
        row.escalated_at = now
        _record(Action.PENDING_ACT_ESCALATED, row)
    elif not is_drawn:
        row.due_at = due_at  # the clock that was shown goes on
    if was_drawn or is_drawn:
        _record(Action.PENDING_ACT_REDRAWN, row)
    return is_late or was_drawn or is_drawn


def _record(action: Action, row: PendingAct) -> None:
    record(
        action,
        actor=SYSTEM,
        person_id=row.person_id,
        organisation_id=row.organisation_id,
        subject=("pending_act", row.id),
        details={"reference": row.reference, "drawn": "yes" if row.drawn_account_id else "no"},
    )
