"""Sealing: events that have been committed become leaves of the tree, in batches.

Which events those are is never asked by "newer than the last": a transaction may commit later than
one that began after it. On PostgreSQL each event carries the number of its transaction. Below the
*low-water mark*, the oldest transaction that was still running at the last batch, everything has
been decided and is sealed; from there on, what is visible and not sealed yet is taken. A long
transaction keeps the mark low and holds nothing up. Transaction numbers belong to a cluster: in
another one, where a copy was restored, they begin lower, so there the mark begins anew at 0 and
the whole journal is looked through once. On SQLite one writer follows the other, the order of
rows is that of commits, and the sealer reads it under the write lock.

One sealer at a time: on PostgreSQL by an advisory lock of its transaction, on SQLite by the write
lock; and were there two, the unique index and event of a leaf would refuse the second.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextvars import copy_context
from dataclasses import dataclass
from threading import Thread
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    and_,
    exists,
    false,
    func,
    insert,
    literal_column,
    or_,
    select,
)
from sqlalchemy import text as sql
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError

from assistedaccess.kernel import clock
from assistedaccess.kernel.database import get_session, metadata
from assistedaccess.kernel.events import publish
from assistedaccess.kernel.transactions import Busy, run_transaction
from assistedaccess.kernel.watchdog import tell_alive

from .checkpoints import Checkpoint
from .keys import current_signer
from .models import AuditEvent
from .models_tree import AuditCheckpoint, AuditLeaf, AuditTile
from .notes import checkpoint_text, sign_note
from .tree import Frontier, leaf_hash, tile_widths

BATCH = 20_000
"""Events in one batch at most."""
FEW = 1_000
"""So many keys are named in a query; a sealer that works leaves fewer."""
MINUTE = 60.0
PAUSE = 0.5
"""Seconds between two looks of a follower: four of them fit into the two that a seal may take."""
_LOCK = 0x61756469745F6C66  # nobody else's advisory lock
NO_CLUSTER = "sqlite"

_EVENTS = metadata.tables[AuditEvent.__tablename__]
_LEAVES = metadata.tables[AuditLeaf.__tablename__]
_TILES = metadata.tables[AuditTile.__tablename__]
_CHECKPOINTS = metadata.tables[AuditCheckpoint.__tablename__]
_NOT_SEALED = ~exists().where(_LEAVES.c.event_id == _EVENTS.c.id)
_ROWID = literal_column("audit_event.rowid", BigInteger)


@dataclass(frozen=True)
class _Window:
    """What the sealer looks at: from ``low_water`` on, in ``cluster``; None is the whole journal.
    The next mark is at most ``next_mark``; ``end`` is a number that nothing here has had yet."""

    cluster: str
    low_water: int | None
    next_mark: int
    end: int


@dataclass(frozen=True)
class EventsSealed:
    """Published in the transaction that makes them leaves, from ``first`` to before ``end``."""

    first: int
    end: int


def seal_batch(size: int = BATCH) -> Checkpoint | None:
    """Seal up to ``size`` committed events and sign a checkpoint; None where there is nothing.

    Raises Busy when the database could not be had in time. Nothing is changed then.
    """
    try:
        return run_transaction(lambda: _seal(size))
    except IntegrityError as error:  # another sealer was quicker, by whatever way round the lock
        raise Busy from error


def seal_all() -> Checkpoint | None:
    """Seal all that has been committed; the newest checkpoint that was made, if any was."""
    newest = None
    while made := seal_batch():
        newest = made
    return newest


def follow(
    told: Callable[[Checkpoint], None],
    *,
    also: Callable[[], object] = lambda: None,
    is_over: Callable[[], bool] = lambda: False,
) -> None:
    """Seal what comes, within two seconds of its commit, until ``is_over``.

    ``also`` is done beside it, in a thread of its own, once a minute: what waits for somebody
    outside must not hold up the sealing. Whoever started this is told that it is alive.
    """
    context = copy_context()
    tell_alive()
    Thread(target=lambda: context.run(_repeat, also, is_over), daemon=True).start()
    while not is_over():
        begun = time.monotonic()
        try:
            while not is_over() and (made := seal_batch()):
                told(made)
                tell_alive()
        except Busy:
            pass  # the next look takes it
        tell_alive()
        time.sleep(max(0.0, PAUSE - (time.monotonic() - begun)))


def _repeat(work: Callable[[], object], is_over: Callable[[], bool]) -> None:
    while not is_over():
        try:
            work()
        except Busy:
            pass
        time.sleep(MINUTE)


def _seal(most: int) -> Checkpoint | None:
    is_sqlite = get_session().get_bind().dialect.name == "sqlite"
    if not is_sqlite:
        get_session().execute(select(func.pg_advisory_xact_lock(_LOCK)))
    last = get_session().execute(_LAST_CHECKPOINT).one_or_none()
    window = _sqlite_window(last) if is_sqlite else _postgres_window(last)
    rows = get_session().execute(_events_in(window, most, is_sqlite)).all()
    if not rows:
        return None
    frontier = _load_frontier(last.size if last else 0)
    leaves = []
    for row in _in_lane_order(rows):
        leaves.append({"leaf_index": frontier.size, "event_id": row.id})
        frontier.append(leaf_hash(row.body))
    low_water = _next_low_water(window, rows, is_full=len(rows) == most)
    made = _store(frontier, leaves, window.cluster, low_water, is_sqlite)
    publish(EventsSealed(made.size - len(leaves), made.size))
    return made


_LAST_CHECKPOINT = (
    select(_CHECKPOINTS.c.size, _CHECKPOINTS.c.cluster, _CHECKPOINTS.c.low_water)
    .order_by(_CHECKPOINTS.c.size.desc())
    .limit(1)
)
_CLUSTER = sql(
    "SELECT (SELECT system_identifier::text FROM pg_control_system()), "
    "pg_snapshot_xmin(pg_current_snapshot())::text::bigint, "
    "pg_snapshot_xmax(pg_current_snapshot())::text::bigint"
)
_BEGUN = 0
"""The mark while a new cluster's first look through the whole journal is not over."""


def _postgres_window(last: Any) -> _Window:
    cluster, oldest, end = get_session().execute(_CLUSTER).one()
    return _Window(cluster, _find_low_water(last, cluster, end), oldest, end)


def _sqlite_window(last: Any) -> _Window:
    end = 1 + (get_session().scalar(select(func.max(_ROWID)).select_from(_EVENTS)) or 0)
    return _Window(NO_CLUSTER, _find_low_water(last, NO_CLUSTER, end), end, end)


def _find_low_water(last: Any, cluster: str, end: int) -> int | None:
    if last is None or last.cluster != cluster or last.low_water == _BEGUN:
        return None
    # A mark above every number that there is was set somewhere else, whatever the name says.
    return last.low_water if last.low_water <= end else None


def _events_in(window: _Window, most: int, is_sqlite: bool) -> Any:
    number = _ROWID if is_sqlite else _EVENTS.c.xid
    columns = (_EVENTS.c.id, _EVENTS.c.lane_id, _EVENTS.c.lane_seq, _EVENTS.c.body)
    query = select(*columns, number.label("number")).where(_NOT_SEALED)
    if window.low_water is not None:
        # What a restored copy brought along from higher up was sealed when the cluster was new.
        query = query.where(number >= window.low_water, number < window.end)
    # So that a full batch never takes an event and leaves the one before it in its lane.
    order = (number,) if is_sqlite else (_EVENTS.c.lane_id, _EVENTS.c.lane_seq)
    return query.order_by(*order).limit(most)


def _next_low_water(window: _Window, rows: Sequence[Any], *, is_full: bool) -> int:
    if not is_full:
        return window.next_mark
    if window.cluster == NO_CLUSTER:
        return rows[-1].number
    return window.low_water or _BEGUN  # there is more: look again from the same place


def is_not_sealed() -> ColumnElement[bool]:
    """Whether an AuditEvent of a query waits for the sealer: those above its mark that are no leaf,
    found at once however long the journal is. One statement.

    In a copy that was restored elsewhere it may miss some until the sealer has been there once.
    """
    session = get_session()
    if session.get_bind().dialect.name != "sqlite":
        last = session.execute(_LAST_CHECKPOINT).one_or_none()
        return _NOT_SEALED if last is None else and_(_NOT_SEALED, _EVENTS.c.xid >= last.low_water)
    newest = select(_CHECKPOINTS.c.low_water).order_by(_CHECKPOINTS.c.size.desc()).limit(1)
    waits = and_(_NOT_SEALED, func.coalesce(newest.scalar_subquery(), 0) <= _ROWID)
    # SQLite reads by whatever else is asked, an organisation's years of it, and not from the mark.
    few = list(session.scalars(select(_EVENTS.c.id).where(waits).limit(FEW + 1)))
    if not few:
        return false()
    named = and_(_EVENTS.c.id.in_(few), _EVENTS.c.id.between(min(few), max(few)))
    return named if len(few) <= FEW else waits


def find_passed_over(most: int = 20) -> list[UUID]:
    """Events that should have been sealed long ago, at most ``most``: below the newest checkpoint's
    mark, or of a transaction of no number. There are none, unless somebody has been at the tables.
    """
    session = get_session()
    is_sqlite = session.get_bind().dialect.name == "sqlite"
    last = session.execute(_LAST_CHECKPOINT).one_or_none()
    window = _sqlite_window(last) if is_sqlite else _postgres_window(last)
    if window.low_water is None:
        return []
    number = _ROWID if is_sqlite else _EVENTS.c.xid
    passed = or_(number < window.low_water, number >= window.end, number.is_(None))
    return list(session.scalars(select(_EVENTS.c.id).where(_NOT_SEALED, passed).limit(most)))


def _in_lane_order(rows: Sequence[Any]) -> Iterator[Any]:
    """By time, and in each lane by its own numbers: identifiers of one moment have no order."""
    lanes: dict[Any, list[Any]] = defaultdict(list)
    for row in rows:
        lanes[row.lane_id].append(row)
    queues = {
        lane: iter(sorted(those, key=lambda row: row.lane_seq)) for lane, those in lanes.items()
    }
    for row in sorted(rows, key=lambda row: row.id):
        yield next(queues[row.lane_id])


def _load_frontier(size: int) -> Frontier:
    wanted = {(level, number) for level, number, _ in tile_widths(size)}
    rows = get_session().execute(
        select(_TILES.c.level, _TILES.c.number, _TILES.c.hashes).where(
            _TILES.c.level.in_({level for level, _ in wanted}),
            _TILES.c.number.in_({number for _, number in wanted}),
        )
    )
    return Frontier(size, {(row.level, row.number): row.hashes for row in rows})


def _store(
    frontier: Frontier,
    leaves: list[dict[str, Any]],
    cluster: str,
    low_water: int,
    is_sqlite: bool,
) -> Checkpoint:
    session = get_session()
    session.execute(insert(_LEAVES), leaves)
    tiles = [
        {"level": level, "number": number, "hashes": bytes(hashes)}
        for (level, number), hashes in frontier.tiles.items()
    ]
    put = (sqlite.insert if is_sqlite else postgresql.insert)(_TILES)
    put = put.on_conflict_do_update(
        index_elements=["level", "number"], set_={"hashes": put.excluded.hashes}
    )
    session.execute(put, tiles)
    signer = current_signer()
    root = frontier.root()
    note = sign_note(checkpoint_text(signer.name, frontier.size, root), signer.name, signer.key)
    made = Checkpoint(frontier.size, root, note, clock.now())
    session.execute(
        insert(_CHECKPOINTS),
        [
            {
                "size": made.size,
                "root": made.root,
                "note": made.note,
                "sealed_at": made.sealed_at,
                "cluster": cluster,
                "low_water": low_water,
            }
        ],
    )
    return made
