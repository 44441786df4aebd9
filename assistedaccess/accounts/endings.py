"""How sign-ins end, inside the commands that end them. What is ended is marked so for good: a clock
that is set back revives nothing."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select

from assistedaccess.audit import Action, record
from assistedaccess.kernel import clock
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.database import get_session

from .models import SignIn
from .rules import EndReason


def end_one(actor: Actor, row: SignIn, reason: EndReason) -> None:
    """End a sign-in whose row is locked and live."""
    row.ended_at = clock.now()
    row.end_reason = reason
    row.shown_once = None
    record(Action.SIGN_IN_ENDED, actor=actor, subject=("sign_in", row.id), reason=reason)


def end_all(actor: Actor, account_id: UUID, reason: EndReason, but: UUID | None = None) -> int:
    """End every live sign-in of an account, ``but`` one; returns how many."""
    get_session().flush()
    rows = (
        get_session()
        .scalars(
            select(SignIn)
            .where(SignIn.account_id == account_id, SignIn.ended_at.is_(None), SignIn.id != but)
            .order_by(SignIn.id)
            .with_for_update()
        )
        .all()
    )
    for row in rows:
        end_one(actor, row, reason)
    return len(rows)
