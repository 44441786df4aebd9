"""Noting that a notice was read, inside the transaction of what shows it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, or_, select, update

from assistedaccess.audit import Action, record
from assistedaccess.kernel import clock
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.ids import first_id_at

from .models import Notice, NoticeEntry
from .rules import NoticeKind
from .rules_reading import ReadHow

CODES_LIVE = timedelta(days=35)
"""Longer than any code that a notice carries (a letter’s lives 28 days)."""


def note_read(
    actor: Actor, person_id: UUID, how: ReadHow, which: ColumnElement[bool]
) -> Collection[UUID]:
    """Note the first sign that these notices to a person were read; returns the ids of those that
    nobody knew it of before. One statement, and one fact of the journal where there is any."""
    found = get_session().scalars(
        update(Notice)
        .where(Notice.person_id == person_id, Notice.read_at.is_(None), which)
        .values(read_at=clock.now(), read_how=str(how))
        .returning(Notice.id)
        .execution_options(synchronize_session=False)
    )
    ids = sorted(found)
    if ids:
        record(
            Action.NOTICE_READ,
            actor=actor,
            person_id=person_id,
            subject=("notice", ids[0]),
            reason=str(how),
            details={"notices": [str(each) for each in ids]} if len(ids) > 1 else None,
        )
    return ids


def these(notice_ids: Collection[UUID]) -> ColumnElement[bool]:
    """The notices with these ids."""
    return Notice.id.in_(notice_ids)


def telling_of(event_ids: Collection[UUID]) -> ColumnElement[bool]:
    """The notices of which all that they tell is among these facts of the journal."""
    entry = exists().where(NoticeEntry.notice_id == Notice.id)
    other = or_(NoticeEntry.event_id.is_(None), NoticeEntry.event_id.not_in(event_ids))
    return and_(entry.where(NoticeEntry.event_id.in_(event_ids)), ~entry.where(other))


def newest(person_id: UUID, kind: NoticeKind, contact_point_id: UUID | None = None) -> Any:
    """The newest notice of a kind to a person, to one address where it is named."""
    query = select(Notice.id).where(
        Notice.person_id == person_id,
        Notice.kind == kind,
        Notice.id >= first_id_at(clock.now() - CODES_LIVE),
    )
    if contact_point_id is not None:
        query = query.where(Notice.contact_point_id == contact_point_id)
    return Notice.id == query.order_by(Notice.id.desc()).limit(1).scalar_subquery()
