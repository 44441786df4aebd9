"""The folder of submissions is made again from the database, where its disk is gone.

A submission is kept, sealed, as it was sent; its signature is made of the same bytes with the same
key. So what is written again is what was there, and the other side knows it by its reference.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from assistedaccess.audit import Action, record
from assistedaccess.kernel import encryption
from assistedaccess.kernel.actor import SYSTEM, Actor
from assistedaccess.kernel.commands import command
from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.transactions import reading

from .delivering import KEY, FolderDestination, wrap
from .delivery import Standing, WayOut
from .models import Application, Delivery


def refill_submissions(folder: FolderDestination, *, since: datetime) -> int:
    """Write again each submission that left by the folder ``since`` then, and is not in it; how
    many. Of somebody who was erased since, nothing can be written.
    """
    with reading() as session:
        rows = session.execute(
            select(Application.id, Application.reference)
            .join(Delivery, Delivery.application_id == Application.id)
            .where(
                Delivery.way == WayOut.DATA,
                Delivery.standing == Standing.DONE,
                Delivery.done_at >= since,
            )
            .order_by(Application.id)
        ).all()
    written = 0
    for row in rows:
        if folder.has(row.reference):
            continue
        try:
            with reading():
                parcel = wrap(row.id, encryption.get_installation_key(KEY))
        except encryption.KeyForgotten:
            continue
        note_written_again(actor=SYSTEM, application_id=row.id)
        folder.send(parcel)
        written += 1
    return written


@command("applications.note_written_again")
def note_written_again(*, actor: Actor, application_id: UUID) -> UUID:
    """A submission is written into the folder once more: said before it is."""
    row = get_session().get_one(Application, application_id)
    record(
        Action.DELIVERED,
        actor=actor,
        person_id=row.person_id,
        organisation_id=row.organisation_id,
        subject=("application", row.id),
        service=row.service,
        reason="written_again",
    )
    return row.id
