"""The one clock. Server time only: nothing that a browser sends is ever a time of an act."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")


def _system_time() -> datetime:
    return datetime.now(UTC)


_source: Callable[[], datetime] = _system_time


def now() -> datetime:
    """The time, aware, in UTC."""
    return _source()


def today() -> date:
    """The date in the United Kingdom, by which deadlines and terms are counted."""
    return local(now()).date()


def local(moment: datetime) -> datetime:
    """``moment`` as clocks in the United Kingdom show it."""
    return moment.astimezone(LONDON)


def start_of_day(day: date) -> datetime:
    """The first moment of ``day`` in the United Kingdom, in UTC."""
    return datetime(day.year, day.month, day.day, tzinfo=LONDON).astimezone(UTC)


def end_of_day(day: date) -> datetime:
    """The first moment after ``day`` in the United Kingdom, in UTC."""
    return start_of_day(day + timedelta(days=1))


@contextmanager
def set_clock(source: Callable[[], datetime] | datetime) -> Iterator[None]:
    """Run with another clock: for tests and rehearsals, never from a request."""
    global _source
    before = _source
    fixed = source if callable(source) else lambda: source
    _source = fixed
    try:
        yield
    finally:
        _source = before
