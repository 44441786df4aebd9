"""How what waited for a second human ended, month by month, in numbers that point at nobody. Pure.

Numbers under five are left out, and as many others as it takes (rules_suppression), as in the
report to funders. How long they waited is told of five or more alone: the one time of one hold is
its own. Since when the oldest has waited is told of one too: managers see it in their list anyway.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from statistics import median

from assistedaccess.approvals.rules import State
from assistedaccess.kernel import clock

from .rules_suppression import THRESHOLD, Place, add_totals, list_small, suppress

MONTHS = 12


class Ended(StrEnum):
    """How something that waited ended; each in one way."""

    RELEASED = "released"
    REVERSED = "reversed"  # refused at first, and released when somebody else looked again
    REFUSED = "refused"
    OTHERWISE = "otherwise"  # taken back, or not possible any more


@dataclass(frozen=True)
class Hold:
    """One thing that waits, or waited. ``follows_refusal``: it is looked at again."""

    asked_at: datetime
    decided_at: datetime | None
    state: str
    follows_refusal: bool

    @property
    def ended(self) -> Ended:
        """How it ended; ask only where it has."""
        if self.state == State.RELEASED:
            return Ended.REVERSED if self.follows_refusal else Ended.RELEASED
        return Ended.REFUSED if self.state == State.REFUSED else Ended.OTHERWISE


@dataclass(frozen=True)
class Month:
    """One month. None: a number that is left out; ``median``: of how long they waited."""

    first: date
    counts: tuple[int | None, ...]
    total: int | None
    median: timedelta | None


@dataclass(frozen=True)
class Summary:
    """The months in which something ended, oldest first; what waits now.

    ``is_hidden``: fewer than five in all, or none could be shown without the others.
    ``longest``: since when the one that waits longest has waited.
    """

    months: tuple[Month, ...]
    totals: tuple[int | None, ...]
    total: int | None
    median: timedelta | None
    waiting: int | None
    longest: timedelta | None
    is_hidden: bool


def find_since(today: date) -> date:
    """The first day of the oldest of the MONTHS, this one among them."""
    months = today.year * 12 + today.month - MONTHS
    return date(months // 12, months % 12 + 1, 1)


def summarise(holds: Sequence[Hold], now: datetime) -> Summary:
    """What a manager is shown of the holds of their organisation."""
    open_ones = [hold for hold in holds if hold.decided_at is None]
    ended: dict[date, list[Hold]] = {}
    for hold in holds:
        if hold.decided_at is not None:
            first = clock.local(hold.decided_at).date().replace(day=1)
            ended.setdefault(first, []).append(hold)
    firsts = sorted(ended)
    kinds = list(Ended)
    table = add_totals(
        [[sum(hold.ended is kind for hold in ended[first]) for kind in kinds] for first in firsts]
    )
    everything = table.get(Place(None, None), 0)
    gaps = suppress(table, list_small(table)) if everything >= THRESHOLD else None

    def show(row: int | None, column: int | None) -> int | None:
        place = Place(row, column)
        return None if gaps is None or place in gaps else table[place]

    is_hidden = gaps is None and everything > 0
    months = tuple(
        Month(
            first,
            tuple(show(row, column) for column in range(len(kinds))),
            show(row, None),
            _find_median(ended[first]) if show(row, None) is not None else None,
        )
        for row, first in enumerate(firsts)
    )
    waiting = len(open_ones)
    return Summary(
        months=() if is_hidden else months,
        totals=tuple(show(None, column) for column in range(len(kinds))) if firsts else (),
        total=show(None, None) if firsts else 0,
        median=_find_median([hold for each in ended.values() for hold in each]),
        waiting=waiting if waiting == 0 or waiting >= THRESHOLD else None,
        longest=max((now - hold.asked_at for hold in open_ones), default=None),
        is_hidden=is_hidden,
    )


def _find_median(holds: Sequence[Hold]) -> timedelta | None:
    waited = [hold.decided_at - hold.asked_at for hold in holds if hold.decided_at is not None]
    if len(waited) < THRESHOLD:
        return None
    return timedelta(seconds=median(each.total_seconds() for each in waited))
