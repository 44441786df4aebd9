"""The tests' own reading of all rows: read anew after every change, and after nothing else."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Connection, text

from tests.support.contents import NOTES_OF_A_REFUSAL, Contents, Rows, changed_tables
from tests.support.databases import Sandbox

ADD = text(
    "INSERT INTO attempt (purpose, key, count, window_started_at) "
    "VALUES (:name, :key, 1, '2026-11-23 10:00:00.000000')"
)
COUNT = text("UPDATE attempt SET count = count + 1 WHERE purpose = :name")
FORGET = text("DELETE FROM attempt WHERE purpose = :name")


def add(connection: Connection, name: str) -> None:
    connection.execute(ADD, {"name": name, "key": name.encode()})


def count(connection: Connection, name: str) -> None:
    connection.execute(COUNT, {"name": name})


def forget(connection: Connection, name: str) -> None:
    connection.execute(FORGET, {"name": name})


def read_anew(before: Rows, after: Rows) -> list[str]:
    return [table for table in before if after[table] is not before[table]]


@pytest.fixture
def contents(sandbox: Sandbox) -> Iterator[Contents]:
    assert sandbox.app
    made = Contents(sandbox)
    yield made
    made.close()


def test_every_change_is_seen_and_what_did_not_change_is_the_same_as_before(
    sandbox: Sandbox, contents: Contents
) -> None:
    writing = sandbox.database.writing
    with writing.begin() as connection:
        add(connection, "one")
        add(connection, "two")
    before = contents.read(without=())
    assert read_anew(before, contents.read(without=())) == []
    assert set(before) - set(contents.read()) == NOTES_OF_A_REFUSAL
    for change in (
        lambda connection: count(connection, "one"),
        lambda connection: (count(connection, "one"), count(connection, "two")),
        lambda connection: add(connection, "three"),
        lambda connection: forget(connection, "one"),  # neither the newest nor the last
        lambda connection: (forget(connection, "two"), add(connection, "four")),
        lambda connection: (add(connection, "two"), forget(connection, "three")),
    ):
        before = contents.read(without=())
        with writing.connect() as connection:
            change(connection)
            connection.rollback()
        assert contents.read(without=()) == before
        with writing.begin() as connection:
            change(connection)
        after = contents.read(without=())
        assert changed_tables(before, after) == ["attempt"]
        assert read_anew(before, after) == ["attempt"]
    assert [row[0] for row in contents.read(without=())["attempt"]] == ["four", "two"]


@pytest.mark.parametrize("database_kind", ["postgresql"])
def test_who_began_first_and_commits_last_is_seen(sandbox: Sandbox, contents: Contents) -> None:
    writing = sandbox.database.writing
    with writing.begin() as connection:
        add(connection, "one")
        add(connection, "two")
    with writing.connect() as first, writing.connect() as second:
        count(first, "one")
        count(second, "two")
        second.commit()
        before = contents.read(without=())
        first.commit()
    assert changed_tables(before, contents.read(without=())) == ["attempt"]
