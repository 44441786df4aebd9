"""What a helper has at a time today: appointments, and group sessions that they lead."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, bindparam, literal, select

from assistedaccess.casework.models_appointments import Appointment
from assistedaccess.casework.models_groups import GroupLeader, GroupSession
from assistedaccess.casework.rules_appointments import AppointmentState
from assistedaccess.casework.rules_groups import GroupState
from assistedaccess.people.models import Person
from assistedaccess.people.queries import name_in_lists

GROUP = "group"


@dataclass(frozen=True)
class MeetingRow:
    """An appointment of one's own today, or a session that one leads: its ``kind`` is GROUP.

    Of a session nothing is said but when: a screen at a desk is read from both sides.
    """

    id: UUID
    initials: str
    kind: str
    starts_at: datetime
    ends_at: datetime


def list_meetings(limit: int) -> tuple[Select[*tuple[Any, ...]], ...]:
    """Parts of the statement of *Today*, by account_id, organisation_id, morning and night."""
    appointments = (
        select(
            literal("meeting").label("list"),
            Appointment.id.label("id"),
            Appointment.kind.label("reference"),
            name_in_lists().label("said"),
            Appointment.starts_at.label("at"),
            Appointment.ends_at.label("due_at"),
        )
        .join(Person, Person.id == Appointment.person_id)
        .where(
            Appointment.organisation_id == bindparam("organisation_id"),
            Appointment.account_id == bindparam("account_id"),
            Appointment.state == AppointmentState.BOOKED,
            Appointment.starts_at >= bindparam("morning"),
            Appointment.starts_at < bindparam("night"),
        )
        .order_by(Appointment.starts_at)
        .limit(limit)
    )
    groups = (
        select(
            literal("group").label("list"),
            GroupSession.id.label("id"),
            literal(GROUP).label("reference"),
            literal("").label("said"),
            GroupSession.starts_at.label("at"),
            GroupSession.ends_at.label("due_at"),
        )
        .join(GroupLeader, GroupLeader.session_id == GroupSession.id)
        .where(
            GroupSession.organisation_id == bindparam("organisation_id"),
            GroupLeader.account_id == bindparam("account_id"),
            GroupSession.state == GroupState.PLANNED,
            GroupSession.starts_at >= bindparam("morning"),
            GroupSession.starts_at < bindparam("night"),
        )
        .order_by(GroupSession.starts_at)
        .limit(limit)
    )
    return appointments, groups
