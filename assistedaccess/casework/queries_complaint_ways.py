"""How whoever complained is told, and what has been: for the owner of the complaint alone."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import exists, select

from assistedaccess.kernel import encryption
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.encryption import KeyForgotten
from assistedaccess.notices.models import Notice
from assistedaccess.notices.rules import Channel, State
from assistedaccess.notices.service_complaints import ComplaintNotice, list_complaint_notices

from .models_complaints import Complaint, ComplaintWay


@dataclass(frozen=True)
class ComplaintTelling:
    """The way that was given, with its address, and the messages. ``tell_by`` is empty where none
    was given; ``is_ended``: they want no more, or its time is over."""

    tell_by: str
    address: str
    is_ended: bool
    messages: list[ComplaintNotice]


def load_telling(row: Complaint) -> ComplaintTelling:
    """Two statements, and one for the keys of complaint and way."""
    way = get_session().scalar(select(ComplaintWay).where(ComplaintWay.complaint_id == row.id))
    encryption.load_keys([row.sealed_for, *([way.id] if way else [])])
    return ComplaintTelling(
        tell_by=way.kind if way else "",
        address=_open(way) if way else "",
        is_ended=way is not None and way.ended_at is not None,
        messages=list_complaint_notices(row.id),
    )


def _open(way: ComplaintWay) -> str:
    if way.address is None:
        return ""
    try:
        return encryption.unseal(way.id, "complaint_way.address", way.address)
    except KeyForgotten:
        return ""


def list_letters_to_print(actor: Actor) -> list[tuple[str, str]]:
    """The number of the complaint and the reference of each letter that this actor has still to
    print, oldest first: a print queue that nobody else sees."""
    found = get_session().execute(
        select(Complaint.reference, Notice.reference)
        .join(Notice, Notice.complaint_id == Complaint.id)
        .where(
            Complaint.owner_human_id == actor.human_id,
            Notice.state == State.TO_PRINT,
            Notice.channel == Channel.LETTER,
        )
        .order_by(Notice.id)
        .limit(50)
    )
    return [(number, reference) for number, reference in found]


def has_way(complaint_id: object) -> bool:
    """Whether messages go to whoever complained, by a way of their own."""
    return bool(
        get_session().scalar(
            select(
                exists().where(
                    ComplaintWay.complaint_id == complaint_id, ComplaintWay.ended_at.is_(None)
                )
            )
        )
    )
