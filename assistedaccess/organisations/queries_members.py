"""Questions about the members of an organisation, for its manager's pages."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import or_, select

from assistedaccess.accounts.factors import is_set_up
from assistedaccess.accounts.models import Account
from assistedaccess.kernel import clock, encryption
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.errors import NotFound

from . import rules
from .models import (
    BackgroundCheck,
    DeclaredInterest,
    Membership,
    MembershipSite,
    Organisation,
    RoleGrant,
    Site,
    Training,
)
from .queries import PAGE_SIZE, load_facts, may_see, requirements_of

SUSPENSION_REASON = "membership.suspension_reason"
CERTIFICATE = "background_check.certificate"
INTEREST = "declared_interest.value"


@dataclass(frozen=True)
class MemberRow:
    """A line of the list of members. ``lapses_on``: the last day on which they may act."""

    id: UUID
    reference: str
    name: str
    kind: str
    roles: list[str]
    state: str  # live, not_started, suspended, ended, missing
    lapses_on: date | None
    lapses_soon: bool


@dataclass(frozen=True)
class MemberPage:
    rows: list[MemberRow]
    next_key: str | None


def list_members(organisation: Organisation, after: UUID | None = None) -> MemberPage:
    """The members of an organisation who have not ended, in the order in which they joined."""
    statement = (
        select(Membership, Account.name)
        .join(Account, Account.id == Membership.account_id)
        .where(Membership.organisation_id == organisation.id, Membership.ended_at.is_(None))
        .order_by(Membership.id)
        .limit(PAGE_SIZE + 1)
    )
    if after is not None:
        statement = statement.where(Membership.id > after)
    found = list(get_session().execute(statement))
    more = len(found) > PAGE_SIZE
    found = found[:PAGE_SIZE]
    memberships = [row[0] for row in found]
    facts = load_facts(memberships, organisation)
    roles = _list_roles([membership.id for membership in memberships])
    asked = requirements_of(organisation)
    today = clock.today()
    soon = today + timedelta(days=rules.LAPSE_WARNING_DAYS)
    rows = []
    for membership, name in found:
        lapses_on = rules.find_next_lapse(facts[membership.id], asked)
        rows.append(
            MemberRow(
                membership.id,
                membership.reference,
                name,
                membership.kind,
                roles[membership.id],
                _state(rules.may_act(facts[membership.id], asked, today)),
                lapses_on,
                lapses_on is not None and today <= lapses_on <= soon,
            )
        )
    return MemberPage(rows, str(memberships[-1].id) if more else None)


MOST_MEMBERS = 1_000


@dataclass(frozen=True)
class LapseRow:
    """A member who may soon not act any more, or may not now: something asked has run out."""

    reference: str
    name: str
    lapses_on: date


def list_lapsing(organisation_id: UUID, *, site_id: UUID | None = None) -> list[LapseRow]:
    """Members whose training, check or term ends within LAPSE_WARNING_DAYS or has ended, the
    soonest first; with ``site_id`` those who help there, or at no site. Two statements."""
    statement = (
        select(Membership, Account.name, Organisation)
        .join(Account, Account.id == Membership.account_id)
        .join(Organisation, Organisation.id == Membership.organisation_id)
        .where(Membership.organisation_id == organisation_id, Membership.ended_at.is_(None))
        .order_by(Membership.id)
        .limit(MOST_MEMBERS)
    )
    if site_id is not None:
        sites = select(MembershipSite.site_id).where(MembershipSite.membership_id == Membership.id)
        statement = statement.where(
            or_(~sites.exists(), sites.where(MembershipSite.site_id == site_id).exists())
        )
    found: list[tuple[Membership, str, Organisation]] = [
        (row[0], row[1], row[2]) for row in get_session().execute(statement)
    ]
    if not found:
        return []
    organisation = found[0][2]
    facts = load_facts([membership for membership, _name, _organisation in found], organisation)
    asked = requirements_of(organisation)
    until = clock.today() + timedelta(days=rules.LAPSE_WARNING_DAYS)
    rows = [
        LapseRow(membership.reference, name, lapses_on)
        for membership, name, _organisation in found
        for lapses_on in (rules.find_next_lapse(facts[membership.id], asked),)
        if lapses_on is not None and lapses_on <= until
    ]
    return sorted(rows, key=lambda row: (row.lapses_on, row.name))


_STATES = {
    rules.MembershipEnded: "ended",
    rules.OrganisationClosed: "ended",
    rules.MembershipNotStarted: "not_started",
    rules.Suspended: "suspended",
}


def _state(findings: list[rules.Finding]) -> str:
    if not findings:
        return "live"
    return next((_STATES[f.refusal] for f in findings if f.refusal in _STATES), "missing")


def _list_roles(membership_ids: list[UUID]) -> dict[UUID, list[str]]:
    roles: dict[UUID, list[str]] = defaultdict(list)
    for membership_id, role in get_session().execute(
        select(RoleGrant.membership_id, RoleGrant.role)
        .where(RoleGrant.membership_id.in_(membership_ids), RoleGrant.ended_at.is_(None))
        .order_by(RoleGrant.granted_at, RoleGrant.id)
    ):
        roles[membership_id].append(role)
    return roles


@dataclass(frozen=True)
class RoleRow:
    id: UUID
    role: str
    granted_at: datetime


@dataclass(frozen=True)
class TrainingRow:
    course: str
    completed_on: date
    expires_on: date
    is_current: bool


@dataclass(frozen=True)
class CheckRow:
    level: str
    checked_on: date
    expires_on: date
    certificate: str
    seen_by: str
    is_current: bool


@dataclass(frozen=True)
class Member:
    """All that the member page shows."""

    membership: Membership
    organisation: Organisation
    name: str
    is_own: bool
    is_set_up: bool
    state: str
    suspension_reason: str
    findings: list[rules.Finding]
    lapses_on: date | None
    roles: list[RoleRow]
    training: list[TrainingRow]
    checks: list[CheckRow]
    sites: list[Site]
    interests: dict[str, int]


def get_member(actor: Actor, reference: str) -> Member:
    """A member with everything recorded. Raises NotFound, also for another organisation's."""
    session = get_session()
    row = session.execute(
        select(Membership, Organisation, Account.name)
        .join(Organisation, Organisation.id == Membership.organisation_id)
        .join(Account, Account.id == Membership.account_id)
        .where(Membership.reference == reference)
    ).one_or_none()
    if row is None or not may_see(actor, row[1].id):
        raise NotFound
    membership, organisation, name = row
    facts = load_facts([membership], organisation)[membership.id]
    asked = requirements_of(organisation)
    today = clock.today()
    findings = rules.may_act(facts, asked, today)
    sites = session.scalars(
        select(Site)
        .join(MembershipSite, MembershipSite.site_id == Site.id)
        .where(MembershipSite.membership_id == membership.id)
        .order_by(Site.name)
    )
    return Member(
        membership=membership,
        organisation=organisation,
        name=name,
        is_set_up=is_set_up(membership.account_id),
        is_own=actor.is_same_human(membership.human_id),
        state=_state(findings),
        suspension_reason=_reason(membership),
        findings=findings,
        lapses_on=rules.find_next_lapse(facts, asked),
        roles=_roles_of(membership.id),
        training=_training_of(membership.id, today),
        checks=_checks_of(membership, today),
        sites=list(sites),
        interests=count_interests(membership.human_id),
    )


def _reason(membership: Membership) -> str:
    if membership.suspension_reason is None:
        return ""
    return encryption.unseal(membership.account_id, SUSPENSION_REASON, membership.suspension_reason)


def _roles_of(membership_id: UUID) -> list[RoleRow]:
    rows = get_session().execute(
        select(RoleGrant.id, RoleGrant.role, RoleGrant.granted_at)
        .where(RoleGrant.membership_id == membership_id, RoleGrant.ended_at.is_(None))
        .order_by(RoleGrant.granted_at, RoleGrant.id)
    )
    return [RoleRow(*row) for row in rows]


def _training_of(membership_id: UUID, today: date) -> list[TrainingRow]:
    rows = get_session().execute(
        select(Training.course, Training.completed_on, Training.expires_on)
        .where(Training.membership_id == membership_id)
        .order_by(Training.completed_on.desc(), Training.id.desc())
        .limit(PAGE_SIZE)
    )
    return [TrainingRow(*row, is_current=row.expires_on >= today) for row in rows]


def _checks_of(membership: Membership, today: date) -> list[CheckRow]:
    rows = list(
        get_session().execute(
            select(BackgroundCheck, Account.name)
            .outerjoin(Account, Account.id == BackgroundCheck.seen_by)
            .where(BackgroundCheck.membership_id == membership.id)
            .order_by(BackgroundCheck.checked_on.desc(), BackgroundCheck.id.desc())
            .limit(PAGE_SIZE)
        )
    )
    return [
        CheckRow(
            check.level,
            check.checked_on,
            check.expires_on,
            encryption.unseal(membership.account_id, CERTIFICATE, check.certificate)
            if check.certificate
            else "",
            seen_by or "",
            check.expires_on >= today,
        )
        for check, seen_by in rows
    ]


@dataclass(frozen=True)
class InterestRow:
    """One declaration, for the human who made it. ``value`` is None where they made it by another
    account: an account that was tied to them reads none of their secrets."""

    id: UUID
    kind: str
    value: str | None
    relation: str | None
    person_reference: str | None
    declared_at: datetime


def list_own_interests(actor: Actor) -> list[InterestRow]:
    """What the actor's human has declared and not ended, unsealed for this account alone."""
    if actor.human_id is None:
        raise NotFound
    rows = list(
        get_session().scalars(
            select(DeclaredInterest)
            .where(DeclaredInterest.human_id == actor.human_id, DeclaredInterest.ended_at.is_(None))
            .order_by(DeclaredInterest.id)
            .limit(200)
        )
    )
    encryption.load_keys([actor.human_id])
    return [
        InterestRow(
            row.id,
            row.kind,
            encryption.unseal(row.human_id, INTEREST, row.value) if is_own else None,
            row.relation if is_own else None,
            row.person_reference if is_own else None,
            row.declared_at,
        )
        for row in rows
        for is_own in (row.account_id == actor.account_id,)
    ]


def count_interests(human_id: UUID) -> dict[str, int]:
    """How many declarations of each kind stand: all that a manager sees of them."""
    counts: dict[str, int] = defaultdict(int)
    for kind in get_session().scalars(
        select(DeclaredInterest.kind).where(
            DeclaredInterest.human_id == human_id, DeclaredInterest.ended_at.is_(None)
        )
    ):
        counts[kind] += 1
    return dict(counts)


def find_declared(
    human_id: UUID, *, fingerprint: bytes | None = None, person_reference: str | None = None
) -> UUID | None:
    """The declaration of this human that names the same account, contact point or person.

    For rules that keep a helper from being on both sides; None where there is none.
    """
    statement = select(DeclaredInterest.id).where(
        DeclaredInterest.human_id == human_id, DeclaredInterest.ended_at.is_(None)
    )
    if fingerprint is not None:
        statement = statement.where(DeclaredInterest.fingerprint == fingerprint)
    if person_reference is not None:
        statement = statement.where(DeclaredInterest.person_reference == person_reference)
    return get_session().scalars(statement.limit(1)).first()
