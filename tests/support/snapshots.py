"""What a database held at one moment, given back before each test that builds on it.

Making a world by commands takes seconds; giving it back takes milliseconds.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import psycopg
from psycopg import sql

from .databases import PostgresSandbox, Sandbox, SqliteSandbox, _fold_wal

SCHEMA = "test_snapshot"


class Snapshot:
    """The rows of a sandbox as they are now. ``restore`` follows ``sandbox.begin_test()``."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox
        if isinstance(sandbox, SqliteSandbox):
            self._take_file(sandbox)
        elif isinstance(sandbox, PostgresSandbox):
            self._take_rows(sandbox)

    def restore(self) -> None:
        """Give the rows back."""
        if isinstance(self.sandbox, SqliteSandbox):
            self.sandbox.database.dispose()
            clean = self.sandbox.file.with_suffix(".clean")
            shutil.copyfile(self._file, clean)
            for leftover in ("-wal", "-shm"):
                Path(f"{self.sandbox.file}{leftover}").unlink(missing_ok=True)
            clean.replace(self.sandbox.file)
        elif isinstance(self.sandbox, PostgresSandbox):
            self.sandbox._superuser.execute(f"SELECT {SCHEMA}.restore()")

    def _take_file(self, sandbox: SqliteSandbox) -> None:
        sandbox.database.dispose()
        _fold_wal(sandbox.file)
        self._file = sandbox.file.with_suffix(".snapshot")
        shutil.copyfile(sandbox.file, self._file)

    def _take_rows(self, sandbox: PostgresSandbox) -> None:
        connection = sandbox._superuser
        schema = sql.Identifier(SCHEMA)
        connection.execute(sql.SQL("DROP SCHEMA IF EXISTS {} CASCADE").format(schema))
        connection.execute(sql.SQL("CREATE SCHEMA {}").format(schema))
        connection.execute("SET search_path = public")
        steps = []
        for (table,) in connection.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public' "
            "AND tablename <> 'alembic_version'"
        ).fetchall():
            name = sql.Identifier(table)
            connection.execute(
                sql.SQL("CREATE TABLE {}.{} AS TABLE public.{}").format(schema, name, name)
            )
            steps += _steps(connection, schema, table)
        body = sql.SQL("; ").join(steps).as_string(connection)
        connection.execute(
            f"CREATE FUNCTION {SCHEMA}.restore() RETURNS void LANGUAGE plpgsql "
            f"SET session_replication_role = replica AS $restore$ BEGIN {body}; END $restore$"
        )


def _steps(
    connection: psycopg.Connection, schema: sql.Identifier, table: str
) -> Iterator[sql.Composed]:
    """What gives the table its rows. It has none but those of a new installation."""
    name = sql.Identifier(table)
    (begins_with_rows,) = connection.execute(
        "SELECT to_regclass('test_support.' || quote_ident(%s)) IS NOT NULL", [table]
    ).fetchone() or (False,)
    if begins_with_rows:
        # The guards of what only grows fire always, as they should: not for this.
        guards = connection.execute(
            "SELECT tgname FROM pg_trigger WHERE tgenabled = 'A' "
            "AND tgrelid = ('public.' || quote_ident(%s))::regclass",
            [table],
        ).fetchall()
        change = sql.SQL("ALTER TABLE public.{} {} TRIGGER {}")
        for (guard,) in guards:
            yield change.format(name, sql.SQL("DISABLE"), sql.Identifier(guard))
        yield sql.SQL("DELETE FROM public.{}").format(name)
        for (guard,) in guards:
            yield change.format(name, sql.SQL("ENABLE ALWAYS"), sql.Identifier(guard))
    held = connection.execute(
        sql.SQL("SELECT EXISTS (SELECT 1 FROM {}.{})").format(schema, name)
    ).fetchone()
    if held and held[0]:
        yield sql.SQL("INSERT INTO public.{} SELECT * FROM {}.{}").format(name, schema, name)
