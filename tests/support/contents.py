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
        self._mark: Any = None
        self._marks: dict[str, Any] = {}
        self._as_read: Rows = {}
        self._rows: Rows = {}
        self._outdated: set[str] = set()

    @property
    def _engine(self) -> Engine:
        return self._database.engine

    def read(self, without: Collection[str] = NOTES_OF_A_REFUSAL) -> Rows:
        """The rows of each table, in the order of their text.

        A table is read again where it may have changed since. Marked before it is read: what
        somebody commits between the two makes another mark.
        """
        with self._engine.connect() as connection:
            mark = self._read_mark(connection)
            if mark != self._mark:
                marks = self._read_marks(connection, mark)
                for table in self.tables:
                    if self._marks.get(table) != marks[table]:
                        self._outdated.add(table)
                self._mark, self._marks = mark, marks
            for table in self.tables:
                if table in self._outdated and table not in without:
                    self._read_again(connection, table)
        return {table: self._rows[table] for table in self.tables if table not in without}

    def _read_again(self, connection: Connection, table: str) -> None:
        """Rows that come as they came before are in order already: to order them is most of it."""
        rows = [tuple(row) for row in connection.exec_driver_sql(f'SELECT * FROM "{table}"')]  # noqa: S608
        if table not in self._rows or rows != self._as_read[table]:
            self._as_read[table] = rows
            self._rows[table] = sorted(rows, key=repr)
        self._outdated.discard(table)

    def _read_mark(self, connection: Connection) -> Any:
        """What is another after every change that anybody committed.

        SQLite counts what others change in the file, for each connection. PostgreSQL tells which
        transactions are seen: who sees the same ones sees the same rows.
        """
        if self.is_sqlite:
            version = connection.exec_driver_sql("PRAGMA data_version").scalar_one()
            return connection.connection.dbapi_connection, version
        return connection.exec_driver_sql("SELECT pg_current_snapshot()::text").scalar_one()

    def _read_marks(self, connection: Connection, mark: Any) -> dict[str, Any]:
        """The same for each table, as far as it can be told.

        In PostgreSQL a row as it was written has a place and the number of the transaction that
        wrote it, which no other ever has; the highest number would say less, since who began first
        may commit last.
        """
        if self.is_sqlite:
            return dict.fromkeys(self.tables, mark)
        counted = " UNION ALL ".join(
            f"SELECT '{table}', count(*), sum(hashtextextended(xmin || ctid::text, 0)) "  # noqa: S608
            f'FROM "{table}"'
            for table in self.tables
        )
        return {table: tuple(seen) for table, *seen in connection.exec_driver_sql(counted)}

    def close(self) -> None:
        """Let go of the database."""
        self._database.dispose()


def changed_tables(before: Rows, after: Rows) -> list[str]:
    """Whose rows are not the same."""
    return [
        table
        for table in before
        if before[table] is not after[table] and before[table] != after[table]
    ]
