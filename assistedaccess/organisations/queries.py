"""Questions about organisations and memberships. Pages ask few statements, whatever the rows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    CompoundSelect,
    Select,
    and_,
    bindparam,
    func,
    literal,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import InstrumentedAttribute, aliased

from assistedaccess.access import Role
from assistedaccess.accounts.hats import Hat
from assistedaccess.accounts.models import Account
from assistedaccess.kernel import clock
from assistedaccess.kernel.actor import Actor, ActorKind
from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.errors import NotFound
from assistedaccess.notices.sites import Desk

from .models import (
    AuditRemit,
    BackgroundCheck,
    Membership,
    MembershipSite,
    Organisation,
    RoleGrant,
    Site,
    Training,
)
from .rules import CheckFact, CheckLevel, Course, MembershipFacts, MembershipKind, Requirements


def is_live(today: date | BindParameter[date]) -> ColumnElement[bool]:
    """The condition under which a membership carries its roles: dates, no suspension, open body.

    For statements that join Membership and Organisation.
    """
    return and_(
        Membership.ended_at.is_(None),
        Membership.suspended_at.is_(None),
        Membership.starts_on <= today,
        or_(Membership.ends_on.is_(None), Membership.ends_on >= today),
        Organisation.closed_on.is_(None),
    )


def list_hats(account_id: UUID) -> list[Hat]:
    """The roles that an account may put on now, one for each open site of its membership.

    Answers the hats port of accounts, in one statement.
    """
    given = {"account_id": account_id, "today": clock.today()}
    return [Hat(*row) for row in get_session().execute(_hats(), given)]


@cache
def _hats() -> Select[*tuple[Any, ...]]:
    """The statement of every request, built once a process."""
    sites = (
        select(MembershipSite.membership_id, Site.id, Site.name)
        .join(Site, Site.id == MembershipSite.site_id)
        .where(Site.closed_on.is_(None))
        .subquery()
    )
    return (
        select(
            RoleGrant.id,
            Membership.id,
            Organisation.id,
            Organisation.name,
            RoleGrant.role,
            sites.c.id,
            func.coalesce(sites.c.name, ""),
            Membership.kind == MembershipKind.FAMILY,
        )
        .join(Membership, Membership.id == RoleGrant.membership_id)
        .join(Organisation, Organisation.id == Membership.organisation_id)
        .join(Account, Account.id == Membership.account_id)
        .outerjoin(sites, sites.c.membership_id == Membership.id)
        .where(
            Membership.account_id == bindparam("account_id"),
            RoleGrant.ended_at.is_(None),
            Account.disabled_at.is_(None),
            is_live(bindparam("today")),
        )
        .order_by(Organisation.name_key, RoleGrant.id, sites.c.name, sites.c.id)
    )


def list_member_accounts(organisation_id: UUID) -> list[UUID]:
    """The accounts that belong to an organisation: the member port of accounts.

    From the invitation on, before their first day too; not while they are suspended, nor after.
    """
    today = clock.today()
    return list(
        get_session().scalars(
            select(Membership.account_id)
            .join(Organisation, Organisation.id == Membership.organisation_id)
            .where(
                Membership.organisation_id == organisation_id,
                Membership.ended_at.is_(None),
                Membership.suspended_at.is_(None),
                or_(Membership.ends_on.is_(None), Membership.ends_on >= today),
                Organisation.closed_on.is_(None),
            )
            .order_by(Membership.id)
        )
    )


@dataclass(frozen=True)
class RoleHolder:
    """Somebody who holds a role now."""

    account_id: UUID
    human_id: UUID
    organisation_id: UUID
    role: str


def list_role_holders(
    roles: Iterable[str], *, organisation_id: UUID | None = None, with_pool: bool = False
) -> list[RoleHolder]:
    """Who holds one of ``roles`` now: at that organisation, or anywhere when None is given.

    ``with_pool`` adds those of the organisations that share their reviewers.
    """
    statement = (
        select(
            Membership.account_id, Membership.human_id, RoleGrant.organisation_id, RoleGrant.role
        )
        .join(RoleGrant, RoleGrant.membership_id == Membership.id)
        .join(Organisation, Organisation.id == Membership.organisation_id)
        .join(Account, Account.id == Membership.account_id)
        .where(
            RoleGrant.role.in_([str(role) for role in roles]),
            RoleGrant.ended_at.is_(None),
            Account.disabled_at.is_(None),
            is_live(clock.today()),
        )
        .order_by(RoleGrant.id)
    )
    if organisation_id is not None:
        here: ColumnElement[bool] = Organisation.id == organisation_id
        statement = statement.where(or_(here, Organisation.is_pool) if with_pool else here)
    return [RoleHolder(*row) for row in get_session().execute(statement)]


def requirements_of(organisation: Organisation) -> Requirements:
    """What the organisation asks, as the rules take it."""
    return Requirements(
        courses=tuple(Course(course) for course in organisation.required_courses),
        training_valid_months=organisation.training_valid_months,
        check_level=(
            CheckLevel(organisation.required_check) if organisation.required_check else None
        ),
        check_valid_months=organisation.check_valid_months,
    )


def load_facts(
    memberships: Sequence[Membership], organisation: Organisation
) -> dict[UUID, MembershipFacts]:
    """The facts of many memberships of one organisation, for the rules; one statement."""
    ids = [membership.id for membership in memberships]
    trained: dict[UUID, dict[Course, date]] = defaultdict(dict)
    checks: dict[UUID, list[CheckFact]] = defaultdict(list)
    rows = get_session().execute(_facts(), {"ids": ids})
    for what, membership_id, word, expires_on in rows:
        if what == "training":
            trained[membership_id][Course(word)] = expires_on
        else:
            checks[membership_id].append(CheckFact(CheckLevel(word), expires_on))
    return {
        membership.id: MembershipFacts(
            kind=MembershipKind(membership.kind),
            starts_on=membership.starts_on,
            ends_on=membership.ends_on,
            ended=membership.ended_at is not None,
            suspended=membership.suspended_at is not None,
            organisation_closed=organisation.closed_on is not None,
            trained_until=trained[membership.id],
            checks=checks[membership.id],
        )
        for membership in memberships
    }


@cache
def _facts() -> CompoundSelect[*tuple[Any, ...]]:
    ids: BindParameter[Any] = bindparam("ids", expanding=True)
    return union_all(
        select(
            literal("training").label("what"),
            Training.membership_id,
            Training.course,
            func.max(Training.expires_on),
        )
        .where(Training.membership_id.in_(ids))
        .group_by(Training.membership_id, Training.course),
        select(
            literal("check"),
            BackgroundCheck.membership_id,
            BackgroundCheck.level,
            func.max(BackgroundCheck.expires_on),
        )
        .where(BackgroundCheck.membership_id.in_(ids))
        .group_by(BackgroundCheck.membership_id, BackgroundCheck.level),
    )


def may_see(actor: Actor, organisation_id: UUID) -> bool:
    """Whether the actor may know of an organisation's set-up: its own, or as administrator any."""
    if actor.kind is ActorKind.SYSTEM:
        return True
    if actor.role == Role.ADMINISTRATOR:
        return True
    return actor.is_account and actor.organisation_id == organisation_id


def get_organisation(actor: Actor, reference: str) -> Organisation:
    """The organisation of that reference. Raises NotFound, also for another organisation's."""
    row = get_session().scalars(select(Organisation).filter_by(reference=reference)).one_or_none()
    if row is None or not may_see(actor, row.id):
        raise NotFound
    return row


def get_own_organisation(actor: Actor) -> Organisation:
    """The organisation whose hat the actor wears. Raises NotFound without one."""
    if actor.organisation_id is None:
        raise NotFound
    row = get_session().get(Organisation, actor.organisation_id)
    if row is None:
        raise NotFound
    return row


def get_site(actor: Actor, reference: str) -> tuple[Site, Organisation]:
    """A site and its organisation. Raises NotFound, also for another organisation's."""
    row = (
        get_session()
        .execute(
            select(Site, Organisation)
            .join(Organisation, Organisation.id == Site.organisation_id)
            .where(Site.reference == reference)
        )
        .one_or_none()
    )
    if row is None or not may_see(actor, row[1].id):
        raise NotFound
    return row[0], row[1]


def list_sites(organisation_id: UUID) -> list[Site]:
    """The sites of an organisation that are open, by name."""
    return list(
        get_session().scalars(
            select(Site)
            .where(Site.organisation_id == organisation_id, Site.closed_on.is_(None))
            .order_by(Site.name, Site.id)
        )
    )


def find_organisation_name(organisation_id: UUID) -> str | None:
    """The name of an organisation, for pages that show whose something is."""
    return get_session().scalar(select(Organisation.name).where(Organisation.id == organisation_id))


def get_organisation_reference(organisation_id: UUID) -> str:
    """The reference of an organisation, for addresses."""
    return (
        get_session()
        .execute(select(Organisation.reference).where(Organisation.id == organisation_id))
        .scalar_one()
    )


def find_desk(organisation_id: UUID | None, site_id: UUID | None) -> Desk:
    """The site, else the organisation, that a notice names: the desk port of notices.

    An organisation has no number of its own: its oldest open site's is rung.
    """
    other = aliased(Site)
    any_site = (
        select(other.phone)
        .where(
            other.organisation_id == Organisation.id,
            other.phone.is_not(None),
            other.closed_on.is_(None),
        )
        .order_by(other.id)
        .limit(1)
        .scalar_subquery()
    )
    row = (
        get_session()
        .execute(
            select(Organisation.name, Site.name, Site.phone if site_id else any_site)
            .outerjoin(Site, and_(Site.organisation_id == Organisation.id, Site.id == site_id))
            .where(Organisation.id == organisation_id)
        )
        .one_or_none()
    )
    return Desk(row[1] or row[0], row[2] or "") if row is not None else Desk()


PAGE_SIZE = 50


@dataclass(frozen=True)
class Page:
    """Rows of a list paged by key, and the keys of the pages beside it."""

    rows: list[Any]
    next_key: str | None


def _page(statement: Select[Any], key: InstrumentedAttribute[UUID], after: UUID | None) -> Page:
    if after is not None:
        statement = statement.where(key > after)
    rows = list(get_session().execute(statement.order_by(key).limit(PAGE_SIZE + 1)))
    more = len(rows) > PAGE_SIZE
    rows = rows[:PAGE_SIZE]
    return Page(rows, str(rows[-1].id) if more else None)


def list_organisations(after: UUID | None = None) -> Page:
    """All organisations in the order in which they joined, with how many members each has."""
    members = (
        select(func.count())
        .where(Membership.organisation_id == Organisation.id, Membership.ended_at.is_(None))
        .scalar_subquery()
    )
    return _page(
        select(
            Organisation.id,
            Organisation.reference,
            Organisation.name,
            Organisation.kind,
            Organisation.nation,
            Organisation.is_pool,
            Organisation.closed_on,
            members.label("members"),
        ),
        Organisation.id,
        after,
    )


def list_audited_organisations(auditing_organisation_id: UUID) -> list[UUID]:
    """The organisations whose journal that organisation's auditors may read."""
    return list(
        get_session().scalars(
            select(AuditRemit.audited_organisation_id)
            .where(
                AuditRemit.auditing_organisation_id == auditing_organisation_id,
                AuditRemit.ended_at.is_(None),
            )
            .order_by(AuditRemit.audited_organisation_id)
        )
    )


def list_auditors(audited_organisation_id: UUID) -> list[Any]:
    """Whose auditors may read an organisation's journal: remit id, name, reference, since when."""
    return list(
        get_session().execute(
            select(AuditRemit.id, Organisation.name, Organisation.reference, AuditRemit.granted_at)
            .join(Organisation, Organisation.id == AuditRemit.auditing_organisation_id)
            .where(
                AuditRemit.audited_organisation_id == audited_organisation_id,
                AuditRemit.ended_at.is_(None),
            )
            .order_by(AuditRemit.id)
        )
    )
