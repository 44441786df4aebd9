"""What a manager sees of the team: how long people wait, who carries what, what is late.

Counts and helpers' names; nobody who is helped stands here, not even by initials.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, case, func, or_, select

from assistedaccess.accounts.models import Account
from assistedaccess.applications.models_outcomes import AwaitedOutcome
from assistedaccess.applications.queries_outcomes import count_awaited
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
from assistedaccess.kernel.errors import NotFound
from assistedaccess.organisations.alarms import AlarmRow, list_alarms
from assistedaccess.organisations.models import Site
from assistedaccess.organisations.queries import list_sites
from assistedaccess.organisations.queries_members import LapseRow, list_lapsing

from .queries_here import belongs_here
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
    """All of the manager's view, of one site or of the organisation; its sites, to choose from."""

    sites: list[Site]
    today: date
    since: date
    queues: list[SiteQueue]
    loads: list[Load]
    late: Late
    lapsing: list[LapseRow]
    alarms: list[AlarmRow]


def gather_team(actor: Actor, site_id: UUID | None = None) -> Team:
    """The manager's view of their own organisation, or of one site of it, in at most nine
    statements.

    What belongs to no site stands in each. Complaints and sign-ins are the organisation's.
    Raises NotFound for a site that is none of theirs.
    """
    assert actor.organisation_id is not None  # noqa: S101  (the permission is a member's)
    sites = list_sites(actor.organisation_id)
    if site_id is not None and site_id not in {site.id for site in sites}:
        raise NotFound
    today = clock.today()
    given = {"organisation_id": actor.organisation_id, "site_id": site_id, "today": today}
    loads = _list_loads(given)
    return Team(
        sites=sites,
        today=today,
        since=today - LOOKED_BACK,
        queues=_list_queues(given),
        loads=loads,
        late=_count_late(actor, given, loads),
        lapsing=list_lapsing(actor.organisation_id, site_id=site_id),
        alarms=list_alarms(actor.organisation_id),
    )


def _list_queues(given: dict[str, Any]) -> list[SiteQueue]:
    today: date = given["today"]
    since = clock.start_of_day(today - LOOKED_BACK)
    rows = get_session().execute(
        select(
            Site.name,
            WaitingPerson.arrived_at,
            WaitingPerson.taken_at,
            WaitingPerson.left_at,
        )
        .outerjoin(Site, Site.id == WaitingPerson.site_id)
        .where(belongs_here(WaitingPerson), WaitingPerson.arrived_at >= since)
        .order_by(WaitingPerson.arrived_at.desc())
        .limit(MOST_WAITS),
        given,
    )
    now, by_site = clock.now(), defaultdict(list)
    this_morning = clock.start_of_day(today)
    for row in rows:
        is_here = row.taken_at is None and row.left_at is None and row.arrived_at >= this_morning
        by_site[row.name or ""].append(Wait(row.arrived_at, row.taken_at, row.left_at, is_here))
    return [SiteQueue(name, sum_up(waits, now)) for name, waits in sorted(by_site.items())]


def _count(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)


def _list_loads(given: dict[str, Any]) -> list[Load]:
    today: date = given["today"]
    session = get_session()
    unsent = Case.claim_sent_on.is_(None) & Case.keep_date_by.is_not(None)
    cases = session.execute(
        select(
            Account.id,
            Account.name,
            _count(Case.state == CaseState.OPEN).label("open"),
            _count(Case.state == CaseState.WAITING).label("waiting"),
            _count(
                unsent & Case.keep_date_by.between(today, today + timedelta(days=SOON_DAYS))
            ).label("soon"),
            _count(unsent & (Case.keep_date_by < today)).label("lost"),
        )
        .join(Account, Account.id == Case.assigned_to)
        .where(belongs_here(Case), Case.state != CaseState.CLOSED)
        .group_by(Account.id, Account.name),
        given,
    )
    found = {row.id: row for row in cases}
    tasks = session.execute(
        select(Account.id, Account.name, func.count(Task.id).label("late"))
        .join(Task, Task.assigned_to == Account.id)
        .join(Case, Case.id == Task.case_id)
        .where(
            belongs_here(Case),
            Task.organisation_id == Case.organisation_id,
            Task.done_at.is_(None),
            Task.due_on < today,
            Case.state != CaseState.CLOSED,
        )
        .group_by(Account.id, Account.name),
        given,
    )
    late = {row.id: row for row in tasks}
    loads = [
        Load(
            name=(row or late[account_id]).name,
            open_cases=row.open if row else 0,
            waiting_cases=row.waiting if row else 0,
            late_tasks=late[account_id].late if account_id in late else 0,
            dates_at_risk=row.soon if row else 0,
            dates_lost=row.lost if row else 0,
        )
        for account_id in {*found, *late}
        for row in (found.get(account_id),)
    ]
    return sorted(loads, key=lambda load: (-load.open_cases, load.name))[:MOST_HELPERS]


def _count_late(actor: Actor, given: dict[str, Any], loads: list[Load]) -> Late:
    now, this_morning = clock.now(), clock.start_of_day(given["today"])
    appointments = select(func.count(Appointment.id)).where(
        belongs_here(Appointment),
        Appointment.state == AppointmentState.BOOKED,
        Appointment.ends_at < this_morning,
    )
    registers = select(func.count(GroupSession.id)).where(
        belongs_here(GroupSession),
        GroupSession.state == GroupState.PLANNED,
        GroupSession.ends_at < this_morning,
    )
    pending = select(func.count(PendingAct.id)).where(
        belongs_here(PendingAct),
        PendingAct.state == PendingState.WAITING,
        or_(PendingAct.due_at < now, PendingAct.escalated_at.is_not(None)),
    )
    row = get_session().execute(
        select(
            count_awaited("passed", belongs_here(AwaitedOutcome)).label("last_days"),
            count_awaited("unheard", belongs_here(AwaitedOutcome)).label("unheard"),
            appointments.scalar_subquery().label("appointments"),
            registers.scalar_subquery().label("registers"),
            pending.scalar_subquery().label("pending"),
            count_late(actor).label("complaints"),
        ),
        given,
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
