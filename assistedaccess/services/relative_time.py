"""A moment relative to now, as a condition names it: "18 years in the past"."""

from __future__ import annotations

import calendar
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

_MONTHS = {"years": 12, "months": 1}
_SECONDS = {"days": 86_400, "hours": 3_600, "minutes": 60, "seconds": 1}
_MAX_PERIOD = 1_000_000


@dataclass(frozen=True)
class RelativeTime:
    """``period`` ``unit`` before (negative) or after now; ``time_only`` compares times of day."""

    period: int
    unit: str
    time_only: bool = False

    @property
    def in_past(self) -> bool:
        """Whether it lies before now: then "at least" means earlier."""
        return self.period < 0

    def resolve(self, now: datetime) -> datetime:
        """The moment meant, bounded to the years that dates can have."""
        return shift(now, self.period, self.unit)


def read_relative_time(raw: Mapping[str, Any]) -> RelativeTime | None:
    """A RelativeTime from the definition's object, or None when it cannot be read."""
    try:
        period = int(str(raw.get("timePeriod", "")).strip())
    except ValueError:
        return None
    unit, direction = raw.get("timeUnit"), raw.get("direction")
    if unit not in _MONTHS | _SECONDS or abs(period) > _MAX_PERIOD:
        return None
    if direction not in ("in the past", "in the future"):
        return None
    signed = -period if direction == "in the past" else period
    return RelativeTime(signed, str(unit), raw.get("timeOnly") is True)


def is_time_unit(unit: str) -> bool:
    """Whether ``unit`` is one that a condition may count in."""
    return unit in _MONTHS or unit in _SECONDS


def shift(moment: datetime, period: int, unit: str) -> datetime:
    """``moment`` moved by ``period`` ``unit``; 29 February falls on the 28th in a common year."""
    try:
        if unit in _SECONDS:
            return moment + timedelta(seconds=period * _SECONDS[unit])
        months = moment.year * 12 + moment.month - 1 + period * _MONTHS[unit]
        year, month = divmod(months, 12)
        day = min(moment.day, calendar.monthrange(year, month + 1)[1])
        return moment.replace(year=year, month=month + 1, day=day)
    except (OverflowError, ValueError):
        edge = date.min if period < 0 else date.max
        return datetime.combine(edge, time(), moment.tzinfo)
