"""Days, months and working days: as letters count them, in each nation, over leap years."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistedaccess.kernel.working_days import (
    DIVISIONS,
    Unit,
    add_months,
    add_working_days,
    find_last_day,
    is_working_day,
    working_day_by,
)

DAYS = st.dates(date(2024, 1, 1), date(2028, 12, 31))
NATIONS = st.sampled_from(sorted(DIVISIONS))


@pytest.mark.parametrize(
    ("day", "nations"),
    [
        (date(2026, 1, 2), {"scotland"}),  # 2 January
        (date(2026, 11, 30), {"scotland"}),  # St Andrew
        (date(2026, 3, 17), {"northern_ireland"}),  # St Patrick
        (date(2026, 4, 6), {"england", "wales", "northern_ireland"}),  # Easter Monday
        (date(2026, 12, 25), set(DIVISIONS)),
        (date(2026, 12, 28), set(DIVISIONS)),  # instead of Boxing Day, a Saturday
        (date(2026, 11, 23), set()),
    ],
)
def test_each_nation_rests_on_its_own_days(day: date, nations: set[str]) -> None:
    assert {nation for nation in DIVISIONS if not is_working_day(day, nation)} == nations


@given(DAYS, st.integers(0, 60))
def test_a_month_ends_on_its_own_date_or_on_the_last_of_a_shorter_one(
    day: date, months: int
) -> None:
    last = add_months(day, months)
    assert (last.year * 12 + last.month) - (day.year * 12 + day.month) == months
    assert last.day == min(day.day, monthrange(last.year, last.month)[1])


def test_the_29th_of_february() -> None:
    assert add_months(date(2028, 1, 31), 1) == date(2028, 2, 29)
    assert add_months(date(2028, 1, 29), 1) == date(2028, 2, 29)
    assert add_months(date(2027, 1, 29), 1) == date(2027, 2, 28)
    assert add_months(date(2028, 2, 29), 1) == date(2028, 3, 29)
    assert add_months(date(2028, 2, 29), 12) == date(2029, 2, 28)
    assert add_months(date(2024, 2, 29), 48) == date(2028, 2, 29)


@given(DAYS, NATIONS)
def test_who_acts_by_the_working_day_before_is_never_late(day: date, nation: str) -> None:
    by = working_day_by(day, nation)
    assert by <= day
    assert is_working_day(by, nation)
    between = [by + timedelta(days=n) for n in range(1, (day - by).days + 1)]
    assert not any(is_working_day(each, nation) for each in between)
    assert (by == day) == is_working_day(day, nation)


@given(DAYS, st.integers(1, 40), NATIONS)
def test_working_days_are_counted_one_by_one(day: date, count: int, nation: str) -> None:
    last = add_working_days(day, count, nation)
    counted = [day + timedelta(days=n) for n in range(1, (last - day).days + 1)]
    assert sum(is_working_day(each, nation) for each in counted) == count
    assert is_working_day(last, nation)


def test_a_scottish_holiday_moves_a_scottish_deadline_alone() -> None:
    # Ten working days from Thursday 19 November 2026; St Andrew is Monday 30 November.
    start = date(2026, 11, 19)
    assert find_last_day(start, 10, Unit.WORKING_DAYS, "scotland") == date(2026, 12, 4)
    assert find_last_day(start, 10, Unit.WORKING_DAYS, "england") == date(2026, 12, 3)
    # A month from 30 October ends on it: in Scotland one acts on the Friday before.
    last = find_last_day(date(2026, 10, 30), 1, Unit.MONTHS, "scotland")
    assert last == date(2026, 11, 30)
    assert working_day_by(last, "scotland") == date(2026, 11, 27)
    assert working_day_by(last, "wales") == last


@given(DAYS, st.integers(1, 400), NATIONS)
def test_a_limit_in_days_is_days(day: date, count: int, nation: str) -> None:
    assert find_last_day(day, count, Unit.DAYS, nation) == day + timedelta(days=count)
