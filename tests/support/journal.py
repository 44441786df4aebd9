"""What the journal says, for tests that ask whether it was said."""

from __future__ import annotations

from sqlalchemy import select

from assistedaccess.audit.models import AuditEvent
from assistedaccess.kernel.transactions import reading


def list_actions(since: int = 0) -> list[str]:
    """The actions in the order in which they were recorded, after the first ``since``."""
    with reading() as session:
        return list(session.scalars(select(AuditEvent.action).order_by(AuditEvent.lane_seq)))[
            since:
        ]


def list_events(action: str) -> list[AuditEvent]:
    """The events of one action, in their order."""
    with reading() as session:
        query = select(AuditEvent).where(AuditEvent.action == action)
        events = list(session.scalars(query.order_by(AuditEvent.lane_seq)))
        session.expunge_all()
        return events
