"""Small counts left out of a table, so that its totals do not give them away. Pure.

A count of 1 to 4 could point at somebody (the threshold that the Office for National Statistics and
NHS Digital use for tables of people). It is left out; and so are as many others as it takes, since
one gap in a row with a total is no gap (*secondary suppression*).

A table with its totals is a flow: each cell runs from its row to its column, a row's total into the
row, a column's total out of it, the grand total from the columns back to the rows, and what runs
into a point runs out of it. What is shown is fixed; what is left out may be anything from FLOOR on,
as noughts are shown. So a gap is safe exactly if some circle of gaps leads through it, along which
one may be added to each (against the direction: taken from each that is more than FLOOR): then the
table would look the same with another number there. Gaps are added, the cheapest circle first,
until each is safe. Ahuja, Magnanti and Orlin, *Network Flows* (1993), chapter 9, has the residual
network; Cox, *Network models for complementary cell suppression* (1995), this use of it.
"""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass

THRESHOLD = 5
"""Counts below it, but for 0, are left out."""
FLOOR = 1
"""The least that a reader knows a gap to be: noughts are shown."""

_ROWS, _COLUMNS = "rows", "columns"
Point = Hashable


@dataclass(frozen=True)
class Place:
    """Where a number stands; None for the total over all rows, or over all columns."""

    row: int | None
    column: int | None

    @property
    def start(self) -> Point:
        """Where its flow begins."""
        if self.row is None:
            return _COLUMNS if self.column is None else (_COLUMNS, self.column)
        return _ROWS if self.column is None else (_ROWS, self.row)

    @property
    def end(self) -> Point:
        """Where its flow ends."""
        if self.row is None:
            return _ROWS if self.column is None else _COLUMNS
        return (_ROWS, self.row) if self.column is None else (_COLUMNS, self.column)


def add_totals(cells: Sequence[Sequence[int]]) -> dict[Place, int]:
    """Every number of a table with its totals, by its place."""
    table = {
        Place(row, column): number
        for row, numbers in enumerate(cells)
        for column, number in enumerate(numbers)
    }
    for place, number in list(table.items()):
        for total in (Place(place.row, None), Place(None, place.column), Place(None, None)):
            table[total] = table.get(total, 0) + number
    return table


def list_small(counts: Mapping[Place, int]) -> set[Place]:
    """The places whose count is more than nought and below THRESHOLD."""
    return {place for place, count in counts.items() if 0 < count < THRESHOLD}


def list_totals(table: Mapping[Place, int]) -> frozenset[Place]:
    """The totals over all rows, which other tables of the same report show too."""
    return frozenset(place for place in table if place.row is None)


def suppress(
    table: Mapping[Place, int],
    small: set[Place],
    shown: frozenset[Place] = frozenset(),
    gone: frozenset[Place] = frozenset(),
) -> set[Place] | None:
    """The places to leave out: ``small``, and what keeps them from being worked out.

    ``table`` is as add_totals gives it; ``small`` are places of it that are not nought. ``shown``
    are never left out: what several tables show is shown in all of them, so that none says what
    another leaves out. ``gone`` are left out already, and safe. None where that cannot be done:
    then the table is not shown at all.
    """
    gaps = small | gone
    if gaps & shown:
        return None
    waiting = sorted(small, key=_order)
    while waiting:
        place = waiting.pop()
        if is_safe(table, gaps, place):
            continue
        circle = _find_circle({k: v for k, v in table.items() if k not in shown}, gaps, place)
        if circle is None:
            return None
        waiting += sorted(circle - gaps, key=_order)
        gaps |= circle
    return gaps


def is_safe(table: Mapping[Place, int], gaps: set[Place], place: Place) -> bool:
    """Whether the gap at ``place`` could hold another number, all that is shown being the same."""
    known = {each: table[each] for each in gaps}
    return _find_circle(known, gaps, place) is not None


def _order(place: Place) -> tuple[bool, int, bool, int]:
    return (place.row is None, place.row or 0, place.column is None, place.column or 0)


def _find_circle(table: Mapping[Place, int], gaps: set[Place], place: Place) -> set[Place] | None:
    """The places of the cheapest circle through ``place``: what is a gap already costs nothing, any
    other what it would hide. None where there is none."""
    steps = defaultdict(list)
    for each, number in table.items():
        if number < FLOOR or each == place:
            continue
        cost = 0 if each in gaps else number
        steps[each.start].append((cost, each.end, each))  # one more
        if number > FLOOR:
            steps[each.end].append((cost, each.start, each))  # one less
    found = [_find_path(steps, place.end, place.start)]
    if table[place] > FLOOR:
        found.append(_find_path(steps, place.start, place.end))
    paths = [path for path in found if path is not None]
    if not paths:
        return None
    return {place, *min(paths, key=lambda path: path[0])[1]}


def _find_path(
    steps: Mapping[Point, Sequence[tuple[int, Point, Place]]], start: Point, end: Point
) -> tuple[int, list[Place]] | None:
    """The cheapest way from one point to another, with its cost (Dijkstra)."""
    reached: set[Point] = set()
    queue: list[tuple[int, int, Point, list[Place]]] = [(0, 0, start, [])]
    number = 0
    while queue:
        cost, _number, point, way = heapq.heappop(queue)
        if point == end:
            return cost, way
        if point in reached:
            continue
        reached.add(point)
        for more, following, place in steps.get(point, ()):
            if following not in reached:
                number += 1
                heapq.heappush(queue, (cost + more, number, following, [*way, place]))
    return None
