"""docs/assurance.md names a test that exists, or a reason, for every row; and no other row."""

from __future__ import annotations

import ast
import re

from tests.support.sources import ROOT

TABLE = ROOT / "docs" / "assurance.md"
ROWS = re.findall(
    r"\S+",
    """
    1.2.1 1.2.2 1.2.3 1.2.4 1.3.5 1.3.6 1.3.7 1.5.1 1.5.2
    2.2.1 2.2.2 2.3.1 2.3.3 2.3.4 2.4.1
    3.2.1 3.3.1 3.3.2 3.3.3 3.3.4 3.4.1 3.4.2 3.4.3 3.4.4 3.4.5 3.4.6 3.5.1 3.7.2
    4.1.1
    5.2.1 5.2.2 5.2.3 5.3.2 5.4.1
    6.2.1 6.2.3 6.2.4 6.2.5 6.2.9 6.3.1 6.3.2 6.3.3 6.4.1 6.4.3 6.5.1 6.5.4 6.5.5 6.6.3
    7.2.1 7.2.3 7.3.1 7.3.2 7.4.1 7.4.2 7.4.3 7.5.1 7.5.2
    8.2.1 8.2.2 8.3.1 8.4.1
    11.4.2 11.5.1
    12.3.1
    13.2.2 13.3.1 13.4.2 13.4.4 13.4.5
    14.2.1 14.2.2 14.3.1 14.3.2 14.3.3
    15.1.2 15.2.1 15.2.2 15.3.3
    16.2.2 16.2.5 16.3.1 16.3.2 16.4.2 16.5.1 16.5.2 16.5.4
    """,
)
"""OWASP ASVS 5.0, levels 1 and 2 (16.5.4: 3): what a program can check of it."""

_ROW = re.compile(r"^\| V([0-9.]+) \| (.+) \|$", re.MULTILINE)
FAULTS = range(1, 50)
"""The faults that are tried, by their numbers."""

_FAULT = re.compile(r"^\| (\d+) \| (.+) \|$", re.MULTILINE)
_PROMISE = re.compile(
    r"^\| ((?:one machine|a nation|no power|a larger).+?) \| (.+) \|$", re.MULTILINE
)
_TEST = re.compile(r"`(test_[a-z0-9_]+)`")


def read_table() -> dict[str, str]:
    return dict(_ROW.findall(TABLE.read_text("utf-8")))


def list_tests() -> set[str]:
    """The name of every test that there is."""
    return {
        node.name
        for path in (ROOT / "tests").rglob("test_*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    }


def test_every_row_is_held_or_has_its_reason() -> None:
    table = read_table()
    assert sorted(table) == sorted(ROWS)
    assert [row for row, held in table.items() if len(held) < 20] == []


def test_every_fault_and_every_promise_is_held_by_a_test() -> None:
    """Beside a reason where part of it is not tried."""
    text = TABLE.read_text("utf-8")
    faults = {int(number): held for number, held in _FAULT.findall(text)}
    assert list(faults) == list(FAULTS)
    assert [number for number, held in faults.items() if not _TEST.findall(held)] == []
    promises = dict(_PROMISE.findall(text))
    assert len(promises) == 6
    assert [one for one, held in promises.items() if len(held) < 20] == []


def test_each_test_that_is_named_exists() -> None:
    named = set(_TEST.findall(TABLE.read_text("utf-8")))
    assert len(named) > 80
    assert sorted(named - list_tests()) == []
