"""What gets into a line of the log, and what never does, whoever speaks."""

from __future__ import annotations

import io
import json
import logging
import sqlite3
import sys
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.exc import IntegrityError

from assistedaccess.kernel import logs

CANARY = "Zebedee Quux, CE 99 88 77 D, 07700 900123"
FORMATTER = logs.make_formatter()
OURS = logs.get_logger("assistedaccess.tests")


class Kept(logging.Handler):
    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(FORMATTER.format(record))


def lines_of(*speaks: Any) -> list[dict[str, Any]]:
    kept = Kept()
    root = logging.getLogger()
    before = root.level
    root.addHandler(kept)
    root.setLevel(logging.DEBUG)
    try:
        for each in speaks:
            each()
    finally:
        root.setLevel(before)
        root.removeHandler(kept)
    assert all(line.count("\n") == 0 for line in kept.lines)
    return [json.loads(line) for line in kept.lines]


def test_a_line_has_time_level_words_and_the_fields_that_are_bound() -> None:
    with logs.bound(request="0190"):
        (line,) = lines_of(lambda: OURS.warning("it is late", status=503, notice="1"))
    assert line.pop("time").endswith("+00:00")
    assert line == {
        "level": "warning",
        "logger": "assistedaccess.tests",
        "event": "it is late",
        "request": "0190",
        "status": 503,
        "notice": "1",
    }
    assert "request" not in lines_of(lambda: OURS.info("x"))[0]


@given(st.text(min_size=6))
def test_a_field_that_nobody_declared_is_left_out(value: str) -> None:
    value = f"canary{value}"
    (line,) = lines_of(lambda: OURS.info("said", name=value, status={"x"}))
    assert value not in json.dumps(line, ensure_ascii=False)
    assert line["status"] == "<set>"


def fail_deeply() -> None:
    try:
        try:
            raise sqlite3.IntegrityError(f"UNIQUE constraint failed: {CANARY}")
        except sqlite3.IntegrityError as error:
            raise IntegrityError(f"INSERT '{CANARY}'", {"name": CANARY}, error) from error
    except IntegrityError as error:
        raise ValueError(CANARY) from error


def test_no_exception_says_what_it_says() -> None:
    def ours() -> None:
        try:
            fail_deeply()
        except ValueError:
            OURS.exception("it failed", reference="E-1")

    def theirs() -> None:
        try:
            fail_deeply()
        except ValueError:
            logging.getLogger("gunicorn.error").exception("Error handling request %s", CANARY)

    for line in lines_of(ours, theirs):
        assert [each["kind"] for each in line["exceptions"]] == [
            "builtins.ValueError",
            "sqlalchemy.exc.IntegrityError",
            "sqlite3.IntegrityError",
        ]
        assert line["exceptions"][0]["frames"][-1].endswith("fail_deeply")
        text = json.dumps(line)
        assert not [word for word in ("Zebedee", "99 88", "900123") if word in text]


def test_the_database_s_own_names_are_said() -> None:
    class Diagnosis:
        table_name, constraint_name = "person", "uq_person_reference"
        message_detail = CANARY

    error = ValueError(CANARY)
    error.diag, error.sqlstate = Diagnosis, "23505"  # type: ignore[attr-defined]
    (said,) = logs.describe(error)
    assert (said["sqlstate"], said["table"], said["constraint"]) == (
        "23505",
        "person",
        "uq_person_reference",
    )


def test_another_library_s_words_are_kept_and_its_values_are_not() -> None:
    theirs = logging.getLogger("urllib3")
    asked, composed, bare = lines_of(
        lambda: theirs.warning("Retrying after %r: %s", CANARY, CANARY),
        lambda: theirs.warning(f"Invalid request from {CANARY} 100%"),
        lambda: theirs.warning("100%s", extra={"name_of": CANARY}),
    )
    assert asked["event"] == "Retrying after %r: %s"
    assert composed["event"] == bare["event"] == "another library speaks: see where"
    assert composed["where"].startswith("test_logs:")
    assert "Zebedee" not in json.dumps([asked, composed, bare])


def test_lines_go_to_stderr_while_a_command_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    said = io.StringIO()
    monkeypatch.setattr(sys, "stderr", said)
    with logs.to_stderr("expire"):
        OURS.info("begun")
        logging.getLogger().warning("%s came", CANARY)
    logging.getLogger("assistedaccess").info("not this")
    first, second = (json.loads(line) for line in said.getvalue().splitlines())
    assert (first["event"], first["command"]) == ("begun", "expire")
    assert second["event"] == "%s came"
    assert "Zebedee" not in said.getvalue()
