"""Conditions of a definition: parsed once, evaluated by our own small evaluator. Nothing is run.

A condition is a list of rows, each a comparison, a nested group or a reference to another
condition, joined by ``and`` / ``or`` from the second row on; ``and`` binds tighter, as in the form
builder that these definitions come from. Older definitions write them as expressions
(expressions.py), which become the same tree.

A comparison with an answer that is not in play is false; its negation (``is not``, ``does not
contain``) is true. An answer left empty counts as the empty text.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from assistedaccess.services.operators import compare_answer, is_known_operator
from assistedaccess.services.patterns import is_pattern
from assistedaccess.services.relative_time import RelativeTime, read_relative_time

MAX_DEPTH = 20
MAX_ROWS = 200


@dataclass(frozen=True)
class Comparison:
    """``field operator value``; ``kind`` is the type of component that the condition names."""

    field: str
    operator: str
    value: str | RelativeTime
    kind: str = ""


@dataclass(frozen=True)
class Reference:
    """Another condition, by its name."""

    name: str


@dataclass(frozen=True)
class Negation:
    """Not ``of`` (expressions only)."""

    of: Node


@dataclass(frozen=True)
class AllOf:
    """Every one of ``rows``."""

    rows: tuple[Node, ...]


@dataclass(frozen=True)
class AnyOf:
    """At least one of ``rows``."""

    rows: tuple[Node, ...]


@dataclass(frozen=True)
class Constant:
    """``true`` or ``false``, written out."""

    value: bool


Node = Comparison | Reference | Negation | AllOf | AnyOf | Constant


@dataclass(frozen=True)
class Condition:
    """A named condition of a definition."""

    name: str
    title: str
    root: Node


class BadCondition(ValueError):
    """The condition cannot be understood; the message says why."""


class UnsupportedCondition(BadCondition):
    """The condition is well formed, and uses something that this engine does not honour."""


def read_condition_rows(raw: object, depth: int = 0) -> Node:
    """The tree of the object structure ``{conditions: [row, …]}``.

    Raises BadCondition for what is malformed and UnsupportedCondition for an unknown operator.
    """
    if depth > MAX_DEPTH:
        raise BadCondition("its groups are nested too deeply")
    rows = raw.get("conditions") if isinstance(raw, Mapping) else None
    if not isinstance(rows, Sequence) or isinstance(rows, str) or not rows:
        raise BadCondition("it has no rows")
    if len(rows) > MAX_ROWS:
        raise BadCondition(f"it has more than {MAX_ROWS} rows")
    joined: list[list[Node]] = []
    for number, row in enumerate(rows):
        if not isinstance(row, Mapping):
            raise BadCondition(f"row {number + 1} is not an object")
        coordinator = _read_coordinator(row, number)
        node = _read_row(row, depth)
        if coordinator == "and":
            joined[-1].append(node)
        else:
            joined.append([node])
    return either([every(group) for group in joined])


def every(nodes: Sequence[Node]) -> Node:
    """All of ``nodes``, without a needless wrapper around one."""
    return nodes[0] if len(nodes) == 1 else AllOf(tuple(nodes))


def either(nodes: Sequence[Node]) -> Node:
    """Any of ``nodes``, without a needless wrapper around one."""
    return nodes[0] if len(nodes) == 1 else AnyOf(tuple(nodes))


def _read_coordinator(row: Mapping[str, Any], number: int) -> str:
    coordinator = row.get("coordinator")
    if number == 0:
        return ""  # the builder ignores one on the first row, and so do we
    if coordinator not in ("and", "or"):
        raise BadCondition(f"row {number + 1} has no “and” or “or” before it")
    return str(coordinator)


def _read_row(row: Mapping[str, Any], depth: int) -> Node:
    if "conditions" in row:
        return read_condition_rows(row, depth + 1)
    if "conditionName" in row:
        name = row["conditionName"]
        if not isinstance(name, str) or not name:
            raise BadCondition("a reference names no condition")
        return Reference(name)
    field = row.get("field")
    name = field.get("name") if isinstance(field, Mapping) else None
    if not isinstance(name, str) or not name:
        raise BadCondition("a row names no field")
    assert isinstance(field, Mapping)  # noqa: S101  (or it had no name)
    operator = row.get("operator")
    if not isinstance(operator, str):
        raise BadCondition(f"the row on {name} has no operator")
    if not is_known_operator(operator):
        raise UnsupportedCondition(f"the operator “{operator}” on {name} is not known")
    kind, value = str(field.get("type", "")), _read_value(row.get("value"), name)
    if operator.strip().lower() == "matches" and not (isinstance(value, str) and is_pattern(value)):
        raise UnsupportedCondition(f"the regex “{value}” on {name} cannot be understood")
    return Comparison(name, operator, value, kind)


def _read_value(raw: object, field: str) -> str | RelativeTime:
    if isinstance(raw, Mapping):
        if raw.get("type") == "RelativeTime":
            moment = read_relative_time(raw)
            if moment is None:
                raise BadCondition(f"the relative time on {field} cannot be read")
            return moment
        if raw.get("type") not in (None, "Value"):
            kind = raw.get("type")
            raise UnsupportedCondition(f"the kind of value “{kind}” on {field} is not known")
        raw = raw.get("value")
    if isinstance(raw, bool):
        return "true" if raw else "false"
    if isinstance(raw, str | int | float):
        return str(raw)
    raise BadCondition(f"the row on {field} has no value")


def list_fields(node: Node) -> list[Comparison]:
    """The comparisons in ``node``, those behind references left out."""
    match node:
        case Comparison():
            return [node]
        case AllOf(rows) | AnyOf(rows):
            return [found for row in rows for found in list_fields(row)]
        case Negation(of):
            return list_fields(of)
    return []


def list_references(node: Node) -> list[str]:
    """The names of the conditions that ``node`` refers to directly."""
    match node:
        case Reference(name):
            return [name]
        case AllOf(rows) | AnyOf(rows):
            return [found for row in rows for found in list_references(row)]
        case Negation(of):
            return list_references(of)
    return []


@dataclass(frozen=True)
class Facts:
    """What a condition is evaluated against.

    ``answers`` are those in play, by key; ``keys`` maps a field as a condition writes it to the
    key of its answer; ``kinds`` gives the type of component behind a key.
    """

    answers: Mapping[str, Any]
    keys: Mapping[str, str]
    kinds: Mapping[str, str]
    now: datetime


def find_key(field: str, keys: Mapping[str, str]) -> str | None:
    """The key of the answer to ``field``, as a condition writes it: ``name`` or ``section.name``.

    A section that the field's page does not name is passed over, as older definitions need; the
    name of a question is none, and a part that it does not have is nobody else's answer.
    """
    section, _, name = field.rpartition(".")
    return keys.get(field) or (None if section in keys else keys.get(name))


def find_answer(key: str, answers: Mapping[str, Any]) -> tuple[bool, Any]:
    """Whether the answer ``key`` is in play, and it. ``key.part`` is a part of one, of each row."""
    if key in answers:
        return True, answers[key]
    whole, _, part = key.rpartition(".")
    if whole not in answers:
        return False, None
    answer = answers[whole]
    if isinstance(answer, list):
        cells = [row.get(part) for row in answer if isinstance(row, Mapping)]
        return True, [v for cell in cells for v in (cell if isinstance(cell, list) else [cell])]
    return True, answer.get(part) if isinstance(answer, Mapping) else None


class Evaluator:
    """Evaluates the conditions of one definition against one set of facts, each at most once."""

    def __init__(self, conditions: Mapping[str, Condition], facts: Facts) -> None:
        self._conditions = conditions
        self._facts = facts
        self._known: dict[str, bool] = {}

    def holds(self, name: str) -> bool:
        """Whether the condition ``name`` holds; one that is missing, or in a circle, does not."""
        return self._holds(name, 0)

    def _holds(self, name: str, depth: int) -> bool:
        if name not in self._known:
            condition = self._conditions.get(name)
            self._known[name] = False  # what a circle meets when it comes back here
            if condition is not None and depth < MAX_DEPTH:
                self._known[name] = self._evaluate(condition.root, depth + 1)
        return self._known[name]

    def _evaluate(self, node: Node, depth: int) -> bool:
        match node:
            case Constant(value):
                return value
            case AllOf(rows):
                return all(self._evaluate(row, depth) for row in rows)
            case AnyOf(rows):
                return any(self._evaluate(row, depth) for row in rows)
            case Negation(of):
                return not self._evaluate(of, depth)
            case Reference(name):
                return self._holds(name, depth)
        return self._compare(node)

    def _compare(self, node: Comparison) -> bool:
        facts = self._facts
        key = find_key(node.field, facts.keys) or node.field
        in_play, answer = find_answer(key, facts.answers)
        return compare_answer(
            answer,
            node.operator,
            node.value,
            facts.kinds.get(key, node.kind),
            facts.now,
            in_play=in_play,
        )
