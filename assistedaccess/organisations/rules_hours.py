"""Opening hours as people write them: ``9:30 to 17:00``, two spans on a day, or closed."""

from __future__ import annotations

import itertools
import re
from datetime import time

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MOST_SPANS = 3

Span = tuple[time, time]

_CLOSED = {"", "closed", "-", "–"}
_TIME = re.compile(r"(\d{1,2})(?:[:.](\d{2}))?\s*(am|pm)?", re.IGNORECASE)
_BETWEEN = re.compile(r"\s*(?:-|–|—|\bto\b|\buntil\b)\s*", re.IGNORECASE)


class UnreadableHours(ValueError):
    """The text says no opening hours."""


def read_hours(text: str) -> list[Span]:
    """The spans of one day, in order; none when it says that it is closed.

    Times of the UK's clocks, by 24 hours or with am and pm; several spans are separated by commas
    or "and". Raises UnreadableHours for anything else, for a span that ends before it begins, and
    for spans that overlap.
    """
    bare = text.strip().casefold()
    if bare in _CLOSED:
        return []
    spans = [_read_span(part) for part in re.split(r",|;|\band\b", bare)]
    if len(spans) > MOST_SPANS:
        raise UnreadableHours
    for before, after in itertools.pairwise(spans):
        if after[0] < before[1]:
            raise UnreadableHours
    return spans


def _read_span(text: str) -> Span:
    ends = _BETWEEN.split(text.strip())
    if len(ends) != 2:
        raise UnreadableHours
    opens, closes = (read_time(end) for end in ends)
    if closes <= opens:
        raise UnreadableHours
    return opens, closes


def read_time(text: str) -> time:
    """A time of day, by 24 hours or with am and pm. Raises UnreadableHours for anything else."""
    found = _TIME.fullmatch(text.strip())
    if found is None:
        raise UnreadableHours
    hour, minute = int(found[1]), int(found[2] or 0)
    if found[3]:
        if not 1 <= hour <= 12:
            raise UnreadableHours
        hour = hour % 12 + (12 if found[3].casefold() == "pm" else 0)
    try:
        return time(hour, minute)
    except ValueError:
        raise UnreadableHours from None


def write_hours(spans: list[Span]) -> str:
    """The spans of a day as read_hours reads them again; empty when it is closed."""
    return ", ".join(f"{opens:%H:%M} to {closes:%H:%M}" for opens, closes in spans)


def pack_week(week: dict[str, list[Span]]) -> dict[str, list[list[str]]]:
    """Opening hours as JSON: weekday to spans of two times; a weekday without one is closed."""
    return {
        day: [[f"{opens:%H:%M}", f"{closes:%H:%M}"] for opens, closes in week[day]]
        for day in WEEKDAYS
        if week.get(day)
    }


def unpack_week(packed: dict[str, list[list[str]]]) -> dict[str, list[Span]]:
    """What pack_week was given, with every weekday."""
    return {
        day: [
            (time.fromisoformat(opens), time.fromisoformat(closes))
            for opens, closes in packed.get(day, [])
        ]
        for day in WEEKDAYS
    }
