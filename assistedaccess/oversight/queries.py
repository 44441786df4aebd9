"""The journal as an auditor may see it: the organisations of their remit, never their own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, or_, select

from assistedaccess.accounts.models import Account
from assistedaccess.applications.models_payee import PaymentDetails
from assistedaccess.audit.models import UNEXPLAINED, AuditEvent
from assistedaccess.delegation.models import Delegation
from assistedaccess.kernel import encryption
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.ids import first_id_at
from assistedaccess.organisations.models import DeclaredInterest, Membership, Organisation
from assistedaccess.people.models import ContactPoint, Person

from . import picked
from .models import SavedQuestion
from .remit import list_remit_ids, newest_in_remit, within_remit
from .rules import LOOKS, NO_SITE, PAGE, Explained, Kind, Question

_REASONS = {
    Explained.BY_RECORDS: ("explained.",),
    Explained.STATED: ("stated.",),
    Explained.BROKE_GLASS: ("break_glass.",),
    Explained.NOT: ("stated.", "break_glass."),
}
"""How the codes of a reason begin (audit.explain)."""


@dataclass(frozen=True)
class Entry:
    """One event as the list shows it. Who, for whom, where, on what, why, when."""

    id: UUID
    occurred_at: datetime
    action: str
    outcome: str
    reason_code: str | None
    actor_kind: str
    account_id: UUID | None
    account_name: str | None
    role: str | None
    organisation_id: UUID | None
    organisation_name: str | None
    person_reference: str | None
    subject_kind: str | None
    subject_id: UUID | None
    authority_kind: str | None
    authority_id: UUID | None
    service: str | None
    command: str | None


@dataclass(frozen=True)
class Page:
    """One page of the journal; ``after`` is where the next one begins."""

    entries: list[Entry]
    after: UUID | None


MOST_PARTS = 30
"""Organisations of a remit whose newest events are looked up one by one: SQLite joins 500 parts."""


SLACK = timedelta(minutes=10)
"""By how much the time inside a key may differ from the time in its event."""


def within_time(begins: datetime | None, ends: datetime | None) -> list[ColumnElement[bool]]:
    """What happened from ``begins`` until before ``ends``.

    Keys sort by time, so a range of time is one of keys: what is long ago is found as quickly as
    what is new.
    """
    found: list[ColumnElement[bool]] = []
    if begins is not None:
        found += [AuditEvent.id >= first_id_at(begins - SLACK), AuditEvent.occurred_at >= begins]
    if ends is not None:
        found += [AuditEvent.id < first_id_at(ends + SLACK), AuditEvent.occurred_at < ends]
    return found


def asked_for(query: Any, question: Question) -> Any:
    """A query of events, narrowed to what is asked for."""
    if question.person_id is not None:
        query = query.where(AuditEvent.person_id == question.person_id)
    if question.account_ids is not None:
        query = query.where(AuditEvent.account_id.in_(question.account_ids))
    if question.organisation_id is not None:
        query = query.where(AuditEvent.organisation_id == question.organisation_id)
    if question.action is not None:
        query = query.where(AuditEvent.action == question.action)
    if question.outcome is not None:
        query = query.where(AuditEvent.outcome == question.outcome)
    if question.subject_ids is not None:
        query = query.where(AuditEvent.subject_id.in_(question.subject_ids))
    if question.authority_ids is not None:
        query = query.where(
            or_(
                AuditEvent.authority_id.in_(question.authority_ids),
                AuditEvent.subject_id.in_(question.authority_ids),
            )
        )
    if question.sign_in_id is not None:
        query = query.where(AuditEvent.sign_in_id == question.sign_in_id)
    if question.site_id is not None:
        site_id = None if question.site_id == NO_SITE else question.site_id
        query = query.where(AuditEvent.site_id == site_id)
    if question.service is not None:
        query = query.where(AuditEvent.service == question.service)
    if question.kind is Kind.LOOKS:
        query = query.where(AuditEvent.action.in_(LOOKS))
    if question.kind is Kind.ACTS:
        query = query.where(AuditEvent.action.not_in(LOOKS))
    if question.explained is Explained.NOT_ASKED:
        query = query.where(picked.IS_NOT_ASKED)
    elif question.explained is not None:
        codes = _REASONS[question.explained]
        if question.explained is not Explained.BY_RECORDS:
            query = query.where(UNEXPLAINED)  # in these very words, so that its index is used
        query = query.where(or_(*(AuditEvent.reason_code.startswith(code) for code in codes)))
    query = query.where(*within_time(question.begins, question.ends))
    return query.where(*picked.conditions(question))


def _entries(query: Select[Any], *, oldest_first: bool = False) -> Select[Any]:
    """The names that belong to the ids are joined after the page is cut, never before."""
    page = query.subquery()
    return (
        select(
            page.c.id,
            page.c.occurred_at,
            page.c.action,
            page.c.outcome,
            page.c.reason_code,
            page.c.actor_kind,
            page.c.account_id,
            Account.name.label("account_name"),
            page.c.role,
            page.c.organisation_id,
            Organisation.name.label("organisation_name"),
            Person.reference.label("person_reference"),
            page.c.subject_kind,
            page.c.subject_id,
            page.c.authority_kind,
            page.c.authority_id,
            page.c.service,
            page.c.command,
        )
        .outerjoin(Account, Account.id == page.c.account_id)
        .outerjoin(Organisation, Organisation.id == page.c.organisation_id)
        .outerjoin(Person, Person.id == page.c.person_id)
        .order_by(page.c.id.asc() if oldest_first else page.c.id.desc())
    )


def entries_of(query: Select[Any]) -> list[Entry]:
    """The events of a query with the names that belong to them, newest first; one statement."""
    return [Entry(**row._mapping) for row in get_session().execute(_entries(query))]


def find_event(actor: Actor, event_id: UUID) -> AuditEvent | None:
    """The event itself, where the actor may see it."""
    one = select(AuditEvent).where(AuditEvent.id == event_id)
    found: AuditEvent | None = get_session().scalar(within_remit(actor, list_remit_ids(actor), one))
    return found


def list_events(
    actor: Actor,
    question: Question,
    *,
    after: UUID | None = None,
    size: int = PAGE,
    oldest_first: bool = False,
) -> Page:
    """A page of events, newest first unless said otherwise, by key: as quick at the end as at the
    beginning."""
    remit = list_remit_ids(actor)
    asked = asked_for(select(AuditEvent.id), question)
    if after is not None:
        asked = asked.where(AuditEvent.id > after if oldest_first else AuditEvent.id < after)
    if question.is_wide and 0 < len(remit) <= MOST_PARTS:
        keys = newest_in_remit(actor, remit, asked, size + 1)
    else:
        order = AuditEvent.id.asc() if oldest_first else AuditEvent.id.desc()
        keys = within_remit(actor, remit, asked).order_by(order).limit(size + 1)
    query = select(AuditEvent).where(AuditEvent.id.in_(keys))
    rows = get_session().execute(_entries(query, oldest_first=oldest_first)).all()
    entries = [Entry(**row._mapping) for row in rows[:size]]
    return Page(entries, entries[-1].id if len(rows) > size else None)


def iterate_events(actor: Actor, question: Question, most: int) -> Iterator[Entry]:
    """All events that are asked for, newest first, at most ``most``, a page at a time."""
    after: UUID | None = None
    left = most
    while left > 0:
        page = list_events(actor, question, after=after, size=min(1_000, left))
        yield from page.entries
        left -= len(page.entries)
        if page.after is None:
            return
        after = page.after


def find_accounts(actor: Actor, name: str) -> tuple[UUID, ...]:
    """The accounts in this remit whose holder's name contains ``name``, at most fifty."""
    remit = list_remit_ids(actor)
    rows = get_session().scalars(
        select(Account.id)
        .join(Membership, Membership.account_id == Account.id)
        .where(
            Membership.organisation_id.in_(remit),
            Account.name.icontains(name, autoescape=True),
        )
        .distinct()
        .limit(50)
    )
    return tuple(rows)


def name_accounts(actor: Actor, account_ids: tuple[UUID, ...]) -> list[str]:
    """The names of those of these accounts that belong to this remit, each once."""
    rows = get_session().scalars(
        select(Account.name)
        .join(Membership, Membership.account_id == Account.id)
        .where(Membership.organisation_id.in_(list_remit_ids(actor)), Account.id.in_(account_ids))
        .distinct()
        .order_by(Account.name)
    )
    return list(rows)


def find_contact_points(fingerprint: bytes) -> tuple[UUID, ...]:
    """Every contact point, live or ended, with that fingerprint, at most fifty."""
    rows = get_session().scalars(
        select(ContactPoint.id)
        .where(ContactPoint.fingerprint == fingerprint)
        .order_by(ContactPoint.id.desc())
        .limit(50)
    )
    return tuple(rows)


def find_payees(fingerprint: bytes) -> tuple[UUID, ...]:
    """What names the account of that fingerprint: applications that told it as payee, with the
    claims that they are about, and declarations of helpers; at most fifty of each."""
    session = get_session()
    told = session.execute(
        select(PaymentDetails.application_id, PaymentDetails.claim_id)
        .where(PaymentDetails.fingerprint == fingerprint)
        .order_by(PaymentDetails.application_id.desc())
        .limit(50)
    )
    declared = session.scalars(
        select(DeclaredInterest.id)
        .where(DeclaredInterest.fingerprint == fingerprint)
        .order_by(DeclaredInterest.id.desc())
        .limit(50)
    )
    return tuple(dict.fromkeys([*(key for row in told for key in row), *declared]))


@dataclass(frozen=True)
class Saved:
    """A question that an auditor keeps."""

    id: UUID
    name: str
    asked: list[tuple[str, str]]


def list_editions(actor: Actor, question: Question) -> list[str]:
    """The numbers of the delegations whose life is asked for, oldest first, in the remit."""
    return list(
        get_session().scalars(
            select(Delegation.reference)
            .where(
                Delegation.id.in_(question.authority_ids or ()),
                Delegation.organisation_id.in_(list_remit_ids(actor)),
            )
            .order_by(Delegation.id)
        )
    )


def list_saved(actor: Actor) -> list[Saved]:
    """The questions that this account keeps, oldest first; two statements."""
    rows = list(
        get_session().scalars(
            select(SavedQuestion)
            .where(
                SavedQuestion.account_id == actor.account_id,
                SavedQuestion.organisation_id == actor.organisation_id,
                SavedQuestion.ended_at.is_(None),
            )
            .order_by(SavedQuestion.id)
        )
    )
    return [
        Saved(
            row.id,
            encryption.unseal(row.account_id, "saved_question.name", row.name),
            [(name, value) for name, value in row.asked],
        )
        for row in rows
    ]
