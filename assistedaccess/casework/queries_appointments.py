"""Questions about appointments: of a day, of a case, one of them; and what explains a look."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, and_, bindparam, select

from assistedaccess.access import Role
from assistedaccess.accounts.models import Account
from assistedaccess.audit.explain import Reasons, reasons
from assistedaccess.kernel import clock
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.errors import NotFound
from assistedaccess.organisations.models import Site
from assistedaccess.people.initials import initials_of
from assistedaccess.people.models import Person
from assistedaccess.people.queries import name_in_lists

from .models import Case
from .models_appointments import Appointment
from .queries import open_text
from .rules_appointments import AppointmentKind, AppointmentState, Interpreter

MOST_A_DAY = 200
"""More than a site of twenty helpers has in a day; beyond it, a list says to choose a helper."""


@dataclass(frozen=True)
class AppointmentRow:
    """A line of a list: nothing of the person but initials."""

    id: UUID
    case_reference: str
    initials: str
    kind: AppointmentKind
    state: AppointmentState
    starts_at: datetime
    ends_at: datetime
    account_id: UUID
    account_name: str
    site_name: str | None
    awaits_interpreter: bool


@dataclass(frozen=True)
class AppointmentDetails:
    """One appointment in full."""

    row: AppointmentRow
    person_id: UUID
    person_name: str
    person_reference: str
    note: str
    interpreter: Interpreter | None
    interpreter_words: str
    booked_at: datetime
    settled_at: datetime | None
    version: int


@cache
def _rows() -> Select[*tuple[Any, ...]]:
    return (
        select(
            Appointment,
            Case.reference.label("case_reference"),
            name_in_lists().label("initials"),
            Person.name.label("person_name"),
            Person.reference.label("person_reference"),
            Account.name.label("account_name"),
            Site.name.label("site_name"),
        )
        .join(Case, Case.id == Appointment.case_id)
        .join(Person, Person.id == Appointment.person_id)
        .join(Account, Account.id == Appointment.account_id)
        .outerjoin(Site, Site.id == Appointment.site_id)
    )


def _row(row: Row[Any]) -> AppointmentRow:
    found: Appointment = row.Appointment
    return AppointmentRow(
        id=found.id,
        case_reference=row.case_reference,
        initials=initials_of(row.initials),
        kind=AppointmentKind(found.kind),
        state=AppointmentState(found.state),
        starts_at=found.starts_at,
        ends_at=found.ends_at,
        account_id=found.account_id,
        account_name=row.account_name,
        site_name=row.site_name,
        awaits_interpreter=found.interpreter is not None and found.interpreter_words is None,
    )


def list_appointments(
    actor: Actor,
    day: date,
    *,
    account_id: UUID | None = None,
    site_id: UUID | None = None,
    kind: AppointmentKind | None = None,
) -> list[AppointmentRow]:
    """The organisation's appointments of ``day`` in the UK, in order; at most MOST_A_DAY."""
    query = _rows().where(
        Appointment.organisation_id == actor.organisation_id,
        Appointment.starts_at >= clock.start_of_day(day),
        Appointment.starts_at < clock.end_of_day(day),
    )
    if account_id is not None:
        query = query.where(Appointment.account_id == account_id)
    if site_id is not None:
        query = query.where(Appointment.site_id == site_id)
    if kind is not None:
        query = query.where(Appointment.kind == kind)
    query = query.order_by(Appointment.starts_at, Appointment.id).limit(MOST_A_DAY)
    return [_row(row) for row in get_session().execute(query)]


def get_appointment(actor: Actor, appointment_id: UUID) -> AppointmentDetails:
    """The organisation's appointment. Raises NotFound. Whoever shows it records the look first."""
    query = _rows().where(
        Appointment.id == appointment_id, Appointment.organisation_id == actor.organisation_id
    )
    row = get_session().execute(query).one_or_none()
    if row is None:
        raise NotFound
    found: Appointment = row.Appointment
    return AppointmentDetails(
        row=_row(row),
        person_id=found.person_id,
        person_name=row.person_name,
        person_reference=row.person_reference,
        note=open_text(found.person_id, "appointment.note", found.note),
        interpreter=Interpreter(found.interpreter) if found.interpreter else None,
        interpreter_words=open_text(
            found.person_id, "appointment.interpreter_words", found.interpreter_words
        ),
        booked_at=found.booked_at,
        settled_at=found.settled_at,
        version=found.version,
    )


def explain_by_appointment(actor: Actor) -> Reasons | None:
    """Why a look is explained: an appointment of today or later that a colleague made for them.

    One that somebody made for themself explains nothing. Answers explain.
    """
    return _APPOINTMENT if actor.role == Role.HELPER else None


BOOKED_BY_COLLEAGUE = and_(
    Appointment.person_id == bindparam("person_id"),
    Appointment.organisation_id == bindparam("organisation_id"),
    Appointment.account_id == bindparam("account_id"),
    Appointment.booked_by != bindparam("account_id"),
    Appointment.starts_at >= bindparam("this_morning"),
    Appointment.state.in_([AppointmentState.BOOKED, AppointmentState.CAME]),
)
"""An appointment of today or later that a colleague made for the helper."""
_APPOINTMENT = reasons("appointment", "appointment", Appointment.id).where(BOOKED_BY_COLLEAGUE)
