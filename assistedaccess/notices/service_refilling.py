"""The outbox folder is made again from the database, where its disk is gone.

All that went into it is in the database: the words are made of what is kept there, under the same
reference. What was taken out of the folder meanwhile is not known here, so whoever asks says since
when something may be missing.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from assistedaccess.audit import Action, record
from assistedaccess.kernel.actor import SYSTEM, Actor
from assistedaccess.kernel.commands import command
from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.encryption import KeyForgotten
from assistedaccess.kernel.transactions import reading

from .models import Notice
from .rules import State
from .senders import OutboxSender
from .sending import write_message


def refill_outbox(outbox: OutboxSender, *, since: datetime) -> int:
    """Write again each message that left by the folder ``since`` then, and is not in it; how many.

    Of somebody who was erased since, nothing can be written. Needs an application context.
    """
    with reading() as session:
        # The folder gives our own reference back as the provider's: by that it is known.
        rows = session.execute(
            select(Notice.id, Notice.reference)
            .where(
                Notice.state.in_([State.SENT, State.DELIVERED]),
                Notice.channel.in_(sorted(outbox.channels)),
                Notice.provider_reference == Notice.reference,
                Notice.sent_at >= since,
            )
            .order_by(Notice.id)
        ).all()
    written = 0
    for row in rows:
        if outbox.has(row.reference):
            continue
        try:
            message, _ = write_message(row.id, outbox, may_be_repeat=True)
        except KeyForgotten:
            continue
        if message is not None:
            note_written_again(actor=SYSTEM, notice_id=row.id)
            outbox.send(message)
            written += 1
    return written


@command("notices.note_written_again")
def note_written_again(*, actor: Actor, notice_id: UUID) -> UUID:
    """A message is written into the outbox once more: said before it is."""
    row = get_session().get_one(Notice, notice_id)
    record(
        Action.NOTICE_SENT,
        actor=actor,
        person_id=row.person_id,
        organisation_id=row.organisation_id,
        subject=("notice", row.id),
        reason="written_again",
    )
    return row.id
