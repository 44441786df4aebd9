"""Questions about what hangs on a case: notes, tasks, changes; and about who waits."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, literal, select, tuple_
from sqlalchemy.orm import aliased

from assistedaccess.access import Role
from assistedaccess.accounts.models import Account
from assistedaccess.audit import Action
from assistedaccess.audit.models import AuditEvent
from assistedaccess.kernel import clock, encryption
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.database import get_session
from assistedaccess.people.models import Person

from . import rules
from .models import Case, Note, Task, WaitingPerson
from .queries import PAGE, CaseDetails, open_text
from .rules import CaseState, NoteKind, NoteReader


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


def _tasks() -> Select[*tuple[Any, ...]]:
    doer = aliased(Account)
    return (
        select(
            Task.id,
            Task.case_id,
            Case.reference.label("case_reference"),
            Task.person_id,
            Person.name.label("initials"),
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
    return _task_rows(get_session().execute(query).all())


def _task_rows(found: Iterable[Row[Any]]) -> list[TaskRow]:
    rows = list(found)
    encryption.load_keys(row.person_id for row in rows)
    return [
        TaskRow(
            **(
                dict(row._mapping)
                | {
                    "initials": rules.initials_of(row.initials),
                    "what": open_text(row.person_id, "task.what", row.what),
                }
            )
        )
        for row in rows
    ]


def list_tasks_of_case(
    case: CaseDetails, *, done: bool, before: UUID | None = None, limit: int = PAGE
) -> list[TaskRow]:
    """The tasks of a case: what is still to do by date, or what is done, newest first.

    The caller has recorded the look at the case.
    """
    query = _tasks().where(Task.case_id == case.id)
    if done:
        query = query.where(Task.done_at.is_not(None)).order_by(Task.id.desc())
    else:
        query = query.where(Task.done_at.is_(None)).order_by(Task.due_on, Task.id)
    if before is not None:
        query = query.where(Task.id < before)
    return _task_rows(get_session().execute(query.limit(limit)))


@dataclass(frozen=True)
class NoteRow:
    """A note; ``text`` is None where it is sensitive and not for this reader."""

    id: UUID
    text: str | None
    is_sensitive: bool
    author_name: str
    written_at: datetime


def list_notes(
    actor: Actor, case: CaseDetails, *, before: UUID | None = None, limit: int = PAGE
) -> list[NoteRow]:
    """The notes of a case, newest first, as rules.may_read_note allows. The look is recorded."""
    reader = NoteReader(
        actor.account_id, actor.human_id, actor.role == Role.SAFEGUARDING_LEAD
    )
    query = (
        select(Note, Account.name.label("author_name"))
        .join(Account, Account.id == Note.author_id)
        .where(Note.case_id == case.id)
        .order_by(Note.id.desc())
        .limit(limit)
    )
    if before is not None:
        query = query.where(Note.id < before)
    rows = []
    for note, author_name in get_session().execute(query):
        may_read = rules.may_read_note(
            NoteKind(note.kind),
            reader=reader,
            author_id=note.author_id,
            author_human_id=note.author_human_id,
            assigned_to=case.assigned_to,
        )
        rows.append(
            NoteRow(
                id=note.id,
                text=open_text(note.sealed_for, "note.text", note.text) if may_read else None,
                is_sensitive=note.kind == NoteKind.SENSITIVE,
                author_name=author_name,
                written_at=note.written_at,
            )
        )
    return rows


CHANGES = (Action.CASE_OPENED, Action.CASE_CHANGED, Action.CASE_CLOSED, Action.CASE_REOPENED)


@dataclass(frozen=True)
class ChangeRow:
    """What the journal says happened to a case; ``reason`` is its code."""

    id: UUID
    action: str
    reason: str | None
    occurred_at: datetime
    account_name: str | None


def list_changes(
    case_id: UUID, *, before: UUID | None = None, limit: int = PAGE
) -> list[ChangeRow]:
    """Who opened, assigned, closed and reopened a case, newest first, from the journal itself."""
    query = (
        select(
            AuditEvent.id,
            AuditEvent.action,
            AuditEvent.reason_code.label("reason"),
            AuditEvent.occurred_at,
            Account.name.label("account_name"),
        )
        .outerjoin(Account, Account.id == AuditEvent.account_id)
        .where(
            AuditEvent.subject_id == case_id,
            AuditEvent.subject_kind == "case",
            AuditEvent.action.in_([str(action) for action in CHANGES]),
        )
        .order_by(AuditEvent.id.desc())
        .limit(limit)
    )
    if before is not None:
        query = query.where(AuditEvent.id < before)
    return [ChangeRow(**row._mapping) for row in get_session().execute(query)]


@dataclass(frozen=True)
class WaitingRow:
    """Somebody in the queue."""

    id: UUID
    called: str
    arrived_at: datetime


def list_waiting_people(actor: Actor, limit: int = PAGE) -> list[WaitingRow]:
    """Who waits today at the actor's site (at the organisation, without one), first come first."""
    query = select(WaitingPerson.id, WaitingPerson.called, WaitingPerson.arrived_at).where(
        WaitingPerson.organisation_id == actor.organisation_id,
        WaitingPerson.arrived_at >= clock.start_of_day(clock.today()),
        WaitingPerson.taken_at.is_(None),
        WaitingPerson.left_at.is_(None),
        WaitingPerson.called.is_not(None),
    )
    if actor.site_id is not None:
        query = query.where(WaitingPerson.site_id == actor.site_id)
    found = get_session().execute(query.order_by(WaitingPerson.id).limit(limit)).all()
    if not found or actor.organisation_id is None:
        return []
    return [
        WaitingRow(
            row.id,
            open_text(actor.organisation_id, "waiting_person.called", row.called),
            row.arrived_at,
        )
        for row in found
    ]
