"""Whoever complained and has no record here is forgotten when the time is over.

Their way to be told first, with the messages that went there; later all that they told. Both have a
key of their own, so that a backup cannot open them either. A complaint of a person who is helped is
sealed with that person's key, and goes with their record.
"""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from sqlalchemy import Select, select

from assistedaccess.casework.complaint_ways import end_way
from assistedaccess.casework.models_complaints import Complaint, ComplaintWay
from assistedaccess.kernel import clock, encryption
from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.encryption import DataKey

from .rules import Kept


def list_due(kind: Kept, period: timedelta, limit: int) -> list[UUID]:
    """The complaints of which this kind of record is to be forgotten today."""
    return list(get_session().scalars(_due(kind, period, limit)))


def forget_due(kind: Kept, period: timedelta, limit: int) -> list[UUID]:
    """Forget it, inside the caller's transaction; of which complaints."""
    session = get_session()
    due = list(session.scalars(_due(kind, period, limit).with_for_update(of=Complaint)))
    ways = select(ComplaintWay).where(
        ComplaintWay.complaint_id.in_(due), ComplaintWay.ended_at.is_(None)
    )
    for way in session.scalars(ways.with_for_update()).all():
        end_way(way, None)
    for complaint_id in due if kind is Kept.COMPLAINT else ():
        encryption.forget(complaint_id)
    return due


def _due(kind: Kept, period: timedelta, limit: int) -> Select[UUID]:
    """One that is not answered is never due: somebody still waits."""
    query = select(Complaint.id).where(
        Complaint.answered_at < clock.now() - period, Complaint.person_id.is_(None)
    )
    if kind is Kept.COMPLAINT_WAY:
        query = query.join(ComplaintWay, ComplaintWay.complaint_id == Complaint.id)
        query = query.where(ComplaintWay.ended_at.is_(None))
    else:
        query = query.join(DataKey, DataKey.subject_id == Complaint.sealed_for)
        query = query.where(DataKey.wrapped.is_not(None))
    return query.order_by(Complaint.id).limit(limit)
