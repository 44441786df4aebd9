"""Questions about what hangs on a case: notes, tasks, changes; and about who waits."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, literal, select, tuple_
from sqlalchemy.orm import aliased

from assistedaccess.accounts.models import Account
from assistedaccess.audit import Action
from assistedaccess.kernel import clock, encryption
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.database import get_session
from assistedaccess.organisations.models import Site
from assistedaccess.people.initials import initials_of
from assistedaccess.people.models import Person
from assistedaccess.people.queries import name_in_lists

from .models import Case, Task, WaitingPerson
from .queries import PAGE, CaseDetails, open_text
from .rules import CaseState


@dataclass(frozen=True)
class TaskRow:
    """A task with its words."""

    id: UUID
    case_id: UUID
    case_reference: str
    person_id: UUID
    initials: str
    what: str
    due_on: date
    assigned_to: UUID
    assigned_name: str
    done_at: datetime | None
    done_by_name: str | None


@cache
def _tasks() -> Select[*tuple[Any, ...]]:
    doer = aliased(Account)
    return (
        select(
            Task.id,
            Task.case_id,
            Case.reference.label("case_reference"),
            Task.person_id,
            name_in_lists().label("initials"),
            Task.what,
            Task.due_on,
            Task.assigned_to,
            Account.name.label("assigned_name"),
            Task.done_at,
            doer.name.label("done_by_name"),
        )
        .join(Case, Case.id == Task.case_id)
        .join(Person, Person.id == Task.person_id)
        .join(Account, Account.id == Task.assigned_to)
        .outerjoin(doer, doer.id == Task.done_by)
    )


def list_tasks_due(
    actor: Actor,
    *,
    until: date | None = None,
    after: tuple[date, UUID] | None = None,
    limit: int = PAGE,
) -> list[TaskRow]:
    """What the actor has to do, of cases that are not closed, by date; two statements at most.

    ``until`` is the last day that counts. A page goes on after (due_on, id).
    """
    query = (
        _tasks()
        .where(
            Task.organisation_id == actor.organisation_id,
            Task.assigned_to == actor.account_id,
            Task.done_at.is_(None),
            Case.state != CaseState.CLOSED,
        )
        .order_by(Task.due_on, Task.id)
        .limit(limit)
    )
    if until is not None:
        query = query.where(Task.due_on <= until)
    if after is not None:
        query = query.where(
            tuple_(Task.due_on, Task.id) > tuple_(literal(after[0]), literal(after[1]))
        )
    found = get_session().execute(query).all()
    if actor.organisation_id is not None:
        # The organisation's key comes along: Today shows the queue beside the tasks.
        encryption.load_keys([actor.organisation_id, *(row.person_id for row in found)])
    return _task_rows(found)


def _task_rows(rows: Iterable[Row[Any]]) -> list[TaskRow]:
    return [
        TaskRow(
            **(
                dict(row._mapping)
                | {
                    "initials": initials_of(row.initials),
                    "what": open_text(row.person_id, "task.what", row.what),
                }
            )
        )
        for row in rows
    ]


MOST_TASKS = 50


def list_open_tasks(case: CaseDetails) -> list[TaskRow]:
    """What is still to do for a case, by date, at most fifty. The look at the case is recorded."""
    query = _tasks().where(Task.case_id == case.id, Task.done_at.is_(None))
    found = get_session().execute(query.order_by(Task.due_on, Task.id).limit(MOST_TASKS))
    return _task_rows(found)


# What the journal says happened to a case itself; its story shows it.
CHANGES = (
    Action.CASE_OPENED,
    Action.CASE_CHANGED,
    Action.CASE_CLOSED,
    Action.CASE_REOPENED,
    Action.ACT_UNDONE,
    Action.HAND_OVER_OFFERED,
    Action.HAND_OVER_TAKEN,
    Action.HAND_OVER_RETURNED,
    Action.HAND_OVER_WITHDRAWN,
)


@dataclass(frozen=True)
class WaitingRow:
    """Somebody in the queue, and for how many whole minutes; ``site``: of its name, where it is."""

    id: UUID
    called: str
    arrived_at: datetime
    minutes: int
    site_id: UUID | None
    site: str


def list_waiting_people(
    actor: Actor, limit: int = PAGE, *, at_site: bool = True
) -> list[WaitingRow]:
    """Who waits today at the actor's site (at the organisation, without one, or where ``at_site``
    is not wanted), first come first."""
    if actor.organisation_id is None:
        return []
    return list_waiting_at(actor.organisation_id, actor.site_id if at_site else None, limit)


def list_waiting_at(organisation_id: UUID, site_id: UUID | None, limit: int) -> list[WaitingRow]:
    """The same, for whoever knows which site it is."""
    now = clock.now()
    query = (
        select(
            WaitingPerson.id,
            WaitingPerson.called,
            WaitingPerson.arrived_at,
            WaitingPerson.site_id,
            Site.name.label("site"),
        )
        .outerjoin(Site, Site.id == WaitingPerson.site_id)
        .where(
            WaitingPerson.organisation_id == organisation_id,
            WaitingPerson.arrived_at >= clock.start_of_day(clock.today()),
            WaitingPerson.taken_at.is_(None),
            WaitingPerson.left_at.is_(None),
            WaitingPerson.called.is_not(None),
        )
    )
    if site_id is not None:
        query = query.where(WaitingPerson.site_id == site_id)
    query = query.order_by(WaitingPerson.arrived_at, WaitingPerson.id).limit(limit)
    return [
        WaitingRow(
            row.id,
            open_text(organisation_id, "waiting_person.called", row.called),
            row.arrived_at,
            int((now - row.arrived_at).total_seconds() // 60),
            row.site_id,
            row.site or "",
        )
        for row in get_session().execute(query)
    ]


def find_waiting_reference(waiting_person_id: UUID) -> str | None:
    """The reference of the record of somebody in the queue, where it was given."""
    return get_session().scalar(
        select(Person.reference)
        .join(WaitingPerson, WaitingPerson.person_id == Person.id)
        .where(WaitingPerson.id == waiting_person_id)
    )
