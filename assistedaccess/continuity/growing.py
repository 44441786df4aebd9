"""Where a restored database grows, unseen, until it is whole and checked.

On SQLite in a file beside the real one, on PostgreSQL inside one transaction.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection

from assistedaccess.kernel import migrations
from assistedaccess.kernel.database import Database, WithinOneTransaction

from .contents import ROWS, SQLITE_FILE, STAGING, End, Manifest, Member
from .envelope import Damaged
from .taking import copy_words, database_file

if TYPE_CHECKING:
    from config import Settings


@dataclass(frozen=True)
class Growing:
    """The database that nobody can see yet: its units of work, and how it gets today's tables."""

    units: Database
    upgrade: Callable[[End], None]


Place = Iterator[tuple[Growing, Callable[[Member], None]]]


@contextmanager
def in_sqlite(settings: Settings, _: Manifest) -> Place:
    """A file beside the real one, which takes its name in the end."""
    target = database_file(settings)
    target.parent.mkdir(parents=True, exist_ok=True)
    staged = target.with_name(f"{STAGING}-{target.name}")
    _remove_sqlite(staged)
    url = f"sqlite:///{staged}"

    def take(member: Member) -> None:
        if member.name != SQLITE_FILE:
            raise Damaged(f"{member.name} does not belong into it")
        with staged.open("wb") as out:
            for block in member.blocks():
                out.write(block)

    def upgrade(_: End) -> None:
        with closing(sqlite3.connect(staged)) as connection:
            said = [row[0] for row in connection.execute("PRAGMA integrity_check")]
            broken = connection.execute("PRAGMA foreign_key_check").fetchall()
        if said != ["ok"] or broken:
            raise Damaged(f"its database is damaged ({said[0]})")
        migrations.upgrade_at(url)

    units = Database(url)
    try:
        yield Growing(units, upgrade), take
        units.dispose()
        with closing(sqlite3.connect(staged)) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        with staged.open("rb") as whole:
            os.fsync(whole.fileno())
        staged.replace(target)
    finally:
        units.dispose()
        _remove_sqlite(staged)


def _remove_sqlite(file: Path) -> None:
    for end in ("", "-wal", "-shm", "-journal"):
        Path(f"{file}{end}").unlink(missing_ok=True)


@contextmanager
def in_postgresql(settings: Settings, manifest: Manifest) -> Place:
    """One transaction of the role that owns the tables."""
    owner = Database(settings.migration_database_url)
    try:
        with owner.engine.connect() as connection, connection.begin():
            migrations.upgrade_within(connection, manifest.revision)
            connection.exec_driver_sql("SET LOCAL DateStyle = 'ISO'")
            copying = _Copying(connection, manifest)

            def upgrade(end: End) -> None:
                copying.finish()
                if copying.rows != end.rows:
                    raise Damaged("not all of its rows arrived")
                migrations.upgrade_within(connection)

            yield Growing(WithinOneTransaction(connection), upgrade), copying.take
    finally:
        owner.dispose()


class _Copying:
    """Rows into one table after the other, each by one COPY: its rows may refer to one another."""

    def __init__(self, connection: Connection, manifest: Manifest) -> None:
        raw: Any = connection.connection.driver_connection
        self._manifest = manifest
        self._table = ""
        self._cursor = raw.cursor()
        self._open = ExitStack()
        self._copy: Any = None
        self.rows = dict.fromkeys(manifest.tables, 0)

    def take(self, member: Member) -> None:
        """Some rows of a table."""
        table = member.name.removeprefix(ROWS)
        if table not in self._manifest.tables:
            raise Damaged(f"{member.name} does not belong into it")
        if table != self._table:
            self.finish()
            self._table = table
            words = copy_words(table, self._manifest.tables[table], "FROM STDIN")
            self._copy = self._open.enter_context(self._cursor.copy(words))
        for block in member.blocks():
            self._copy.write(block)

    def finish(self) -> None:
        """End the table that is being copied."""
        self._open.close()
        if self._table:
            self.rows[self._table] = self._cursor.rowcount
            self._table = ""
