"""Fault 28: a migration that fails half-way leaves the database as it was, and can be run again."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import event
from sqlalchemy.engine import Engine

from assistedaccess.kernel import migrations
from config import Settings
from tests.integration.test_migrations import go, steps
from tests.support.databases import add_first_rows
from tests.support.schema import count_rows, describe

LAST = 6
"""How many steps the old release is behind."""


class Fails(Exception):
    """What a full disk, a lock or a slip would raise."""


@contextmanager
def failing_at(number: int) -> Iterator[list[int]]:
    """The ``number``-th statement that changes the schema fails."""
    seen = [0]

    def count(_c: object, _k: object, statement: str, *_: object) -> None:
        if (
            statement.lstrip()
            .upper()
            .startswith(("CREATE", "ALTER", "DROP", "INSERT INTO _ALEMBIC"))
        ):
            seen[0] += 1
            if seen[0] == number:
                raise Fails

    event.listen(Engine, "before_cursor_execute", count)
    try:
        yield seen
    finally:
        event.remove(Engine, "before_cursor_execute", count)


def test_fault_28_a_step_that_fails_half_way_changes_nothing(empty_settings: Settings) -> None:
    newest = steps()[0][0]
    migrations.upgrade(empty_settings)
    add_first_rows(empty_settings)
    go(empty_settings, "down", steps()[LAST][0])
    before, rows = describe(empty_settings), count_rows(empty_settings)
    assert any(rows.values())
    with failing_at(10_000) as all_of_them:
        go(empty_settings, "up", steps()[LAST - 1][0])
    go(empty_settings, "down", steps()[LAST][0])
    for number in sorted({1, max(1, all_of_them[0] // 2), all_of_them[0]}):
        with failing_at(number), pytest.raises(Fails):
            migrations.upgrade(empty_settings)
        assert describe(empty_settings) == before
        assert count_rows(empty_settings) == rows
        assert migrations.is_behind(empty_settings)
    migrations.upgrade(empty_settings, newest)
    assert not migrations.is_behind(empty_settings)
    assert count_rows(empty_settings).items() >= rows.items()
