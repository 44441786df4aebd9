"""What ends with a case, or with a life: the times that were booked.

Nobody waits at a desk for a case that is closed, and nobody knocks at a door where somebody has
died. A death that is undone on its day brings the times back that are still to come.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, and_, or_, select

from assistedaccess.audit import Action, record
from assistedaccess.kernel import clock
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.database import get_session
from assistedaccess.notices.rules import NoticeKind
from assistedaccess.people.events import DeathUndone, PersonDied
from assistedaccess.people.models_death import Death
from assistedaccess.people.reach import tell

from .events import CaseClosed
from .models import Case
from .models_appointments import Appointment
from .rules import CaseState
from .rules_appointments import AppointmentState, Interpreter
from .service_appointments import list_facts
from .service_entries import finish_if_left
from .service_interpreters import ask_for_interpreter


def cancel_with_case(event: CaseClosed) -> None:
    """Cancel the times of a case that was closed, and tell the person of each."""
    rows = _cancel(event.actor, Appointment.case_id == event.case_id, clock.now(), "case_closed")
    for row in rows:
        tell(event.actor, row.person_id, NoticeKind.APPOINTMENT_CANCELLED, list_facts(row))


def cancel_with_death(event: PersonDied) -> None:
    """Cancel every time that anybody keeps for who has died, at whichever organisation."""
    died_at = get_session().get_one(Death, event.death_id).recorded_at
    _cancel(event.actor, Appointment.person_id == event.person_id, died_at, "died")


def _cancel(
    actor: Actor, whose: ColumnElement[bool], at: datetime, reason: str
) -> list[Appointment]:
    """What is still to come; a time that is over keeps its question whether they came."""
    query = select(Appointment).where(
        whose,
        Appointment.state == AppointmentState.BOOKED,
        Appointment.ends_at > clock.now(),
    )
    rows = list(get_session().scalars(query.order_by(Appointment.id).with_for_update()))
    for row in rows:
        row.state = AppointmentState.CANCELLED
        row.settled_at = at
        row.settled_by = actor.account_id
        row.version += 1
        finish_if_left(actor, row.interpreter_task_id)
        _record(Action.APPOINTMENT_CANCELLED, actor, row, reason)
    get_session().flush()
    return rows


def rebook_with_person(event: DeathUndone) -> None:
    """Book again what that death cancelled, where it was undone on its day.

    Not what is over by now, nor what belongs to a case that was closed, nor what would find the
    helper elsewhere: a colleague may have taken the free time.
    """
    if not event.is_same_day:
        return
    died_at = get_session().get_one(Death, event.death_id).recorded_at
    query = (
        select(Appointment, Case)
        .join(Case, Case.id == Appointment.case_id)
        .where(
            Appointment.person_id == event.person_id,
            Appointment.state == AppointmentState.CANCELLED,
            Appointment.settled_at == died_at,
            Appointment.starts_at > clock.now(),
            Case.state != CaseState.CLOSED,
        )
    )
    for row, case in get_session().execute(query.order_by(Appointment.id).with_for_update()):
        if is_elsewhere(row):
            continue
        row.state = AppointmentState.BOOKED
        row.settled_at = row.settled_by = None
        row.version += 1
        if row.interpreter is not None and row.interpreter_words is None:
            day = clock.local(row.starts_at).date()
            row.interpreter_task_id = ask_for_interpreter(
                event.actor, case, row.account_id, Interpreter(row.interpreter), day
            )
        get_session().flush()
        _record(Action.APPOINTMENT_BOOKED, event.actor, row, "death_undone")


def is_elsewhere(row: Appointment) -> bool:
    """Whether another booked time of its helper, or of its person there, meets this one's."""
    return (
        get_session().scalar(
            select(Appointment.id)
            .where(
                Appointment.id != row.id,
                or_(
                    Appointment.account_id == row.account_id,
                    and_(
                        Appointment.person_id == row.person_id,
                        Appointment.organisation_id == row.organisation_id,
                    ),
                ),
                Appointment.state == AppointmentState.BOOKED,
                Appointment.starts_at < row.ends_at,
                Appointment.ends_at > row.starts_at,
            )
            .limit(1)
        )
        is not None
    )


def _record(action: Action, actor: Actor, row: Appointment, reason: str) -> None:
    record(
        action,
        actor=actor,
        person_id=row.person_id,
        organisation_id=row.organisation_id,
        subject=("appointment", row.id),
        reason=reason,
    )
