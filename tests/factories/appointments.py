"""Appointments for tests, by the commands."""

from __future__ import annotations

from datetime import date, time, timedelta
from typing import Any
from uuid import UUID

from assistedaccess.casework import queries_appointments, service_appointments
from assistedaccess.casework.queries import CaseDetails
from assistedaccess.casework.queries_appointments import AppointmentDetails, AppointmentRow
from assistedaccess.kernel import clock
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.transactions import reading


def tomorrow() -> date:
    """The day after today."""
    return clock.today() + timedelta(days=1)


def book(actor: Actor, case: CaseDetails, **fields: Any) -> UUID:
    """A booked appointment, of half an hour at the desk tomorrow at ten unless said otherwise."""
    given = {"kind": "desk", "day": tomorrow(), "at": time(10), "minutes": 30, **fields}
    return service_appointments.book_appointment(actor=actor, case_id=case.id, **given)


def get(actor: Actor, appointment_id: UUID) -> AppointmentDetails:
    """The appointment as it stands."""
    with reading():
        return queries_appointments.get_appointment(actor, appointment_id)


def list_day(actor: Actor, day: date) -> list[AppointmentRow]:
    """Everybody's appointments of a day."""
    with reading():
        return queries_appointments.list_appointments(actor, day)


def settle(actor: Actor, appointment_id: UUID, state: str, version: int = 1) -> UUID:
    """Say how it ended."""
    return service_appointments.settle_appointment(
        actor=actor, appointment_id=appointment_id, version=version, state=state
    )
