"""The work of the world: a case with notes and tasks, a closed one, a concern, who waits."""

from __future__ import annotations

from datetime import time, timedelta

from assistedaccess.casework import (
    service,
    service_complaint_steps,
    service_complaints,
    service_concerns,
    service_entries,
    service_links,
    service_queue,
    service_warnings,
)
from assistedaccess.casework.models_complaints import Complaint
from assistedaccess.casework.models_concerns import Concern
from assistedaccess.casework.queries import CaseDetails
from assistedaccess.casework.service_appointments import confirm_interpreter
from assistedaccess.kernel import clock, undo
from assistedaccess.kernel.transactions import reading

from . import appointments, casework, groups
from .world import Side, soon


def add(side: Side) -> None:
    """Opened by the helper, with all that is secret."""
    helper, person_id = side.actors["helper"], side.ids["person"]
    case_id = service.open_case(
        actor=helper,
        person_id=person_id,
        need=side.secret("Need"),
        why_help=["no_skill"],
        first_contact_on=clock.today() - timedelta(days=3),
        first_contact_basis=side.secret("Basis"),
        service="attendance-allowance",
        first_task=side.secret("Firsttask"),
        first_task_due_on=soon(2),
    )
    case = casework.get_case(helper, case_id)
    side.ids["case"] = case_id
    side.values["cases"] = case.reference
    for is_sensitive, what in ((False, "Note"), (True, "Sensitivenote")):
        service_entries.add_note(
            actor=helper, case_id=case_id, text=side.secret(what), is_sensitive=is_sensitive
        )
    task_id = service_entries.add_task(
        actor=helper,
        case_id=case_id,
        what=side.secret("Task"),
        due_on=clock.today(),
        assigned_to=side.members["colleague"].account_id,
    )
    side.values["task_id"] = str(task_id)
    slip = service_entries.add_task(
        actor=helper, case_id=case_id, what=side.secret("Slip"), due_on=clock.today()
    )
    with undo.offering() as offered:
        service_entries.finish_task(actor=helper, task_id=slip)
    side.values["offer_id"] = str(offered.id)
    waiting = service_queue.add_waiting_person(actor=helper, called=side.secret("Called", most=40))
    side.values["waiting_person_id"] = str(waiting)
    _add_appointments(side, case)
    _add_groups(side, case)
    _add_concern(side)
    _add_complaint(side)


def add_closed(side: Side) -> None:
    """The last that happened, so that the first page of the person's history shows it."""
    helper = side.actors["helper"]
    closed = casework.make_case(helper, side.ids["person"], need=side.secret("Closedneed"))
    casework.close_case(helper, closed)
    side.values["casework.reopen_case:reference"] = closed.reference


def _add_appointments(side: Side, case: CaseDetails) -> None:
    """One whose interpreter is found, and one whose interpreter is still to be booked."""
    helper = side.actors["helper"]
    made = appointments.book(helper, case, at=time(15), interpreter="signed")
    confirm_interpreter(
        actor=helper, appointment_id=made, version=1, words=side.secret("Interpreterbooked")
    )
    made = appointments.book(
        helper, case, at=time(16), interpreter="spoken", note=side.secret("Appointmentnote")
    )
    side.values["appointment_id"] = str(made)
    visit = appointments.book(helper, case, at=time(17), kind="home")
    warning = service_warnings.add_lone_worker_warning(
        actor=helper,
        case_id=case.id,
        words=side.secret("Mindthis"),
        basis=side.secret("Itsbasis"),
        expires_on=soon(30),
        not_told_why=side.secret("Notsaid"),
    )
    side.values["casework.end_lone_worker_warning:appointment_id"] = str(visit)
    side.values["lone_worker_warning_id"] = str(warning)
    calendar = service_links.make_link(actor=helper, purpose="calendar")
    side.values["feed_token"] = calendar.token
    screen = service_links.make_link(actor=helper, purpose="waiting_room")
    side.values["casework.enter_waiting_room:feed_token"] = screen.token


def _add_groups(side: Side, case: CaseDetails) -> None:
    """One that is to come, and one of today that hides what it is about and has a walk-in."""
    helper = side.actors["helper"]
    coming = groups.plan(helper, day=soon(7))
    side.values["casework.put_on_register:session_id"] = str(coming)
    now = clock.local(clock.now())
    is_late = now.hour == 23  # then nothing begins today any more
    made = groups.plan(
        helper,
        topic=side.secret("Grouptopic", most=60),
        is_private=True,
        room=side.secret("Grouproom", most=60),
        day=soon(1) if is_late else soon(0),
        begins=time(9) if is_late else (now + timedelta(minutes=2)).time(),
        ends=time(9, 30) if is_late else time(min(now.hour + 6, 23), 59),
    )
    side.values["session_id"] = str(made)
    side.values["entry_id"] = str(groups.put_on(helper, made, case_id=case.id))
    if not is_late:
        groups.walk_in(helper, made, called=side.secret("Walkedin", most=30))


def _add_concern(side: Side) -> None:
    """Raised by the helper, about the person: nobody but the lead may see a word of it."""
    concern_id = service_concerns.raise_concern(
        actor=side.actors["helper"],
        kinds=["money", "coercion"],
        is_urgent=True,
        seen=side.secret("Seen"),
        said=side.secret("Said"),
        wishes=side.secret("Wishes"),
        about=side.values["people"],
    )
    with reading() as session:
        reference = session.get_one(Concern, concern_id).reference
    side.values["concerns"] = reference
    service_concerns.add_concern_entry(
        actor=side.actors["safeguarding_lead"],
        reference=reference,
        kind="note",
        text=side.secret("Leadnote"),
    )


def _add_complaint(side: Side) -> None:
    """Taken down by the helper; acknowledged and answered by the manager."""
    complaint_id = service_complaints.take_down_complaint(
        actor=side.actors["helper"],
        kinds=["service", "data"],
        words=side.secret("Complained"),
        way="telephone",
        received_on=clock.today(),
        who=side.secret("Complainedof", most=19),  # no word of anybody's name
        wanted=side.secret("Wanted"),
        name=side.secret("Complainant"),
        reach=side.secret("Reach"),
        about=side.values["people"],
    )
    with reading() as session:
        reference = session.get_one(Complaint, complaint_id).reference
    side.values["complaints"] = reference
    manager = side.actors["manager"]
    service_complaint_steps.write_to_complaint(
        actor=manager,
        reference=reference,
        kind="acknowledged",
        how="telephone",
        text=side.secret("Acknowledged"),
    )
    service_complaint_steps.answer_complaint(
        actor=manager,
        reference=reference,
        outcome="partly",
        answer=side.secret("Complaintanswer"),
        learned=side.secret("Learned"),
        how="letter",
    )
    _add_strangers_complaint(side)


def _add_strangers_complaint(side: Side) -> None:
    """By somebody without a record, who gave an address to be told at; it takes longer."""
    complaint_id = service_complaints.take_down_complaint(
        actor=side.actors["helper"],
        kinds=["service"],
        words=side.secret("Strangerwords"),
        way="in_person",
        received_on=clock.today(),
        name=side.secret("Stranger"),
        tell_by="letter",
        address=side.secret("Strangerstreet"),
    )
    with reading() as session:
        reference = session.get_one(Complaint, complaint_id).reference
    side.values["strangers_complaint"] = reference
    service_complaint_steps.write_to_complaint(
        actor=side.actors["manager"],
        reference=reference,
        kind="extended",
        text=side.secret("Takeslonger"),
    )
