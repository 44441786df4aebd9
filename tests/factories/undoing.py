"""A world with all that an undo can touch, and every act that can be undone, by the commands."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import time
from typing import Any

from sqlalchemy import select

from assistedaccess.casework import (
    service,
    service_appointments,
    service_entries,
    service_places,
    service_queue,
)
from assistedaccess.casework.models import Case, Task, WaitingPerson
from assistedaccess.casework.models_appointments import Appointment
from assistedaccess.casework.models_referrals import OutsidePlace
from assistedaccess.casework.queries import CaseDetails
from assistedaccess.documents import service as documents_service
from assistedaccess.documents.models import Document
from assistedaccess.kernel import clock
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.transactions import reading
from tests.factories import documents, referrals
from tests.factories.appointments import book, tomorrow
from tests.factories.casework import add_task, get_case, make_case
from tests.factories.consent import SERVICE, make_scene
from tests.factories.delegation import grant
from tests.factories.people import Desk, make_helper
from tests.support.clocks import Hand


@dataclass
class World:
    """A case with all that an undo can touch, and who works on it."""

    helper: Actor
    colleague: Actor
    manager: Actor
    case: CaseDetails
    hand: Hand

    def get(self, table: Any, **where: Any) -> Any:
        with reading() as session:
            row = session.scalars(select(table).filter_by(**where).order_by(table.id)).first()
            session.expunge_all()
            return row


def make_world(hand: Hand) -> World:
    """One, on the day of ``hand``."""
    scene = make_scene()
    desk = Desk(scene.helper.organisation_id, scene.helper.site_id, "Millbrook")  # type: ignore[arg-type]
    grant(scene.helper, scene.person_id, powers=["see", "submit", "receive_messages"])
    case = make_case(scene.helper, scene.person_id, service=SERVICE)
    add_task(scene.helper, case)
    book(scene.helper, case, at=time(16), day=clock.today(), interpreter="signed")
    hand.move(seconds=1)  # keys go by the clock: the first one is today's
    book(scene.helper, case, at=time(16), day=tomorrow())
    documents.receive(scene.helper, case, answer_by=tomorrow())
    letter = documents.receive(scene.helper, case)
    documents_service.note_read(actor=scene.helper, document_id=letter, version=1, how="aloud")
    for name in ("Mo", "Ann"):
        service_queue.add_waiting_person(actor=scene.helper, called=name)
    manager = make_helper(desk, "manager")
    referrals.add_place(manager)
    return World(scene.helper, make_helper(desk), manager, get_case(scene.helper, case.id), hand)


# Each act by its command; None where the world has nothing (left) to do it to.
Act = Callable[[World], Any]


def _case(world: World) -> Any:
    row = world.get(Case, id=world.case.id)
    return None if row.state == "closed" else {"case_id": row.id, "version": row.version}


def finish_task(world: World) -> Any:
    row = world.get(Task, done_at=None)
    return row and service_entries.finish_task(actor=world.helper, task_id=row.id)


def set_waiting(world: World) -> Any:
    found = _case(world)
    waits = world.get(Case, id=world.case.id).state == "open"
    return found and service.set_waiting(actor=world.helper, waits=waits, **found)


def assign_case(world: World) -> Any:
    found = _case(world)
    to = world.colleague.account_id
    assert to is not None
    return found and service.assign_case(actor=world.helper, account_id=to, **found)


def close_case(world: World) -> Any:
    found = _case(world)
    said = {"alone": "with_practice", "minutes": "30"}
    return found and service.close_case(actor=world.helper, reason="done", counted=said, **found)


def settle(state: str) -> Act:
    def act(world: World) -> Any:
        row = world.get(Appointment, state="booked")
        if row and state != "cancelled" and clock.local(row.starts_at).date() > clock.today():
            return None  # nobody came yet, or stayed away
        return row and service_appointments.settle_appointment(
            actor=world.helper, appointment_id=row.id, version=row.version, state=state
        )

    return act


def take(world: World) -> Any:
    row = world.get(WaitingPerson, taken_at=None, left_at=None)
    return row and service_queue.take_waiting_person(actor=world.helper, waiting_person_id=row.id)


def left(world: World) -> Any:
    row = world.get(WaitingPerson, taken_at=None, left_at=None)
    return row and service_queue.note_person_left(actor=world.helper, waiting_person_id=row.id)


def remove_place(world: World) -> Any:
    row = world.get(OutsidePlace, removed_at=None)
    return row and service_places.remove_place(
        actor=world.manager, place_id=row.id, version=row.version
    )


def _letter(world: World, **where: Any) -> Any:
    with reading() as session:
        query = select(Document.id, Document.version).where(
            Document.read_at.is_not(None), Document.filed_at.is_(None)
        )
        is_answered = Document.answered_at.is_not(None)
        row = session.execute(query.where(is_answered == where["answered"])).first()
        return row and {"document_id": row.id, "version": row.version}


def answer_letter(world: World) -> Any:
    found = _letter(world, answered=False)
    return found and documents_service.note_answered(
        actor=world.helper, answer="not_needed", **found
    )


def file_letter(world: World) -> Any:
    if (found := _letter(world, answered=True)) is None:
        answer_letter(world)  # as it was, if there is one
        found = _letter(world, answered=True)
    return found and documents_service.file_letter(actor=world.helper, **found)


ACTS: dict[str, tuple[str, Act]] = {
    "finish": ("casework.finish_task", finish_task),
    "wait": ("casework.set_waiting", set_waiting),
    "assign": ("casework.assign_case", assign_case),
    "came": ("casework.settle_appointment", settle("came")),
    "stayed away": ("casework.settle_appointment", settle("did_not_come")),
    "cancelled": ("casework.settle_appointment", settle("cancelled")),
    "take": ("casework.take_waiting_person", take),
    "left": ("casework.note_person_left", left),
    "place": ("casework.remove_place", remove_place),
    "answer": ("documents.note_answered", answer_letter),
    "file": ("documents.file_letter", file_letter),
    "close": ("casework.close_case", close_case),
}
