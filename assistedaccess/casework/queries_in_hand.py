"""What each helper has in hand: counts and names of helpers, nobody who is helped."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select

from assistedaccess.accounts.models import Account
from assistedaccess.kernel import clock
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.database import get_session

from .models import Case
from .models_appointments import Appointment
from .rules import CaseState
from .rules_appointments import AppointmentState


@dataclass(frozen=True)
class InHand:
    """What one account has in hand: open and waiting cases, and times booked from now on."""

    account_id: UUID
    name: str
    cases: int
    appointments: int


def list_in_hand(actor: Actor) -> list[InHand]:
    """Whoever has an open case or a booked time at the organisation, members or not any more."""
    session = get_session()
    cases = session.execute(
        select(Case.assigned_to, func.count())
        .where(Case.organisation_id == actor.organisation_id, Case.state != CaseState.CLOSED)
        .group_by(Case.assigned_to)
    )
    of_cases = {row[0]: row[1] for row in cases}
    times = session.execute(
        select(Appointment.account_id, func.count())
        .where(
            Appointment.organisation_id == actor.organisation_id,
            Appointment.state == AppointmentState.BOOKED,
            Appointment.starts_at > clock.now(),
        )
        .group_by(Appointment.account_id)
    )
    of_times = {row[0]: row[1] for row in times}
    named = session.execute(
        select(Account.id, Account.name)
        .where(Account.id.in_({*of_cases, *of_times}))
        .order_by(Account.name, Account.id)
    )
    return [
        InHand(row.id, row.name, of_cases.get(row.id, 0), of_times.get(row.id, 0)) for row in named
    ]
