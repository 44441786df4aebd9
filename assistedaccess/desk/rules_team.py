"""How long people waited: the sums of the manager's view. Pure."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Wait:
    """Somebody who came in: when, when they were called, when they left uncalled; ``is_here``:
    they wait now."""

    arrived_at: datetime
    taken_at: datetime | None
    left_at: datetime | None
    is_here: bool


@dataclass(frozen=True)
class Waits:
    """Many waits in whole minutes; None where nobody was called, or nobody waits.

    ``uncalled``: who left before they were called, or was still in the queue when the day was over.
    """

    came: int
    called: int
    uncalled: int
    median: int | None
    longest: int | None
    here: int
    here_longest: int | None


def sum_up(waits: Sequence[Wait], now: datetime) -> Waits:
    """The sums of a queue; whoever waits now is counted as come and neither called nor uncalled."""
    taken = [
        _minutes(wait.arrived_at, wait.taken_at) for wait in waits if wait.taken_at is not None
    ]
    here = [_minutes(wait.arrived_at, now) for wait in waits if wait.is_here]
    return Waits(
        came=len(waits),
        called=len(taken),
        uncalled=len(waits) - len(taken) - len(here),
        median=int(statistics.median(taken)) if taken else None,
        longest=max(taken, default=None),
        here=len(here),
        here_longest=max(here, default=None),
    )


def _minutes(start: datetime, end: datetime) -> int:
    return max(0, int((end - start).total_seconds() // 60))
