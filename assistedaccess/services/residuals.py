"""What is left of a condition once some answers are known: two ways with the same rest are one.

A walk through a form would otherwise tell apart every combination of answers that a condition
looks at: ten questions joined by "or" are a thousand combinations, and two rests.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from assistedaccess.services.conditions import (
    MAX_DEPTH,
    AllOf,
    AnyOf,
    Comparison,
    Constant,
    Negation,
    Node,
    Reference,
    find_answer,
    find_key,
)
from assistedaccess.services.definition import Definition
from assistedaccess.services.operators import compare_answer

TRUE, FALSE = "T", "F"


def find_rest(definition: Definition, name: str, answers: Mapping[str, Any], now: datetime) -> str:
    """``T``, ``F``, or a text that stands for what the condition ``name`` still depends on."""
    return _rest(definition, Reference(name), answers, now, 0)


def _rest(
    definition: Definition, node: Node, answers: Mapping[str, Any], now: datetime, depth: int
) -> str:
    def rest(inner: Node) -> str:
        return _rest(definition, inner, answers, now, depth + 1)

    match node:
        case Constant(value):
            return TRUE if value else FALSE
        case Comparison():
            return _compare(definition, node, answers, now)
        case Negation(of):
            return {TRUE: FALSE, FALSE: TRUE}.get(inner := rest(of), f"!{inner}")
        case Reference(name):
            condition = definition.conditions.get(name)
            known = condition is not None and depth < MAX_DEPTH
            return rest(condition.root) if condition is not None and known else FALSE
        case AllOf(rows):
            return _join({rest(row) for row in rows}, TRUE, FALSE, "&")
        case AnyOf(rows):
            return _join({rest(row) for row in rows}, FALSE, TRUE, "|")


def _join(rests: set[str], neutral: str, decisive: str, sign: str) -> str:
    if decisive in rests:
        return decisive
    left = sorted(rests - {neutral})
    return neutral if not left else left[0] if len(left) == 1 else f"({sign.join(left)})"


def _compare(
    definition: Definition, node: Comparison, answers: Mapping[str, Any], now: datetime
) -> str:
    key = find_key(node.field, definition.field_keys) or node.field
    in_play, answer = find_answer(key, answers)
    if not in_play:
        return f"[{node.field} {node.operator} {node.value}]"
    kind = definition.kinds.get(key, node.kind)
    return TRUE if compare_answer(answer, node.operator, node.value, kind, now) else FALSE
