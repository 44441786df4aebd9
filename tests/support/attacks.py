"""What somebody with the database, and no key, does to the journal; and what is kept outside."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, delete, insert, select, text, update
from sqlalchemy.engine import Connection

from assistedaccess.audit import sealing
from assistedaccess.audit.command_line import load_verifier
from assistedaccess.audit.export import export_journal
from assistedaccess.audit.findings import Report
from assistedaccess.audit.keys import list_verifiers
from assistedaccess.audit.verify import verify_journal
from assistedaccess.kernel.append_only import APPEND_ONLY, guard_statements, unguard_statements
from assistedaccess.kernel.database import Database, metadata
from assistedaccess.kernel.transactions import reading

from .databases import Sandbox
from .sealing import list_sealed, write_events

EVENTS, LEAVES, LANES, TILES, CHECKPOINTS, KEYS, DETAILS = (
    metadata.tables[f"audit_{name}"]
    for name in ("event", "leaf", "lane", "tile", "checkpoint", "key", "detail")
)
JOURNAL = (EVENTS, LEAVES, LANES, TILES, CHECKPOINTS, KEYS, DETAILS)


@dataclass
class Target:
    """A journal of two batches, and what an auditor kept when there was but the first."""

    sandbox: Sandbox
    sealed: list[UUID]
    leaf: int  # the event that is attacked, in the first batch
    key: str
    kept: str
    whole: str

    @property
    def event_id(self) -> UUID:
        return self.sealed[self.leaf]

    def attack(self, work: Callable[[Connection, Target], object]) -> None:
        """Do it as the owner of the tables, with the guards off; they are on again afterwards."""
        database = Database(self.sandbox.settings.migration_database_url)
        dialect = database.engine.dialect.name
        try:
            with database.writing.begin() as connection:
                for table in APPEND_ONLY:
                    for each in unguard_statements(table, dialect):
                        connection.execute(text(each))
                work(connection, self)
                for table, key in APPEND_ONLY.items():
                    for each in guard_statements(table, key, dialect):
                        connection.execute(text(each))
        finally:
            database.dispose()


def make_target(sandbox: Sandbox) -> Target:
    """300 events, sealed and kept; 20 more, sealed."""
    for _ in range(6):
        write_events(50, details={"a": "b"})
    first = sealing.seal_all()
    assert first is not None
    write_events(20, details={"a": "b"})
    second = sealing.seal_all()
    assert second is not None
    with reading():
        key = str(list_verifiers()[0])
    return Target(sandbox, list_sealed(), 261, key, first.note, second.note)


def verify(*since: str) -> Report:
    """What the command line says of the database."""
    with reading():
        return verify_journal(since=since)


def verify_export(folder: Path, key: str = "", *since: str) -> dict[str, Any]:
    """Export, and what the stranger's program says of it."""
    with reading():
        export_journal(folder)
    return verify_folder(folder, key, *since)


def verify_folder(folder: Path, key: str = "", *since: str) -> dict[str, Any]:
    """What the stranger's program says of an export."""
    found: dict[str, Any] = load_verifier().verify_export(folder, key, since)
    json.dumps(found)
    return found


# -- attacks


def body_of(connection: Connection, target: Target) -> bytes:
    query = select(EVENTS.c.body).where(EVENTS.c.id == target.event_id)
    return connection.execute(query).scalar_one()


def alter_event(connection: Connection, target: Target) -> None:
    body = body_of(connection, target).replace(b"person.opened", b"person.closed")
    connection.execute(update(EVENTS).where(EVENTS.c.id == target.event_id).values(body=body))


def alter_event_and_columns(connection: Connection, target: Target) -> None:
    alter_event(connection, target)
    connection.execute(
        update(EVENTS).where(EVENTS.c.id == target.event_id).values(action="person.closed")
    )


def alter_event_and_tile(connection: Connection, target: Target) -> None:
    from assistedaccess.audit.tree import HASH, WIDTH, leaf_hash

    alter_event_and_columns(connection, target)
    number, at = divmod(target.leaf, WIDTH)
    where = (TILES.c.level == 0) & (TILES.c.number == number)
    tile = connection.execute(select(TILES.c.hashes).where(where)).scalar_one()
    leaf = leaf_hash(body_of(connection, target))
    hashes = tile[: at * HASH] + leaf + tile[(at + 1) * HASH :]
    connection.execute(update(TILES).where(where).values(hashes=hashes))


def delete_event(connection: Connection, target: Target) -> None:
    connection.execute(delete(EVENTS).where(EVENTS.c.id == target.event_id))


def copy_of(connection: Connection, target: Target, **changes: object) -> dict[str, Any]:
    row = connection.execute(select(EVENTS).where(EVENTS.c.id == target.event_id)).one()
    copied = {**row._mapping, **changes}
    del copied["xid"]  # it is written now, whatever it says
    return copied


def shift_leaves(connection: Connection, start: int) -> None:
    far = 1_000_000
    for step in (far, 1 - far):
        connection.execute(
            update(LEAVES)
            .where(LEAVES.c.leaf_index >= start)
            .values(leaf_index=LEAVES.c.leaf_index + bindparam("step")),
            {"step": step},
        )


def insert_event(connection: Connection, target: Target) -> None:
    from assistedaccess.kernel.ids import new_id

    row = copy_of(connection, target, id=new_id(), lane_id=new_id())
    connection.execute(insert(EVENTS), [row])
    shift_leaves(connection, target.leaf)
    connection.execute(insert(LEAVES), [{"leaf_index": target.leaf, "event_id": row["id"]}])


def reorder(connection: Connection, target: Target) -> None:
    here, there = target.leaf, target.leaf + 1
    for index in (here, there):
        connection.execute(delete(LEAVES).where(LEAVES.c.leaf_index == index))
    connection.execute(
        insert(LEAVES),
        [
            {"leaf_index": here, "event_id": target.sealed[there]},
            {"leaf_index": there, "event_id": target.sealed[here]},
        ],
    )


def replace_event(connection: Connection, target: Target) -> None:
    """What REPLACE does where it is let."""
    row = copy_of(connection, target)
    row["body"] = row["body"].replace(b"person.opened", b"person.closed")
    delete_event(connection, target)
    connection.execute(insert(EVENTS), [row])


def alter_column(connection: Connection, target: Target) -> None:
    connection.execute(
        update(EVENTS).where(EVENTS.c.id == target.event_id).values(action="today.viewed")
    )


def replay_event(connection: Connection, target: Target) -> None:
    from assistedaccess.kernel.ids import new_id

    row = copy_of(connection, target, id=new_id(), lane_seq=1_000_000)
    connection.execute(insert(EVENTS), [row])


def change_salt(connection: Connection, target: Target) -> None:
    other = select(DETAILS.c.salt).where(DETAILS.c.event_id == target.sealed[target.leaf + 1])
    salt = connection.execute(other).scalar_one()
    connection.execute(
        update(DETAILS).where(DETAILS.c.event_id == target.event_id).values(salt=salt)
    )


def alter_signature(connection: Connection, target: Target) -> None:
    connection.execute(
        update(EVENTS).where(EVENTS.c.id == target.event_id).values(signature=bytes(64))
    )


def delete_leaf(connection: Connection, target: Target) -> None:
    connection.execute(delete(LEAVES).where(LEAVES.c.leaf_index == target.leaf))


def alter_lower_tile(connection: Connection, target: Target) -> None:
    """Another hash in the event's place, and the event as it was."""
    from assistedaccess.audit.tree import HASH, WIDTH

    number, at = divmod(target.leaf, WIDTH)
    where = (TILES.c.level == 0) & (TILES.c.number == number)
    tile = connection.execute(select(TILES.c.hashes).where(where)).scalar_one()
    hashes = tile[: at * HASH] + bytes(HASH) + tile[(at + 1) * HASH :]
    connection.execute(update(TILES).where(where).values(hashes=hashes))


def alter_upper_tile(connection: Connection, target: Target) -> None:
    connection.execute(update(TILES).where(TILES.c.level == 1).values(hashes=bytes(32)))


def alter_checkpoint(connection: Connection, target: Target) -> None:
    connection.execute(update(CHECKPOINTS).values(root=bytes(32)))


def delete_checkpoints(connection: Connection, target: Target) -> None:
    connection.execute(delete(CHECKPOINTS))


# -- copies


Copy = dict[str, list[dict[str, Any]]]


def take_copy(target: Target) -> Copy:
    """A backup of the journal's tables."""
    copy: Copy = {}

    def work(connection: Connection, _: Target) -> None:
        for table in JOURNAL:
            copy[table.name] = [dict(row._mapping) for row in connection.execute(select(table))]

    target.attack(work)
    return copy


def restore_copy(target: Target, copy: Copy) -> None:
    """Put a backup back, over what came since."""

    def work(connection: Connection, _: Target) -> None:
        for table in JOURNAL:
            connection.execute(delete(table))
            if copy[table.name]:
                connection.execute(insert(table), copy[table.name])

    target.attack(work)
    target.sandbox.database.remembered.clear()  # the processes were started anew
