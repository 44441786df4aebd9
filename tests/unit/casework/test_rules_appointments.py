"""When an appointment is: by the clocks of the UK, over summer time, within a year."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistedaccess.casework.rules_appointments import (
    FURTHEST,
    MINUTES,
    NoSuchTime,
    TimeHasPassed,
    TooFarAhead,
    find_times,
    may_be_settled,
)
from assistedaccess.kernel.clock import LONDON

NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)


@given(
    st.dates(date(2026, 11, 20), date(2027, 12, 31)),
    st.times().map(lambda at: at.replace(second=0, microsecond=0)),
    st.sampled_from(MINUTES),
)
def test_it_begins_when_the_clocks_say_so_or_is_refused(day: date, at: time, minutes: int) -> None:
    try:
        begins, ends = find_times(day, at, minutes, NOW)
    except NoSuchTime:
        assert (day, at.hour) == (date(2027, 3, 28), 1)
    except TimeHasPassed:
        assert datetime.combine(day, at, tzinfo=LONDON).astimezone(UTC) < NOW
    except TooFarAhead:
        assert datetime.combine(day, at, tzinfo=LONDON).astimezone(UTC) > NOW + FURTHEST
    else:
        shown = begins.astimezone(LONDON)
        assert (shown.date(), shown.time()) == (day, at)
        assert ends - begins == timedelta(minutes=minutes)
        assert NOW <= begins <= NOW + FURTHEST


def test_summer_time_moves_it_by_an_hour_in_utc_and_not_on_the_clock() -> None:
    winter, _ends = find_times(date(2027, 3, 27), time(10), 30, NOW)
    summer, _ends = find_times(date(2027, 3, 29), time(10), 30, NOW)
    assert (winter.hour, summer.hour) == (10, 9)
    with pytest.raises(NoSuchTime):
        find_times(date(2027, 3, 28), time(1, 30), 30, NOW)
    # The clocks go back over half past one: the first of the two is meant.
    first, _ends = find_times(date(2027, 10, 31), time(1, 30), 30, NOW)
    assert first == datetime(2027, 10, 31, 0, 30, tzinfo=UTC)


@pytest.mark.parametrize("minutes", [0, -30, 10, 31, 10_000])
def test_other_lengths_are_not_offered(minutes: int) -> None:
    with pytest.raises(ValueError, match="not offered"):
        find_times(date(2026, 12, 1), time(10), minutes, NOW)


def test_who_came_is_said_from_that_day_on() -> None:
    starts_at = datetime(2027, 6, 1, 22, 30, tzinfo=UTC)  # half past eleven in London
    assert not may_be_settled(starts_at, datetime(2027, 5, 31, 22, 59, tzinfo=UTC))
    assert may_be_settled(starts_at, datetime(2027, 5, 31, 23, 0, tzinfo=UTC))
