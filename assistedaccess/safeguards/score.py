"""Rank a world: night by night, from its facts alone, never looking ahead."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from .facts_world import DAY, Act, Look, World
from .score_queue import Flag, Queue
from .signals import Hit, judge_act, judge_look
from .signals_looks import LooksMemory
from .signals_memory import Memory
from .signals_seen import Seen, SeenLook


@dataclass(slots=True)
class Day:
    """A day of a world: what happened, and what the signals say of it by its end."""

    night: int
    items: list[str] = field(default_factory=list)
    work: dict[str, int] = field(default_factory=dict)
    """Acts by helper."""
    hits: list[Hit] = field(default_factory=list)


@dataclass
class Read:
    """A world as the signals have read it. ``explained``: of each opened record, by what."""

    days: list[Day]
    explained: dict[str, str]


class Watcher:
    """Is told of each act and look as the world is read, and what was seen of it."""

    def act(self, memory: Memory, act: Act, seen: Seen) -> None:
        """An act, which ``memory`` has just taken in."""

    def look(self, look: Look, seen: SeenLook) -> None:
        """A look, by the end of its day."""


def read_days(world: World, *watchers: Watcher) -> Read:
    """Every hit of every day."""
    memory = Memory(world)
    looks = LooksMemory(memory, world.cases)
    acts = {act.id: act for act in world.acts}
    days: list[Day] = []
    explained: dict[str, str] = {}
    deaths = sorted(
        (p for p in world.people if p.known_dead_at is not None),
        key=lambda p: (p.known_dead_at or 0, p.id),
    )
    answers, looked = iter(world.answers), _Ahead(world.looks)
    said, died = next(answers, None), 0
    for night, todays in _by_day(world):
        day = Day(night)
        for act in todays:
            seen = memory.see(act)
            looks.note_act(act.helper, act.person, act.at)
            day.items.append(act.id)
            day.work[act.helper] = day.work.get(act.helper, 0) + 1
            day.hits.extend(_hits(act, act.at, seen))
            for watcher in watchers:
                watcher.act(memory, act, seen)
        while said is not None and said.at < night:
            day.hits.extend(_hits(acts[said.act], said.at, memory.hear(said, acts[said.act])))
            said = next(answers, None)
        while died < len(deaths) and (deaths[died].known_dead_at or 0) < night:
            found = memory.learn_death(deaths[died])
            if found is not None:
                day.hits.extend(_hits(found[1], night, found[0]))
            died += 1
        for look, seen_look, why in looks.end_day(looked.until(night), night):
            day.items.append(look.id)
            for watcher in watchers:
                watcher.look(look, seen_look)
            if look.kind != "search":
                explained[look.id] = why
            for name, strength in judge_look(seen_look):
                hit = Hit(look.at, look.id, look.helper, look.person, look.person, name, strength)
                day.hits.append(hit)
        days.append(day)
    return Read(days, explained)


def _hits(act: Act, at: int, seen: Seen) -> Iterator[Hit]:
    account = act.account if act.kind in ("change_payee", "pay") else ""
    for name, strength in judge_act(seen):
        yield Hit(at, act.id, act.helper, account, act.person, name, strength)


def _by_day(world: World) -> Iterator[tuple[int, list[Act]]]:
    """Each day from the first row to the last, with its acts; ``night`` is its end."""
    times = [rows[n].at for rows in (world.acts, world.looks) if rows for n in (0, -1)]
    if not times:
        return
    first, last = min(times) // DAY, max(times) // DAY
    place = 0
    for number in range(first, last + 1):
        night, todays = (number + 1) * DAY, []
        while place < len(world.acts) and world.acts[place].at < night:
            todays.append(world.acts[place])
            place += 1
        yield night, todays


class _Ahead:
    """Gives looks day by day, in order."""

    def __init__(self, rows: list[Look]) -> None:
        self.rows, self.place = rows, 0

    def until(self, night: int) -> list[Look]:
        begin = self.place
        while self.place < len(self.rows) and self.rows[self.place].at < night:
            self.place += 1
        return self.rows[begin : self.place]


def rank(days: list[Day], budget: float, *, without: str = "") -> list[Flag]:
    """The queue of a world, in the order in which it was filled; ``without`` one signal."""
    queue = Queue(budget)
    for day in days:
        hits = [hit for hit in day.hits if hit.signal != without] if without else day.hits
        queue.end_day(day.night, day.items, day.work, hits)
    return queue.flags


def write_ranking(folder: Path, flags: list[Flag]) -> None:
    """Write the queue to ``folder``/queue.csv."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "queue.csv").open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(("place", "at", "item", "signal", "strength"))
        for place, flag in enumerate(flags, 1):
            writer.writerow((place, flag.at, flag.item, flag.signal, round(flag.strength, 3)))
