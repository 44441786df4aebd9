"""Which hits the reviewers get to see, night by night: quotas, and no repeats.

A single summed score is what busy volunteers and care homes fill first: each has a little of
everything. So each signal has a quota of its own, the same for all. An account or a person that
stood in the queue stays out of it for six weeks, and a helper does for the same signal: whoever was
looked at for one thing is not thereby free to do another. They stand there again only while there
is more time than one signal's quota, so that where much is odd, many are looked at. Nothing is put
in to fill it: a reviewer's time that no signal asks for stays theirs. A tenth of the budget is
drawn by a hash of the item's key, so that what no signal knows can be found, and the signals be
judged.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict, deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from .facts_world import DAY, WEEK
from .signals import Hit

REST = 6 * WEEK
DRAWN = 0.1
LEAST = 0.5
"""Weaker hits count for nothing by themselves; together they may (``MARKS``)."""
MARKS = 60 * DAY
FEWEST_MARKS = 5
TIMES_PEERS = 6.0
"""A helper with five oddities in 60 days, and six times what all helpers have in as many acts."""
TOGETHER = "together"
FAINTEST = 0.2
QUOTA = 0.12
"""The most of a week's queue that one signal may have."""
CHANCE = "drawn"


@dataclass(frozen=True, slots=True)
class Flag:
    """One line of the queue: an item, why, and the night when it was put there."""

    at: int
    item: str
    signal: str
    strength: float
    helper: str
    about: str


class Peers:
    """Which helpers have far more oddities, of several kinds, than others for as much work."""

    def __init__(self) -> None:
        self._marks: dict[str, deque[tuple[int, str, str]]] = defaultdict(deque)
        self._work: dict[str, deque[tuple[int, int]]] = defaultdict(deque)
        self._all = [20, 2_000]  # oddities and acts, so that the first days surprise nobody

    def end_day(self, night: int, work: Mapping[str, int], hits: Sequence[Hit]) -> list[Hit]:
        """The strongest hit of each such helper, once more, as one of all together."""
        for helper, acts in work.items():
            self._work[helper].append((night, acts))
            self._all[1] += acts
        best: dict[str, Hit] = {}
        for hit in hits:
            if hit.strength < FAINTEST:
                continue
            self._marks[hit.helper].append((night, hit.signal, hit.person or hit.item))
            self._all[0] += 1
            if hit.helper not in best or hit.strength > best[hit.helper].strength:
                best[hit.helper] = hit
        return [
            replace(hit, signal=TOGETHER, strength=strength)
            for helper, hit in best.items()
            if (strength := self._surprise(night, helper)) > 0
        ]

    def _surprise(self, night: int, helper: str) -> float:
        marks, work = self._marks[helper], self._work[helper]
        while marks and marks[0][0] < night - MARKS:
            marks.popleft()
        while work and work[0][0] < night - MARKS:
            work.popleft()
        odd = {(signal, person) for _night, signal, person in marks}
        if len(odd) < FEWEST_MARKS or len({signal for signal, _person in odd}) < 2:
            return 0.0
        usual = self._all[0] / self._all[1] * sum(acts for _night, acts in work)
        times = len(odd) / max(usual, 0.5)
        return min(1.0, times / (2 * TIMES_PEERS)) if times >= TIMES_PEERS else 0.0


class Queue:
    """The reviewers' queue; ``budget`` is the share of acts that they can look at."""

    def __init__(self, budget: float) -> None:
        self.budget = budget
        self.flags: list[Flag] = []
        self._acts = 0
        self._used = 0
        self._drawn = 0
        self._week = -1
        self._of_signal: dict[str, int] = defaultdict(int)
        self._rests: dict[str, int] = {}
        self._items: set[str] = set()
        self._begun = -1
        self._peers = Peers()

    def end_day(
        self, night: int, items: Sequence[str], work: Mapping[str, int], hits: Sequence[Hit]
    ) -> None:
        """Choose among ``hits``, and draw among the day's ``items``; ``work``: acts by helper."""
        self._acts += sum(work.values())
        hits = [*hits, *self._peers.end_day(night, work, hits)]
        if night // WEEK != self._week:
            self._week = night // WEEK
            self._of_signal.clear()
        self._choose(night, hits)
        self._draw(night, items)

    def _choose(self, night: int, hits: Sequence[Hit]) -> None:
        left = int(self._acts * self.budget * (1 - DRAWN)) - self._used
        if self._begun < 0:
            self._begun = night - DAY
        weeks = max(1.0, (night - self._begun) / WEEK)
        quota = max(2, int(QUOTA * self._acts * self.budget * (1 - DRAWN) / weeks))
        waiting = sorted(
            (hit for hit in hits if hit.strength >= LEAST),
            key=lambda hit: (-hit.strength, hit.at, hit.item, hit.signal),
        )
        for hit in waiting:
            if left <= 0:
                return
            if self._of_signal[hit.signal] >= quota or self._rests_still(hit, night):
                continue
            stood_lately = self._rests.get(_helper(hit), 0) > night
            if stood_lately and left <= quota:
                continue  # what little time is left is for whom nobody has looked at
            self._put(Flag(night, hit.item, hit.signal, hit.strength, hit.helper, hit.about))
            self._of_signal[hit.signal] += 1
            self._rest(hit, night)
            self._used += 1
            left -= 1

    def _rests_still(self, hit: Hit, night: int) -> bool:
        if hit.item in self._items:
            return True
        keys = _keys(hit)
        return any(self._rests.get(key, 0) > night for key in keys)

    def _rest(self, hit: Hit, night: int) -> None:
        for key in (_helper(hit), *_keys(hit)):
            self._rests[key] = night + REST

    def _draw(self, night: int, items: Sequence[str]) -> None:
        left = int(self._acts * self.budget * DRAWN) - self._drawn
        among = sorted((item for item in items if item not in self._items), key=by_lot)
        for item in among[: max(0, left)]:
            self._put(Flag(night, item, CHANCE, 0.0, "", ""))
            self._drawn += 1

    def _put(self, flag: Flag) -> None:
        self._items.add(flag.item)
        self.flags.append(flag)


def _helper(hit: Hit) -> str:
    return f"h:{hit.helper}"


def _keys(hit: Hit) -> list[str]:
    by_helper = f"{_helper(hit)}:{hit.signal}"
    return [by_helper, f"a:{hit.about}"] if hit.about else [by_helper]


def by_lot(item: str) -> str:
    """An order that nobody chooses, the same each time."""
    return hashlib.sha256(item.encode()).hexdigest()
