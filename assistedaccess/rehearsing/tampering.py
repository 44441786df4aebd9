"""What somebody with the database, and no key, does to the journal in a rehearsal."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import delete, select, text, update
from sqlalchemy.engine import Connection

from assistedaccess.audit.models import AuditEvent
from assistedaccess.audit.models_tree import AuditCheckpoint, AuditLeaf, AuditTile
from assistedaccess.audit.sealing import seal_all
from assistedaccess.kernel.append_only import APPEND_ONLY, guard_statements, unguard_statements
from assistedaccess.kernel.database import Database

from .stage import Stage


@contextmanager
def unguarded(stage: Stage) -> Iterator[Connection]:
    """The owner of the tables at work, the guards of what only grows off and on again."""
    database = Database(stage.settings.migration_database_url)
    dialect = database.engine.dialect.name
    try:
        with database.writing.begin() as connection:
            for table in APPEND_ONLY:
                for each in unguard_statements(table, dialect):
                    connection.execute(text(each))
            yield connection
            for table, key in APPEND_ONLY.items():
                for each in guard_statements(table, key, dialect):
                    connection.execute(text(each))
    finally:
        database.dispose()


def tamper(stage: Stage, what: str, number: int) -> None:
    """Alter or delete the event at that number of the tree; ``rebuild`` deletes it and has the
    application seal the rest anew, as if it had never been. Raises LookupError."""
    seal_all()
    with unguarded(stage) as connection:
        event_id = connection.scalar(
            select(AuditLeaf.event_id).where(AuditLeaf.leaf_index == number)
        )
        if event_id is None:
            raise LookupError(f"The journal has no event number {number}.")
        if what == "alter":
            body = connection.scalar(select(AuditEvent.body).where(AuditEvent.id == event_id))
            changed = bytes(body or b"").replace(b'"outcome":"', b'"outcome":"x', 1)
            connection.execute(
                update(AuditEvent).where(AuditEvent.id == event_id).values(body=changed)
            )
            return
        connection.execute(delete(AuditEvent).where(AuditEvent.id == event_id))
        if what == "rebuild":
            for model in (AuditCheckpoint, AuditTile, AuditLeaf):
                connection.execute(delete(model))
    if what == "rebuild":
        seal_all()
