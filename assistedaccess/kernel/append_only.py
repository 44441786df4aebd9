"""Tables that only grow: the database itself refuses to change what stands in them.

The statements are kept apart from the models because a migration that rebuilds a table on SQLite
must make them again. On PostgreSQL the triggers are enabled always, replication included, and the
application's role has no UPDATE or DELETE to begin with (docs/operating.md).
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import DDL, Table, UniqueConstraint, event

DIALECTS = ("sqlite", "postgresql")
SQLITE_GUARDS = ("no_update", "no_delete", "no_replace")
POSTGRESQL_GUARDS = ("no_change", "no_truncate")
"""What the triggers are called, after their table's name."""


def guard_statements(table: str, key: str, dialect: str) -> list[str]:
    """The SQL that makes ``table`` append-only; ``key`` is its primary key column.

    On SQLite, INSERT OR REPLACE would delete the old row first, and fires no trigger for that where
    a connection has recursive_triggers off, as any tool but ours has: the BEFORE INSERT guard
    refuses whatever would be replaced, by the key, by the rowid, or by another unique column.
    """
    words = f"{table} only grows"
    if dialect == "sqlite":
        taken = " OR ".join(
            f"EXISTS (SELECT 1 FROM {table} WHERE {_equals(columns)})"  # noqa: S608  (our own names)
            for columns in ((key,), ("rowid",), *_UNIQUE.get(table, ()))
        )
        return [
            f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{words}'); END",
            f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{words}'); END",
            f"CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table} "
            f"WHEN {taken} BEGIN SELECT RAISE(ABORT, '{words}'); END",
        ]
    return [
        f"CREATE OR REPLACE FUNCTION {table}_only_grows() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{words}' USING ERRCODE = 'restrict_violation'; END $$",
        f"CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE ON {table} "
        f"FOR EACH ROW EXECUTE FUNCTION {table}_only_grows()",
        f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION {table}_only_grows()",
        f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_no_change",
        f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_no_truncate",
    ]


def _equals(columns: Sequence[str]) -> str:
    return " AND ".join(f"{column} = NEW.{column}" for column in columns)


def unguard_statements(table: str, dialect: str) -> list[str]:
    """What undoes guard_statements, for a migration's way down."""
    if dialect == "sqlite":
        return [f"DROP TRIGGER IF EXISTS {table}_{what}" for what in SQLITE_GUARDS]
    return [
        f"DROP TRIGGER IF EXISTS {table}_no_change ON {table}",
        f"DROP TRIGGER IF EXISTS {table}_no_truncate ON {table}",
        f"DROP FUNCTION IF EXISTS {table}_only_grows()",
    ]


APPEND_ONLY: dict[str, str] = {}
"""Every append-only table with its key column, for migrations and tests."""

_UNIQUE: dict[str, list[tuple[str, ...]]] = {}
"""The other columns by which a row of theirs could be replaced."""


def append_only(table: Table, key: str = "id") -> None:
    """Declare that ``table`` only grows."""
    APPEND_ONLY[table.name] = key
    _UNIQUE[table.name] = sorted(
        tuple(column.name for column in constraint.columns)
        for constraint in table.constraints
        if isinstance(constraint, UniqueConstraint)
    )
    for dialect in DIALECTS:
        for statement in guard_statements(table.name, key, dialect):
            _run_after(table, "after_create", statement, dialect)
    for statement in unguard_statements(table.name, "postgresql")[2:]:
        _run_after(table, "after_drop", statement, "postgresql")


def _run_after(table: Table, what: str, statement: str, dialect: str) -> None:
    ddl = DDL(statement.replace("%", "%%"))  # type: ignore[no-untyped-call]
    event.listen(table, what, ddl.execute_if(dialect=dialect))
