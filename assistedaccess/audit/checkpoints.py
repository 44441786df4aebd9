"""Checkpoints: what the journal's key has said about the tree, and where an event stands in it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from assistedaccess.kernel.database import get_session

from .models_tree import AuditCheckpoint, AuditLeaf


@dataclass(frozen=True)
class Checkpoint:
    """The tree at one size: its root hash (32 bytes), and the signed note that says so."""

    size: int
    root: bytes
    note: str
    sealed_at: datetime


_COLUMNS = (
    AuditCheckpoint.size,
    AuditCheckpoint.root,
    AuditCheckpoint.note,
    AuditCheckpoint.sealed_at,
)


def find_checkpoint(*, size: int | None = None, containing: int | None = None) -> Checkpoint | None:
    """The newest checkpoint; or that of exactly ``size`` leaves; or the first one that has the leaf
    ``containing``, which nobody could foresee when that leaf's event was recorded. None where
    there is none (yet)."""
    query = select(*_COLUMNS)
    if size is not None:
        query = query.where(AuditCheckpoint.size == size)
    if containing is not None:
        query = query.where(AuditCheckpoint.size > containing).order_by(AuditCheckpoint.size)
    else:
        query = query.order_by(AuditCheckpoint.size.desc())
    row = get_session().execute(query.limit(1)).one_or_none()
    return Checkpoint(*row) if row else None


def find_first_since(moment: datetime) -> Checkpoint | None:
    """The first checkpoint that was signed at ``moment`` or later; None where there is none yet."""
    query = select(*_COLUMNS).where(AuditCheckpoint.sealed_at >= moment)
    row = get_session().execute(query.order_by(AuditCheckpoint.size).limit(1)).one_or_none()
    return Checkpoint(*row) if row else None


def list_checkpoints(*, before: int | None = None, most: int = 50) -> list[Checkpoint]:
    """Checkpoints, the newest first, from those smaller than ``before`` on, at most ``most``."""
    query = select(*_COLUMNS).order_by(AuditCheckpoint.size.desc()).limit(most)
    if before is not None:
        query = query.where(AuditCheckpoint.size < before)
    return [Checkpoint(*row) for row in get_session().execute(query)]


def find_leaf(event_id: UUID) -> int | None:
    """The event's index in the tree, from 0; None while it is not sealed."""
    return list_leaves([event_id]).get(event_id)


def list_leaves(event_ids: Iterable[UUID]) -> dict[UUID, int]:
    """The indexes of those of the events that are sealed."""
    rows = get_session().execute(
        select(AuditLeaf.event_id, AuditLeaf.leaf_index).where(
            AuditLeaf.event_id.in_(list(event_ids))
        )
    )
    return {row.event_id: row.leaf_index for row in rows}
