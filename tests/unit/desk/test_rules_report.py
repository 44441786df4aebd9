"""The report to funders: its quarters, and that no table gives away what it leaves out."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise, product

from hypothesis import given
from hypothesis import strategies as st

from assistedaccess.desk.rules_report import (
    OTHERS,
    Quarter,
    Table,
    cost_of_one,
    fold,
    lay_out,
    lay_out_column,
    list_quarters,
    merge_small,
)
from assistedaccess.desk.rules_suppression import THRESHOLD

GROUPS = ["a", "b", "c", "d"]
NUMBERS = st.sampled_from([0, 0, 0, 1, 2, 3, 4, 5, 7, 20])
COUNTS = st.dictionaries(
    st.tuples(st.sampled_from(GROUPS), st.sampled_from(["x", "y", "z"])), NUMBERS
)


@given(st.dates(date(2024, 1, 1), date(2030, 12, 31)))
def test_quarters_are_over_and_do_not_overlap(today: date) -> None:
    quarters = list_quarters(today)
    assert quarters[0].end <= today < quarters[0].following.end
    for later, earlier in pairwise(quarters):
        assert earlier.end == later.start
        assert earlier.following == later
    for quarter in quarters:
        assert len(quarter.months) == 3
        assert quarter.months[0] == quarter.start
        assert quarter.months[2] < quarter.end <= quarter.months[2] + timedelta(days=31)


@given(st.dictionaries(st.sampled_from("abcdefgh"), st.integers(0, 12)))
def test_no_category_of_a_table_is_small_unless_all_are(totals: dict[str, int]) -> None:
    merged = merge_small(totals)
    sums = {name: sum(totals[each] for each in parts) for name, parts in merged}
    assert sum(sums.values()) == sum(totals.values())
    if sum(totals.values()) >= THRESHOLD:
        assert all(number >= THRESHOLD for number in sums.values())
    else:
        assert set(sums) <= {OTHERS}


def shown(table: Table) -> list[int]:
    """Every number that stands in the table."""
    cells = [*table.totals, *table.row_totals, table.total, *(c for row in table.rows for c in row)]
    return [cell for cell in cells if cell is not None]


@given(COUNTS)
def test_no_small_count_stands_in_a_table_and_totals_are_shown(
    counts: dict[tuple[str, str], int],
) -> None:
    table = lay_out("t", GROUPS, counts)
    assert not [number for number in shown(table) if 0 < number < THRESHOLD]
    whole = sum(counts.values())
    if whole >= THRESHOLD:
        assert table.total == whole  # so that other tables of the report say nothing more
        assert None not in table.totals
    elif whole:
        assert table.is_hidden
        assert shown(table) == []


@given(st.lists(st.integers(0, 7), min_size=1, max_size=4))
def test_of_a_column_each_gap_could_be_another_number(numbers: list[int]) -> None:
    """By trying every column with the same total; noughts are shown, so gaps are one or more."""
    groups = GROUPS[: len(numbers)]
    table = lay_out_column("t", groups, dict(zip(groups, numbers, strict=True)))
    cells = [row[0] for row in table.rows]
    assert not [number for number in shown(table) if 0 < number < THRESHOLD]
    hidden = [row for row, cell in enumerate(cells) if cell is None]
    if not hidden or table.totals == [None]:
        return
    least = 0 if any(numbers[row] == 0 for row in hidden) else 1
    left = sum(numbers) - sum(cell for cell in cells if cell is not None)
    possible = [
        guess for guess in product(range(least, left + 1), repeat=len(hidden)) if sum(guess) == left
    ]
    for place in range(len(hidden)):
        assert len({guess[place] for guess in possible}) > 1 or len(groups) == 1


@given(COUNTS)
def test_wards_say_nothing_that_their_sites_do_not(counts: dict[tuple[str, str], int]) -> None:
    sites = lay_out("t", GROUPS, counts)
    wards = {"a": "north", "b": "north", "c": "south", "d": "east"}
    table = fold(sites, wards, ["north", "south", "east"])
    for number, ward in enumerate(table.groups):
        rows = [row for row, site in enumerate(GROUPS) if wards[site] == ward]
        for column, cell in enumerate(table.rows[number]):
            parts = [sites.rows[row][column] for row in rows]
            assert cell == (None if None in parts else sum(part or 0 for part in parts))
    assert table.totals == sites.totals


def test_money_is_left_out_by_how_many_got_it() -> None:
    counts = {"a": 2, "b": 9, "c": 6}
    pence = {"a": 500_00, "b": 90_00, "c": 10_00}
    table = lay_out_column("pounds", ["a", "b", "c"], counts, values=pence)
    assert table.rows == [[None], [90_00], [None]]
    assert table.totals == [600_00]
    assert table.is_money
    few = lay_out_column("pounds", ["a"], {"a": 4}, values={"a": 400_00})
    assert few.is_hidden


def test_people_who_came_in_two_months_are_one_in_the_total() -> None:
    table = lay_out_column("people", ["a", "b"], {"a": 8, "b": 7}, total=9)
    assert (table.rows, table.totals) == ([[8], [7]], [9])


def test_what_one_transaction_costs() -> None:
    assert cost_of_one([30, 30, 60, 60, 120], 20_00) == 20_00
    assert cost_of_one([30, 30, 60, 60], 20_00) is None  # too few
    assert cost_of_one([30] * 10, None) is None


def test_a_quarter_spells_itself() -> None:
    assert str(Quarter(2026, 3)) == "2026-3"
    assert Quarter(2026, 4).following == Quarter(2027, 1)
