"""What waits for an auditor, until when, and how it may be decided. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from assistedaccess.kernel.errors import Refused


class FlagKind(StrEnum):
    """Why something stands in the auditors' queue."""

    BREAK_GLASS = "break_glass"
    UNEXPLAINED_LOOK = "unexplained_look"
    TIP = "tip"
    AUDITOR_LOOK = "auditor_look"


class Decision(StrEnum):
    """What an auditor makes of a flag."""

    IN_ORDER = "in_order"
    CANNOT_TELL = "cannot_tell"
    FINDING = "finding"


DUE_AFTER: dict[FlagKind, timedelta] = {
    FlagKind.BREAK_GLASS: timedelta(hours=24),
    FlagKind.UNEXPLAINED_LOOK: timedelta(days=5),
    FlagKind.TIP: timedelta(days=2),
    FlagKind.AUDITOR_LOOK: timedelta(days=10),
}
"""Until when somebody should have looked. A deadline that passes shows; it decides nothing."""

ONE_IN = 20
"""Of the looks of auditors, one in so many is put before an auditor of another organisation."""


class AlreadyDecided(Refused):
    """Somebody has decided about this flag."""

    reason_code = "already_decided"


class OwnAct(Refused):
    """Nobody marks their own work, under whichever account."""

    reason_code = "own_act"


def due_at(kind: FlagKind, raised_at: datetime) -> datetime:
    """When a flag that was raised then is overdue."""
    return raised_at + DUE_AFTER[kind]


def is_drawn(mark: bytes) -> bool:
    """Whether a look is one of the ONE_IN that another auditor sees.

    ``mark`` is a keyed hash of the event's id: whoever looks cannot know beforehand.
    """
    return int.from_bytes(mark[:8], "big") % ONE_IN == 0


def is_concerned(human_id: UUID | None, actor_human_id: UUID | None) -> bool:
    """Whether a flag is about the auditor themself."""
    return human_id is not None and human_id == actor_human_id
