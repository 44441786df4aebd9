"""What ends with a case, or with a life: the times that were booked.

Nobody waits at a desk for a case that is closed, and nobody knocks at a door where somebody has
died. A death that is undone on its day brings the times back that are still to come.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, or_, select

from assistedaccess.audit import Action, record
from assistedaccess.kernel import clock
from assistedaccess.kernel.actor import SYSTEM, Actor
from assistedaccess.kernel.database import get_session
from assistedaccess.notices.rules import NoticeKind
from assistedaccess.notices.service import queue_notice
from assistedaccess.people.events import DeathUndone, PersonDied
from assistedaccess.people.models_death import Death
from assistedaccess.people.routes import choose_route

from .events import CaseClosed
from .models import Case
from .models_appointments import Appointment
from .models_groups import GroupSession, RegisterEntry
from .queries_engagements import find_engagement
from .queries_groups import count_taken
from .rules import CaseState
from .rules_appointments import AppointmentState, Interpreter
from .rules_groups import EntryState, GroupState, ToTell
from .service_appointments import list_facts
from .service_entries import finish_if_left
from .service_interpreters import ask_for_interpreter


def cancel_with_case(event: CaseClosed) -> None:
    """Cancel the times of a case that was closed, and tell the person of each.

    In the name of the organisation that kept the time: where another took the case, the person
    knows of no time with those who took it.
    """
    rows = _cancel(event.actor, Appointment.case_id == event.case_id, clock.now(), "case_closed")
    for row in rows:
        is_own = row.organisation_id == event.actor.organisation_id
        queue_notice(
            actor=event.actor if is_own else SYSTEM,
            person_id=row.person_id,
            kind=NoticeKind.APPOINTMENT_CANCELLED,
            route=choose_route(row.person_id, event.actor),
            organisation_id=row.organisation_id,
            facts=list_facts(row),
        )
    _take_off(event.actor, RegisterEntry.case_id == event.case_id, clock.now(), "case_closed")


def cancel_with_death(event: PersonDied) -> None:
    """Cancel every time that anybody keeps for who has died, at whichever organisation."""
    died_at = get_session().get_one(Death, event.death_id).recorded_at
    _cancel(event.actor, Appointment.person_id == event.person_id, died_at, "died")
    _take_off(event.actor, RegisterEntry.person_id == event.person_id, died_at, "died")


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


def _take_off(actor: Actor, whose: ColumnElement[bool], at: datetime, reason: str) -> None:
    """Off the registers of sessions that are still to come; who lives is told (service_groups)."""
    query = (
        select(RegisterEntry, GroupSession.is_private)
        .join(GroupSession, GroupSession.id == RegisterEntry.session_id)
        .where(
            whose,
            RegisterEntry.state == EntryState.BOOKED,
            RegisterEntry.ends_at > clock.now(),
        )
        .order_by(RegisterEntry.id)
        .with_for_update(of=RegisterEntry)
    )
    for entry, is_private in get_session().execute(query):
        entry.state = EntryState.CANCELLED
        entry.settled_at, entry.settled_by = at, actor.account_id
        entry.to_tell = None if reason == "died" else ToTell.CANCELLED
        entry.version += 1
        _record_entry(
            Action.REGISTER_ENTRY_CANCELLED, actor, entry, "private" if is_private else reason
        )
    get_session().flush()


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
    _put_on_again(event, died_at)


def _put_on_again(event: DeathUndone, died_at: datetime) -> None:
    """Back on the registers, where the session takes place and the place is still free."""
    query = (
        select(RegisterEntry, GroupSession.is_private)
        .join(GroupSession, GroupSession.id == RegisterEntry.session_id)
        .outerjoin(Case, Case.id == RegisterEntry.case_id)
        .where(
            RegisterEntry.person_id == event.person_id,
            RegisterEntry.state == EntryState.CANCELLED,
            RegisterEntry.settled_at == died_at,
            GroupSession.starts_at > clock.now(),
            GroupSession.state == GroupState.PLANNED,
            GroupSession.places > count_taken(),
            or_(Case.id.is_(None), Case.state != CaseState.CLOSED),
        )
        .order_by(RegisterEntry.id)
        .with_for_update(of=(GroupSession, RegisterEntry))
    )
    for entry, is_private in get_session().execute(query):
        entry.state = EntryState.BOOKED
        entry.settled_at = entry.settled_by = entry.to_tell = None
        entry.version += 1
        _record_entry(
            Action.REGISTER_ENTRY_ADDED,
            event.actor,
            entry,
            "private" if is_private else "death_undone",
        )
    get_session().flush()


def is_elsewhere(row: Appointment) -> bool:
    """Whether its helper, or its person there, does something else at the time of this one."""
    span = (row.starts_at, row.ends_at)
    found = find_engagement(
        row.organisation_id,
        [span],
        helpers=[row.account_id],
        person_id=row.person_id,
        but=row.id,
    )
    return found is not None


def _record(action: Action, actor: Actor, row: Appointment, reason: str) -> None:
    record(
        action,
        actor=actor,
        person_id=row.person_id,
        organisation_id=row.organisation_id,
        subject=("appointment", row.id),
        reason=reason,
    )


def _record_entry(action: Action, actor: Actor, entry: RegisterEntry, reason: str) -> None:
    record(
        action,
        actor=actor,
        person_id=entry.person_id,
        organisation_id=entry.organisation_id,
        subject=("register_entry", entry.id),
        reason=reason,
    )
