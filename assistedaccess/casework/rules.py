"""The rules of casework: states, who may read a note, and when a claim's date would be lost."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from uuid import UUID

LONGEST_NEED = 1_000
LONGEST_NOTE = 5_000
LONGEST_TASK = 200
LONGEST_BASIS = 200
LONGEST_NAME = 40
FURTHEST_TASK_YEARS = 5
OLDEST_FIRST_CONTACT_YEARS = 10
"""Further back or ahead is a slip of the year, not a date."""


class CaseState(StrEnum):
    """Open: somebody here has something to do. Waiting: somebody else has."""

    OPEN = "open"
    WAITING = "waiting"
    CLOSED = "closed"


class WhyHelp(StrEnum):
    """Why the person needs help: counted for those who pay for it, so a closed list."""

    NO_DEVICE = "no_device"
    NO_CONNECTION = "no_connection"
    NO_SKILL = "no_skill"
    DISABILITY = "disability"
    LANGUAGE = "language"
    TRUST = "trust"
    OTHER = "other"


class CloseReason(StrEnum):
    """How a case ended."""

    DONE = "done"
    NOT_WANTED = "not_wanted"
    LOST_TOUCH = "lost_touch"
    DONE_ELSEWHERE = "done_elsewhere"
    NOT_POSSIBLE = "not_possible"
    MISTAKE = "mistake"


class NoteKind(StrEnum):
    """Who may read a note: the whole organisation's helpers, or those whom may_read_note names."""

    ORDINARY = "ordinary"
    SENSITIVE = "sensitive"


def join_reasons(reasons: Iterable[str]) -> str:
    """The reasons as one column holds them: each once, in the order of WhyHelp.

    Raises ValueError for a word that is no reason, and for none at all.
    """
    chosen = {WhyHelp(reason) for reason in reasons}
    if not chosen:
        raise ValueError("a case has a reason for help")
    return ",".join(reason for reason in WhyHelp if reason in chosen)


def split_reasons(joined: str) -> tuple[WhyHelp, ...]:
    """What join_reasons wrote."""
    return tuple(WhyHelp(reason) for reason in joined.split(","))


@dataclass(frozen=True)
class NoteReader:
    """Who wants to read: the account, the human behind it, and whether they lead safeguarding."""

    account_id: UUID | None
    human_id: UUID | None
    leads_safeguarding: bool


def may_read_note(
    kind: NoteKind,
    *,
    reader: NoteReader,
    author_id: UUID,
    author_human_id: UUID | None,
    assigned_to: UUID,
) -> bool:
    """Whether somebody of the case's own organisation may read a note.

    A sensitive one is for its author (through whichever account), for the organisation's
    safeguarding lead, and for whoever the case is assigned to now. Others see that it exists.
    """
    if kind is NoteKind.ORDINARY:
        return True
    is_author = reader.account_id == author_id or (
        author_human_id is not None and reader.human_id == author_human_id
    )
    return is_author or reader.leads_safeguarding or reader.account_id == assigned_to


class Urgency(StrEnum):
    """How near a claim's date is to being lost."""

    LOST = "lost"
    TODAY = "today"
    SOON = "soon"
    LATER = "later"


SOON_DAYS = 7


def keep_date_by(first_contact_on: date, deadline_days: int | None) -> date | None:
    """The last day on which a claim can be sent and still count from the first contact.

    ``deadline_days`` is the service's rule, in calendar days after the first contact; None where
    the service protects no date.
    """
    if deadline_days is None:
        return None
    return first_contact_on + timedelta(days=deadline_days)


def days_left(keep_by: date, today: date) -> int:
    """Whole days until ``keep_by``; 0 on the day itself, negative once the date is lost."""
    return (keep_by - today).days


def urgency_of(keep_by: date, today: date) -> Urgency:
    """How near the day is."""
    left = days_left(keep_by, today)
    if left < 0:
        return Urgency.LOST
    if left == 0:
        return Urgency.TODAY
    return Urgency.SOON if left <= SOON_DAYS else Urgency.LATER
