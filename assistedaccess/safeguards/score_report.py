"""What a ranking was worth, once the truth is opened."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from .facts_world import DAY, BadWorld
from .score_queue import CHANCE, Flag

NEVER = 1 << 62
REVIEW = DAY
"""Until a flagged scheme's money is stopped: a reviewer looks within a day."""


@dataclass(frozen=True)
class Truth:
    """What really happened in a world."""

    rows: Mapping[str, str]
    """By scheme, the row of the scenarios."""
    careful: frozenset[str]
    items: Mapping[str, str]
    """By abusive act or look, its scheme."""
    flows: Mapping[str, Sequence[tuple[int, int]]]
    improper: frozenset[str]
    alike: Mapping[str, str]
    groups: Mapping[str, frozenset[str]]


def read_truth(folder: Path) -> Truth:
    """Open the labels. Raises BadWorld."""
    schemes = _read(folder / "schemes.csv")
    flows: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for row in _read(folder / "flows.csv"):
        flows[row["scheme"]].append((int(row["at"]), int(row["pence"])))
    groups: dict[str, set[str]] = defaultdict(set)
    for row in _read(folder / "groups.csv"):
        groups[row["group"]].add(row["person"])
    return Truth(
        rows={row["scheme"]: row["row"] for row in schemes},
        careful=frozenset(row["scheme"] for row in schemes if row["is_careful"] == "1"),
        items={row["item"]: row["scheme"] for row in _read(folder / "items.csv")},
        flows=flows,
        improper=frozenset(row["look"] for row in _read(folder / "improper.csv")),
        alike={row["item"]: row["kind"] for row in _read(folder / "alike.csv")},
        groups={name: frozenset(people) for name, people in groups.items()},
    )


def _read(file: Path) -> list[dict[str, str]]:
    try:
        with file.open(encoding="utf-8", newline="") as lines:
            return list(csv.DictReader(lines))
    except OSError as error:
        raise BadWorld(f"{file} cannot be read: {error.strerror}") from None


def share(part: float, whole: float) -> float | None:
    """A part as 0 to 1; None of nothing."""
    return round(part / whole, 4) if whole else None


def find_first(flags: Iterable[Flag], truth: Truth) -> dict[str, Flag]:
    """By scheme, the flag that found it."""
    found: dict[str, Flag] = {}
    for flag in flags:
        scheme = truth.items.get(flag.item)
        if scheme is not None:
            found.setdefault(scheme, flag)
    return found


def count_found(items: Iterable[str], truth: Truth) -> float | None:
    """The share of schemes of which ``items`` hold anything."""
    found = {truth.items[item] for item in items if item in truth.items}
    return share(len(found), len(truth.rows))


def find_with_own_off(
    found: Mapping[str, Flag], truth: Truth, rank_without: Callable[[str], Sequence[Flag]]
) -> float | None:
    """The share of schemes still found where the signal that found them is switched off.

    A scheme's own signal is the one that put it into the queue first: nobody chooses it by hand.
    What was drawn by lot has none, and counts as not found.
    """
    theirs: dict[str, set[str]] = defaultdict(set)
    for scheme, flag in found.items():
        theirs[flag.signal].add(scheme)
    still = 0
    for signal, schemes in theirs.items():
        if signal != CHANCE:
            again = find_first(rank_without(signal), truth)
            still += sum(1 for scheme in schemes if _by_signal(again.get(scheme)))
    return share(still, len(truth.rows))


def _by_signal(flag: Flag | None) -> bool:
    return flag is not None and flag.signal != CHANCE


def report_queue(
    flags: Sequence[Flag], truth: Truth, times: Mapping[str, int], stops: Mapping[str, int]
) -> dict[str, object]:
    """What the queue found. ``times``: when each item happened; ``stops``: by scheme, when an act
    of it was held or refused as it was done."""
    found = find_first(flags, truth)
    before: dict[str, int] = defaultdict(int)
    for item, scheme in truth.items.items():
        if scheme in found and times[item] <= found[scheme].at:
            before[scheme] += 1
    gone = gone_by_queue = whole = 0
    for scheme, flows in truth.flows.items():
        flagged = found[scheme].at + REVIEW if scheme in found else NEVER
        stop = min(flagged, stops.get(scheme, NEVER))
        for at, pence in flows:
            whole += pence
            gone += pence if at <= stop else 0
            gone_by_queue += pence if at <= flagged else 0
    right = sum(1 for flag in flags if flag.item in truth.items)
    return {
        "flags": len(flags),
        "schemes": len(truth.rows),
        "schemes_found": share(len(found), len(truth.rows)),
        "careful_found": share(len(truth.careful & found.keys()), len(truth.careful)),
        "precision": share(right, len(flags)),
        "acts_before_first_flag_median": median(before.values()) if before else None,
        "money_gone_before_stop": share(gone, whole),
        "money_gone_by_queue_alone": share(gone_by_queue, whole),
        "rows_missed": _missed(found, truth),
    }


def _missed(found: Mapping[str, Flag], truth: Truth) -> dict[str, str]:
    """By row, how many of its schemes were not found, of how many."""
    rows: dict[str, list[bool]] = defaultdict(list)
    for scheme, row in truth.rows.items():
        name = f"{row} careful" if scheme in truth.careful else row
        rows[name].append(scheme in found)
    return {
        name: f"{each.count(False)} of {len(each)}"
        for name, each in sorted(rows.items())
        if not all(each)
    }


def report_looks(explained: Mapping[str, str], truth: Truth) -> dict[str, object]:
    """How many honest looks the records explain, and how many improper ones, wrongly."""
    honest = [bool(why) for look, why in explained.items() if look not in truth.improper]
    improper = [bool(why) for look, why in explained.items() if look in truth.improper]
    return {
        "looks_explained": share(sum(honest), len(honest)),
        "improper_wrongly_explained": share(sum(improper), len(improper)),
    }


def report_acts(
    held: Collection[str],
    refused: Collection[str],
    played: Collection[str],
    truth: Truth,
    person_of: Mapping[str, str],
    *,
    to_ring: Collection[str] = (),
    known: Collection[str] = (),
    held_unless_known: Collection[str] = (),
) -> dict[str, object]:
    """What the rules at the act did to honest acts, and to the rows of PREVENT in ``played``.

    ``person_of`` are the acts with whom they are about, also where that is nobody. Of the refused,
    those in ``to_ring`` go on as soon as somebody rings the person back: such an honest act waits,
    and is not blocked. A scheme of
    a row to be prevented is refused where any act of it was, as written. The rows in
    ``held_unless_known`` are to be refused where an act of theirs is among ``known``, and else to
    be held: what the scenario asks for is what is counted (A01).
    """
    waiting = {*held, *to_ring}
    honest = {act: person for act, person in person_of.items() if act not in truth.items}
    average = sum(1 for act in honest if act in waiting) / max(1, len(honest))
    ratios: dict[str, float] = {}
    for name, people in truth.groups.items():
        theirs = [act in waiting for act, person in honest.items() if person in people]
        if theirs and average:
            ratios[name] = round(sum(theirs) / len(theirs) / average, 2)
    alike = [act for act in truth.alike if act in honest]
    schemes = {s for s, row in truth.rows.items() if row in played and s not in truth.careful}
    open_ones = {s for s in schemes if truth.rows[s] in held_unless_known}
    open_ones -= {truth.items[act] for act in known if act in truth.items}
    schemes -= open_ones
    stopped = {truth.items[act] for act in refused if truth.items.get(act) in schemes}
    waits = {truth.items[act] for act in {*held, *refused} if truth.items.get(act) in open_ones}
    return {
        "honest_acts_held": round(average, 4),
        "honest_acts_refused": share(sum(1 for act in honest if act in refused), len(honest)),
        "lookalikes_held": share(sum(1 for act in alike if act in waiting), len(alike)),
        "lookalikes_blocked": share(
            sum(1 for act in alike if act in refused and act not in to_ring), len(alike)
        ),
        "lookalikes_to_ring_back": share(sum(1 for act in alike if act in to_ring), len(alike)),
        "worst_group_ratio": max(ratios.values(), default=None),
        "groups_held": dict(sorted(ratios.items())),
        "prevent_rows_refused": share(len(stopped), len(schemes)),
        "prevent_rows_played": sorted(played),
        "not_known_held": share(len(waits), len(open_ones)),
    }


def find_stops(stopped: Collection[str], truth: Truth, times: Mapping[str, int]) -> dict[str, int]:
    """By scheme, when the first of its acts was held or refused."""
    stops: dict[str, int] = {}
    for act in stopped:
        scheme = truth.items.get(act)
        if scheme is not None:
            stops[scheme] = min(times[act], stops.get(scheme, times[act]))
    return stops


def report_flagged(
    flags: Sequence[Flag], truth: Truth, person_of: Mapping[str, str]
) -> dict[str, object]:
    """Whom the queue troubles: honest look-alikes, and the worst group against the average.

    Over honest items about a person, not counting what was drawn by lot.
    """
    chosen = {flag.item for flag in flags if flag.signal != CHANCE}
    honest = {
        item: person for item, person in person_of.items() if person and item not in truth.items
    }
    average = share(sum(1 for item in honest if item in chosen), len(honest))
    ratios: dict[str, float] = {}
    for name, people in truth.groups.items():
        theirs = [item in chosen for item, person in honest.items() if person in people]
        part = share(sum(theirs), len(theirs))
        if part is not None and average:
            ratios[name] = round(part / average, 2)
    alike = [item in chosen for item in truth.alike if item not in truth.items]
    return {
        "lookalikes_flagged": share(sum(alike), len(alike)),
        "groups_flagged": dict(sorted(ratios.items())),
    }
