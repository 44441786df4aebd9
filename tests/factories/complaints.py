"""Complaints that carry a way to be told, and a wire that keeps what is sent."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select

from assistedaccess.casework import service_complaint_steps, service_complaints
from assistedaccess.casework.models_complaints import Complaint
from assistedaccess.casework.queries_complaints import ComplaintDetails
from assistedaccess.kernel import clock
from assistedaccess.kernel.actor import PUBLIC, SYSTEM, Actor
from assistedaccess.kernel.transactions import reading
from assistedaccess.notices.models import Notice
from assistedaccess.notices.senders import DeliveryFailed, Message
from assistedaccess.notices.sending import send_due_notices
from assistedaccess.notices.service_callbacks import note_delivery
from assistedaccess.organisations.queries import get_organisation_reference
from assistedaccess.people import service_contact
from assistedaccess.people.models import Person

from .people import Desk

MOBILE = "07700 900123"


class Wire:
    """A sender that keeps what it is given; ``broken``: it says that no such number exists."""

    channels = frozenset({"text", "email", "letter"})

    def __init__(self, *, broken: bool = False) -> None:
        self.broken = broken
        self.sent: list[Message] = []

    def send(self, message: Message) -> str:
        if self.broken:
            raise DeliveryFailed("no_such_number", is_final=True)
        self.sent.append(message)
        return f"wire-{len(self.sent)}"


def complain(desk: Desk, **given: object) -> Complaint:
    with reading():
        place = get_organisation_reference(desk.organisation_id)
    fields = {
        "kinds": ["helper"],
        "words": "canarywords",
        "network": "192.0.2.7",
        "name": "Ada Stranger",
        "tell_by": "text",
        "address": MOBILE,
        **given,
    }
    made = service_complaints.make_complaint(
        actor=PUBLIC,
        organisation_reference=place,
        **fields,  # type: ignore[arg-type]
    )
    return load(made)


def load(complaint_id: object) -> Complaint:
    with reading() as session:
        return session.get_one(Complaint, complaint_id)


def notices_of(row: Complaint) -> list[Notice]:
    with reading() as session:
        query = select(Notice).where(Notice.complaint_id == row.id).order_by(Notice.id)
        return list(session.scalars(query))


def report_failure(notice: Notice) -> None:
    """The provider says, after it took the message, that there is no such number."""
    with reading() as session:
        known = session.get_one(Notice, notice.id).provider_reference or ""
    note_delivery(
        actor=SYSTEM, reference=notice.reference, provider_id=known, status="permanent-failure"
    )


def write(actor: Actor, row: Complaint, kind: str, **given: str) -> object:
    return service_complaint_steps.write_to_complaint(
        actor=actor, reference=row.reference, kind=kind, text="canaryreason", **given
    )


def answer(actor: Actor, row: Complaint) -> object:
    return service_complaint_steps.answer_complaint(
        actor=actor,
        reference=row.reference,
        outcome="upheld",
        answer="canaryanswer",
        learned="canarylesson",
        how="kept",
    )


def open_it(actor: Actor, row: Complaint) -> ComplaintDetails:
    return service_complaints.open_complaint(actor=actor, reference=row.reference)


def send_all() -> Wire:
    wire = Wire()
    send_due_notices(sender=wire)
    return wire


def take_down(actor: Actor, **given: object) -> Complaint:
    fields = {
        "kinds": ["helper"],
        "words": "canarywords",
        "way": "in_person",
        "received_on": clock.today(),
        "tell_by": "text",
        "address": MOBILE,
        **given,
    }
    return load(service_complaints.take_down_complaint(actor=actor, **fields))  # type: ignore[arg-type]


def add_mobile(actor: Actor, person_id: UUID, number: str) -> None:
    service_contact.add_contact_point(
        actor=actor, person_id=person_id, kind="mobile", value=number, whose="own", is_safe=True
    )


def make_unsafe(actor: Actor, person_id: UUID) -> None:
    with reading() as session:
        version = session.get_one(Person, person_id).version
    service_contact.set_safe_contact(
        actor=actor,
        person_id=person_id,
        version=version,
        contact_is_unsafe=True,
        person_was_alone=True,
    )
