"""What a control has held: pending acts, but for the looks that the system opens by itself."""

from __future__ import annotations

from sqlalchemy import Select, select

from assistedaccess.approvals.models import PendingAct
from assistedaccess.approvals.rules import SECOND_LOOKS


def select_held() -> Select[tuple[PendingAct]]:
    """The pending acts that somebody asked for and waits for."""
    return select(PendingAct).where(PendingAct.command.not_in(SECOND_LOOKS))
