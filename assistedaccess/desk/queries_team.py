"""What a manager sees of the team: how long people wait, who carries what, what is late.

Counts and helpers' names; nobody who is helped stands here, not even by initials.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, case, func, or_, select

from assistedaccess.accounts.models import Account
from assistedaccess.applications.models_outcomes import AwaitedOutcome
from assistedaccess.applications.queries_outcomes import CASE_IS_OPEN
from assistedaccess.approvals.models import PendingAct
from assistedaccess.approvals.rules import State as PendingState
from assistedaccess.casework.models import Case, Task, WaitingPerson
from assistedaccess.casework.models_appointments import Appointment
from assistedaccess.casework.models_groups import GroupSession
from assistedaccess.casework.queries_complaints import count_late
from assistedaccess.casework.rules import SOON_DAYS, CaseState
from assistedaccess.casework.rules_appointments import AppointmentState
from assistedaccess.casework.rules_groups import GroupState
from assistedaccess.kernel import clock
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.database import get_session
from assistedaccess.organisations.alarms import AlarmRow, list_alarms
from assistedaccess.organisations.models import Site
from assistedaccess.organisations.queries_members import LapseRow, list_lapsing
from assistedaccess.people.models import Person

from .rules_team import Wait, Waits, sum_up

LOOKED_BACK = timedelta(days=28)
MOST_WAITS = 20_000
MOST_HELPERS = 200


@dataclass(frozen=True)
class SiteQueue:
    """The queue of one site in the last four weeks, and now."""

    name: str
    waits: Waits


@dataclass(frozen=True)
class Load:
    """What one helper carries: cases open and waiting, tasks that are late, claim dates that are
    lost within a week or lost already."""

    name: str
    open_cases: int
    waiting_cases: int
    late_tasks: int
    dates_at_risk: int
    dates_lost: int


@dataclass(frozen=True)
class Late:
    """How much is late here, whoever has it."""

    tasks: int
    dates_lost: int
    last_days: int
    unheard: int
    appointments: int
    registers: int
    pending: int
    complaints: int


@dataclass(frozen=True)
class Team:
    """All of the manager's view."""

    today: date
    since: date
    queues: list[SiteQueue]
    loads: list[Load]
    late: Late
    lapsing: list[LapseRow]
    alarms: list[AlarmRow]


def gather_team(actor: Actor) -> Team:
    """The manager's view of their own organisation, in at most eleven statements."""
    assert actor.organisation_id is not None  # noqa: S101  (the permission is a member's)
    today = clock.today()
    loads = _list_loads(actor.organisation_id, today)
    return Team(
        today=today,
        since=today - LOOKED_BACK,
        queues=_list_queues(actor.organisation_id, today),
        loads=loads,
        late=_count_late(actor, loads),
        lapsing=list_lapsing(actor.organisation_id),
        alarms=list_alarms(actor.organisation_id),
    )


def _list_queues(organisation_id: UUID, today: date) -> list[SiteQueue]:
    since = clock.start_of_day(today - LOOKED_BACK)
    rows = get_session().execute(
        select(
            Site.name,
            WaitingPerson.arrived_at,
            WaitingPerson.taken_at,
            WaitingPerson.left_at,
        )
        .outerjoin(Site, Site.id == WaitingPerson.site_id)
        .where(WaitingPerson.organisation_id == organisation_id, WaitingPerson.arrived_at >= since)
        .order_by(WaitingPerson.arrived_at.desc())
        .limit(MOST_WAITS)
    )
    now, by_site = clock.now(), defaultdict(list)
    this_morning = clock.start_of_day(today)
    for row in rows:
        is_here = row.taken_at is None and row.left_at is None and row.arrived_at >= this_morning
        by_site[row.name or ""].append(Wait(row.arrived_at, row.taken_at, row.left_at, is_here))
    return [SiteQueue(name, sum_up(waits, now)) for name, waits in sorted(by_site.items())]


def _count(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)


def _list_loads(organisation_id: UUID, today: date) -> list[Load]:
    session = get_session()
    unsent = Case.claim_sent_on.is_(None) & Case.keep_date_by.is_not(None)
    cases = session.execute(
        select(
            Case.assigned_to,
            _count(Case.state == CaseState.OPEN).label("open"),
            _count(Case.state == CaseState.WAITING).label("waiting"),
            _count(
                unsent & Case.keep_date_by.between(today, today + timedelta(days=SOON_DAYS))
            ).label("soon"),
            _count(unsent & (Case.keep_date_by < today)).label("lost"),
        )
        .where(Case.organisation_id == organisation_id, Case.state != CaseState.CLOSED)
        .group_by(Case.assigned_to)
    )
    found = {row.assigned_to: row for row in cases}
    tasks = session.execute(
        select(Task.assigned_to, func.count(Task.id).label("late"))
        .join(Case, Case.id == Task.case_id)
        .where(
            Task.organisation_id == organisation_id,
            Task.done_at.is_(None),
            Task.due_on < today,
            Case.state != CaseState.CLOSED,
        )
        .group_by(Task.assigned_to)
    )
    late = {row.assigned_to: row.late for row in tasks}
    names = _name_all({*found, *late})
    loads = [
        Load(
            name=names.get(account_id, ""),
            open_cases=row.open if row else 0,
            waiting_cases=row.waiting if row else 0,
            late_tasks=late.get(account_id, 0),
            dates_at_risk=row.soon if row else 0,
            dates_lost=row.lost if row else 0,
        )
        for account_id in {*found, *late}
        for row in (found.get(account_id),)
    ]
    return sorted(loads, key=lambda load: (-load.open_cases, load.name))[:MOST_HELPERS]


def _name_all(account_ids: Iterable[UUID]) -> dict[UUID, str]:
    found = get_session().execute(
        select(Account.id, Account.name).where(Account.id.in_(list(account_ids)))
    )
    return {row.id: row.name for row in found}


def _count_late(actor: Actor, loads: list[Load]) -> Late:
    now = clock.now()
    appointments = select(func.count(Appointment.id)).where(
        Appointment.organisation_id == actor.organisation_id,
        Appointment.state == AppointmentState.BOOKED,
        Appointment.ends_at < clock.start_of_day(clock.today()),
    )
    registers = select(func.count(GroupSession.id)).where(
        GroupSession.organisation_id == actor.organisation_id,
        GroupSession.state == GroupState.PLANNED,
        GroupSession.ends_at < clock.start_of_day(clock.today()),
    )
    today = clock.today()
    awaited = (
        select(func.count(AwaitedOutcome.id))
        .join(Person, Person.id == AwaitedOutcome.person_id)
        .outerjoin(Case, Case.id == AwaitedOutcome.case_id)
        .where(AwaitedOutcome.organisation_id == actor.organisation_id, Person.died_on.is_(None))
    )
    last_days = awaited.where(AwaitedOutcome.deadline_on < today, CASE_IS_OPEN)
    unheard = awaited.where(AwaitedOutcome.next_on < today)
    pending = select(func.count(PendingAct.id)).where(
        PendingAct.organisation_id == actor.organisation_id,
        PendingAct.state == PendingState.WAITING,
        or_(PendingAct.due_at < now, PendingAct.escalated_at.is_not(None)),
    )
    row = get_session().execute(
        select(
            last_days.scalar_subquery().label("last_days"),
            unheard.scalar_subquery().label("unheard"),
            appointments.scalar_subquery().label("appointments"),
            registers.scalar_subquery().label("registers"),
            pending.scalar_subquery().label("pending"),
            count_late(actor).label("complaints"),
        )
    )
    counted = row.one()
    return Late(
        tasks=sum(load.late_tasks for load in loads),
        dates_lost=sum(load.dates_lost for load in loads),
        last_days=counted.last_days,
        unheard=counted.unheard,
        appointments=counted.appointments,
        registers=counted.registers,
        pending=counted.pending,
        complaints=counted.complaints,
    )
