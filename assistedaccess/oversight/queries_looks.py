"""Who saw what between two moments: the question of the first 72 hours after a breach."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, case, func, select

from assistedaccess.accounts.models import Account
from assistedaccess.audit.models import AuditEvent
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.database import get_session
from assistedaccess.organisations.models import Organisation
from assistedaccess.people.models import Person

from .queries import Entry, entries_of, within_time
from .remit import list_remit_ids, within_remit
from .rules import LOOKS

MOST_GROUPS = 500


@dataclass(frozen=True)
class Between:
    """Two moments, and at whom or where, if that is known. ``until`` does not count."""

    since: datetime
    until: datetime
    organisation_id: UUID | None = None
    person_id: UUID | None = None


@dataclass(frozen=True)
class Sight:
    """One account that saw one person, or that searched: how often, from when to when."""

    account_id: UUID | None
    account_name: str | None
    organisation_id: UUID | None
    organisation_name: str | None
    person_reference: str | None
    looks: int
    unexplained: int
    first_at: datetime
    last_at: datetime


@dataclass(frozen=True)
class Sights:
    """The whole answer; ``rows`` are cut at MOST_GROUPS, the counts are not."""

    rows: list[Sight]
    accounts: int
    people: int
    looks: int
    has_more: bool


def _looks(actor: Actor, between: Between, query: Any) -> Select[Any]:
    query = within_remit(actor, list_remit_ids(actor), query).where(
        AuditEvent.action.in_(LOOKS),
        *within_time(between.since, between.until),
    )
    if between.organisation_id is not None:
        query = query.where(AuditEvent.organisation_id == between.organisation_id)
    if between.person_id is not None:
        query = query.where(AuditEvent.person_id == between.person_id)
    return query


def list_sights(actor: Actor, between: Between) -> Sights:
    """Who saw whom, the newest first; four statements."""
    unexplained = case(
        (AuditEvent.reason_code.startswith("stated."), 1),
        (AuditEvent.reason_code.startswith("break_glass."), 1),
        else_=0,
    )
    keys = (AuditEvent.account_id, AuditEvent.organisation_id, AuditEvent.person_id)
    groups = (
        _looks(
            actor,
            between,
            select(
                *keys,
                func.count(AuditEvent.id).label("looks"),
                func.sum(unexplained).label("unexplained"),
                func.min(AuditEvent.occurred_at).label("first_at"),
                func.max(AuditEvent.occurred_at).label("last_at"),
            ),
        )
        .group_by(*keys)
        .order_by(func.max(AuditEvent.occurred_at).desc())
        .limit(MOST_GROUPS + 1)
        .subquery()
    )
    session = get_session()
    found = session.execute(
        select(
            groups.c.account_id,
            Account.name.label("account_name"),
            groups.c.organisation_id,
            Organisation.name.label("organisation_name"),
            Person.reference.label("person_reference"),
            groups.c.looks,
            groups.c.unexplained,
            groups.c.first_at,
            groups.c.last_at,
        )
        .outerjoin(Account, Account.id == groups.c.account_id)
        .outerjoin(Organisation, Organisation.id == groups.c.organisation_id)
        .outerjoin(Person, Person.id == groups.c.person_id)
        .order_by(groups.c.last_at.desc())
    ).all()
    totals = session.execute(
        _looks(
            actor,
            between,
            select(
                func.count(AuditEvent.account_id.distinct()).label("accounts"),
                func.count(AuditEvent.person_id.distinct()).label("people"),
                func.count(AuditEvent.id).label("looks"),
            ),
        )
    ).one()
    return Sights(
        rows=[Sight(**row._mapping) for row in found[:MOST_GROUPS]],
        accounts=totals.accounts,
        people=totals.people,
        looks=totals.looks,
        has_more=len(found) > MOST_GROUPS,
    )


def iterate_looks(actor: Actor, between: Between, most: int) -> Iterator[Entry]:
    """Every single look, newest first, at most ``most``, a thousand at a time."""
    after: UUID | None = None
    left = most
    while left > 0:
        size = min(1_000, left)
        query = _looks(actor, between, select(AuditEvent))
        if after is not None:
            query = query.where(AuditEvent.id < after)
        entries = entries_of(query.order_by(AuditEvent.id.desc()).limit(size))
        yield from entries
        if len(entries) < size:
            return
        left -= size
        after = entries[-1].id
