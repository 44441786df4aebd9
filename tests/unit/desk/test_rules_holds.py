"""How holds ended by month: the numbers, and that none under five can be seen or worked out."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from assistedaccess.desk.rules_holds import Ended, Hold, find_since, summarise

NOW = datetime(2026, 11, 29, 12, tzinfo=UTC)
ENDS = {
    Ended.RELEASED: ("released", False),
    Ended.REVERSED: ("released", True),
    Ended.REFUSED: ("refused", True),
    Ended.OTHERWISE: ("withdrawn", False),
}


def hold(month: int, end: Ended, hours: float = 10) -> Hold:
    state, follows = ENDS[end]
    decided = datetime(2026, month, 15, 12, tzinfo=UTC)
    return Hold(decided - timedelta(hours=hours), decided, state, follows)


def waiting(hours: float) -> Hold:
    return Hold(NOW - timedelta(hours=hours), None, "waiting", False)


def test_each_ended_in_one_way_and_counts_in_its_month() -> None:
    holds = [hold(10, Ended.RELEASED, hours) for hours in (1, 2, 3, 40, 50)]
    holds += [hold(11, Ended.RELEASED)] * 6 + [hold(11, Ended.REFUSED)] * 7
    found = summarise([*holds, *(waiting(hours) for hours in (5, 70, 3, 2, 1))], NOW)
    assert [month.first.month for month in found.months] == [10, 11]
    assert found.months[0].counts == (5, 0, 0, 0)
    assert found.months[1].counts == (6, 0, 7, 0)
    assert (found.totals, found.total) == ((11, 0, 7, 0), 18)
    assert found.months[0].median == timedelta(hours=3)
    assert (found.waiting, found.longest) == (5, timedelta(hours=70))


def test_nothing_and_few() -> None:
    nothing = summarise([], NOW)
    assert (nothing.months, nothing.total, nothing.waiting, nothing.longest) == ((), 0, 0, None)
    few = summarise([hold(11, Ended.REFUSED)] * 4 + [waiting(1)], NOW)
    assert few.is_hidden
    assert (few.months, few.total, few.waiting, few.median) == ((), None, None, None)


def test_twelve_months_with_this_one() -> None:
    assert find_since(date(2026, 11, 29)) == date(2025, 12, 1)
    assert find_since(date(2026, 12, 1)) == date(2026, 1, 1)


@given(
    st.dictionaries(
        st.tuples(st.integers(1, 11), st.sampled_from(list(Ended))), st.integers(1, 9), max_size=12
    )
)
def test_no_small_number_is_shown_or_left_over_from_a_total(
    counts: dict[tuple[int, Ended], int],
) -> None:
    holds = [hold(month, end) for (month, end), times in counts.items() for _ in range(times)]
    found = summarise(holds, NOW)
    shown = [count for month in found.months for count in (*month.counts, month.total)]
    shown += [*found.totals, found.total]
    assert all(count is None or count == 0 or count >= 5 for count in shown)
    for month in found.months:
        if month.total is not None:  # one gap in a row with its total would be no gap
            assert sum(count is None for count in month.counts) != 1
        if month.median is not None:
            assert month.total is not None
            assert month.total >= 5
