"""The two moments between which something is asked for, from days and times of the UK's clocks."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

from assistedaccess.kernel import clock
from assistedaccess.organisations.rules_hours import read_time


def read_at(text: str | None) -> time | None:
    """A time of day as people write it; None for nothing.

    Raises UnreadableHours for anything else.
    """
    return read_time(text) if text and text.strip() else None


def begin_at(day: date, at: time | None) -> datetime:
    """The first moment that counts, in UTC: the day's beginning without a time."""
    return min(_moments(day, at)) if at is not None else clock.start_of_day(day)


def end_at(day: date, at: time | None) -> datetime:
    """The first moment that counts no longer, in UTC: the day's end without a time."""
    return max(_moments(day, at)) if at is not None else clock.end_of_day(day)


def _moments(day: date, at: time) -> list[datetime]:
    """The moments at which clocks show this: two in the night in which they are put back, and
    whoever asks loses neither hour."""
    shown = datetime.combine(day, at, tzinfo=clock.LONDON)
    return [shown.replace(fold=fold).astimezone(UTC) for fold in (0, 1)]
