"""All rows of all tables, to see whether anything changed and what stands in them."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import Connection, Engine, inspect
from sqlalchemy.engine import make_url

from assistedaccess.kernel.database import Database

from .databases import Sandbox

NOTES_OF_A_REFUSAL = frozenset(
    {"audit_event", "audit_detail", "audit_lane", "attempt", "data_key", "kept_form", "kept_text"}
)
"""Where it is written that something did not happen, and what was typed."""

Rows = dict[str, list[tuple[Any, ...]]]


class Contents:
    """Reads one sandbox's tables as their owner."""

    def __init__(self, sandbox: Sandbox) -> None:
        url = sandbox.settings.migration_database_url
        self._database = Database(url)
        self.is_sqlite = make_url(url).get_backend_name() == "sqlite"
        inspector = inspect(self._engine)
        self.tables = sorted(inspector.get_table_names())
        self.columns = {
            table: [column["name"] for column in inspector.get_columns(table)]
            for table in self.tables
        }
        self._read: tuple[tuple[Any, frozenset[str]], Rows] | None = None

    @property
    def _engine(self) -> Engine:
        return self._database.engine

    def read(self, without: Collection[str] = NOTES_OF_A_REFUSAL) -> Rows:
        """The rows of each table, in the order of their text."""
        with self._engine.connect() as connection:
            asked = self._mark(connection), frozenset(without)
            if self._read is None or self._read[0] != asked:
                self._read = asked, self._read_rows(connection, without)
            return self._read[1]

    def _mark(self, connection: Connection) -> Any:
        """What is another after every change that anybody committed, and the same without one.

        SQLite counts what others change in the file, for each connection. In PostgreSQL a row as it
        was written has a place and the number of the transaction that wrote it, which no other ever
        has; the highest number says less, since who began first may commit last.
        """
        if self.is_sqlite:
            version = connection.exec_driver_sql("PRAGMA data_version").scalar_one()
            return connection.connection.dbapi_connection, version
        counted = " UNION ALL ".join(
            f'SELECT count(*), sum(hashtextextended(xmin || ctid::text, 0)) FROM "{table}"'  # noqa: S608
            for table in self.tables
        )
        return tuple(map(tuple, connection.exec_driver_sql(counted)))

    def _read_rows(self, connection: Connection, without: Collection[str]) -> Rows:
        return {
            table: sorted(
                (tuple(row) for row in connection.exec_driver_sql(f'SELECT * FROM "{table}"')),  # noqa: S608
                key=repr,
            )
            for table in self.tables
            if table not in without
        }

    def close(self) -> None:
        """Let go of the database."""
        self._database.dispose()


def changed_tables(before: Rows, after: Rows) -> list[str]:
    """Whose rows are not the same."""
    return [table for table in before if before[table] != after[table]]
