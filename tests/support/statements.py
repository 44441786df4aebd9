"""How many SQL statements a piece of work sends."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import event

from assistedaccess.kernel.database import Database

MOST = {"GET": 12, "POST": 30}
"""Statements of a page, however many rows there are."""
BY_CONTROLS = 4
"""What the controls may ask besides, of an act that they look at (safeguards, docs/controls.md)."""

BY_WAITING = 16
"""What an act besides that goes through and has a part that waits (a claim, and its account): the
pending act, its reviewer's draw and the person's notice of it. Over what DESIGN aims at, and kept
from growing: docs/performance.md."""


def is_write(statement: str) -> bool:
    """Whether it changes something; on PostgreSQL an event comes behind its lane's head."""
    return statement.startswith(("INSERT", "UPDATE", "DELETE", "WITH moved AS"))


@contextmanager
def counted_statements(database: Database) -> Iterator[list[str]]:
    """The statements that are sent meanwhile; BEGIN is none."""
    statements: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if not statement.startswith("BEGIN"):
            statements.append(statement)

    event.listen(database.engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(database.engine, "before_cursor_execute", note)
