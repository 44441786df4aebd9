"""Lists of applications and records of help, for cases, people and the day. No answer is in them.

Another organisation's are not there. Each list is one statement, newest first.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import aliased

from assistedaccess.accounts.models import Account
from assistedaccess.casework.models import Case
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.errors import NotFound
from assistedaccess.kernel.ids import read_reference
from assistedaccess.people.initials import initials_of
from assistedaccess.people.models import Person
from assistedaccess.people.queries import name_in_lists

from .models import Application, RecordOfHelp
from .rules import State
from .rules_changes import Purpose

PAGE = 25


@dataclass(frozen=True)
class ApplicationRow:
    """A line of a list of applications; no answer is in it."""

    id: UUID
    reference: str
    person_id: UUID
    person_reference: str
    initials: str
    case_id: UUID
    case_reference: str
    service: str
    purpose: str
    mode: str
    state: str
    started_at: datetime
    started_by_name: str
    changed_at: datetime
    submitted_at: datetime | None
    withdrawn_at: datetime | None


@cache
def _rows(to_family: bool = False) -> Select[*tuple[Any, ...]]:
    return (
        select(
            Application.id,
            Application.reference,
            Application.person_id,
            Person.reference.label("person_reference"),
            name_in_lists(to_family=to_family).label("initials"),
            Application.case_id,
            Case.reference.label("case_reference"),
            Application.service,
            Application.purpose,
            Application.mode,
            Application.state,
            Application.started_at,
            Account.name.label("started_by_name"),
            Application.changed_at,
            Application.submitted_at,
            Application.withdrawn_at,
        )
        .join(Person, Person.id == Application.person_id)
        .join(Case, Case.id == Application.case_id)
        .join(Account, Account.id == Application.started_by)
    )


def _list(query: Select[*tuple[Any, ...]]) -> list[ApplicationRow]:
    return [
        ApplicationRow(**{**row._mapping, "initials": initials_of(row.initials)})
        for row in get_session().execute(query)
    ]


def list_for_case(actor: Actor, case_id: UUID, *, limit: int = PAGE) -> list[ApplicationRow]:
    """The applications of a case that the caller may see, newest first; one statement."""
    query = _rows(actor.is_family).where(Application.case_id == case_id)
    return _list(query.order_by(Application.id.desc()).limit(limit))


def list_open_for(
    actor: Actor, *, before: UUID | None = None, limit: int = PAGE
) -> list[ApplicationRow]:
    """Drafts of the organisation that this account began or changed last; newest first.

    Persons are there by reference and initials alone. One statement.
    """
    query = _rows().where(
        Application.organisation_id == actor.organisation_id,
        Application.state == State.DRAFT,
        (Application.started_by == actor.account_id) | (Application.changed_by == actor.account_id),
    )
    if before is not None:
        query = query.where(Application.id < before)
    return _list(query.order_by(Application.id.desc()).limit(limit))


def get_reference(application_id: UUID) -> str:
    """The reference of an application that the caller has just begun."""
    return get_session().get_one(Application, application_id).reference


def find_asked(subject: tuple[str, UUID]) -> dict[str, str]:
    """What the page that asks for a yes is told of an application: its service and its case.

    Nothing of any other record.
    """
    kind, application_id = subject
    if kind != "application":
        return {}
    row = (
        get_session()
        .execute(
            select(Application.service, Case.reference)
            .join(Case, Case.id == Application.case_id)
            .where(Application.id == application_id, Application.purpose == Purpose.CLAIM)
        )
        .one_or_none()
    )
    return {"service": row.service, "case": row.reference} if row is not None else {}


def get_claimed_service(actor: Actor, reference: str) -> str:
    """The service that was applied for: of a change report, the one whose claim it changes.

    Raises NotFound for what is not the organisation's.
    """
    claim = aliased(Application)
    found: str | None = get_session().scalar(
        select(func.coalesce(claim.service, Application.service))
        .select_from(Application)
        .outerjoin(claim, claim.id == Application.changes_id)
        .where(
            Application.reference == (read_reference("A", reference) or ""),
            Application.organisation_id == actor.organisation_id,
        )
    )
    if found is None:
        raise NotFound
    return found


# -- records of help


@dataclass(frozen=True)
class HelpRow:
    """A line of a list of records of help; what was asked is not in it."""

    id: UUID
    reference: str
    person_id: UUID
    case_id: UUID | None
    service: str | None
    mode: str
    was_sent: bool
    made_at: datetime
    made_by_name: str


@cache
def _help_rows() -> Select[*tuple[Any, ...]]:
    return (
        select(
            RecordOfHelp.id,
            RecordOfHelp.reference,
            RecordOfHelp.person_id,
            RecordOfHelp.case_id,
            RecordOfHelp.service,
            RecordOfHelp.mode,
            RecordOfHelp.was_sent,
            RecordOfHelp.made_at,
            Account.name.label("made_by_name"),
        )
        .join(Account, Account.id == RecordOfHelp.made_by)
        .order_by(RecordOfHelp.id.desc())
    )


def list_help_for_case(case_id: UUID, *, limit: int = PAGE) -> list[HelpRow]:
    """The records of help of a case that the caller may see, newest first; one statement."""
    return _list_help(_help_rows().where(RecordOfHelp.case_id == case_id).limit(limit))


def list_help_for_person(
    actor: Actor, person_id: UUID, *, before: UUID | None = None, limit: int = PAGE
) -> list[HelpRow]:
    """A person's records of help at the actor's organisation, newest first, paged by key."""
    query = _help_rows().where(
        RecordOfHelp.person_id == person_id,
        RecordOfHelp.organisation_id == actor.organisation_id,
    )
    if before is not None:
        query = query.where(RecordOfHelp.id < before)
    return _list_help(query.limit(limit))


def _list_help(query: Select[*tuple[Any, ...]]) -> list[HelpRow]:
    return [HelpRow(**row._mapping) for row in get_session().execute(query)]
