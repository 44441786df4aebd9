"""What stands beside the story of a case: what comes next at its time, and who looked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BindParameter,
    Date,
    Select,
    String,
    Uuid,
    bindparam,
    cast,
    func,
    literal,
    null,
    select,
    union_all,
)

from assistedaccess.access import Role
from assistedaccess.accounts.models import Account
from assistedaccess.applications.models_outcomes import AwaitedOutcome
from assistedaccess.audit import Action
from assistedaccess.audit.models import AuditEvent
from assistedaccess.casework.models_appointments import Appointment
from assistedaccess.casework.models_groups import GroupSession, RegisterEntry
from assistedaccess.casework.rules_appointments import AppointmentState
from assistedaccess.casework.rules_groups import EntryState
from assistedaccess.kernel import clock
from assistedaccess.kernel.database import Moment, get_session

_LOOKED = "looked"
MOST = 8
"""How many of each kind are read: more than a case has at a time."""


@dataclass(frozen=True)
class NextRow:
    """What comes, and who does it. ``kind``: appointment, group, last_day or answer; the first two
    have a time ``at``, the others a ``day``. ``detail``: the kind of the appointment, the service
    of the others."""

    kind: str
    id: UUID
    at: datetime | None
    day: date | None
    detail: str | None
    who: str | None


@dataclass(frozen=True)
class LookedRow:
    """A colleague who looked at the case, the last time first."""

    who: str
    at: datetime
    times: int


def list_beside(case_id: UUID) -> tuple[list[NextRow], list[LookedRow]]:
    """What comes: times that are booked from today on, last days that can be kept, answers that
    are due; and which helpers opened the case. One statement.

    Safeguarding leads, those who supervise and auditors are not listed: that they looked may be
    about whoever reads this. The person hears of each of them in their own record.
    """
    today = clock.today()
    given = {"case_id": case_id, "today": today, "morning": clock.start_of_day(today)}
    found = get_session().execute(_beside(), given).all()
    comes = [
        NextRow(row.kind, row.id, row.at, row.day, row.detail, row.who)
        for row in found
        if row.kind != _LOOKED
    ]
    looks = [LookedRow(row.who, row.at, row.times) for row in found if row.kind == _LOOKED]
    return sorted(comes, key=_when), sorted(looks, key=lambda row: row.at, reverse=True)


def _when(row: NextRow) -> tuple[date, str]:
    at = "" if row.at is None else row.at.isoformat()
    return row.day or clock.local(row.at).date(), at  # type: ignore[arg-type]


@cache
def _beside() -> Select[*tuple[Any, ...]]:
    case_id: BindParameter[UUID] = bindparam("case_id", type_=Uuid())
    today: BindParameter[date] = bindparam("today", type_=Date())
    morning: BindParameter[datetime] = bindparam("morning", type_=Moment())
    parts = [
        _part("appointment", Appointment.id, Appointment.kind, at=Appointment.starts_at)
        .join(Account, Account.id == Appointment.account_id)
        .where(
            Appointment.case_id == case_id,
            Appointment.state == AppointmentState.BOOKED,
            Appointment.starts_at >= morning,
        )
        .order_by(Appointment.starts_at),
        # Of a session several lead, its page says who.
        _part("group", GroupSession.id, null(), at=RegisterEntry.starts_at, who=null())
        .join(GroupSession, GroupSession.id == RegisterEntry.session_id)
        .where(
            RegisterEntry.case_id == case_id,
            RegisterEntry.state == EntryState.BOOKED,
            RegisterEntry.starts_at >= morning,
        )
        .order_by(RegisterEntry.starts_at),
    ]
    for kind, day in (
        ("last_day", AwaitedOutcome.deadline_on),
        ("answer", AwaitedOutcome.next_on),
    ):
        parts.append(
            _part(kind, AwaitedOutcome.id, AwaitedOutcome.service, day=day)
            .join(Account, Account.id == AwaitedOutcome.account_id)
            .where(AwaitedOutcome.case_id == case_id, day.is_not(None))
            .where(day >= today if kind == "last_day" else literal(True))
            .order_by(day)
        )
    last = func.max(AuditEvent.occurred_at)
    parts.append(
        _part(_LOOKED, Account.id, null(), at=last, times=func.count())
        .join(Account, Account.id == AuditEvent.account_id)
        .where(
            AuditEvent.subject_id == case_id,
            AuditEvent.action == Action.CASE_VIEWED,
            AuditEvent.role == Role.HELPER,
        )
        .group_by(Account.id, Account.name)
        .order_by(last.desc())
    )
    every = union_all(*(select(part.limit(MOST).subquery()) for part in parts)).subquery()
    return select(every)


def _part(
    kind: str,
    key: Any,
    detail: Any,
    *,
    at: Any = None,
    day: Any = None,
    who: Any = Account.name,
    times: Any = None,
) -> Select[*tuple[Any, ...]]:
    return select(
        literal(kind).label("kind"),
        key.label("id"),
        (cast(null(), Moment()) if at is None else at).label("at"),
        (cast(null(), Date()) if day is None else day).label("day"),
        cast(detail, String()).label("detail"),
        cast(who, String()).label("who"),
        (literal(1) if times is None else times).label("times"),
    )
