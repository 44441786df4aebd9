"""What a whole site, or organisation, has to do: one statement, whatever the kinds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Date,
    Select,
    bindparam,
    cast,
    exists,
    func,
    literal,
    null,
    select,
    union_all,
)

from assistedaccess.accounts.models import Account, SignIn
from assistedaccess.applications.models_outcomes import AwaitedOutcome
from assistedaccess.applications.queries_outcomes import CASE_IS_OPEN, count_awaited
from assistedaccess.approvals.models import PendingAct
from assistedaccess.approvals.rules import SECOND_LOOKS
from assistedaccess.approvals.rules import State as PendingState
from assistedaccess.casework.models import Case, Task
from assistedaccess.casework.models_appointments import Appointment
from assistedaccess.casework.models_groups import GroupLeader, GroupSession
from assistedaccess.casework.rules import CaseState
from assistedaccess.casework.rules_appointments import AppointmentState
from assistedaccess.casework.rules_groups import GroupState
from assistedaccess.documents.models import Document
from assistedaccess.documents.rules import DocumentKind
from assistedaccess.kernel import clock
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.database import Moment, get_session
from assistedaccess.people.initials import initials_of
from assistedaccess.people.models import Person
from assistedaccess.people.queries import name_in_lists

from .queries_here import belongs_here
from .rules_losses import Loss, LossRow, sort_losses

AHEAD = timedelta(days=7)
MOST_OF_KIND = 30
"""How many of each kind are read: what is lost first. More than a team does in a day."""


def list_losses(actor: Actor, *, at_site: bool) -> list[LossRow]:
    """What the actor's site (or organisation) loses first within a week; who of them is here.

    A claim whose day has passed is lost, and is not listed here. One statement.
    """
    today = clock.today()
    given = {
        "organisation_id": actor.organisation_id,
        "site_id": actor.site_id if at_site else None,
        "today": today,
        "until": today + AHEAD,
        "morning": clock.start_of_day(today),
        "night": clock.end_of_day(today),
    }
    found = get_session().execute(_losses(), given)
    rows = (
        LossRow(
            kind=Loss(row.kind),
            id=row.id,
            case_reference=row.case_reference or "",
            initials=initials_of(row.said) if row.said else "",
            day=_as_day(row.day),
            at=row.at,
            owner=row.owner,
            is_here=bool(row.is_here),
        )
        for row in found
    )
    return sort_losses(rows, today)


@dataclass(frozen=True)
class Waits:
    """What the team waits for, in numbers: of which applications nobody has heard though an answer
    was due, and what a second human decides, the first of it by ``decided_by``."""

    unheard: int
    pending: int
    decided_by: datetime | None


def count_waits(actor: Actor, *, at_site: bool) -> Waits:
    """The same of the actor's site or organisation. One statement.

    Of what a second human decides only the number: what it is, whoever asked and their manager
    see. Looks afterwards, of which nobody who asked hears, are not counted.
    """
    site_id = actor.site_id if at_site else None
    waiting = (
        belongs_here(PendingAct),
        PendingAct.state == PendingState.WAITING,
        PendingAct.command.not_in(SECOND_LOOKS),
    )
    row = get_session().execute(
        select(
            count_awaited("unheard", belongs_here(AwaitedOutcome)).label("unheard"),
            select(func.count(PendingAct.id)).where(*waiting).scalar_subquery().label("pending"),
            select(func.min(PendingAct.due_at)).where(*waiting).scalar_subquery().label("by"),
        ),
        {"organisation_id": actor.organisation_id, "site_id": site_id, "today": clock.today()},
    )
    counted = row.one()
    return Waits(counted.unheard, counted.pending, counted.by)


def _as_day(value: date | str) -> date:
    # SQLite hands back text where a union mixes a column with a parameter.
    return date.fromisoformat(value) if isinstance(value, str) else value


@cache
def _losses() -> Select[*tuple[Any, ...]]:
    """Built once a process."""
    today, until = bindparam("today", type_=Date()), bindparam("until", type_=Date())
    claims = (
        _part(Loss.CLAIM, Case.id, Case.keep_date_by, Case.assigned_to)
        .join(Person, Person.id == Case.person_id)
        .where(
            belongs_here(Case),
            Case.state != CaseState.CLOSED,
            Case.claim_sent_on.is_(None),
            Case.keep_date_by >= today,
            Case.keep_date_by <= until,
        )
        .order_by(Case.keep_date_by, Case.id)
    )
    last_days = (
        _part(
            Loss.LAST_DAY,
            AwaitedOutcome.id,
            AwaitedOutcome.deadline_on,
            AwaitedOutcome.account_id,
            of=AwaitedOutcome,
        )
        .outerjoin(Case, Case.id == AwaitedOutcome.case_id)
        .join(Person, Person.id == AwaitedOutcome.person_id)
        .where(
            belongs_here(AwaitedOutcome),
            CASE_IS_OPEN,
            Person.died_on.is_(None),
            AwaitedOutcome.deadline_on >= today,
            AwaitedOutcome.deadline_on <= until,
        )
        .order_by(AwaitedOutcome.deadline_on, AwaitedOutcome.id)
    )
    due = func.coalesce(Document.answer_by, today)
    letters = (
        _part(Loss.LETTER, Document.id, due, Case.assigned_to)
        .join(Document, Document.case_id == Case.id)
        .join(Person, Person.id == Case.person_id)
        .where(
            belongs_here(Case),
            Case.state != CaseState.CLOSED,
            Document.kind == DocumentKind.LETTER,
            Document.read_at.is_(None),
        )
        .order_by(due, Document.id)
    )
    tasks = (
        _part(Loss.TASK, Task.id, Task.due_on, Task.assigned_to)
        .join(Task, Task.case_id == Case.id)
        .join(Person, Person.id == Case.person_id)
        .where(
            belongs_here(Case),
            Task.organisation_id == bindparam("organisation_id"),
            Case.state != CaseState.CLOSED,
            Task.done_at.is_(None),
            Task.due_on <= until,
        )
        .order_by(Task.due_on, Task.id)
    )
    meetings = (
        _part(
            Loss.APPOINTMENT, Appointment.id, today, Appointment.account_id, Appointment.starts_at
        )
        .join(Appointment, Appointment.case_id == Case.id)
        .join(Person, Person.id == Case.person_id)
        .where(
            belongs_here(Appointment),
            Appointment.state == AppointmentState.BOOKED,
            Appointment.starts_at >= bindparam("morning"),
            Appointment.starts_at < bindparam("night"),
        )
        .order_by(Appointment.starts_at, Appointment.id)
    )
    sessions = (
        select(
            literal(str(Loss.GROUP)).label("kind"),
            GroupSession.id.label("id"),
            literal("").label("case_reference"),
            literal("").label("said"),
            today.label("day"),
            GroupSession.starts_at.label("at"),
            _who_leads().label("owner_id"),
        )
        .where(
            belongs_here(GroupSession),
            GroupSession.state == GroupState.PLANNED,
            GroupSession.starts_at >= bindparam("morning"),
            GroupSession.starts_at < bindparam("night"),
        )
        .order_by(GroupSession.starts_at, GroupSession.id)
    )
    kinds = (claims, last_days, letters, tasks, meetings, sessions)
    parts = [select(part.limit(MOST_OF_KIND).subquery()) for part in kinds]
    every = union_all(*parts).subquery()
    return select(
        every, Account.name.label("owner"), _is_here(every.c.owner_id).label("is_here")
    ).join(Account, Account.id == every.c.owner_id)


def _is_here(account_id: Any) -> ColumnElement[bool]:
    return exists().where(SignIn.account_id == account_id, SignIn.seen_at >= bindparam("morning"))


def _who_leads() -> ColumnElement[Any]:
    """Of those who lead a session, one who is here, where anybody is."""
    return (
        select(GroupLeader.account_id)
        .where(GroupLeader.session_id == GroupSession.id)
        .order_by(_is_here(GroupLeader.account_id).desc(), GroupLeader.account_id)
        .limit(1)
        .correlate(GroupSession)
        .scalar_subquery()
    )


def _part(
    kind: Loss, key: Any, day: Any, owner: Any, at: Any = None, *, of: Any = Case
) -> Select[*tuple[Any, ...]]:
    return select(
        literal(str(kind)).label("kind"),
        key.label("id"),
        Case.reference.label("case_reference"),
        name_in_lists().label("said"),
        day.label("day"),
        (cast(null(), Moment()) if at is None else at).label("at"),
        owner.label("owner_id"),
    ).select_from(of)
