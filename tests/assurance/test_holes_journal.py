"""Ways round the tables that only grow: REPLACE by a key that the guards do not look at."""

from __future__ import annotations

import sqlite3
from uuid import UUID

import pytest
from sqlalchemy import make_url, select

from assistedaccess.audit import Action, record
from assistedaccess.audit.models import AuditEvent
from assistedaccess.kernel.actor import SYSTEM
from assistedaccess.kernel.ids import new_id
from assistedaccess.kernel.transactions import reading, run_transaction
from tests.support.databases import Sandbox

pytestmark = pytest.mark.usefixtures("app")

COLUMNS = ", ".join(c.name for c in AuditEvent.__table__.columns if c.name != "id")
SAME_LANE = (
    f"INSERT OR REPLACE INTO audit_event (id, {COLUMNS}) "  # noqa: S608  (our own names)
    f"SELECT ?, {COLUMNS} FROM audit_event ORDER BY id LIMIT 1"
)
SAME_ROW = (
    f"INSERT OR REPLACE INTO audit_event (rowid, id, {COLUMNS}) "  # noqa: S608
    f"SELECT rowid, ?, {COLUMNS.replace('lane_seq', 'lane_seq + 500')} "
    "FROM audit_event ORDER BY id LIMIT 1"
)


def list_ids() -> set[UUID]:
    with reading() as session:
        return set(session.scalars(select(AuditEvent.id)))


@pytest.mark.parametrize("statement", [SAME_LANE, SAME_ROW], ids=["lane", "rowid"])
def test_a_plain_sqlite_tool_replaces_no_event(sandbox: Sandbox, statement: str) -> None:
    """A connection that is not ours has recursive_triggers off: no trigger fires for what REPLACE
    deletes, so that the refusal has to stand before the insert."""
    if sandbox.kind != "sqlite":
        return  # PostgreSQL has no REPLACE
    run_transaction(lambda: record(Action.QUEUES_CLEARED, actor=SYSTEM))
    before = list_ids()
    path = make_url(sandbox.settings.database_url).database
    assert path is not None
    connection = sqlite3.connect(path)
    try:
        with pytest.raises(sqlite3.IntegrityError, match="only grows"):
            connection.execute(statement, (new_id().hex,))
    finally:
        connection.rollback()
        connection.close()
    assert list_ids() == before
