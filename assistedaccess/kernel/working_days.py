"""Deadlines as letters and laws count them: days, months, and working days of a nation.

Bank holidays are those of GOV.UK's list for the nation's division, as the pinned version of
govuk-bank-holidays holds it (no network). After its last year nothing but weekends is known.
"""

from __future__ import annotations

import calendar
from collections.abc import Mapping
from datetime import date, timedelta
from enum import StrEnum
from functools import cache

from govuk_bank_holidays.bank_holidays import BankHolidays

DIVISIONS: Mapping[str, str] = {
    "england": BankHolidays.ENGLAND_AND_WALES,
    "wales": BankHolidays.ENGLAND_AND_WALES,
    "scotland": BankHolidays.SCOTLAND,
    "northern_ireland": BankHolidays.NORTHERN_IRELAND,
}
"""The division of each nation (the words of organisations.rules.Nation)."""


class Unit(StrEnum):
    """What a limit is counted in."""

    DAYS = "days"
    WORKING_DAYS = "working_days"
    MONTHS = "months"


@cache
def _holidays() -> BankHolidays:
    return BankHolidays(use_cached_holidays=True)


def is_working_day(day: date, nation: str) -> bool:
    """Whether post goes and offices are open: no weekend, no bank holiday there."""
    return bool(_holidays().is_work_day(day, division=DIVISIONS[nation]))


def working_day_by(day: date, nation: str) -> date:
    """The last working day on or before ``day``: who acts by then is in time by any reading.

    Some tribunals take what comes on the next working day (Tribunal Procedure Rules, rule 12);
    departments need not, so nobody here is led to count on it.
    """
    while not is_working_day(day, nation):
        day -= timedelta(days=1)
    return day


def add_months(day: date, months: int) -> date:
    """The same day of a later month; where that month has no such day, its last one.

    "A month" in law is a calendar month (Interpretation Act 1978, schedule 1), which ends on the
    corresponding date (Dodds v Walker [1981] 1 WLR 1027): a month from 31 January ends on the last
    of February, twelve from 29 February on 28 February.
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def add_working_days(day: date, count: int, nation: str) -> date:
    """The ``count``-th working day after ``day``, which itself does not count."""
    while count:
        day += timedelta(days=1)
        count -= is_working_day(day, nation)
    return day


def find_last_day(start: date, count: int, unit: Unit, nation: str) -> date:
    """The last day of a limit that runs from ``start`` (a letter's date), which does not count."""
    if unit is Unit.MONTHS:
        return add_months(start, count)
    if unit is Unit.WORKING_DAYS:
        return add_working_days(start, count, nation)
    return start + timedelta(days=count)
