"""A new key for everybody's data, while the installation is in use: after a leak.

Each subject gets a key that seals what comes; the older ones stay and open what they have sealed.
Nothing is sealed anew (docs/adr/0047). It may be stopped at any point and begun again: it goes on
where it was, and nobody gets two.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from assistedaccess.audit import Action
from assistedaccess.audit.models import AuditEvent
from assistedaccess.kernel import encryption
from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.encryption import DataKey
from assistedaccess.kernel.transactions import reading, run_transaction

from .service import record_renewal

BATCH = 200


def renew_data_keys() -> int:
    """Give every subject who has a key a new one; how many this run gave."""
    begun_at = _find_begun()
    if begun_at is None:
        record_renewal(outcome="begun")
        begun_at = _find_begun()
        assert begun_at is not None  # noqa: S101
    renewed, place = 0, None
    while True:
        last, count = run_transaction(lambda at=place: _renew_batch(begun_at, at))  # type: ignore[misc]
        renewed += count
        if last is None:
            record_renewal(outcome="done")
            return renewed
        place = last


def _find_begun() -> datetime | None:
    """When the run began that has not ended; None where none goes on."""
    with reading() as session:
        last = session.execute(
            select(AuditEvent.reason_code, AuditEvent.occurred_at)
            .where(AuditEvent.action == Action.DATA_KEYS_RENEWED)
            .order_by(AuditEvent.id.desc())
            .limit(1)
        ).one_or_none()
    return last.occurred_at if last is not None and last.reason_code == "begun" else None


def _renew_batch(begun_at: datetime, place: UUID | None) -> tuple[UUID | None, int]:
    query = (
        select(DataKey)
        .where(DataKey.wrapped.is_not(None), DataKey.created_at < begun_at)
        .order_by(DataKey.subject_id)
        .limit(BATCH)
        .with_for_update()
    )
    if place is not None:
        query = query.where(DataKey.subject_id > place)
    last, count = None, 0
    for row in get_session().scalars(query).all():
        encryption.renew_key(row)
        last, count = row.subject_id, count + 1
    return last, count
