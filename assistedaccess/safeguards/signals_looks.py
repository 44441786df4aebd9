"""What a world shows of looks: by the end of each day, why each was, or that nothing says so."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict, deque
from collections.abc import Sequence

from .facts_world import DAY, HOUR, MINUTE, Case, Look
from .signals_memory import Memory
from .signals_seen import SeenLook

LATER = 10 * DAY
"""So long after an act its helper may look how it stands."""
EARLIER = DAY
SOON = 30 * MINUTE
"""Within so long, what was found is opened, or who was not found is registered."""


class LooksMemory:
    """What the looks so far have shown, beside what the acts have."""

    def __init__(self, memory: Memory, cases: Sequence[Case]) -> None:
        self.memory = memory
        self._cases = sorted(cases, key=lambda case: case.begins_at)
        self._begun = 0
        self._open: dict[tuple[str, str], list[Case]] = defaultdict(list)
        self._acted: dict[tuple[str, str], list[int]] = defaultdict(list)
        self._unexplained: dict[str, deque[tuple[int, str]]] = defaultdict(deque)
        self._at_same: dict[tuple[str, str], int] = defaultdict(int)
        self._glass: dict[str, deque[int]] = defaultdict(deque)
        self._streets: dict[tuple[str, str], deque[int]] = defaultdict(deque)
        self._used: dict[str, list[int]] = defaultdict(list)
        self._searched: dict[str, deque[tuple[int, bool]]] = defaultdict(deque)
        self._recent: dict[str, deque[int]] = defaultdict(deque)

    def note_act(self, helper: str, person: str, at: int) -> None:
        """An act explains the looks of its day and of the days after."""
        self._acted[helper, person].append(at)
        self._used[helper].append(at)

    def explain(self, look: Look, is_near: bool) -> str:
        """The record that explains a look; empty where there is none.

        A case is its site's, as it is where people work (casework.queries_reasons). A colleague's
        explains nothing to who is near the person: they need work of their own.
        """
        for case in self._open.get((look.organisation, look.person), ()):
            if case.begins_at <= look.at + HOUR <= case.ends_at + HOUR and self._is_for(
                look.helper, case, is_near
            ):
                return case.kind
        relation = self.memory.relations.get((look.helper, look.person))
        if relation is not None and relation.declared_at <= look.at:
            return "relation"
        acted = self._acted.get((look.helper, look.person), [])
        place = bisect_left(acted, look.at - LATER)
        if place < len(acted) and acted[place] <= look.at + EARLIER:
            return "act"
        return ""

    def _is_for(self, helper: str, case: Case, is_near: bool) -> bool:
        if case.helper or is_near:
            return case.helper == helper
        return case.site in ("", self.memory.helpers[helper].site)

    def end_day(self, looks: Sequence[Look], night: int) -> list[tuple[Look, SeenLook, str]]:
        """What is known of each look of a day at its end, and what explains it."""
        while self._begun < len(self._cases) and self._cases[self._begun].begins_at < night:
            case = self._cases[self._begun]
            self._open[case.organisation, case.person].append(case)
            self._begun += 1
        searches: dict[str, int] = defaultdict(int)
        opened: dict[str, int] = defaultdict(int)
        for look in looks:
            (searches if look.kind == "search" else opened)[look.helper] += 1
            if look.kind != "search":
                self._used[look.helper].append(look.at)
        for helper in searches:
            self._used[helper].sort()
        return [self._see(look, searches, opened) for look in looks]

    def _see(
        self, look: Look, searches: dict[str, int], opened: dict[str, int]
    ) -> tuple[Look, SeenLook, str]:
        memory, helper = self.memory, self.memory.helpers[look.helper]
        seen = SeenLook(kind=look.kind)
        own_street = helper.address.partition("-")[0]
        if look.kind == "search":
            seen.searches_in_a_day = searches[look.helper]
            seen.searches_opened = opened[look.helper]
            self._count_unused(look, seen)
            seen.is_own_street = bool(look.street) and look.street == own_street
            if look.street:
                seen.same_street_in_7_days = _count(
                    self._streets[look.helper, look.street], look.at, 7 * DAY
                )
            return look, seen, "search"
        person = memory.people[look.person]
        seen.is_near = person.surname == helper.surname or person.address == helper.address
        why = self.explain(look, seen.is_near)
        seen.is_own = person.human == helper.human
        seen.is_explained = bool(why) and not seen.is_own
        seen.is_notable = person.is_notable
        if look.broke_glass:
            seen.broke_glass = True
            if not seen.is_explained:
                seen.glass_in_7_days = _count(self._glass[look.helper], look.at, 7 * DAY)
        if not seen.is_explained:
            lookers = self._unexplained[look.person]
            lookers.append((look.at, look.helper))
            while lookers[0][0] < look.at - 2 * DAY:
                lookers.popleft()
            seen.unexplained_of_person_in_2_days = len({who for _at, who in lookers})
            self._at_same[look.helper, look.person] += 1
            seen.unexplained_at_same = self._at_same[look.helper, look.person]
            seen.unexplained_of_helper_in_7_days = _count(
                self._recent[look.helper], look.at, 7 * DAY
            )
        return look, seen, "" if look.broke_glass else why  # an auditor sees each (A35)

    def _count_unused(self, look: Look, seen: SeenLook) -> None:
        used, searched = self._used[look.helper], self._searched[look.helper]
        place = bisect_left(used, look.at)
        is_used = place < len(used) and used[place] <= look.at + SOON
        searched.append((look.at, is_used))
        while searched[0][0] < look.at - 60 * DAY:
            searched.popleft()
        seen.searches_unused_in_60_days = sum(1 for _at, was_used in searched if not was_used)
        seen.searches_unused_share = seen.searches_unused_in_60_days / len(searched)


def _count(times: deque[int], now: int, window: int) -> int:
    """Take ``now`` in, and count what lies within ``window`` of it."""
    times.append(now)
    while times[0] < now - window:
        times.popleft()
    return len(times)
