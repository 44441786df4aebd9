"""What a naive queue of the same length would have found: four of them, in the same run.

They rank the whole year at once, which no reviewer could; the signals never look ahead. Where a
baseline sees acts and looks, its budget is split by how many there are of each.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import fields
from typing import Any

from .facts_world import DAY, Act, Look, World
from .score import Watcher
from .score_queue import by_lot
from .signals_memory import Memory
from .signals_seen import NEVER, Seen, SeenLook

_SEEN = [each.name for each in fields(Seen) if each.name not in ("kind", "consent_state", "call")]
_LOOKS = [each.name for each in fields(SeenLook) if each.name != "kind"]
_NUMBERS = ("amount", "digits_changed", "facts_changed", "review_seconds", "is_urgent")
_CODES = ("kind", "service", "name_check", "whose", "call", "identity", "confirmed_by", "present")
_KINDS = ("register", "consent", "apply", "pay", "change_payee", "change_contact", "represent")


class Rows(Watcher):
    """What was seen of each act and look, as numbers, for IsolationForest."""

    def __init__(self) -> None:
        self.act_rows: list[list[float]] = []
        self.look_rows: list[list[float]] = []
        self.on_account: dict[str, int] = {}

    def act(self, memory: Memory, act: Act, seen: Seen) -> None:
        """Keep one act as a row of numbers."""
        row = [min(float(getattr(seen, name)), NEVER) for name in _SEEN]
        row.extend(float(seen.kind == kind) for kind in _KINDS)
        row.append(act.at % DAY / 3600)
        self.act_rows.append(row)
        self.on_account[act.id] = seen.people_on_account

    def look(self, look: Look, seen: SeenLook) -> None:
        """Keep one look as a row of numbers."""
        row = [float(getattr(seen, name)) for name in _LOOKS]
        self.look_rows.append([*row, float(seen.kind == "search")])


def choose_random(world: World, count: int) -> list[str]:
    """Drawn by lot from all acts and looks."""
    items = [act.id for act in world.acts] + [look.id for look in world.looks]
    return sorted(items, key=by_lot)[:count]


def choose_velocity(world: World, count: int) -> list[str]:
    """The acts of the days on which one helper did most."""
    loads = Counter((act.helper, act.at // DAY) for act in world.acts)
    ranked = sorted(world.acts, key=lambda act: (-loads[act.helper, act.at // DAY], act.id))
    return [act.id for act in ranked[:count]]


def choose_shared_payee(rows: Rows, count: int) -> list[str]:
    """The acts whose account stands for most people."""
    ranked = sorted(rows.on_account, key=lambda item: (-rows.on_account[item], item))
    return ranked[:count]


def choose_isolated(
    rows: Rows, world: World, count: int, *, lend: bool = False
) -> list[str] | None:
    """What IsolationForest finds oddest; None where scikit-learn is not installed.

    It sees the columns of acts and looks as they were recorded, with the counts that anybody would
    add: acts a day, people on an account, a phone, a document. ``lend``: it sees all that our
    signals see instead, which is most of what we know about abuse.
    """
    try:
        forest = _load_forest()
    except ImportError:
        return None
    everything = max(1, len(world.acts) + len(world.looks))
    of_acts = round(count * len(world.acts) / everything)
    act_rows = rows.act_rows if lend else list(_plain_acts(world))
    look_rows = rows.look_rows if lend else list(_plain_looks(world))
    return [
        *_oddest(forest, [act.id for act in world.acts], act_rows, of_acts),
        *_oddest(forest, [look.id for look in world.looks], look_rows, count - of_acts),
    ]


def _plain_acts(world: World) -> Iterator[list[float]]:
    loads = Counter((act.helper, act.at // DAY) for act in world.acts)
    shared = {
        name: Counter(getattr(act, name) for act in world.acts if getattr(act, name))
        for name in ("account", "phone", "document", "text", "landlord", "signature")
    }
    codes: dict[str, int] = {}
    for act in world.acts:
        row = [float(act.at % DAY // 3600), float(act.at // DAY % 7)]
        row.append(float(loads[act.helper, act.at // DAY]))
        row.extend(float(counts[getattr(act, name)]) for name, counts in shared.items())
        row.extend(float(getattr(act, name) or 0) for name in _NUMBERS)
        row.extend(float(codes.setdefault(getattr(act, name), len(codes))) for name in _CODES)
        yield row


def _plain_looks(world: World) -> Iterator[list[float]]:
    loads = Counter((look.helper, look.at // DAY) for look in world.looks)
    viewed = Counter((look.person, look.at // DAY) for look in world.looks if look.person)
    for look in world.looks:
        yield [
            float(look.at % DAY // 3600),
            float(look.at // DAY % 7),
            float(loads[look.helper, look.at // DAY]),
            float(viewed[look.person, look.at // DAY]),
            float(look.results or 0),
            float(bool(look.broke_glass)),
            float(bool(look.reason)),
            float(look.kind == "search"),
        ]


def _load_forest() -> Callable[..., Any]:
    from sklearn.ensemble import IsolationForest

    return IsolationForest  # type: ignore[no-any-return]


def _oddest(
    forest: Callable[..., Any], items: Sequence[str], rows: Sequence[Sequence[float]], count: int
) -> list[str]:
    if not items:
        return []
    scores = forest(random_state=0).fit(rows).score_samples(rows)
    order = sorted(range(len(items)), key=lambda place: (scores[place], items[place]))
    return [items[place] for place in order[:count]]
