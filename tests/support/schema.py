"""What a database really holds, described so that two of them can be compared."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Any

from sqlalchemy import Connection, Inspector, TextClause, inspect

from assistedaccess.kernel.database import Database
from config import Settings

NOT_OURS = "alembic_version"


def describe(settings: Settings) -> dict[str, Any]:
    """Every table's columns, keys, constraints and indexes, and every trigger and function."""
    database = Database(settings.migration_database_url)
    try:
        with database.reading.connect() as connection:
            return _describe(connection) | {"triggers": _list_triggers(connection)}
    finally:
        database.dispose()


def list_tables(settings: Settings) -> list[str]:
    """The tables that are there."""
    database = Database(settings.migration_database_url)
    try:
        with database.reading.connect() as connection:
            return _list_tables(connection)
    finally:
        database.dispose()


def _list_tables(connection: Connection) -> list[str]:
    return [each for each in inspect(connection).get_table_names() if each != NOT_OURS]


def count_rows(settings: Settings) -> dict[str, int]:
    """How many rows each table holds."""
    database = Database(settings.migration_database_url)
    try:
        with database.reading.connect() as connection:
            counts = " UNION ALL ".join(
                f"SELECT '{name}', count(*) FROM \"{name}\""  # noqa: S608  (our own names)
                for name in _list_tables(connection)
            )
            rows = connection.exec_driver_sql(counts) if counts else ()
            return {str(row[0]): int(row[1]) for row in rows}
    finally:
        database.dispose()


_described: dict[tuple[str, ...], Any] = {}
MADE_OF = {
    "sqlite": """
        SELECT tbl_name, coalesce(sql, name) FROM sqlite_master
        WHERE type IN ('table', 'index') ORDER BY tbl_name, type, name
    """,
    "postgresql": """
        SELECT relname, made FROM pg_class table_ JOIN (
            SELECT attrelid AS of_table, concat_ws(' ', attnum, attname,
                format_type(atttypid, atttypmod), attcollation, attidentity, attnotnull,
                pg_get_expr(adbin, adrelid)) AS made
            FROM pg_attribute LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
            WHERE attnum > 0 AND NOT attisdropped
            UNION ALL
            SELECT conrelid, conname || ' ' || pg_get_constraintdef(oid) FROM pg_constraint
            UNION ALL
            SELECT indrelid, pg_get_indexdef(indexrelid) FROM pg_index
        ) AS part ON of_table = table_.oid
        WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace ORDER BY relname, made
    """,
}
"""The text of what each table consists of: of the table, its columns, constraints and indexes."""


def _describe(connection: Connection) -> dict[str, Any]:
    """What consists of the same text is read once: a migration changes few tables of many."""
    made: dict[str, list[str]] = {}
    for table, text in connection.exec_driver_sql(MADE_OF[connection.dialect.name]):
        made.setdefault(table, [table]).append(text)
    made.pop(NOT_OURS, None)
    new = [table for table, texts in made.items() if tuple(texts) not in _described]
    for table, described in _describe_tables(inspect(connection), new).items() if new else ():
        _described[tuple(made[table])] = described
    return {table: _described[tuple(texts)] for table, texts in made.items()}


def _describe_tables(inspector: Inspector, only: Collection[str]) -> dict[str, Any]:
    """Of all tables at once: a statement a kind, where one a table is many hundreds."""
    columns = inspector.get_multi_columns(filter_names=only)
    keys = inspector.get_multi_pk_constraint(filter_names=only)
    foreign = inspector.get_multi_foreign_keys(filter_names=only)
    unique = inspector.get_multi_unique_constraints(filter_names=only)
    indexes = inspector.get_multi_indexes(filter_names=only)
    checks = inspector.get_multi_check_constraints(filter_names=only)
    return {
        key[1]: {
            "columns": {
                column["name"]: (str(column["type"]), column["nullable"], column["default"])
                for column in columns[key]
            },
            "primary key": keys[key]["constrained_columns"],
            "foreign keys": _by_name(foreign[key]),
            "unique": _by_name(unique[key]),
            "indexes": _by_name(indexes[key]),
            "checks": {each["name"]: _plain(each["sqltext"]) for each in checks[key]},
        }
        for key in columns
        if key[1] != NOT_OURS
    }


def _by_name(described: Any) -> dict[str, str]:
    return {
        str(each["name"]): str({key: _spell(each[key]) for key in sorted(each) if key != "comment"})
        for each in described
    }


def _spell(value: Any) -> Any:
    """What an index is limited to comes as a clause, which only its text can be compared by."""
    if isinstance(value, dict):
        return {key: _spell(inner) for key, inner in sorted(value.items())}
    return str(value) if isinstance(value, TextClause) else value


def _plain(sql: str) -> str:
    return re.sub(r"\s+", " ", sql).strip()


def _list_triggers(connection: Connection) -> list[str]:
    if connection.dialect.name == "sqlite":
        query = "SELECT sql FROM sqlite_master WHERE type = 'trigger'"
    else:
        query = (
            "SELECT tgenabled::text || ' ' || pg_get_triggerdef(oid) FROM pg_trigger "
            "WHERE NOT tgisinternal UNION ALL SELECT pg_get_functiondef(oid) FROM pg_proc "
            "WHERE pronamespace = 'public'::regnamespace"
        )
    return sorted(_plain(row[0]) for row in connection.exec_driver_sql(query))
