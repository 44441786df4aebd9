"""What is known of notices having been read."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select

from assistedaccess.kernel.transactions import reading
from assistedaccess.notices.models import Notice


def how_read(person_id: UUID, kind: str) -> list[str | None]:
    """What shows that each notice of a kind was read, the oldest first; None: not known."""
    with reading() as session:
        query = select(Notice.read_how).filter_by(person_id=person_id, kind=kind)
        return list(session.scalars(query.order_by(Notice.id)))
