"""What names in conditions mean, once all names are known: fields and conditions."""

from __future__ import annotations

from collections.abc import Mapping

from assistedaccess.services.conditions import (
    AllOf,
    AnyOf,
    Comparison,
    Condition,
    Negation,
    Node,
    Reference,
    find_key,
    list_references,
)


def settle_references(
    conditions: Mapping[str, Condition], fields: Mapping[str, str]
) -> dict[str, Condition]:
    """``conditions`` with each bare name that is a field, and no condition, read as "is yes"."""
    return {
        name: Condition(name, condition.title, _settle(condition.root, conditions, fields))
        for name, condition in conditions.items()
    }


def close_over_references(used: set[str], conditions: Mapping[str, Condition]) -> set[str]:
    """``used`` with all the conditions that they refer to, those that do not exist among them."""
    waiting, closed = list(used), set(used)
    while waiting:
        condition = conditions.get(waiting.pop())
        for name in list_references(condition.root) if condition else []:
            if name not in closed:
                closed.add(name)
                waiting.append(name)
    return closed


def _settle(node: Node, conditions: Mapping[str, Condition], fields: Mapping[str, str]) -> Node:
    match node:
        case Reference(name) if name not in conditions and find_key(name, fields):
            return Comparison(name, "is", "true", "YesNoField")
        case Negation(of):
            return Negation(_settle(of, conditions, fields))
        case AllOf(rows):
            return AllOf(tuple(_settle(row, conditions, fields) for row in rows))
        case AnyOf(rows):
            return AnyOf(tuple(_settle(row, conditions, fields) for row in rows))
    return node
