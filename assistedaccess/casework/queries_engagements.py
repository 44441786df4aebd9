"""Where somebody is already: a helper's, and a person's, appointments and group sessions.

At one organisation: what another one has agreed with a person is no business of this one's.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, literal, or_, select, union_all

from assistedaccess.kernel.database import get_session

from .models_appointments import Appointment
from .models_groups import GroupLeader, GroupSession, RegisterEntry
from .rules_appointments import AppointmentState
from .rules_groups import EntryState, GroupState, Span


class Elsewhere(StrEnum):
    """Who is somewhere else then, and at what."""

    HELPER_MEETS = "helper_meets"
    HELPER_LEADS = "helper_leads"
    PERSON_MEETS = "person_meets"
    PERSON_JOINS = "person_joins"


@dataclass(frozen=True)
class Engagement:
    """What stands in the way."""

    what: Elsewhere
    starts_at: datetime
    ends_at: datetime


def find_engagement(
    organisation_id: UUID,
    spans: Sequence[Span],
    *,
    helpers: Collection[UUID] = (),
    person_id: UUID | None = None,
    but: UUID | None = None,
) -> Engagement | None:
    """The first thing that one of ``helpers``, or the person, does within one of ``spans``.

    ``but``: the appointment or session that is being moved. One statement, however many of each.
    Whoever goes on to book has locked the accounts, and the person.
    """
    parts = _parts(organisation_id, spans, helpers, person_id, but)
    found = union_all(*parts).subquery()
    first = select(found).order_by(found.c.starts_at, found.c.what).limit(1)
    row = get_session().execute(first).one_or_none()
    return Engagement(Elsewhere(row.what), row.starts_at, row.ends_at) if row is not None else None


def list_engagements(
    organisation_id: UUID, spans: Sequence[Span], *, person_id: UUID
) -> list[Span]:
    """When the person does something else within one of ``spans``. One statement."""
    found = union_all(*_parts(organisation_id, spans, (), person_id, None)).subquery()
    rows = get_session().execute(select(found.c.starts_at, found.c.ends_at))
    return [(row.starts_at, row.ends_at) for row in rows]


def _parts(
    organisation_id: UUID,
    spans: Sequence[Span],
    helpers: Collection[UUID],
    person_id: UUID | None,
    but: UUID | None,
) -> list[Select[*tuple[Any, ...]]]:
    parts: list[Select[*tuple[Any, ...]]] = []
    if helpers:
        parts.append(_meets(organisation_id, spans, helpers, but))
        parts.append(_leads(organisation_id, spans, helpers, but))
    if person_id is not None:
        parts.append(
            _found(Elsewhere.PERSON_MEETS, Appointment).where(
                Appointment.organisation_id == organisation_id,
                Appointment.person_id == person_id,
                Appointment.state == AppointmentState.BOOKED,
                Appointment.id != (but or organisation_id),
                _within(Appointment, spans),
            )
        )
        parts.append(
            _found(Elsewhere.PERSON_JOINS, RegisterEntry).where(
                RegisterEntry.organisation_id == organisation_id,
                RegisterEntry.person_id == person_id,
                RegisterEntry.state == EntryState.BOOKED,
                RegisterEntry.session_id != (but or organisation_id),
                _within(RegisterEntry, spans),
            )
        )
    return parts


def _meets(
    organisation_id: UUID, spans: Sequence[Span], helpers: Collection[UUID], but: UUID | None
) -> Select[*tuple[Any, ...]]:
    return _found(Elsewhere.HELPER_MEETS, Appointment).where(
        Appointment.organisation_id == organisation_id,
        Appointment.account_id.in_(helpers),
        Appointment.state == AppointmentState.BOOKED,
        Appointment.id != (but or organisation_id),
        _within(Appointment, spans),
    )


def _leads(
    organisation_id: UUID, spans: Sequence[Span], helpers: Collection[UUID], but: UUID | None
) -> Select[*tuple[Any, ...]]:
    return (
        _found(Elsewhere.HELPER_LEADS, GroupSession)
        .join(GroupLeader, GroupLeader.session_id == GroupSession.id)
        .where(
            GroupSession.organisation_id == organisation_id,
            GroupLeader.account_id.in_(helpers),
            GroupSession.state == GroupState.PLANNED,
            GroupSession.id != (but or organisation_id),
            _within(GroupSession, spans),
        )
    )


def _found(what: Elsewhere, table: Any) -> Select[*tuple[Any, ...]]:
    return select(
        literal(str(what)).label("what"),
        table.starts_at.label("starts_at"),
        table.ends_at.label("ends_at"),
    ).select_from(table)


def _within(table: Any, spans: Sequence[Span]) -> ColumnElement[bool]:
    return or_(*(and_(table.starts_at < ends, table.ends_at > begins) for begins, ends in spans))
