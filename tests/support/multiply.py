"""Many rows like one that is there: to see whether a page's work grows with them."""

from __future__ import annotations

import secrets
from typing import Any

from sqlalchemy import Connection, LargeBinary, Table, UniqueConstraint, Uuid, select
from sqlalchemy.dialects import postgresql, sqlite

from assistedaccess.kernel.database import Fingerprint, metadata
from assistedaccess.kernel.ids import new_id, new_reference

from .databases import Sandbox


def multiply(sandbox: Sandbox, table_name: str, count: int, **like: Any) -> int:
    """Add ``count`` copies of the newest row with these values; returns how many got in.

    Each copy has its own key, reference and hashes; where a constraint allows one row alone,
    the others stay out.
    """
    table = metadata.tables[table_name]
    with sandbox.database.writing.begin() as connection:
        query = select(table).order_by(table.primary_key.columns.values()[0].desc()).limit(1)
        for column, value in like.items():
            query = query.where(table.c[column] == value)
        row = connection.execute(query).mappings().one()
        copies = [{**row, **_own(table, row, number)} for number in range(count)]
        return _insert(connection, table, copies)


def _own(table: Table, row: Any, number: int) -> dict[str, Any]:
    own: dict[str, Any] = {}
    unique = {
        column.name
        for constraint in table.constraints
        if isinstance(constraint, UniqueConstraint) and len(constraint.columns) == 1
        for column in constraint.columns
    } | {column.name for column in table.columns if column.unique}
    for column in table.columns:
        if column.primary_key and isinstance(column.type, Uuid):
            own[column.name] = new_id()
        elif column.name == "reference":
            own[column.name] = new_reference(row["reference"].partition("-")[0])
        elif column.name == "lane_seq":
            own[column.name] = row["lane_seq"] + 1_000_000 + number
        elif (isinstance(column.type, Fingerprint) and row[column.name] is not None) or (
            column.name in unique and isinstance(column.type, LargeBinary)
        ):
            own[column.name] = secrets.token_bytes(32)
    return own


def _insert(connection: Connection, table: Table, copies: list[dict[str, Any]]) -> int:
    make = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    before = connection.execute(select(table.c[0])).fetchall()
    connection.execute(make(table).on_conflict_do_nothing(), copies)
    return len(connection.execute(select(table.c[0])).fetchall()) - len(before)
