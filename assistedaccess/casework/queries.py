"""Questions about cases. Another organisation's case is answered as one that is not there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    CompoundSelect,
    Integer,
    Row,
    Select,
    and_,
    bindparam,
    literal,
    null,
    select,
    tuple_,
    union_all,
)
from sqlalchemy.orm import aliased

from assistedaccess.access import Role
from assistedaccess.accounts.models import Account
from assistedaccess.audit.explain import BY_THIS_ACCOUNT
from assistedaccess.kernel import clock, encryption
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.encryption import KeyForgotten
from assistedaccess.kernel.errors import NotFound
from assistedaccess.kernel.ids import read_reference
from assistedaccess.organisations.models import Membership, Organisation, RoleGrant, Site
from assistedaccess.organisations.queries import is_live
from assistedaccess.organisations.rules import MembershipKind
from assistedaccess.people.initials import initials_of
from assistedaccess.people.models import Person
from assistedaccess.people.queries import name_in_lists
from assistedaccess.people.rules import GoesOn
from assistedaccess.services.catalogue import ServiceEntry
from assistedaccess.services.queries import find_service

from . import rules
from .models import Case
from .rules import CaseState, WhyHelp

PAGE = 25


@dataclass(frozen=True)
class CaseDetails:
    """All of one case but what hangs on it. Names are those of accounts, None for nobody."""

    id: UUID
    reference: str
    person_id: UUID
    person_reference: str
    person_name: str
    person_is_merged: bool
    person_restricted: GoesOn | None
    site_name: str | None
    need: str
    service: str | None
    why_help: tuple[WhyHelp, ...]
    first_contact_on: date
    first_contact_basis: str | None
    keep_date_by: date | None
    claim_sent_on: date | None
    state: CaseState
    opened_at: datetime
    opened_by_name: str
    assigned_to: UUID
    assigned_name: str
    closed_at: datetime | None
    closed_by_name: str | None
    close_reason: str | None
    version: int

    @property
    def is_closed(self) -> bool:
        return self.state is CaseState.CLOSED


def open_text(subject_id: UUID, column: str, sealed: bytes | None) -> str:
    """The words; a dash for somebody who was erased: the case still counts, its words are gone."""
    if sealed is None:
        return ""
    try:
        return encryption.unseal(subject_id, column, sealed)
    except KeyForgotten:
        return "–"


def find_service_entry(key: str) -> ServiceEntry | None:
    """The service of the catalogue with that key."""
    view = find_service(key)
    return view.entry if view is not None else None


def get_case(actor: Actor, case_id: UUID) -> CaseDetails:
    """The organisation's case. Raises NotFound. Whoever shows it records the look first."""
    return _get_case(actor, Case.id == case_id)


def get_case_by_reference(actor: Actor, reference: str) -> CaseDetails:
    """As get_case, by its reference, however that was typed."""
    return _get_case(actor, Case.reference == (read_reference("C", reference) or ""))


def find_case_of(actor: Actor, reference: str) -> tuple[UUID, UUID]:
    """The case's id and its person's, for consent's port. Raises NotFound. One small statement."""
    row = (
        get_session()
        .execute(
            select(Case.id, Case.person_id).where(
                Case.reference == (read_reference("C", reference) or ""),
                Case.organisation_id == actor.organisation_id,
            )
        )
        .one_or_none()
    )
    if row is None:
        raise NotFound
    return row.id, row.person_id


def _get_case(actor: Actor, which: ColumnElement[bool]) -> CaseDetails:
    query = _details().where(which, Case.organisation_id == actor.organisation_id)
    row = get_session().execute(query).one_or_none()
    if row is None:
        raise NotFound
    found: Case = row.Case
    basis = found.first_contact_basis
    return CaseDetails(
        id=found.id,
        reference=found.reference,
        person_id=found.person_id,
        person_reference=row.person_reference,
        person_name=row.person_name,
        person_is_merged=row.merged_into_id is not None,
        person_restricted=GoesOn(row.restricted) if row.restricted else None,
        site_name=row.site_name,
        need=open_text(found.person_id, "case.need", found.need),
        service=found.service,
        why_help=rules.split_reasons(found.why_help),
        first_contact_on=found.first_contact_on,
        first_contact_basis=open_text(found.person_id, "case.first_contact_basis", basis) or None,
        keep_date_by=found.keep_date_by,
        claim_sent_on=found.claim_sent_on,
        state=CaseState(found.state),
        opened_at=found.opened_at,
        opened_by_name=row.opened_by_name,
        assigned_to=found.assigned_to,
        assigned_name=row.assigned_name,
        closed_at=found.closed_at,
        closed_by_name=row.closed_by_name,
        close_reason=found.close_reason,
        version=found.version,
    )


@cache
def _details() -> Select[*tuple[Any, ...]]:
    opener, owner, closer = aliased(Account), aliased(Account), aliased(Account)
    return (
        select(
            Case,
            Person.reference.label("person_reference"),
            Person.name.label("person_name"),
            Person.merged_into_id,
            Person.restricted,
            Site.name.label("site_name"),
            opener.name.label("opened_by_name"),
            owner.name.label("assigned_name"),
            closer.name.label("closed_by_name"),
        )
        .join(Person, Person.id == Case.person_id)
        .join(opener, opener.id == Case.opened_by)
        .join(owner, owner.id == Case.assigned_to)
        .outerjoin(closer, closer.id == Case.closed_by)
        .outerjoin(Site, Site.id == Case.site_id)
    )


@dataclass(frozen=True)
class CaseRow:
    """A line of a list of cases: nothing of the person but initials and reference."""

    id: UUID
    reference: str
    person_id: UUID
    person_reference: str
    initials: str
    service: str | None
    state: str
    first_contact_on: date
    keep_date_by: date | None
    claim_sent_on: date | None
    closed_at: datetime | None
    assigned_to: UUID
    assigned_name: str
    is_to_be_asked: bool
    """Whether the person is asked again, alone, if they still want to be told less."""


@dataclass(frozen=True)
class CasePage:
    """A page of a list, and the key with which the next one begins."""

    rows: list[CaseRow]
    next_key: str | None


@cache
def _case_rows(to_family: bool = False) -> Select[*tuple[Any, ...]]:
    return (
        select(
            Case.id,
            Case.reference,
            Case.person_id,
            Person.reference.label("person_reference"),
            name_in_lists(to_family=to_family).label("initials"),
            Case.service,
            Case.state,
            Case.first_contact_on,
            Case.keep_date_by,
            Case.claim_sent_on,
            Case.closed_at,
            Case.assigned_to,
            Account.name.label("assigned_name"),
            (null() if to_family else Person.ask_again_on).label("ask_again_on"),
        )
        .join(Person, Person.id == Case.person_id)
        .join(Account, Account.id == Case.assigned_to)
    )


def _case_row(row: Row[Any]) -> CaseRow:
    values = {key: value for key, value in row._mapping.items() if key != "list"}
    again = values.pop("ask_again_on")
    values["is_to_be_asked"] = again is not None and again <= clock.today()
    return CaseRow(**(values | {"initials": initials_of(values["initials"])}))


def list_open_cases(
    actor: Actor, *, only_own: bool = False, before: UUID | None = None, limit: int = PAGE
) -> CasePage:
    """The organisation's cases that are not closed, newest first, paged by key; one statement."""
    query = _case_rows(actor.is_family).where(
        Case.organisation_id == actor.organisation_id, Case.state != CaseState.CLOSED
    )
    if only_own:
        query = query.where(Case.assigned_to == actor.account_id)
    if before is not None:
        query = query.where(Case.id < before)
    found = list(get_session().execute(query.order_by(Case.id.desc()).limit(limit + 1)))
    rows = [_case_row(row) for row in found[:limit]]
    return CasePage(rows, str(rows[-1].id) if len(found) > limit else None)


def list_claims_at_risk(
    actor: Actor, *, after: tuple[date, UUID] | None = None, limit: int = PAGE
) -> list[CaseRow]:
    """Open cases whose claim has not been sent and still keeps its date, at the organisation.

    What is lost first stands first. One statement; a page goes on after (keep_date_by, id).
    """
    query = _claims_not_sent(actor.organisation_id).where(Case.keep_date_by >= clock.today())
    return _claim_rows(query, after, limit)


def list_claims_lost(
    actor: Actor, *, after: tuple[date, UUID] | None = None, limit: int = PAGE
) -> list[CaseRow]:
    """As list_claims_at_risk, but those whose day has passed: nothing but speed helps there."""
    query = _claims_not_sent(actor.organisation_id).where(Case.keep_date_by < clock.today())
    return _claim_rows(query, after, limit)


def list_for_today(actor: Actor, claims: int, own: int) -> tuple[list[CaseRow], list[CaseRow]]:
    """The claims at risk at the organisation, and one's own open cases; one statement for both."""
    given = {
        "organisation_id": actor.organisation_id,
        "account_id": actor.account_id,
        "today": clock.today(),
        "claims": claims,
        "own": own,
    }
    found: dict[str, list[CaseRow]] = {"claim": [], "own": []}
    for row in get_session().execute(_for_today(), given):
        found[row.list].append(_case_row(row))
    found["claim"].sort(key=lambda row: (row.keep_date_by or date.max, row.id))
    found["own"].sort(key=lambda row: row.id, reverse=True)
    return found["claim"], found["own"]


@cache
def _for_today() -> CompoundSelect[*tuple[Any, ...]]:
    """The statement of every helper's home, built once a process."""
    organisation_id: BindParameter[UUID] = bindparam("organisation_id")
    at_risk = (
        _claims_not_sent(organisation_id)
        .where(Case.keep_date_by >= bindparam("today"))
        .order_by(Case.keep_date_by, Case.id)
        .limit(bindparam("claims", type_=Integer))
    )
    assigned = (
        _case_rows()
        .where(
            Case.organisation_id == organisation_id,
            Case.state != CaseState.CLOSED,
            Case.assigned_to == BY_THIS_ACCOUNT,
        )
        .order_by(Case.id.desc())
        .limit(bindparam("own", type_=Integer))
    )
    return union_all(
        *(
            select(literal(name).label("list"), part.subquery())
            for name, part in (("claim", at_risk), ("own", assigned))
        )
    )


def _claims_not_sent(
    organisation_id: UUID | BindParameter[UUID] | None,
) -> Select[*tuple[Any, ...]]:
    return _case_rows().where(
        Case.organisation_id == organisation_id,
        Case.state != CaseState.CLOSED,
        Case.claim_sent_on.is_(None),
    )


def _claim_rows(
    query: Select[*tuple[Any, ...]], after: tuple[date, UUID] | None, limit: int
) -> list[CaseRow]:
    if after is not None:
        query = query.where(
            tuple_(Case.keep_date_by, Case.id) > tuple_(literal(after[0]), literal(after[1]))
        )
    found = get_session().execute(query.order_by(Case.keep_date_by, Case.id).limit(limit))
    return [_case_row(row) for row in found]


@dataclass(frozen=True)
class Colleague:
    """Somebody who may be given a case or a task."""

    account_id: UUID
    name: str


def helping_at(query: Any, organisation_id: Any) -> Any:
    """Of the accounts that ``query`` selects, those who help at that organisation today: it may
    give them its cases, tasks and sessions. Relatives, whom it sponsors, are none of them."""
    return (
        query.join(Membership, Membership.account_id == Account.id)
        .join(Organisation, Organisation.id == Membership.organisation_id)
        .join(RoleGrant, RoleGrant.membership_id == Membership.id)
        .where(
            Membership.organisation_id == organisation_id,
            Account.disabled_at.is_(None),
            Membership.kind != MembershipKind.FAMILY,
            RoleGrant.role == Role.HELPER,
            RoleGrant.ended_at.is_(None),
            is_live(clock.today()),
        )
    )


def list_colleagues(actor: Actor) -> list[Colleague]:
    """The helpers of the actor's organisation, now, the actor among them, by name."""
    found = get_session().execute(
        helping_at(select(Account.id, Account.name), actor.organisation_id).order_by(
            Account.name, Account.id
        )
    )
    return [Colleague(row.id, row.name) for row in found]


OPENED_AND_KEPT = and_(Case.opened_by == BY_THIS_ACCOUNT, Case.assigned_to == BY_THIS_ACCOUNT)
"""The cases that are a relative's own: opened by them, and still looked after by them."""
