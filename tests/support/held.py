"""What a control has held: pending acts, but for the looks that the system opens by itself."""

from __future__ import annotations

from sqlalchemy import Select, func, select

from assistedaccess.approvals.models import PendingAct
from assistedaccess.approvals.rules import SECOND_LOOKS
from assistedaccess.kernel.transactions import reading


def select_held() -> Select[tuple[PendingAct]]:
    """The pending acts that somebody asked for and waits for."""
    return select(PendingAct).where(PendingAct.command.not_in(SECOND_LOOKS))


def count_held() -> int:
    with reading() as session:
        return session.scalar(select(func.count()).select_from(select_held().subquery())) or 0
