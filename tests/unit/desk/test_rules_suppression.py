"""No count that is left out of a table can be worked out from what is shown."""

from __future__ import annotations

from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from assistedaccess.desk.rules_suppression import (
    FLOOR,
    Place,
    add_totals,
    is_safe,
    list_small,
    list_totals,
    suppress,
)

CELLS = st.integers(1, 4).flatmap(
    lambda width: st.lists(
        st.lists(st.sampled_from([0, 0, 1, 2, 3, 4, 5, 6, 9, 30]), min_size=width, max_size=width),
        min_size=1,
        max_size=4,
    )
)
TINY = st.integers(1, 3).flatmap(
    lambda width: st.lists(
        st.lists(st.integers(0, 7), min_size=width, max_size=width), min_size=1, max_size=2
    )
)


def lines(cells: list[list[int]]) -> list[tuple[Place, list[Place]]]:
    """Each total with the places that it is the sum of."""
    rows, columns = range(len(cells)), range(len(cells[0]))
    sums = [(Place(r, None), [Place(r, c) for c in columns]) for r in rows]
    sums += [(Place(None, c), [Place(r, c) for r in rows]) for c in columns]
    sums.append((Place(None, None), [Place(r, None) for r in rows]))
    sums.append((Place(None, None), [Place(None, c) for c in columns]))
    return sums


@given(CELLS)
def test_every_small_count_is_left_out_and_none_can_be_worked_out(cells: list[list[int]]) -> None:
    table = add_totals(cells)
    small = list_small(table)
    gaps = suppress(table, small)
    assert gaps is not None
    assert small <= gaps
    assert not [place for place in gaps if table[place] == 0]
    assert all(is_safe(table, gaps, place) for place in gaps)
    # What everybody tries first: one gap in a line with its total.
    for total, parts in lines(cells):
        assert len([place for place in (total, *parts) if place in gaps]) != 1


@given(CELLS)
def test_totals_that_other_tables_show_stay_shown(cells: list[list[int]]) -> None:
    table = add_totals(cells)
    totals = list_totals(table)
    gaps = suppress(table, list_small(table), totals)
    if gaps is None:  # the table is not shown
        return
    assert not gaps & totals
    assert list_small(table) <= gaps
    assert all(is_safe(table, gaps, place) for place in gaps)


@given(TINY, st.booleans())
def test_by_trying_every_table_that_would_look_the_same(
    cells: list[list[int]], has_totals: bool
) -> None:
    """An attacker with all the time in the world: each gap could hold at least two numbers."""
    table = add_totals(cells)
    gaps = suppress(table, list_small(table), list_totals(table) if has_totals else frozenset())
    if gaps is None:
        return
    inner = [place for place in gaps if place.row is not None and place.column is not None]
    seen: dict[Place, set[int]] = {place: set() for place in gaps}
    ranges = [range(max(FLOOR, table[place] - 2), table[place] + 3) for place in inner]
    for numbers in product(*ranges):
        guessed = [list(row) for row in cells]
        for place, number in zip(inner, numbers, strict=True):
            assert place.row is not None
            assert place.column is not None
            guessed[place.row][place.column] = number
        other = add_totals(guessed)
        if all(other[place] == table[place] for place in table if place not in gaps):
            for place in gaps:
                seen[place].add(other[place])
    assert all(len(numbers) > 1 for numbers in seen.values()), (cells, gaps, seen)


def test_nothing_is_left_out_where_nothing_is_small() -> None:
    table = add_totals([[5, 0, 12], [7, 30, 0]])
    assert suppress(table, list_small(table)) == set()


def test_a_gap_is_hidden_by_the_smallest_others() -> None:
    table = add_totals([[3, 90, 6], [50, 60, 70], [80, 9, 8]])
    gaps = suppress(table, list_small(table))
    assert gaps == {Place(0, 0), Place(0, 2), Place(2, 0), Place(2, 2)}


def test_two_gaps_whose_sum_says_both_are_not_enough() -> None:
    """One and one are two: with the total shown, both would be known."""
    table = add_totals([[1, 1, 20]])
    gaps = suppress(table, list_small(table)) or set()
    assert len([place for place in gaps if place.row == 0]) > 2


def test_with_nothing_to_hide_behind_nothing_is_shown() -> None:
    table = add_totals([[1]])
    assert suppress(table, list_small(table)) == set(table)
    table = add_totals([[1], [1], [1], [1], [1]])  # five in all, each known to be one
    assert suppress(table, list_small(table), list_totals(table)) is None
