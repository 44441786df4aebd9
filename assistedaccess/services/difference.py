"""What is different between two definitions, so that nothing changes unseen. Pure.

Works on the raw JSON: whatever a definition says is compared, also what the engine has no use for.
What has a name is compared with what has the same name, wherever it stands in its list.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

Trail = tuple[str, ...]
_NAMES = ("path", "name", "id", "value")
"""By which of its keys an object of a list is known, in this order."""


class Kind(StrEnum):
    """What became of a part of a definition."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    MOVED = "moved"


@dataclass(frozen=True)
class Change:
    """One difference. ``trail`` leads to it: keys of objects, and names of what lists hold.

    ``before`` and ``after`` are lines to read; empty where there is nothing on that side.
    """

    kind: Kind
    trail: Trail
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()


def compare_definitions(before: object, after: object) -> tuple[Change, ...]:
    """Every difference between two decoded definitions, in the order of the newer one.

    Empty when, and only when, both say the same.
    """
    return tuple(_compare(before, after, ()))


def _compare(before: object, after: object, trail: Trail) -> Iterator[Change]:
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        yield from _compare_parts(before, after, trail)
    elif isinstance(before, list) and isinstance(after, list):
        old, new = _name_items(before), _name_items(after)
        yield from _compare_parts(old, new, trail)
        stayed = [name for name in old if name in new], [name for name in new if name in old]
        if stayed[0] != stayed[1]:
            yield Change(Kind.MOVED, trail, tuple(stayed[0]), tuple(stayed[1]))
    elif not _says_the_same(before, after):
        yield Change(Kind.CHANGED, trail, tuple(list_lines(before)), tuple(list_lines(after)))


def _compare_parts(
    old: Mapping[str, Any], new: Mapping[str, Any], trail: Trail
) -> Iterator[Change]:
    for name in new:
        here = (*trail, name)
        if name in old:
            yield from _compare(old[name], new[name], here)
        else:
            yield Change(Kind.ADDED, here, after=tuple(list_lines(new[name])))
    for name in old:
        if name not in new:
            yield Change(Kind.REMOVED, (*trail, name), before=tuple(list_lines(old[name])))


def _says_the_same(before: object, after: object) -> bool:
    # 1 and true are equal in Python, and not in JSON.
    return _write(before) == _write(after)


def _write(value: object) -> str:
    return json.dumps(value, sort_keys=True)


def _name_items(items: Sequence[Any]) -> dict[str, Any]:
    """The items by their name; a name that comes again, or that is none, gets its number."""
    named: dict[str, Any] = {}
    for number, item in enumerate(items, start=1):
        name = _find_name(item) or f"#{number}"
        while name in named:
            name = f"{name} #{number}"
        named[name] = item
    return named


def _find_name(item: object) -> str:
    if not isinstance(item, Mapping):
        return item if isinstance(item, str) else ""
    found = next((item[key] for key in _NAMES if item.get(key) not in (None, "")), "")
    return str(found) if isinstance(found, str | int | float) else ""


def list_lines(value: object, name: str = "") -> Iterator[str]:
    """All that ``value`` says, one line for each word or number in it."""
    if isinstance(value, Mapping) and value:
        for key, inner in value.items():
            yield from list_lines(inner, f"{name}.{key}" if name else str(key))
    elif isinstance(value, list) and value:
        for key, inner in _name_items(value).items():
            yield from list_lines(inner, f"{name}.{key}" if name else key)
    else:
        words = _say(value)
        yield f"{name}: {words}" if name else words


def _say(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if value is None or value == "" or value in ([], {}):
        return "–"
    return str(value)
