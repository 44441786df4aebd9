"""A story: everything that happened, of whatever kind, newest first, paged by key.

Keys are UUIDv7, so entries of different tables sort by their keys alone. All kinds are read by one
statement, however many there are: each source is a select with the same columns, cut to a page
before it is joined with the others. Whoever adds a kind of thing adds a source, and its words in
``templates/desk/_entry.html``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import (
    JSON,
    BindParameter,
    ColumnElement,
    Date,
    LargeBinary,
    Select,
    String,
    Uuid,
    bindparam,
    cast,
    literal,
    null,
    select,
    union_all,
)

from assistedaccess.accounts.models import Account
from assistedaccess.kernel import clock
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.database import Moment, get_session
from assistedaccess.organisations.models import Organisation

PAGE = 20


@dataclass(frozen=True)
class Scope:
    """Whose story it is, and for whom it is told. ``merged``: records that lead to this one, whose
    entries are told with its own."""

    actor: Actor
    person_id: UUID
    case_id: UUID | None = None
    merged: tuple[UUID, ...] = ()


@dataclass(frozen=True)
class Entry:
    """One thing that happened; what the columns mean is up to its kind (see sources)."""

    kind: str
    id: UUID
    at: datetime
    who: str | None
    organisation: str | None
    account_id: UUID | None
    human_id: UUID | None
    reference: str | None
    services: list[str]
    powers: list[str]
    state: str | None
    detail: str | None
    until: datetime | None
    sealed: bytes | None
    about_id: UUID | None  # of what it belongs to, where its page is that one's
    person_id: UUID | None = None  # under which record it stands; of a case's story, None


@dataclass(frozen=True)
class Story:
    """A page of entries; ``older`` is the key with which the next one begins."""

    entries: list[Entry]
    older: UUID | None


@dataclass(frozen=True)
class Asked:
    """What a source may ask by: parameters of the statement, of which each look gives the values.

    ``case_id`` is None where the story is a person's.
    """

    person_ids: BindParameter[UUID]
    organisation_id: BindParameter[UUID]
    now: BindParameter[datetime]
    today: BindParameter[date]
    case_id: BindParameter[UUID] | None


Part = Select[*tuple[Any, ...]]
Source = Callable[[Asked], Part]


def owned(part: Part, scope: Asked, table: Any, case_id: Any) -> Part:
    """What is this person's and this organisation's in ``table``; of a case, that case's alone."""
    part = under(part, scope, table).where(table.organisation_id == scope.organisation_id)
    return part if scope.case_id is None else part.where(case_id == scope.case_id)


def under(part: Part, scope: Asked, table: Any) -> Part:
    """What stands in ``table`` under a record of the person, with which one that is."""
    standing = part.add_columns(table.person_id.label("person_id"))
    return standing.where(table.person_id.in_(scope.person_ids))


def entry_columns(
    kind: str,
    *,
    id: Any,
    at: Any,
    account_id: Any = None,
    human_id: Any = None,
    organisation_id: Any = None,
    reference: Any = None,
    service: Any = None,
    services: Any = None,
    powers: Any = None,
    state: Any = None,
    detail: Any = None,
    until: Any = None,
    sealed: Any = None,
    about_id: Any = None,
) -> Select[*tuple[Any, ...]]:
    """A select of one kind of entry. ``service`` is one key, ``services`` a JSON list of them."""
    return select(
        literal(kind).label("kind"),
        id.label("id"),
        at.label("at"),
        _or_null(account_id, Uuid()).label("account_id"),
        _or_null(human_id, Uuid()).label("human_id"),
        _or_null(organisation_id, Uuid()).label("organisation_id"),
        _or_null(reference, String()).label("reference"),
        _or_null(service, String()).label("service"),
        _or_null(services, JSON()).label("services"),
        _or_null(powers, JSON()).label("powers"),
        _or_null(state, String()).label("state"),
        _or_null(detail, String()).label("detail"),
        _or_null(until, Moment()).label("until"),
        _or_null(sealed, LargeBinary()).label("sealed"),
        _or_null(about_id, Uuid()).label("about_id"),
    )


def _or_null(column: Any, kind: Any) -> ColumnElement[Any]:
    return cast(null(), kind) if column is None else column


def read_story(
    scope: Scope, sources: Sequence[Source], *, before: UUID | None = None, limit: int = PAGE
) -> Story:
    """A page of the story, in one statement."""
    return cut_story(read_entries(scope, sources, before=before, limit=limit), limit)


def cut_story(entries: Sequence[Entry], limit: int = PAGE) -> Story:
    """The first ``limit`` of entries that are sorted, newest first."""
    more = len(entries) > limit
    shown = list(entries[:limit])
    return Story(shown, shown[-1].id if more else None)


def read_entries(
    scope: Scope, sources: Sequence[Source], *, before: UUID | None = None, limit: int = PAGE
) -> list[Entry]:
    """The newest entries of each source, newest first, at most ``limit`` + 1 of each source."""
    query = _build(tuple(sources), scope.case_id is not None, before is not None, limit)
    given = {
        "person_ids": [scope.person_id, *scope.merged],
        "organisation_id": scope.actor.organisation_id,
        "now": clock.now(),
        "today": clock.today(),
        "case_id": scope.case_id,
        "before": before,
    }
    found = get_session().execute(query, given)
    return [
        Entry(
            kind=row.kind,
            id=row.id,
            at=row.at,
            who=row.who,
            organisation=row.organisation,
            account_id=row.account_id,
            human_id=row.human_id,
            reference=row.reference,
            services=list(row.services or ([row.service] if row.service else [])),
            powers=list(row.powers or []),
            state=row.state,
            detail=row.detail,
            until=row.until,
            sealed=row.sealed,
            about_id=row.about_id,
            person_id=row.person_id,
        )
        for row in found
    ]


@cache
def _build(
    sources: tuple[Source, ...], of_case: bool, is_later_page: bool, limit: int
) -> Select[*tuple[Any, ...]]:
    """The statement, built once a process: it takes longer to build than to run."""
    asked = Asked(
        person_ids=bindparam("person_ids", type_=Uuid(), expanding=True),
        organisation_id=bindparam("organisation_id", type_=Uuid()),
        now=bindparam("now", type_=Moment()),
        today=bindparam("today", type_=Date()),
        case_id=bindparam("case_id", type_=Uuid()) if of_case else None,
    )
    parts = []
    for source in sources:
        chosen = source(asked)
        if "person_id" not in chosen.selected_columns:
            chosen = chosen.add_columns(_or_null(None, Uuid()).label("person_id"))
        part = chosen.subquery()
        query = select(part)
        if is_later_page:
            query = query.where(part.c.id < bindparam("before", type_=Uuid()))
        parts.append(select(query.order_by(part.c.id.desc()).limit(limit + 1).subquery()))
    union = union_all(*parts).subquery()
    return (
        select(union, Account.name.label("who"), Organisation.name.label("organisation"))
        .outerjoin(Account, Account.id == union.c.account_id)
        .outerjoin(Organisation, Organisation.id == union.c.organisation_id)
        .order_by(union.c.id.desc())
    )
