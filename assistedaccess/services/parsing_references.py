"""What names in conditions mean, once all names are known: fields, conditions, the page's own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from assistedaccess.services.conditions import (
    AllOf,
    AnyOf,
    Comparison,
    Condition,
    Negation,
    Node,
    Reference,
    find_key,
    list_fields,
    list_references,
)
from assistedaccess.services.definition import Page, find_owner, map_fields
from assistedaccess.services.remarks import Remarks


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


def check_choices(
    pages: Iterable[Page], conditions: Mapping[str, Condition], remarks: Remarks
) -> None:
    """Name each choice that hangs on an answer of its own page: it could never be chosen there."""
    pages = list(pages)
    fields = map_fields(pages)
    for page in pages:
        own = {question.key: question for question in page.questions}
        for question in page.questions:
            row = getattr(question, "inner", None) or question
            for asked in (row, *getattr(row, "cells", ())):
                for choice in asked.choices:
                    names = close_over_references({choice.condition}, conditions)
                    roots = [conditions[name].root for name in names if name in conditions]
                    keys = [find_key(c.field, fields) for root in roots for c in list_fields(root)]
                    if any(key and find_owner(key, own) in own for key in keys):
                        remarks.cannot(
                            f"Page {page.path}, component {asked.name}: the choice "
                            f"“{choice.value}” depends on an answer of the same page"
                        )


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
