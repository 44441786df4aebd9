"""What has not left yet and tells of something that was undone: nobody is told of it."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import delete, exists, select

from assistedaccess.audit import Action, record
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.undo import NotUndone

from .models import Notice, NoticeEntry
from .rules import State


def withdraw_entries(actor: Actor, entry_ids: Sequence[UUID]) -> None:
    """Take entries off the messages that wait with them; a message without any is not sent.

    For an undo, in its transaction. Raises NotUndone where one of them has left, or is leaving:
    what the person may have read stands, and is put right by telling them.
    """
    session = get_session()
    which = select(NoticeEntry.notice_id).where(NoticeEntry.id.in_(entry_ids))
    notices = session.execute(
        select(Notice.id, Notice.person_id, Notice.organisation_id, Notice.state)
        .where(Notice.id.in_(which))
        .order_by(Notice.id.desc())  # a copy before what it is a copy of
        .with_for_update()
    ).all()
    if any(notice.state != State.QUEUED for notice in notices):
        raise NotUndone(
            _("The person has been told already, so this cannot be undone. Put it right with them.")
        )
    session.execute(delete(NoticeEntry).where(NoticeEntry.id.in_(entry_ids)))
    for notice in notices:
        record(
            Action.NOTICE_WITHDRAWN,
            actor=actor,
            person_id=notice.person_id,
            organisation_id=notice.organisation_id,
            subject=("notice", notice.id),
        )
    session.execute(
        delete(Notice).where(
            Notice.id.in_([notice.id for notice in notices]),
            ~exists().where(NoticeEntry.notice_id == Notice.id),
        )
    )
