"""Questions about delegations. Nothing here is a recorded look: the commands that look are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, bindparam, exists, func, or_, select

from assistedaccess.accounts.models import Account
from assistedaccess.accounts.queries import list_names
from assistedaccess.consent.models import Consent
from assistedaccess.consent.queries import name_services
from assistedaccess.consent.rules import HolderKind, Period
from assistedaccess.kernel import clock
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.database import get_session
from assistedaccess.notices.words import spell_day
from assistedaccess.organisations.models import Organisation
from assistedaccess.people.models import Person

from .models import Delegation, LimitEntry
from .rules import add_up, is_frozen, period_key

PAGE = 50


@dataclass(frozen=True)
class DelegationRow:
    """A delegation in a list, with names. ``state``: live, frozen, resting, expired or ended."""

    id: UUID
    reference: str
    person_id: UUID
    organisation_id: UUID
    organisation_name: str
    holder_kind: str
    holder_account_id: UUID | None
    holder_account_name: str | None
    services: list[str]
    powers: list[str]
    money_limit_pence: int | None
    money_period: str | None
    act_limit_pence: int | None
    starts_at: datetime
    expires_at: datetime
    ended_at: datetime | None
    ended_how: str | None
    frozen_at: datetime | None
    frozen_until: datetime | None
    suspended_at: datetime | None
    suspended_how: str | None
    check_in_on: date | None
    chain_id: UUID
    replaces_id: UUID | None
    edition: int
    is_one_task: bool
    consent_id: UUID | None
    consent_reference: str | None
    strength: str | None
    legal_authority_id: UUID | None
    version: int

    @property
    def holder_name(self) -> str:
        """Who may act."""
        if self.holder_kind == HolderKind.ACCOUNT:
            return self.holder_account_name or ""
        return self.organisation_name

    @property
    def state(self) -> str:
        now = clock.now()
        if self.ended_at is not None:
            return "ended"
        if now >= self.expires_at:
            return "expired"
        if is_frozen(self.frozen_at, self.frozen_until, now):
            return "frozen"
        late = self.check_in_on is not None and now >= clock.end_of_day(self.check_in_on)
        return "resting" if self.suspended_at is not None or late else "live"


_COLUMNS = (
    Delegation.id,
    Delegation.reference,
    Delegation.person_id,
    Delegation.organisation_id,
    Organisation.name.label("organisation_name"),
    Delegation.holder_kind,
    Delegation.holder_account_id,
    Account.name.label("holder_account_name"),
    Delegation.services,
    Delegation.powers,
    Delegation.money_limit_pence,
    Delegation.money_period,
    Delegation.act_limit_pence,
    Delegation.starts_at,
    Delegation.expires_at,
    Delegation.ended_at,
    Delegation.ended_how,
    Delegation.frozen_at,
    Delegation.frozen_until,
    Delegation.suspended_at,
    Delegation.suspended_how,
    Delegation.check_in_on,
    Delegation.chain_id,
    Delegation.replaces_id,
    Delegation.edition,
    Delegation.is_one_task,
    Delegation.consent_id,
    Consent.reference.label("consent_reference"),
    Consent.strength,
    Delegation.legal_authority_id,
    Delegation.version,
)
_ROWS = (
    select(*_COLUMNS)
    .join(Organisation, Organisation.id == Delegation.organisation_id)
    .outerjoin(Consent, Consent.id == Delegation.consent_id)
    .outerjoin(Account, Account.id == Delegation.holder_account_id)
)


def list_delegations(
    person_id: UUID, *, live_only: bool = False, before: UUID | None = None, limit: int = PAGE
) -> list[DelegationRow]:
    """Who may act for a person, or might once; newest first, paged by key; one statement.

    The caller has recorded the look. ``live_only``: not ended, and the last day not over (frozen
    ones are there: they can be lifted).
    """
    query = _ROWS.where(Delegation.person_id == person_id).order_by(Delegation.id.desc())
    if before is not None:
        query = query.where(Delegation.id < before)
    if live_only:
        query = query.where(Delegation.ended_at.is_(None), Delegation.expires_at > clock.now())
    return [DelegationRow(**row._mapping) for row in get_session().execute(query.limit(limit))]


def find_delegation(reference: str) -> DelegationRow | None:
    """The delegation of that reference, whoever holds it: every desk can end it."""
    row = get_session().execute(_ROWS.where(Delegation.reference == reference)).one_or_none()
    return DelegationRow(**row._mapping) if row is not None else None


def has_begun(consent_id: UUID) -> bool:
    """Whether a delegation ever came of a consent, live or not."""
    return bool(get_session().scalar(select(exists().where(Delegation.consent_id == consent_id))))


def find_by_consent(consent_id: UUID) -> DelegationRow | None:
    """The delegation that came of a consent."""
    row = get_session().execute(_ROWS.where(Delegation.consent_id == consent_id)).one_or_none()
    return DelegationRow(**row._mapping) if row is not None else None


IS_LIVE = and_(
    Delegation.ended_at.is_(None),
    Delegation.starts_at <= bindparam("now"),
    Delegation.expires_at > bindparam("now"),
    or_(Delegation.frozen_at.is_(None), Delegation.frozen_until <= bindparam("now")),
    Delegation.suspended_at.is_(None),
    or_(Delegation.check_in_on.is_(None), Delegation.check_in_on >= bindparam("today")),
)
"""A delegation on which something can be done now; of the parameters now and today."""


def sum_taken(delegations: Sequence[Delegation | DelegationRow]) -> dict[UUID, int]:
    """What is taken of each money limit in its present period, in whole pence; one statement.

    By the whole chain of editions: no new edition sets a limit back. A limit in all counts whatever
    the chain has taken; one of a month also what was taken while its limit was one in all.
    """
    now = clock.now()
    chains = {row.chain_id for row in delegations if row.money_period is not None}
    if not chains:
        return {}
    amounts: dict[tuple[UUID, str], dict[str, int]] = defaultdict(dict)
    for chain_id, period, kind, total in get_session().execute(
        select(
            Delegation.chain_id,
            LimitEntry.period,
            LimitEntry.kind,
            func.sum(LimitEntry.amount_pence),
        )
        .join(Delegation, Delegation.id == LimitEntry.delegation_id)
        .where(Delegation.chain_id.in_(chains))
        .group_by(Delegation.chain_id, LimitEntry.period, LimitEntry.kind)
    ):
        amounts[chain_id, period][kind] = int(total)
    taken = {}
    for row in delegations:
        if row.money_period is None:
            continue
        of_month = {period_key(Period.MONTH, now), period_key(Period.TERM, now)}
        taken[row.id] = sum(
            add_up(kinds)
            for (chain_id, period), kinds in amounts.items()
            if chain_id == row.chain_id and (row.money_period == Period.TERM or period in of_month)
        )
    return taken


@dataclass(frozen=True)
class EndingRow:
    """A delegation whose end, or check-in, is near: by reference and name alone."""

    reference: str
    person_reference: str
    person_name: str
    expires_at: datetime
    check_in_on: date | None

    @property
    def day(self) -> date:
        """The nearer of the two."""
        last = clock.local(self.expires_at - timedelta(seconds=1)).date()
        return min(last, self.check_in_on) if self.check_in_on else last


@cache
def _ending_soon() -> Select[*tuple[Any, ...]]:
    """One statement, built once a process."""
    return (
        select(
            Delegation.reference,
            Person.reference.label("person_reference"),
            Person.name.label("person_name"),
            Delegation.expires_at,
            Delegation.check_in_on,
        )
        .join(Person, Person.id == Delegation.person_id)
        .where(
            Delegation.organisation_id == bindparam("organisation_id"),
            or_(
                Delegation.holder_account_id == bindparam("account_id"),
                Delegation.holder_account_id.is_(None),
            ),
            Delegation.ended_at.is_(None),
            Delegation.suspended_at.is_(None),
            Delegation.expires_at > bindparam("now"),
            or_(
                Delegation.expires_at <= bindparam("until"),
                Delegation.check_in_on <= bindparam("until_on"),
            ),
            Person.died_on.is_(None),
        )
        .order_by(Delegation.expires_at, Delegation.id)
        .limit(bindparam("limit"))
    )


def list_ending(actor: Actor, *, days: int = 30, limit: int) -> list[EndingRow]:
    """What this helper or their organisation holds that ends, or is to be asked about, soon."""
    until_on = clock.today() + timedelta(days=days)
    given = {
        "organisation_id": actor.organisation_id,
        "account_id": actor.account_id,
        "now": clock.now(),
        "until": clock.end_of_day(until_on),
        "until_on": until_on,
        "limit": limit,
    }
    rows = get_session().execute(_ending_soon(), given)
    return sorted((EndingRow(*row) for row in rows), key=lambda row: row.day)


@dataclass(frozen=True)
class Step:
    """One thing that happened to a delegation: a word for it, when, and by whom."""

    what: str
    at: datetime
    by_account_id: UUID | None
    how: str = ""


def list_life(delegation_id: UUID) -> list[UUID]:
    """The ids under which a delegation's whole life stands in the journal: of each of its editions,
    and of the yes that each rests on. One statement."""
    chain = select(Delegation.chain_id).where(Delegation.id == delegation_id).scalar_subquery()
    found = get_session().execute(
        select(Delegation.id, Delegation.consent_id)
        .where(Delegation.chain_id == chain)
        .order_by(Delegation.id)
    )
    return [key for row in found for key in row if key is not None]


def list_steps(delegation_id: UUID) -> list[Step]:
    """The life of a delegation, oldest first, as its own rows tell it; two statements.

    Every act under it stands in the journal, with the delegation as its authority.
    """
    found = (
        get_session()
        .execute(
            select(Delegation, Consent)
            .outerjoin(Consent, Consent.id == Delegation.consent_id)
            .where(Delegation.id == delegation_id)
        )
        .one_or_none()
    )
    if found is None:
        return []
    row, consent = found
    steps = [Step("granted", row.granted_at, row.granted_by)]
    if consent is not None:
        steps.insert(0, Step("agreed", consent.recorded_at, consent.account_id, consent.way))
    if row.frozen_at is not None:
        steps.append(Step("frozen", row.frozen_at, row.frozen_by, row.frozen_how or ""))
    if consent is not None and consent.withdrawn_at is not None:
        how = consent.withdrawn_how or ""
        steps.append(Step("withdrawn", consent.withdrawn_at, consent.withdrawn_by, how))
    if row.checked_in_at is not None:
        steps.append(Step("checked_in", row.checked_in_at, row.checked_in_by))
    if row.suspended_at is not None:
        steps.append(Step("suspended", row.suspended_at, None, row.suspended_how or ""))
    if row.ended_at is not None:
        steps.append(Step("ended", row.ended_at, row.ended_by, row.ended_how or ""))
    elif row.expires_at <= clock.now():
        steps.append(Step("expired", row.expires_at, None))
    return sorted(steps, key=lambda step: step.at)


def name_holders(rows: Sequence[Consent | Delegation]) -> str:
    """Who may act, by name, in one line; two statements."""
    accounts = list_names(holder for row in rows if (holder := _holder_account(row)) is not None)
    wanted = {row.organisation_id for row in rows if _holder_account(row) is None}
    organisations = (
        {
            row.id: row.name
            for row in get_session().execute(
                select(Organisation.id, Organisation.name).where(Organisation.id.in_(wanted))
            )
        }
        if wanted
        else {}
    )
    names = []
    for row in rows:
        account_id = _holder_account(row)
        names.append(
            accounts.get(account_id, "") if account_id else organisations[row.organisation_id]
        )
    return ", ".join(dict.fromkeys(name for name in names if name))


def _holder_account(row: Consent | Delegation) -> UUID | None:
    if row.holder_kind != HolderKind.ACCOUNT:
        return None
    if isinstance(row, Consent):
        return row.holder_account_id or row.account_id
    return row.holder_account_id


def make_facts(person_id: UUID, rows: Sequence[Consent | Delegation]) -> dict[str, str]:
    """What the words of a notice about these use: who may act, in what, until when."""
    person = get_session().get_one(Person, person_id)
    services = dict.fromkeys(slug for row in rows for slug in row.services)
    last = max(
        clock.end_of_day(row.until_on) if isinstance(row, Consent) else row.expires_at
        for row in rows
    )
    return {
        "helper": name_holders(rows),
        "service": name_services(services, person.language),
        # The last day, not the midnight that ends it.
        "until": spell_day(last - timedelta(seconds=1), person.language),
    }
