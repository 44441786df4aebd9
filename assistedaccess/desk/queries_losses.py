"""What a whole site, or organisation, has to do: one statement, whatever the kinds."""

from __future__ import annotations

from datetime import date, timedelta
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
    or_,
    select,
    union_all,
)

from assistedaccess.accounts.models import Account, SignIn
from assistedaccess.casework.models import Case, Task
from assistedaccess.casework.models_appointments import Appointment
from assistedaccess.casework.rules import CaseState
from assistedaccess.casework.rules_appointments import AppointmentState
from assistedaccess.documents.models import Document
from assistedaccess.documents.rules import DocumentKind
from assistedaccess.kernel import clock
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.database import Moment, get_session
from assistedaccess.people.initials import initials_of
from assistedaccess.people.models import Person
from assistedaccess.people.queries import name_in_lists

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
    return sort_losses(
        LossRow(
            kind=Loss(row.kind),
            id=row.id,
            case_reference=row.case_reference,
            initials=initials_of(row.said),
            day=_as_day(row.day),
            at=row.at,
            owner=row.owner,
            is_here=bool(row.is_here),
        )
        for row in found
    )


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
            _here(Case),
            Case.state != CaseState.CLOSED,
            Case.claim_sent_on.is_(None),
            Case.keep_date_by >= today,
            Case.keep_date_by <= until,
        )
        .order_by(Case.keep_date_by, Case.id)
    )
    due = func.coalesce(Document.answer_by, today)
    letters = (
        _part(Loss.LETTER, Document.id, due, Case.assigned_to)
        .join(Document, Document.case_id == Case.id)
        .join(Person, Person.id == Case.person_id)
        .where(
            _here(Case),
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
            _here(Case),
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
            _here(Appointment),
            Appointment.state == AppointmentState.BOOKED,
            Appointment.starts_at >= bindparam("morning"),
            Appointment.starts_at < bindparam("night"),
        )
        .order_by(Appointment.starts_at, Appointment.id)
    )
    parts = [
        select(part.limit(MOST_OF_KIND).subquery()) for part in (claims, letters, tasks, meetings)
    ]
    every = union_all(*parts).subquery()
    signed_in = exists().where(
        SignIn.account_id == every.c.owner_id, SignIn.seen_at >= bindparam("morning")
    )
    return select(every, Account.name.label("owner"), signed_in.label("is_here")).join(
        Account, Account.id == every.c.owner_id
    )


def _part(kind: Loss, key: Any, day: Any, owner: Any, at: Any = None) -> Select[*tuple[Any, ...]]:
    return select(
        literal(str(kind)).label("kind"),
        key.label("id"),
        Case.reference.label("case_reference"),
        name_in_lists().label("said"),
        day.label("day"),
        (cast(null(), Moment()) if at is None else at).label("at"),
        owner.label("owner_id"),
    ).select_from(Case)


def _here(table: Any) -> ColumnElement[bool]:
    """Of the actor's organisation; where a site is asked for, of that site or of none."""
    site = bindparam("site_id", type_=table.site_id.type)
    mine: ColumnElement[bool] = table.organisation_id == bindparam("organisation_id")
    return mine & or_(site.is_(None), table.site_id == site, table.site_id.is_(None))
