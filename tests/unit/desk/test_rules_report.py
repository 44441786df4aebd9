"""The report to funders: its quarters, and that no table gives away what it leaves out."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise, product

from hypothesis import example, given
from hypothesis import strategies as st

from assistedaccess.desk.rules_report import (
    OTHERS,
    Quarter,
    Table,
    cost_of_one,
    find_gone,
    fold,
    lay_out,
    lay_out_money,
    lay_out_people,
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


def lay(counts: dict[tuple[str, str], int]) -> Table:
    sizes = [sum(n for (each, _name), n in counts.items() if each == group) for group in GROUPS]
    return lay_out("t", GROUPS, counts, find_gone(sizes))


def shown(table: Table) -> list[int]:
    """Every number that stands in the table."""
    cells = [*table.totals, *table.row_totals, table.total, *(c for row in table.rows for c in row)]
    return [cell for cell in cells if cell is not None]


@given(COUNTS)
def test_no_small_count_stands_in_a_table_and_totals_are_shown(
    counts: dict[tuple[str, str], int],
) -> None:
    table = lay(counts)
    assert not [number for number in shown(table) if 0 < number < THRESHOLD]
    whole = sum(counts.values())
    if whole >= THRESHOLD:
        assert table.total == whole  # so that other tables of the report say nothing more
        assert None not in table.totals
    elif whole:
        assert table.is_hidden
        assert shown(table) == []


SIZES = st.sampled_from([0, 1, 2, 4, 5, 6, 8])
Line = tuple[int, ...]
"""Of one group: how many (visits, cases), and then what they bound (people; each reason)."""


def list_lines(most: int, more: int, *, each_has_one: bool) -> list[Line]:
    """Every line that is possible: none of ``more`` is more than the first, and nobody came who
    did not visit; where each case has a reason, there are no fewer reasons than cases."""
    return [
        (0,) * (more + 1),
        *(
            (size, *parts)
            for size in range(1, most + 1)
            for parts in product(range(size + 1), repeat=more)
            if sum(parts) >= (size if each_has_one else 1)
        ),
    ]


def check_by_trying(
    truth: list[Line],
    seen: list[list[int | None]],
    totals: Line,
    possible: list[Line],
    everybody: int = 0,
) -> None:
    """An attacker with every table before them: each small number could be another one.

    ``totals`` are of the columns that add up; ``everybody`` is how many different people came, of
    whom some came to several groups.
    """
    has_rows = any(cell is not None for row in seen for cell in row[1:])
    fitting = [
        [
            line
            for line in possible
            if all(cell in (None, number) for cell, number in zip(row, line, strict=True))
            and (row[0] is not None or line[0] > 0)
            and not any(  # noughts are shown in a row that is, but where no row is
                has_rows and row[0] is not None and cell is None and number == 0
                for cell, number in zip(row, line, strict=True)
            )
        ]
        for row in seen
    ]
    found: list[set[int]] = [set() for line in truth for _number in line]
    for lines in product(*fitting):
        sums = [sum(column) for column in zip(*lines, strict=True)]
        if any(made != total for made, total in zip(sums, totals, strict=False)):
            continue
        if sums[-1] >= everybody and (
            not everybody or max(line[-1] for line in lines) <= everybody
        ):
            for values, number in zip(found, (n for line in lines for n in line), strict=True):
                values.add(number)
    for values, number in zip(found, (n for line in truth for n in line), strict=True):
        assert not 0 < number < THRESHOLD or len(values) > 1, (truth, seen)


@example([(8, 5, 3), (8, 0, 8)])
@given(
    st.lists(
        st.tuples(st.sampled_from([0, 2, 5, 6]), st.integers(0, 6), st.integers(0, 6)),
        min_size=2,
        max_size=2,
    )
)
def test_no_reason_can_be_worked_out_from_how_many_cases_there_are(drawn: list[Line]) -> None:
    """A case has one reason or more, so cases and reasons bound each other; where each has one,
    they add up."""
    truth = [
        (size, min(first, size), max(size - first, min(second, size), 0))
        for size, first, second in drawn
    ]
    groups = GROUPS[: len(truth)]
    sizes = [line[0] for line in truth]
    gone = find_gone(sizes)
    services = lay_out("s", groups, {(g, "s"): n for g, n in zip(groups, sizes, strict=True)}, gone)
    counts = {
        (group, name): line[place]
        for group, line in zip(groups, truth, strict=True)
        for place, name in ((1, "x"), (2, "y"))
    }
    reasons = lay_out("r", groups, counts, gone, adds_up=False)
    if services.is_hidden or {*reasons.categories} != {"x", "y"}:
        return  # put together, or not shown at all
    columns = [reasons.categories.index(name) for name in ("x", "y")]
    seen = [
        [services.row_totals[row], *(reasons.rows[row][column] for column in columns)]
        for row in range(len(groups))
    ]
    totals = tuple(sum(column) for column in zip(*truth, strict=True))
    most = max(sizes) if gone == set() else sum(sizes)
    check_by_trying(truth, seen, totals, list_lines(most, 2, each_has_one=True))


@example([(5, 4), (8, 8)], 0)
@given(st.lists(st.tuples(SIZES, st.integers(1, 9)), min_size=2, max_size=2), st.integers(0, 9))
def test_no_number_of_people_can_be_worked_out_from_their_visits(
    drawn: list[Line], twice: int
) -> None:
    truth = [(size, min(people, size)) for size, people in drawn]
    groups = GROUPS[: len(truth)]
    sizes, people = ([line[place] for line in truth] for place in (0, 1))
    everybody = max(sum(people) - twice, *people)
    gone = find_gone(sizes, people)
    visits = lay_out("v", groups, {(g, "v"): n for g, n in zip(groups, sizes, strict=True)}, gone)
    came = lay_out_people("people", groups, dict(zip(groups, people, strict=True)), everybody, gone)
    if visits.is_hidden or came.is_hidden:
        return
    seen = [[visits.row_totals[row], came.rows[row][0]] for row in range(len(groups))]
    possible = list_lines(sum(sizes), 1, each_has_one=False)
    check_by_trying(truth, seen, (sum(sizes),), possible, everybody)


@given(COUNTS)
def test_wards_say_nothing_that_their_sites_do_not(counts: dict[tuple[str, str], int]) -> None:
    sites = lay(counts)
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
    table = lay_out_money("pounds", ["a", "b", "c"], counts, pence)
    assert table.rows == [[None], [90_00], [None]]
    assert table.totals == [600_00]
    assert table.is_money
    assert lay_out_money("pounds", ["a"], {"a": 4}, {"a": 400_00}).is_hidden


def test_people_who_came_in_two_months_are_one_in_the_total() -> None:
    table = lay_out_people("people", ["a", "b"], {"a": 8, "b": 7}, 9, find_gone([8, 7]))
    assert (table.rows, table.totals) == ([[8], [7]], [9])


def test_what_one_transaction_costs() -> None:
    assert cost_of_one([30, 30, 60, 60, 120], 20_00) == 20_00
    assert cost_of_one([30, 30, 60, 60], 20_00) is None  # too few
    assert cost_of_one([30] * 10, None) is None


def test_a_quarter_spells_itself() -> None:
    assert str(Quarter(2026, 3)) == "2026-3"
    assert Quarter(2026, 4).following == Quarter(2027, 1)
