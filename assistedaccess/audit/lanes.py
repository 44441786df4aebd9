"""Lanes: each writer of a process chains and signs its own events.

There is no global chain, because a chain head that every writer locks would be the bottleneck of
the whole installation. A lane is taken for one transaction, so that two transactions of a process
never wait for each other, and given back when it is over. An event that is deleted or altered
breaks its lane's chain.
"""

from __future__ import annotations

import os
import threading
from collections import deque
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import rfc8785
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from assistedaccess.kernel import clock
from assistedaccess.kernel.database import metadata
from assistedaccess.kernel.ids import new_id
from assistedaccess.kernel.transactions import get_database

from .keys import current_signer
from .models import AuditLane
from .tree import leaf_hash


def lane_statement(lane_id: UUID, public_key: bytes) -> bytes:
    """The canonical bytes that the journal's key signs to let a lane in; their hash begins it."""
    return rfc8785.dumps({"lane": str(lane_id), "key": public_key.hex(), "v": 1})


@dataclass
class Lane:
    """One chain. ``seq`` and ``head`` are those of its newest committed event."""

    id: UUID
    key: Ed25519PrivateKey
    seq: int
    head: bytes
    registered: bool = False
    in_doubt: bool = False  # a commit failed half-way: the database knows, we do not

    @property
    def public_key(self) -> bytes:
        return self.key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)


class _Pool:
    """The lanes of this process for one database that no transaction is using."""

    def __init__(self) -> None:
        self.pid = os.getpid()
        self.free: deque[Lane] = deque()


_lock = threading.Lock()


def _pool() -> _Pool:
    remembered = get_database().remembered
    pool = remembered.get("lanes")
    # A forked worker must not go on with its parent's lanes.
    if not isinstance(pool, _Pool) or pool.pid != os.getpid():
        pool = remembered["lanes"] = _Pool()
    return pool


def take_lane(session: Session) -> Lane:
    """A lane that no other transaction uses, with its head as committed."""
    with _lock:
        pool = _pool()
        lane = pool.free.popleft() if pool.free else _new_lane()
    if lane.in_doubt:
        row = session.execute(
            select(AuditLane.last_seq, AuditLane.last_hash).where(AuditLane.id == lane.id)
        ).one_or_none()
        if row is None:
            return _new_lane()
        lane.seq, lane.head, lane.registered, lane.in_doubt = row[0], row[1], True, False
    return lane


def _new_lane() -> Lane:
    lane = Lane(new_id(), Ed25519PrivateKey.generate(), 0, b"")
    lane.head = leaf_hash(lane_statement(lane.id, lane.public_key))
    return lane


_LANES = metadata.tables[AuditLane.__tablename__]
MOVE_HEAD = (
    update(_LANES)
    .where(_LANES.c.id == bindparam("lane"), _LANES.c.last_seq == bindparam("from_seq"))
    .values(last_seq=bindparam("to_seq"), last_hash=bindparam("to_hash"))
)
"""Moves one row, with the parameters of head_to(); none where the head is not where it was left."""


def head_to(lane: Lane, seq: int, head: bytes) -> dict[str, Any]:
    """The parameters of MOVE_HEAD."""
    return {"lane": lane.id, "from_seq": lane.seq, "to_seq": seq, "to_hash": head}


def move_head(session: Session, lane: Lane, seq: int, head: bytes) -> None:
    """Set the lane's head in the database, registering the lane on its first use.

    Raises LaneBroken when the stored head is not where this process left it.
    """
    if not lane.registered:
        session.add(
            AuditLane(
                id=lane.id,
                public_key=lane.public_key,
                endorsement=current_signer().key.sign(lane_statement(lane.id, lane.public_key)),
                started_at=clock.now(),
                last_seq=seq,
                last_hash=head,
            )
        )
        session.flush()
        return
    if session.connection().execute(MOVE_HEAD, head_to(lane, seq, head)).rowcount != 1:
        raise LaneBroken(str(lane.id))


class LaneBroken(RuntimeError):
    """Somebody else moved the head of this process's lane: the transaction is not committed."""


def give_back(lane: Lane) -> None:
    """Let the next transaction have the lane."""
    with _lock:
        _pool().free.append(lane)
