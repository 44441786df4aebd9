"""Secret links: what they are for, and how often they are answered. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

WINDOW = timedelta(minutes=10)


class LinkPurpose(StrEnum):
    """What a link shows: the times of one helper, or who waits at one site."""

    CALENDAR = "calendar"
    WAITING_ROOM = "waiting_room"


MOST_FETCHES = {LinkPurpose.CALENDAR: 20, LinkPurpose.WAITING_ROOM: 120}
"""How often in WINDOW. Calendars ask once an hour, on a few devices; a screen every ten seconds,
and there may be two of them."""


@dataclass(frozen=True)
class Fetched:
    """How often a link was asked since ``window_at``."""

    window_at: datetime
    count: int


def count_fetch(purpose: LinkPurpose, before: Fetched, now: datetime) -> Fetched | None:
    """The count with one more; None where it was asked too often already.

    A clock that was put back begins a new window rather than shut the link for an hour.
    """
    if not timedelta() <= now - before.window_at < WINDOW:
        return Fetched(now, 1)
    if before.count >= MOST_FETCHES[purpose]:
        return None
    return Fetched(before.window_at, before.count + 1)
