"""What a database really holds, described so that two of them can be compared."""

from __future__ import annotations

import re
from collections.abc import Iterator
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
            inspector = inspect(connection)
            return {
                table: dict(_describe_table(inspector, table))
                for table in inspector.get_table_names()
                if table != NOT_OURS
            } | {"triggers": _list_triggers(connection)}
    finally:
        database.dispose()


def count_rows(settings: Settings) -> dict[str, int]:
    """How many rows each table holds."""
    database = Database(settings.migration_database_url)
    try:
        with database.reading.connect() as connection:
            return {
                table: connection.exec_driver_sql(f'SELECT count(*) FROM "{table}"').scalar_one()  # noqa: S608
                for table in inspect(connection).get_table_names()
                if table != NOT_OURS
            }
    finally:
        database.dispose()


def _describe_table(inspector: Inspector, table: str) -> Iterator[tuple[str, Any]]:
    yield (
        "columns",
        {
            column["name"]: (str(column["type"]), column["nullable"], column["default"])
            for column in inspector.get_columns(table)
        },
    )
    yield "primary key", inspector.get_pk_constraint(table)["constrained_columns"]
    yield "foreign keys", _by_name(inspector.get_foreign_keys(table))
    yield "unique", _by_name(inspector.get_unique_constraints(table))
    yield "indexes", _by_name(inspector.get_indexes(table))
    yield (
        "checks",
        {each["name"]: _plain(each["sqltext"]) for each in inspector.get_check_constraints(table)},
    )


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
