"""What an appointment may be: when, how long, and that nobody is in two places. Pure."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum

from assistedaccess.kernel import clock

MINUTES = (15, 30, 45, 60, 90, 120)
FURTHEST = timedelta(days=366)
LONGEST_NOTE = 500
LONGEST_INTERPRETER = 200


class AppointmentKind(StrEnum):
    """Where helper and person meet."""

    DESK = "desk"
    TELEPHONE = "telephone"
    HOME = "home"
    VIDEO = "video"


class Interpreter(StrEnum):
    """Who is needed so that both understand each other."""

    SPOKEN = "spoken"
    SIGNED = "signed"


class AppointmentState(StrEnum):
    """Where an appointment stands. Only BOOKED can still change.

    That somebody did not come is a fact about the day, never one about the person.
    """

    BOOKED = "booked"
    CAME = "came"
    DID_NOT_COME = "did_not_come"
    CANCELLED = "cancelled"


class NoSuchTime(ValueError):
    """The clocks go forward over this time: it is on no clock that day."""


class TimeHasPassed(ValueError):
    """The appointment would begin before now."""


class TooFarAhead(ValueError):
    """The appointment would begin in more than a year."""


def find_instant(day: date, at: time) -> datetime:
    """``at`` on ``day`` by the clocks of the UK, in UTC.

    In the hour that the clocks go back over, the first of the two is meant. Raises NoSuchTime.
    """
    local = datetime.combine(day, at, tzinfo=clock.LONDON)
    found = local.astimezone(UTC)
    if clock.local(found).replace(fold=0) != local:
        raise NoSuchTime
    return found


def find_beginning(day: date, at: time, now: datetime) -> datetime:
    """As find_instant, for what is still to come. Raises NoSuchTime, TimeHasPassed, TooFarAhead."""
    begins = find_instant(day, at)
    if begins < now:
        raise TimeHasPassed
    if begins > now + FURTHEST:
        raise TooFarAhead
    return begins


def find_times(day: date, at: time, minutes: int, now: datetime) -> tuple[datetime, datetime]:
    """Beginning and end, in UTC, of ``minutes`` from ``at`` on ``day`` by the clocks of the UK.

    Raises as find_beginning; ValueError for a length that is not offered.
    """
    if minutes not in MINUTES:
        raise ValueError("this length is not offered")
    begins = find_beginning(day, at, now)
    return begins, begins + timedelta(minutes=minutes)


def may_be_settled(starts_at: datetime, now: datetime) -> bool:
    """Whether it can be said that somebody came, or did not: from that day's beginning on."""
    return clock.local(now).date() >= clock.local(starts_at).date()
