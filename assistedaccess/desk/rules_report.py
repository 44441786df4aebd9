"""The report to those who pay: its quarters, its tables, and what they leave out. Pure.

A report is of one whole quarter that is over. Periods that could be chosen freely would tell by
their difference what each of them leaves out; quarters do not overlap.

The same totals stand in the tables by month, by site and by ward, and are always shown (a category
whose total is small is put together with others first); each table then leaves out what it must so
that nothing can be worked out from it and them (rules_suppression). A ward is shown only where each
of its sites is: then it says nothing that the sites do not.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from .rules_suppression import (
    THRESHOLD,
    Place,
    add_totals,
    list_small,
    list_totals,
    suppress,
)

QUARTERS_BACK = 8
WEEKS_A_YEAR = 52
MOST_AN_HOUR = 100_000
"""A thousand pounds: more is a slip of the point."""
OTHERS = "others"
"""The category into which small ones are put."""

Cell = int | None
"""A number, or None where it is left out."""
Counts = Mapping[tuple[Hashable, Hashable], int]
"""How many, by group (a month, a site) and category."""


class By(StrEnum):
    """By what a report is laid out."""

    MONTH = "month"
    SITE = "site"
    WARD = "ward"


@dataclass(frozen=True, order=True)
class Quarter:
    """A quarter of a year, 1 to 4."""

    year: int
    number: int

    @property
    def start(self) -> date:
        """Its first day."""
        return date(self.year, 3 * self.number - 2, 1)

    @property
    def end(self) -> date:
        """The first day after it."""
        return self.following.start

    @property
    def following(self) -> Quarter:
        """The next one."""
        return Quarter(self.year + self.number // 4, self.number % 4 + 1)

    @property
    def months(self) -> list[date]:
        """The first days of its three months."""
        return [date(self.year, 3 * self.number - 2 + number, 1) for number in range(3)]

    def __str__(self) -> str:
        return f"{self.year}-{self.number}"


def list_quarters(today: date) -> list[Quarter]:
    """The last QUARTERS_BACK quarters that are over, newest first."""
    day, found = today, []
    for _ in range(QUARTERS_BACK):
        start = date(day.year, 3 * ((day.month - 1) // 3) + 1, 1)
        day = start - timedelta(days=1)
        found.append(Quarter(day.year, (day.month + 2) // 3))
    return found


@dataclass(frozen=True)
class Table:
    """A table as it may be shown. ``rows`` has one list of cells for each group, ``totals`` one
    cell for each category; ``row_totals`` is empty where categories do not add up, ``total`` where
    they do not either. ``is_hidden``: too few in all, so that no cell stands in it."""

    key: str
    groups: list[Hashable]
    categories: list[Hashable]
    rows: list[list[Cell]]
    totals: list[Cell]
    row_totals: list[Cell]
    total: Cell
    is_money: bool = False

    @property
    def is_hidden(self) -> bool:
        """Whether nothing of it may be shown."""
        return bool(self.totals) and all(cell is None for cell in self.totals)


def merge_small(totals: Mapping[Hashable, int]) -> list[tuple[Hashable, list[Hashable]]]:
    """The categories of a table, the largest first: those below THRESHOLD put together as OTHERS,
    with the next smallest as long as they are still fewer; noughts are left away."""
    ranked = sorted(
        (each for each, number in totals.items() if number),
        key=lambda each: (-totals[each], str(each)),
    )
    kept = [each for each in ranked if totals[each] >= THRESHOLD]
    small = [each for each in ranked if totals[each] < THRESHOLD]
    while small and kept and sum(totals[each] for each in small) < THRESHOLD:
        small.insert(0, kept.pop())
    merged: list[tuple[Hashable, list[Hashable]]] = [(each, [each]) for each in kept]
    return [*merged, (OTHERS, small)] if small else merged


def find_gone(*measures: Sequence[int]) -> set[int] | None:
    """The rows that are left out of every table about the same things (visits and who came; cases
    and why): those of which one of ``measures`` is small, and what keeps the first from being
    worked out. None where nothing does: then no row is shown.

    Each measure bounds the others: nobody came more often than there were visits, and each case has
    a reason. Left out in one table alone, a number could be worked out from another.
    """
    first = measures[0]
    small = {
        Place(row, column)
        for row, numbers in enumerate(zip(*measures, strict=True))
        if any(0 < number < THRESHOLD for number in numbers)
        for column in (0, None)
    }
    table = add_totals([[number] for number in first])
    gaps = suppress(table, small, list_totals(table))
    return None if gaps is None else {place.row for place in gaps if place.row is not None}


def lay_out(
    key: str,
    groups: Sequence[Hashable],
    counts: Counts,
    gone: set[int] | None,
    *,
    adds_up: bool = True,
) -> Table:
    """A table of counts by category, with its totals; ``gone`` are the rows of find_gone, of which
    nothing is shown, and of all others the total.

    Where one thing may be of several categories, so that nothing ``adds_up``, rows have no totals.
    It is safe from a reader who knows them all the same: another table shows how many things there
    are, and where each happens to be of one category alone, they do add up.
    """
    totals: dict[Hashable, int] = defaultdict(int)
    for (_group, category), number in counts.items():
        totals[category] += number
    columns = merge_small(totals)
    names = [name for name, _parts in columns]
    rows = range(len(groups))
    if not columns:
        nothing: list[Cell] = [0 for _ in groups] if adds_up else []
        return Table(key, list(groups), [], [[] for _ in groups], [], nothing, 0)
    cells = [
        [sum(counts.get((group, each), 0) for each in parts) for _name, parts in columns]
        for group in groups
    ]
    table = add_totals(cells)
    if table[Place(None, None)] < THRESHOLD:
        return _hide(key, groups, names, has_totals=adds_up)
    inner = {place for place in table if place.row is not None and place.column is not None}
    left = frozenset(place for place in inner if gone is None or place.row in gone)
    gaps = suppress(
        table,
        list_small(table) & inner - left,
        frozenset(table) - inner,
        left,
    )

    def show(row: int, column: int | None) -> Cell:
        place = Place(row, column)
        if gone is None or row in gone:
            return None
        if column is not None and (gaps is None or place in gaps):
            return None
        return table[place]

    return Table(
        key,
        list(groups),
        names,
        [[show(row, column) for column in range(len(names))] for row in rows],
        [table[Place(None, column)] for column in range(len(names))],
        [show(row, None) for row in rows] if adds_up else [],
        table[Place(None, None)] if adds_up else None,
    )


def lay_out_people(
    key: str,
    groups: Sequence[Hashable],
    counts: Mapping[Hashable, int],
    everybody: int,
    gone: set[int] | None,
) -> Table:
    """A table of one column whose total is not the sum: who came in two months is one."""
    if 0 < everybody < THRESHOLD:
        return _hide(key, groups, [key], has_totals=False)
    cells: list[list[Cell]] = [
        [None if gone is None or row in gone else counts.get(group, 0)]
        for row, group in enumerate(groups)
    ]
    return Table(key, list(groups), [key], cells, [everybody], [], None)


def _hide(
    key: str, groups: Sequence[Hashable], names: list[Hashable], *, has_totals: bool
) -> Table:
    return Table(
        key,
        list(groups),
        names,
        [[None for _ in names] for _ in groups],
        [None for _ in names],
        [None for _ in groups] if has_totals else [],
        None,
    )


def lay_out_money(
    key: str,
    groups: Sequence[Hashable],
    counts: Mapping[Hashable, int],
    pence: Mapping[Hashable, int],
) -> Table:
    """A table of one column of money; ``counts``, of whom it is, decide what is left out."""
    numbers = [counts.get(group, 0) for group in groups]
    shown = [pence.get(group, 0) for group in groups]
    if 0 < sum(numbers) < THRESHOLD:
        return _hide(key, groups, [key], has_totals=False)
    table = add_totals([[number] for number in shown])
    small = {
        place
        for row, number in enumerate(numbers)
        if 0 < number < THRESHOLD and shown[row]
        for place in (Place(row, 0), Place(row, None))
    }
    gaps = suppress(table, small, list_totals(table))
    cells: list[list[Cell]] = [
        [None if gaps is None or Place(row, 0) in gaps else number]
        for row, number in enumerate(shown)
    ]
    return Table(key, list(groups), [key], cells, [sum(shown)], [], None, is_money=True)


def fold(table: Table, wards: Mapping[Hashable, Hashable], order: Sequence[Hashable]) -> Table:
    """The table of sites as one of wards: a ward is shown only where each of its sites is."""

    def add(cells: list[Cell]) -> Cell:
        return None if any(cell is None for cell in cells) else sum(cell or 0 for cell in cells)

    members = {
        ward: [row for row, site in enumerate(table.groups) if wards.get(site) == ward]
        for ward in order
    }
    return Table(
        table.key,
        list(order),
        table.categories,
        [
            [
                add([table.rows[row][column] for row in rows])
                for column in range(len(table.categories))
            ]
            for rows in members.values()
        ],
        table.totals,
        [add([table.row_totals[row] for row in rows]) for rows in members.values()]
        if table.row_totals
        else [],
        table.total,
        is_money=table.is_money,
    )


def cost_of_one(minutes: Sequence[int], hourly_pence: int | None) -> int | None:
    """What one assisted transaction costs in pence: the mean of the minutes that were counted at
    the close of a case, at what an hour costs the organisation. None where that is not said, or
    fewer than THRESHOLD cases were counted."""
    if hourly_pence is None or len(minutes) < THRESHOLD:
        return None
    return round(sum(minutes) * hourly_pence / 60 / len(minutes))
