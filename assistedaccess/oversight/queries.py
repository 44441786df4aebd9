"""The journal as an auditor may see it: the organisations of their remit, never their own."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, false, or_, select

from assistedaccess.accounts.models import Account
from assistedaccess.audit.journal import commit_to
from assistedaccess.audit.models import AuditDetail, AuditEvent
from assistedaccess.audit.verify import open_detail
from assistedaccess.kernel import clock
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.database import get_session
from assistedaccess.organisations.models import AuditRemit, Membership, Organisation, Site
from assistedaccess.people.models import Person

from .rules import PAGE, Question


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
    """One page of the journal, newest first; ``after`` is where the next one begins."""

    entries: list[Entry]
    after: UUID | None


def list_remit(actor: Actor) -> list[tuple[UUID, str]]:
    """The organisations that this auditor may look into, by name; never one where they belong,
    by whichever account."""
    own = select(Membership.organisation_id).where(
        Membership.human_id == actor.human_id, Membership.ended_at.is_(None)
    )
    rows = get_session().execute(
        select(Organisation.id, Organisation.name)
        .join(AuditRemit, AuditRemit.audited_organisation_id == Organisation.id)
        .where(
            AuditRemit.auditing_organisation_id == actor.organisation_id,
            AuditRemit.ended_at.is_(None),
            Organisation.id != actor.organisation_id,
            Organisation.id.not_in(own),
        )
        .order_by(Organisation.name)
    )
    return [(row.id, row.name) for row in rows]


def _within_remit(actor: Actor, remit: list[UUID], query: Select[Any]) -> Select[Any]:
    """Events of the remit, and those of no organisation (sign-ins) of people who work there.

    Nobody audits their own organisation or themself, under whichever account.
    """
    if not remit:
        return query.where(false())
    workers = select(Membership.account_id).where(Membership.organisation_id.in_(remit))
    own = select(Membership.account_id).where(
        Membership.organisation_id == actor.organisation_id, Membership.account_id.is_not(None)
    )
    of_no_organisation = and_(
        AuditEvent.organisation_id.is_(None),
        or_(
            AuditEvent.account_id.is_(None),
            and_(AuditEvent.account_id.in_(workers), AuditEvent.account_id.not_in(own)),
        ),
    )
    return query.where(
        or_(AuditEvent.organisation_id.in_(remit), of_no_organisation),
        or_(AuditEvent.human_id.is_(None), AuditEvent.human_id != actor.human_id),
    )


def _asked(query: Select[Any], question: Question) -> Select[Any]:
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
    if question.subject_id is not None:
        query = query.where(AuditEvent.subject_id == question.subject_id)
    if question.from_on is not None:
        query = query.where(AuditEvent.occurred_at >= clock.start_of_day(question.from_on))
    if question.until_on is not None:
        query = query.where(AuditEvent.occurred_at < clock.end_of_day(question.until_on))
    return query


def _entries(query: Select[Any]) -> Select[Any]:
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
        .order_by(page.c.id.desc())
    )


def list_events(
    actor: Actor, question: Question, *, after: UUID | None = None, size: int = PAGE
) -> Page:
    """A page of events, newest first, by key: as quick at the end as at the beginning."""
    remit = [organisation_id for organisation_id, _ in list_remit(actor)]
    query = _within_remit(actor, remit, _asked(select(AuditEvent), question))
    if after is not None:
        query = query.where(AuditEvent.id < after)
    query = query.order_by(AuditEvent.id.desc()).limit(size + 1)
    rows = get_session().execute(_entries(query)).all()
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


@dataclass(frozen=True)
class Story:
    """One event in full, and what else happened in the same request or to the same thing."""

    entry: Entry
    event: AuditEvent
    site_name: str | None
    details: dict[str, Any] | None
    holds: bool  # the details are those that the event committed to
    erased: bool
    around: list[Entry]


def find_story(actor: Actor, event_id: UUID) -> Story | None:
    """The event and its surroundings, or None when it is not there or not in this remit."""
    session = get_session()
    remit = [organisation_id for organisation_id, _ in list_remit(actor)]
    allowed = _within_remit(actor, remit, select(AuditEvent).where(AuditEvent.id == event_id))
    event = session.scalars(allowed).one_or_none()
    if event is None:
        return None
    entry = Entry(**session.execute(_entries(allowed)).one()._mapping)
    site_name = session.scalar(select(Site.name).where(Site.id == event.site_id))
    detail = session.get(AuditDetail, event_id)
    opened = open_detail(detail) if detail is not None else None
    same = [AuditEvent.request_id == event.request_id] if event.request_id else []
    if event.subject_id is not None:
        same.append(AuditEvent.subject_id == event.subject_id)
    around: list[Entry] = []
    if same:
        query = _within_remit(actor, remit, select(AuditEvent).where(or_(*same)))
        query = query.where(AuditEvent.id != event_id).order_by(AuditEvent.id.desc()).limit(30)
        around = [Entry(**row._mapping) for row in session.execute(_entries(query))]
    return Story(
        entry=entry,
        event=event,
        site_name=site_name,
        details=json.loads(opened[1]) if opened else None,
        holds=opened is not None and commit_to(*opened) == event.commitment,
        erased=event.commitment is not None and opened is None,
        around=around,
    )


def find_accounts(actor: Actor, name: str) -> tuple[UUID, ...]:
    """The accounts in this remit whose holder's name contains ``name``, at most fifty."""
    remit = [organisation_id for organisation_id, _ in list_remit(actor)]
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
