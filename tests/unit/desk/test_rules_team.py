"""How long people waited: the sums of the manager's view."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from assistedaccess.desk.rules_team import Wait, sum_up

NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)


def came(minutes_ago: int, called_after: int | None = None, left_after: int | None = None) -> Wait:
    arrived = NOW - timedelta(minutes=minutes_ago)
    taken = arrived + timedelta(minutes=called_after) if called_after is not None else None
    left = arrived + timedelta(minutes=left_after) if left_after is not None else None
    return Wait(arrived, taken, left, taken is None and left is None and minutes_ago < 600)


def test_the_middle_the_longest_and_who_waits_now() -> None:
    waits = [
        came(120, 5),
        came(110, 30),
        came(100, 10),
        came(90, left_after=40),
        came(7),
        came(900),
    ]
    found = sum_up(waits, NOW)
    assert (found.came, found.called, found.uncalled) == (6, 3, 2)
    assert (found.median, found.longest) == (10, 30)
    assert (found.here, found.here_longest) == (1, 7)


def test_of_nobody_there_is_nothing_to_say() -> None:
    found = sum_up([], NOW)
    assert (found.came, found.median, found.longest, found.here_longest) == (0, None, None, None)


WAITS = st.builds(
    came, st.integers(0, 900), st.none() | st.integers(0, 60), st.none() | st.integers(0, 60)
)


@given(st.lists(WAITS))
def test_nobody_is_counted_twice_or_forgotten(waits: list[Wait]) -> None:
    found = sum_up(waits, NOW)
    assert found.called + found.uncalled + found.here == found.came
    assert found.median is None or found.longest is None or found.median <= found.longest
