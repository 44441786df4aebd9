"""What must not be called anywhere in the application, read from its syntax trees.

Rows V1.3.7, V1.5.2 and V11.5.1 of OWASP ASVS 5.0, and our own rule of the one clock.
"""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tests.support.sources import (
    application_modules,
    called_name,
    imported_names,
    name_of,
    parse,
)

MODULES = pytest.mark.parametrize("path", application_modules(), ids=name_of)

UNSAFE_MODULES = {"pickle", "cPickle", "marshal", "shelve", "dill", "jsonpickle"}
UNSAFE_CALLS = {"eval", "exec", "yaml.load", "yaml.unsafe_load", "os.system", "os.popen"}
# The simulator's seeded generator and the sampling by checkpoint seed want repeatable numbers.
SEEDED = {"assistedaccess/simulate", "assistedaccess/safeguards/sampling.py"}
GUESSABLE = {"random", "uuid.uuid1", "uuid.uuid3", "uuid.uuid4", "uuid.uuid5", "uuid.getnode"}
CLOCK = "assistedaccess/kernel/clock.py"
OTHER_CLOCKS = {
    "datetime.now",
    "datetime.utcnow",
    "datetime.today",
    "date.today",
    "datetime.datetime.now",
    "datetime.datetime.utcnow",
    "datetime.date.today",
    "time.time",
    "time.time_ns",
    "time.localtime",
    "time.gmtime",
    "time.strftime",
}
ASKS_A_CLOCK = {"now", "today", "utcnow"}


def calls(path: Path) -> list[ast.Call]:
    return [node for node in ast.walk(parse(path)) if isinstance(node, ast.Call)]


@MODULES
def test_v1_3_7_no_template_is_made_from_a_variable(path: Path) -> None:
    made = [
        f"line {call.lineno}"
        for call in calls(path)
        if called_name(call).rpartition(".")[2] in ("render_template_string", "from_string")
        and not (call.args and isinstance(call.args[0], ast.Constant))
    ]
    assert not made


@MODULES
def test_v1_5_2_nothing_is_unpacked_that_could_run(path: Path) -> None:
    imported = [
        f"line {line}: {name}"
        for name, line in imported_names(parse(path))
        if name.partition(".")[0] in UNSAFE_MODULES
    ]
    called = [
        f"line {call.lineno}: {called_name(call)}"
        for call in calls(path)
        if called_name(call) in UNSAFE_CALLS
    ]
    assert not imported + called


@MODULES
def test_v11_5_1_nothing_secret_can_be_guessed(path: Path) -> None:
    if any(name_of(path).startswith(exempt) for exempt in SEEDED):
        return
    imported = [
        f"line {line}: {name}"
        for name, line in imported_names(parse(path))
        if name in GUESSABLE or name.startswith("random.")
    ]
    called = [
        f"line {call.lineno}: {called_name(call)}"
        for call in calls(path)
        if called_name(call) in GUESSABLE
    ]
    assert not imported + called


@MODULES
def test_there_is_one_clock(path: Path) -> None:
    if name_of(path) == CLOCK:
        return
    found = [
        f"line {call.lineno}: {called_name(call)}"
        for call in calls(path)
        if called_name(call) in OTHER_CLOCKS or _asks_something_made(call)
    ]
    assert not found


def _asks_something_made(call: ast.Call) -> bool:
    """As ``pyotp.TOTP(secret).now()`` does: it asks the machine."""
    asked = call.func
    return isinstance(asked, ast.Attribute) and asked.attr in ASKS_A_CLOCK and not called_name(call)
