"""Events to be sealed, and what the tree made of them."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import func, select

from assistedaccess.audit import Action, record
from assistedaccess.audit.models import AuditEvent
from assistedaccess.audit.models_tree import AuditLeaf
from assistedaccess.audit.tree import Frontier, leaf_hash
from assistedaccess.kernel.actor import SYSTEM
from assistedaccess.kernel.transactions import reading, run_transaction


def write_events(count: int = 1, **more: object) -> list[UUID]:
    """``count`` events in one transaction."""

    def work() -> list[UUID]:
        return [record(Action.PERSON_OPENED, actor=SYSTEM, **more) for _ in range(count)]  # type: ignore[arg-type]

    return run_transaction(work)


def list_sealed() -> list[UUID]:
    """The events of the tree, in its order; its numbers must have no gap."""
    with reading() as session:
        rows = session.execute(
            select(AuditLeaf.leaf_index, AuditLeaf.event_id).order_by(AuditLeaf.leaf_index)
        ).all()
    assert [row.leaf_index for row in rows] == list(range(len(rows)))
    return [row.event_id for row in rows]


def count_events() -> int:
    """How many events the journal has."""
    with reading() as session:
        return session.scalar(select(func.count()).select_from(AuditEvent)) or 0


def root_of_events() -> bytes:
    """The root over the sealed events' bytes, computed from nothing else."""
    with reading() as session:
        frontier = Frontier()
        for body in session.scalars(
            select(AuditEvent.body)
            .join(AuditLeaf, AuditLeaf.event_id == AuditEvent.id)
            .order_by(AuditLeaf.leaf_index)
        ):
            frontier.append(leaf_hash(body))
    return frontier.root()
