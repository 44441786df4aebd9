"""The work of the world: a case with notes and tasks, a closed one, somebody who waits."""

from __future__ import annotations

from datetime import timedelta

from assistedaccess.casework import service, service_entries, service_queue
from assistedaccess.kernel import clock

from . import casework
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
    waiting = service_queue.add_waiting_person(actor=helper, called=side.secret("Called", most=40))
    side.values["waiting_person_id"] = str(waiting)
    closed = casework.make_case(helper, person_id, need=side.secret("Closedneed"))
    casework.close_case(helper, closed)
    side.values["casework.reopen_case:reference"] = closed.reference
