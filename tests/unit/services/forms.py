"""Small definitions for the tests of the form engine, and the moment at which they are asked."""

from __future__ import annotations

import re
from collections import Counter
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import html5lib

from assistedaccess.services.definition import Definition, Page
from assistedaccess.services.pages import PageReading, read_page
from assistedaccess.services.parsing import parse_definition

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=ZoneInfo("Europe/London"))


def component(type_name: str, name: str = "field", **more: Any) -> dict[str, Any]:
    """A component as a definition writes it."""
    given = {"type": type_name, "name": name, "title": name.capitalize(), "options": {}}
    return given | {"schema": {}} | more


def page(path: str, *components: dict[str, Any], to: Any = None, **more: Any) -> dict[str, Any]:
    """A page; ``to`` is where it leads: a path, or a list of paths and (path, condition)."""
    ways = [] if to is None else [to] if isinstance(to, str) else to
    steps = [{"path": w} if isinstance(w, str) else {"path": w[0], "condition": w[1]} for w in ways]
    return {"path": path, "title": path, "components": list(components), "next": steps} | more


SUMMARY = page("/summary", controller="./pages/summary.js")


def form(*pages: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A definition of ``pages`` that begins at the first and ends in a summary."""
    raw = {"startPage": pages[0]["path"], "pages": [*pages, SUMMARY], "lists": []}
    return raw | {"sections": [], "conditions": [], "version": 2} | more


def parse(*pages: dict[str, Any], **more: Any) -> Definition:
    """The Definition of form(…), which must be free of errors."""
    definition = parse_definition(form(*pages, **more))
    assert not definition.errors
    assert not definition.unsupported
    return definition


def condition(name: str, *rows: Any) -> dict[str, Any]:
    """A condition of rows (field, type, operator, value[, coordinator])."""
    built = []
    for field, kind, operator, value, *coordinator in rows:
        given = value if isinstance(value, dict) else {"type": "Value", "value": value}
        row = {"field": {"name": field, "type": kind, "display": field}}
        row |= {"operator": operator, "value": given}
        built.append(row | ({"coordinator": coordinator[0]} if coordinator else {}))
    return {"name": name, "displayName": name, "value": {"name": name, "conditions": built}}


def items(*values: str) -> dict[str, Any]:
    """The list named ``list``."""
    return {
        "name": "list",
        "title": "List",
        "type": "string",
        "items": [{"text": value.capitalize(), "value": value} for value in values],
    }


def ask(raw: dict[str, Any], posted: dict[str, str | list[str]], **more: Any) -> PageReading:
    """What ``posted`` (by part, ``""`` for the question itself) answers to one component."""
    definition = parse(page("/one", raw, to="/summary"), **more)
    return answer(definition, definition.pages["/one"], raw["name"], posted)


def answer(
    definition: Definition, asked: Page, name: str, posted: dict[str, str | list[str]]
) -> PageReading:
    """Post ``posted`` to ``asked``, the parts of one question named for it."""
    sent = {
        f"q-{name}-{part}" if part else f"q-{name}": [v] if isinstance(v, str) else v
        for part, v in posted.items()
    }
    return read_page(definition, asked, sent, answers={}, now=NOW)


def words(reading: PageReading) -> list[str]:
    """The messages of a reading, in English."""
    return [fault.words(lambda text: text) for fault in reading.faults]


def check_html(html: str) -> None:
    """``html`` is valid, and no id is used twice."""
    parser = html5lib.HTMLParser()
    parser.parse(f"<!DOCTYPE html><html lang=en><title>x</title><body>{html}</body></html>")
    assert not parser.errors, parser.errors[0]
    ids = Counter(re.findall(r' id="([^"]*)"', html))
    assert not [name for name, times in ids.items() if times > 1]
