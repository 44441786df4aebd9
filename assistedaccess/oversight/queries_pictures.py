"""What the auditor's pictures are drawn from: each figure is the number of the rows to which it
opens, counted by the same conditions by which the journal is asked for them (picked)."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Select, String, cast, exists, func, select
from sqlalchemy.orm import aliased

from assistedaccess.accounts.models import Account
from assistedaccess.applications.models_payee import PaymentDetails
from assistedaccess.approvals.models import PendingAct
from assistedaccess.audit.models import AuditEvent
from assistedaccess.audit.sealing import is_not_sealed
from assistedaccess.casework.models import Case
from assistedaccess.kernel import clock
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.database import get_session
from assistedaccess.organisations.models import Site
from assistedaccess.safeguards.models import Establishment

from . import picked, tally
from .models_tally import JournalTally
from .queries import within_time
from .remit import list_remit_ids, tally_within_remit, within_remit
from .rules import NO_SITE, Took
from .tally import Counts

DAYS = 28
MOST_SITES = 20
MOST_PAIRS = 30
SHARED_BY = 3
"""From so many people on one account it is drawn, as a second human looks from the third on."""
MOST_ACCOUNTS = 10
MOST_SENDERS = 100


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
    """The pictures of the last four weeks in this remit; seven statements."""
    until = clock.today()
    since = until - timedelta(days=DAYS - 1)
    asked = _Asked(actor, since, until)
    counts = _count(asked, since, until)
    return Pictures(
        since=since,
        until=until,
        days=_by_day(counts, since),
        sites=_by_site(counts),
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
        return self.ever(query).where(*within_time(self.begin, self.end))


def _count(asked: _Asked, since: date, until: date) -> dict[tuple[date, UUID, str | None], Counts]:
    """Looks and acts by day and site: of what is sealed from the tally, of the rest from the
    journal; so however many there are, it takes no longer. Three statements."""
    session = get_session()
    by = (JournalTally.day, JournalTally.site_id, Site.name)
    sealed = tally_within_remit(
        asked.actor,
        asked.remit,
        select(*(func.sum(getattr(JournalTally, name)).label(name) for name in tally.COLUMNS), *by)
        .outerjoin(Site, Site.id == JournalTally.site_id)
        .where(JournalTally.day.between(since, until))
        .group_by(*by),
    )
    counts: dict[tuple[date, UUID, str | None], Counts] = defaultdict(Counts)
    for row in session.execute(sealed):
        counts[row.day, row.site_id, row.name] += tally.counts_of(row)
    waiting = (
        asked.ever(tally.count_events().add_columns(AuditEvent.site_id, Site.name))
        .outerjoin(Site, Site.id == AuditEvent.site_id)
        .where(
            is_not_sealed(),
            AuditEvent.occurred_at >= asked.begin,
            AuditEvent.occurred_at < asked.end,
        )
        .group_by("hour", AuditEvent.site_id, Site.name)
    )
    for row in session.execute(waiting):
        day = tally.day_of(row.hour)
        counts[day, row.site_id or NO_SITE, row.name] += tally.counts_of(row)
    return counts


def _by_day(
    counts: dict[tuple[date, UUID, str | None], Counts], since: date
) -> list[tuple[date, Counts]]:
    days = {since + timedelta(days=number): Counts() for number in range(DAYS)}
    for (day, _site_id, _name), more in counts.items():
        days[day] += more
    return list(days.items())


def _by_site(counts: dict[tuple[date, UUID, str | None], Counts]) -> list[SiteBar]:
    sites: dict[tuple[UUID, str | None], Counts] = defaultdict(Counts)
    for (_day, site_id, name), more in counts.items():
        sites[site_id, name] += more
    most = sorted(sites.items(), key=lambda one: (-sum(one[1].bar), one[0][1] or ""))
    return [SiteBar(site_id, name, those) for (site_id, name), those in most[:MOST_SITES]]


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
