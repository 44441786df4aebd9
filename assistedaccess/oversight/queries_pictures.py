"""What the auditor's pictures are drawn from: each figure is the number of the rows to which it
opens, counted by the same conditions by which the journal is asked for them (picked)."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, String, case, cast, exists, func, select
from sqlalchemy.orm import aliased

from assistedaccess.accounts.models import Account
from assistedaccess.applications.models_payee import PaymentDetails
from assistedaccess.approvals.models import PendingAct
from assistedaccess.audit.models import AuditEvent
from assistedaccess.casework.models import Case
from assistedaccess.kernel import clock
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.database import get_session
from assistedaccess.organisations.models import Site
from assistedaccess.safeguards.models import Establishment

from . import picked
from .queries_looks import SLACK, key_at
from .remit import list_remit_ids, within_remit
from .rules import NO_SITE, Took

DAYS = 28
MOST_SITES = 20
MOST_PAIRS = 30
SHARED_BY = 3
"""From so many people on one account it is drawn, as a second human looks from the third on."""
MOST_ACCOUNTS = 10
MOST_SENDERS = 100


@dataclass(frozen=True)
class Counts:
    """Looks that the records explain, that they do not, for which no reason is asked; and acts."""

    explained: int = 0
    unexplained: int = 0
    not_asked: int = 0
    acts: int = 0

    def __add__(self, other: Counts) -> Counts:
        return Counts(*(mine + more for mine, more in zip(self.bar, other.bar, strict=True)))

    @property
    def bar(self) -> tuple[int, int, int, int]:
        return self.explained, self.unexplained, self.not_asked, self.acts


@dataclass(frozen=True)
class SiteBar:
    """One site; NO_SITE, without a name, for what was done at none."""

    site_id: UUID
    name: str | None
    counts: Counts


@dataclass(frozen=True)
class HandOver:
    """How often cases that one helper opened were given on, and are now with the other."""

    from_id: UUID
    from_name: str
    to_id: UUID
    to_name: str
    times: int


@dataclass(frozen=True)
class PaidInto:
    """How many people one helper’s forms pay into an account that several share.

    ``number`` tells the accounts of one page apart: what they are stands nowhere here.
    ``form_id`` is one of the forms, by which the journal is asked for all of them.
    """

    from_id: UUID
    from_name: str
    number: int
    people: int
    forms: int
    form_id: UUID


@dataclass(frozen=True)
class Pictures:
    """All pictures of one page, of the days from ``since`` to ``until``."""

    since: date
    until: date
    days: list[tuple[date, Counts]]
    sites: list[SiteBar]
    hand_overs: list[HandOver]
    payees: list[PaidInto]
    releases: list[tuple[Took, int]]


def gather(actor: Actor) -> Pictures:
    """The pictures of the last four weeks in this remit; six statements."""
    until = clock.today()
    since = until - timedelta(days=DAYS - 1)
    asked = _Asked(actor, since, until)
    return Pictures(
        since=since,
        until=until,
        days=_list_days(asked, since),
        sites=_list_sites(asked),
        hand_overs=_list_hand_overs(asked),
        payees=_list_payees(asked),
        releases=_list_releases(asked),
    )


class _Asked:
    """The events that this auditor may see, of the four weeks or of any time."""

    def __init__(self, actor: Actor, since: date, until: date) -> None:
        self.actor, self.remit = actor, list_remit_ids(actor)
        self.begin, self.end = clock.start_of_day(since), clock.end_of_day(until)

    def ever(self, query: Any) -> Select[Any]:
        return within_remit(self.actor, self.remit, query)

    def lately(self, query: Any) -> Select[Any]:
        return self.ever(query).where(
            AuditEvent.id >= key_at(self.begin - SLACK),
            AuditEvent.occurred_at >= self.begin,
            AuditEvent.occurred_at < self.end,
        )


def _sum(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)


_COUNTS = select(
    _sum(picked.IS_LOOK & picked.IS_EXPLAINED).label("explained"),
    _sum(picked.IS_LOOK & picked.IS_NOT_EXPLAINED).label("unexplained"),
    _sum(picked.IS_NOT_ASKED).label("not_asked"),
    _sum(~picked.IS_LOOK).label("acts"),
)


def _counts(row: Any) -> Counts:
    return Counts(row.explained, row.unexplained, row.not_asked, row.acts)


def _list_days(asked: _Asked, since: date) -> list[tuple[date, Counts]]:
    """By hours in UTC, which both databases can tell, put together to days in the United Kingdom:
    its clocks differ from UTC by whole hours."""
    session = get_session()
    if session.get_bind().dialect.name == "sqlite":
        hour = func.strftime("%Y-%m-%d %H", AuditEvent.occurred_at)
    else:
        hour = func.to_char(func.timezone("UTC", AuditEvent.occurred_at), "YYYY-MM-DD HH24")
    found: dict[date, Counts] = {}
    rows = session.execute(asked.lately(_COUNTS.add_columns(hour.label("hour"))).group_by("hour"))
    for row in rows:
        begin = datetime.strptime(row.hour, "%Y-%m-%d %H").replace(tzinfo=UTC)
        day = clock.local(begin).date()
        found[day] = found.get(day, Counts()) + _counts(row)
    days = [since + timedelta(days=number) for number in range(DAYS)]
    return [(day, found.get(day, Counts())) for day in days]


def _list_sites(asked: _Asked) -> list[SiteBar]:
    everything = func.count(AuditEvent.id)
    counted = (
        asked.lately(_COUNTS.add_columns(AuditEvent.site_id, everything.label("all")))
        .group_by(AuditEvent.site_id)
        .order_by(everything.desc())
        .limit(MOST_SITES)
        .subquery()
    )
    rows = get_session().execute(
        select(counted, Site.name)
        .outerjoin(Site, Site.id == counted.c.site_id)
        .order_by(counted.c.all.desc())
    )
    return [SiteBar(row.site_id or NO_SITE, row.name, _counts(row)) for row in rows]


def _list_hand_overs(asked: _Asked) -> list[HandOver]:
    giver, taker = aliased(Account), aliased(Account)
    times = func.count(AuditEvent.id)
    pairs = (
        asked.lately(select(Case.opened_by, Case.assigned_to, times.label("times")))
        .select_from(Case)
        .join(AuditEvent, AuditEvent.subject_id == Case.id)
        .where(picked.WAS_GIVEN, Case.opened_by != Case.assigned_to)
        .group_by(Case.opened_by, Case.assigned_to)
        .order_by(times.desc())
        .limit(MOST_PAIRS)
        .subquery()
    )
    rows = get_session().execute(
        select(pairs, giver.name.label("from_name"), taker.name.label("to_name"))
        .join(giver, giver.id == pairs.c.opened_by)
        .join(taker, taker.id == pairs.c.assigned_to)
        .order_by(pairs.c.times.desc())
    )
    return [
        HandOver(row.opened_by, row.from_name, row.assigned_to, row.to_name, row.times)
        for row in rows
    ]


def _list_payees(asked: _Asked) -> list[PaidInto]:
    """Accounts into which several people are paid, and who sent the forms that say so.

    Not what an establishment has registered (scenario L02), nor what was put aside.
    """
    is_registered = exists().where(
        Establishment.account == PaymentDetails.fingerprint, Establishment.ended_at.is_(None)
    )
    people = func.count(PaymentDetails.person_id.distinct())
    shared = (
        select(PaymentDetails.fingerprint.label("account"), people.label("people"))
        .where(PaymentDetails.organisation_id.in_(asked.remit), picked.COUNTS, ~is_registered)
        .group_by(PaymentDetails.fingerprint)
        .having(people >= SHARED_BY)
        .order_by(people.desc())
        .limit(MOST_ACCOUNTS)
        .subquery()
    )
    rows = get_session().execute(
        asked.ever(
            select(
                PaymentDetails.fingerprint,
                AuditEvent.account_id,
                Account.name,
                people.label("people"),
                func.count(AuditEvent.id).label("forms"),
                # as text: PostgreSQL knows no smallest of its UUIDs before version 18
                func.min(cast(PaymentDetails.application_id, String)).label("form_id"),
            )
        )
        .select_from(PaymentDetails)
        .join(shared, shared.c.account == PaymentDetails.fingerprint)
        .join(AuditEvent, AuditEvent.subject_id == PaymentDetails.application_id)
        .join(Account, Account.id == AuditEvent.account_id)
        .where(picked.WAS_SENT, picked.COUNTS)
        .group_by(PaymentDetails.fingerprint, AuditEvent.account_id, Account.name, shared.c.people)
        .order_by(shared.c.people.desc(), PaymentDetails.fingerprint, people.desc(), Account.name)
        .limit(MOST_SENDERS)
    )
    numbers: dict[bytes, int] = {}
    return [
        PaidInto(
            row.account_id,
            row.name,
            numbers.setdefault(row.fingerprint, len(numbers) + 1),
            row.people,
            row.forms,
            UUID(row.form_id),
        )
        for row in rows
    ]


def _list_releases(asked: _Asked) -> list[tuple[Took, int]]:
    rows = get_session().execute(
        asked.lately(select(picked.took().label("took"), func.count(AuditEvent.id).label("times")))
        .select_from(AuditEvent)
        .join(PendingAct, PendingAct.id == AuditEvent.subject_id)
        .where(picked.WAS_RELEASED)
        .group_by("took")
    )
    counts = Counter({row.took: row.times for row in rows})
    return [(took, counts[str(took)]) for took in Took]
