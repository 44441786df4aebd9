"""What waits for an auditor, until when, and how it may be decided. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

from assistedaccess.kernel.errors import Refused


class FlagKind(StrEnum):
    """Why something stands in the auditors' queue."""

    BREAK_GLASS = "break_glass"
    UNEXPLAINED_LOOK = "unexplained_look"
    TIP = "tip"
    AUDITOR_LOOK = "auditor_look"
    STOP_RAN_OUT = "stop_ran_out"

    # found by the scan (safeguards.scan_rules.Suspicion has the same words; a test compares)
    SHARED_ACCOUNT = "shared_account"
    SHARED_CONTACT = "shared_contact"
    SPLIT_MONEY = "split_money"
    CHARGE = "charge"
    GHOSTS = "ghosts"
    AFTER_DEATH = "after_death"
    REUSED_PAPER = "reused_paper"
    COPIED_TEXT = "copied_text"
    COPIED_SIGNATURE = "copied_signature"
    ONE_BRANCH = "one_branch"
    REFUSED_AGAIN = "refused_again"
    SEARCH_ONLY = "search_only"
    LOOK_SURGE = "look_surge"
    REVIEW_PAIR = "review_pair"
    SILENCED = "silenced"
    TOLD_NOTHING = "told_nothing"
    BRIEF_ROLE = "brief_role"
    SETTINGS = "settings"


class Decision(StrEnum):
    """What an auditor makes of a flag."""

    IN_ORDER = "in_order"
    CANNOT_TELL = "cannot_tell"
    FINDING = "finding"


LOOKS = frozenset({FlagKind.BREAK_GLASS, FlagKind.UNEXPLAINED_LOOK})
"""Flags about one look at one person: what came of it helps to decide."""

DUE_AFTER: dict[FlagKind, timedelta] = {
    FlagKind.BREAK_GLASS: timedelta(hours=24),
    FlagKind.UNEXPLAINED_LOOK: timedelta(days=5),
    FlagKind.TIP: timedelta(days=2),
    FlagKind.AUDITOR_LOOK: timedelta(days=10),
    FlagKind.STOP_RAN_OUT: timedelta(days=2),
    FlagKind.SHARED_ACCOUNT: timedelta(days=2),
    FlagKind.SHARED_CONTACT: timedelta(days=5),
    FlagKind.SPLIT_MONEY: timedelta(days=2),
    FlagKind.CHARGE: timedelta(days=2),
    FlagKind.GHOSTS: timedelta(days=5),
    FlagKind.AFTER_DEATH: timedelta(days=2),
    FlagKind.REUSED_PAPER: timedelta(days=5),
    FlagKind.COPIED_TEXT: timedelta(days=5),
    FlagKind.COPIED_SIGNATURE: timedelta(days=2),
    FlagKind.ONE_BRANCH: timedelta(days=5),
    FlagKind.REFUSED_AGAIN: timedelta(days=10),
    FlagKind.SEARCH_ONLY: timedelta(days=5),
    FlagKind.LOOK_SURGE: timedelta(hours=24),
    FlagKind.REVIEW_PAIR: timedelta(days=5),
    FlagKind.SILENCED: timedelta(days=2),
    FlagKind.TOLD_NOTHING: timedelta(days=2),  # after the second human's look, due in a day
    FlagKind.BRIEF_ROLE: timedelta(hours=24),
    FlagKind.SETTINGS: timedelta(hours=24),
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
