"""What the journal says, for tests that ask whether it was said."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import select

from assistedaccess.audit.models import AuditEvent
from assistedaccess.kernel.transactions import reading


def list_event_ids() -> set[UUID]:
    """All that is there now: give it to list_actions later, for what came after."""
    with reading() as session:
        return set(session.scalars(select(AuditEvent.id)))


def list_actions(but: Collection[UUID] = ()) -> list[str]:
    """The actions in the order in which this process recorded them."""
    with reading() as session:
        rows = session.execute(
            select(AuditEvent.id, AuditEvent.action).order_by(AuditEvent.lane_seq)
        )
        return [row.action for row in rows if row.id not in but]


def list_events(action: str) -> list[AuditEvent]:
    """The events of one action, in their order."""
    with reading() as session:
        query = select(AuditEvent).where(AuditEvent.action == action)
        events = list(session.scalars(query.order_by(AuditEvent.lane_seq)))
        session.expunge_all()
        return events


def last_event(action: str) -> AuditEvent:
    """The newest event of one action; it must be there."""
    return list_events(action)[-1]
