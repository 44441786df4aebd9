"""Which acts of a case and of the queue can be undone for ten seconds; docs/adr/0044 says why."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from assistedaccess.access import Permission
from assistedaccess.audit import Action
from assistedaccess.kernel import clock, undo
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.database import get_session
from assistedaccess.people.models import Person

from .models_appointments import Appointment
from .models_groups import GroupSession, RegisterEntry
from .queries_engagements import find_engagement
from .queries_groups import count_taken
from .rules_appointments import AppointmentState
from .rules_groups import EntryState, GroupState
from .service_endings import is_elsewhere

CLOSED_AGAIN = _l("Later, reopen the case on its page.")
MEETING = _l("Later, book a new time on the page of the case, or write a note there.")


def register() -> None:
    """Register them. None of them told anybody anything that could not be called back."""
    undo.register(
        "casework.finish_task",
        permission=Permission.CASE_CHANGE,
        facts=[Action.TASK_DONE],
        way_back=_l("Later, add the task again on the page of its case."),
    )
    undo.register(
        "casework.set_waiting",
        permission=Permission.CASE_CHANGE,
        facts=[Action.CASE_CHANGED],
        way_back=_l("Later, use the button on the page of the case that says how it stands."),
    )
    undo.register(
        "casework.assign_case",
        permission=Permission.CASE_CHANGE,
        facts=[Action.CASE_CHANGED],
        way_back=_l("Later, change who looks after it on the page of the case."),
    )
    undo.register(
        "casework.close_case",
        permission=Permission.CASE_CHANGE,
        facts=[
            Action.CASE_CLOSED,
            Action.APPOINTMENT_CANCELLED,
            Action.REGISTER_ENTRY_CANCELLED,
            Action.TASK_DONE,
        ],
        way_back=CLOSED_AGAIN,
        check=_check_times,
    )
    undo.register(
        "casework.settle_appointment",
        permission=Permission.CASE_CHANGE,
        facts=[
            Action.APPOINTMENT_KEPT,
            Action.APPOINTMENT_MISSED,
            Action.APPOINTMENT_CANCELLED,
            Action.TASK_DONE,
        ],
        way_back=MEETING,
        check=_check_times,
    )
    for name, fact in (
        ("take_waiting_person", Action.WAITING_PERSON_TAKEN),
        ("note_person_left", Action.WAITING_PERSON_LEFT),
    ):
        undo.register(
            f"casework.{name}",
            permission=Permission.TODAY_VIEW,
            facts=[fact],
            way_back=_l("Later, add them to the queue again on Today."),
        )
    undo.register(
        "casework.remove_place",
        permission=Permission.PLACE_KEEP,
        facts=[Action.PLACE_REMOVED],
        way_back=_l("Later, add the place to the list again."),
    )


def _check_times(_actor: Actor, rows: Sequence[Any]) -> None:
    """A time that comes back finds nobody elsewhere then, and nobody dead; a place on a register
    is still free, and its session takes place."""
    get_session().flush()
    for row in rows:
        if isinstance(row, RegisterEntry) and row.state == EntryState.BOOKED:
            _check_place(row)
        if not isinstance(row, Appointment) or row.state != AppointmentState.BOOKED:
            continue
        person = get_session().get_one(Person, row.person_id)
        if person.died_on is not None or (row.ends_at > clock.now() and is_elsewhere(row)):
            raise undo.gone_on(MEETING)


def _check_place(entry: RegisterEntry) -> None:
    """Raise where the session is off, another has the place, or the person is elsewhere then."""
    session = get_session()
    person = session.get_one(Person, entry.person_id)
    found = session.execute(
        select(GroupSession.state, GroupSession.places, count_taken().label("taken"))
        .where(GroupSession.id == entry.session_id)
        .with_for_update(of=GroupSession)
    ).one()
    is_free = found.state == GroupState.PLANNED and found.taken <= found.places
    span = (entry.starts_at, entry.ends_at)
    elsewhere = find_engagement(
        entry.organisation_id, [span], person_id=entry.person_id, but=entry.session_id
    )
    if not is_free or elsewhere is not None or person.died_on is not None:
        raise undo.gone_on(CLOSED_AGAIN)
