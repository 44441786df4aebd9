"""What the auditor's pictures are drawn from, each as rows that open to the journal."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import case, exists, func, select
from sqlalchemy.orm import aliased

from assistedaccess.accounts.models import Account
from assistedaccess.applications.models import Application
from assistedaccess.applications.models_payee import PaymentDetails
from assistedaccess.approvals.models import PendingAct
from assistedaccess.approvals.rules import State
from assistedaccess.audit.models import AuditEvent
from assistedaccess.casework.models import Case
from assistedaccess.kernel import clock
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.database import get_session
from assistedaccess.organisations.models import Site
from assistedaccess.safeguards.models import Establishment

from .queries_looks import SLACK, key_at
from .remit import list_remit_ids
from .rules import LOOKS

DAYS = 28
MOST_SITES = 20
MOST_PAIRS = 30
MOST_RELEASES = 5_000
SHARED_BY = 3
"""From so many people on one account it is drawn, as a second human looks from the third on."""
MOST_ACCOUNTS = 10
MOST_TOLD = 500
MOST_ASKED = 50
WAITS = (("1 h", 1), ("4 h", 4), ("1 day", 24), ("3 days", 72), ("1 week", 168), ("more", None))
"""Up to how many hours a release took."""


@dataclass(frozen=True)
class DayBar:
    """One day: looks that the records explain, looks that they do not, and acts."""

    day: date
    explained: int
    unexplained: int
    acts: int


@dataclass(frozen=True)
class SiteBar:
    """One site in the same time."""

    site_id: UUID | None
    name: str | None
    explained: int
    unexplained: int
    acts: int


@dataclass(frozen=True)
class HandOver:
    """How many cases that one helper opened are another's now."""

    from_id: UUID
    from_name: str
    to_id: UUID
    to_name: str
    cases: int


@dataclass(frozen=True)
class PaidInto:
    """How many people one helper’s forms have paid into an account that several share.

    ``number`` tells the accounts of one page apart: what they are stands nowhere here.
    ``application_ids`` are the forms, by which the journal is asked.
    """

    from_id: UUID
    from_name: str
    number: int
    people: int
    application_ids: tuple[UUID, ...]


@dataclass(frozen=True)
class Pictures:
    """All pictures of one page."""

    since: date
    days: list[DayBar]
    sites: list[SiteBar]
    hand_overs: list[HandOver]
    payees: list[PaidInto]
    releases: list[tuple[str, int]]


def gather(actor: Actor) -> Pictures:
    """The pictures of the last four weeks in this remit; six statements."""
    remit = list_remit_ids(actor)
    today = clock.today()
    since = today - timedelta(days=DAYS - 1)
    return Pictures(
        since=since,
        days=_list_days(remit, since, today),
        sites=_list_sites(remit, since),
        hand_overs=_list_hand_overs(remit),
        payees=_list_payees(remit),
        releases=_list_releases(remit, since),
    )


_IS_LOOK = AuditEvent.action.in_(LOOKS)
_NOT_EXPLAINED = AuditEvent.reason_code.startswith("stated.") | AuditEvent.reason_code.startswith(
    "break_glass."
)


def _counts(remit: list[UUID], since: date):  # type: ignore[no-untyped-def]
    unexplained = func.sum(case((_IS_LOOK & _NOT_EXPLAINED, 1), else_=0))
    looks = func.sum(case((_IS_LOOK, 1), else_=0))
    return select(
        looks.label("looks"),
        unexplained.label("unexplained"),
        func.count(AuditEvent.id).label("all"),
    ).where(
        AuditEvent.organisation_id.in_(remit),
        AuditEvent.id >= key_at(clock.start_of_day(since) - SLACK),
        AuditEvent.occurred_at >= clock.start_of_day(since),
    )


def _list_days(remit: list[UUID], since: date, today: date) -> list[DayBar]:
    session = get_session()
    # Days in UTC: SQLite keeps moments so; PostgreSQL would take its session's own time zone.
    is_sqlite = session.get_bind().dialect.name == "sqlite"
    moment = AuditEvent.occurred_at if is_sqlite else func.timezone("UTC", AuditEvent.occurred_at)
    day = func.date(moment)
    rows = session.execute(_counts(remit, since).add_columns(day.label("day")).group_by(day))
    found = {str(row.day): row for row in rows}
    days = []
    for number in range(DAYS):
        each = since + timedelta(days=number)
        row = found.get(each.isoformat())
        looks, unexplained, whole = (row.looks, row.unexplained, row.all) if row else (0, 0, 0)
        days.append(DayBar(each, looks - unexplained, unexplained, whole - looks))
    return days


def _list_sites(remit: list[UUID], since: date) -> list[SiteBar]:
    counted = (
        _counts(remit, since)
        .add_columns(AuditEvent.site_id)
        .group_by(AuditEvent.site_id)
        .order_by(func.count(AuditEvent.id).desc())
        .limit(MOST_SITES)
        .subquery()
    )
    rows = get_session().execute(
        select(counted, Site.name)
        .outerjoin(Site, Site.id == counted.c.site_id)
        .order_by(counted.c.all.desc())
    )
    return [
        SiteBar(
            row.site_id, row.name, row.looks - row.unexplained, row.unexplained, row.all - row.looks
        )
        for row in rows
    ]


def _list_hand_overs(remit: list[UUID]) -> list[HandOver]:
    giver, taker = aliased(Account), aliased(Account)
    pairs = (
        select(Case.opened_by, Case.assigned_to, func.count(Case.id).label("cases"))
        .where(Case.organisation_id.in_(remit), Case.opened_by != Case.assigned_to)
        .group_by(Case.opened_by, Case.assigned_to)
        .order_by(func.count(Case.id).desc())
        .limit(MOST_PAIRS)
        .subquery()
    )
    rows = get_session().execute(
        select(pairs, giver.name.label("from_name"), taker.name.label("to_name"))
        .join(giver, giver.id == pairs.c.opened_by)
        .join(taker, taker.id == pairs.c.assigned_to)
        .order_by(pairs.c.cases.desc())
    )
    return [
        HandOver(row.opened_by, row.from_name, row.assigned_to, row.to_name, row.cases)
        for row in rows
    ]


def _list_payees(remit: list[UUID]) -> list[PaidInto]:
    """Accounts into which several people are paid, and who sent the forms that say so.

    Not what an establishment has registered (scenario L02), nor what was put aside.
    """
    is_registered = exists().where(
        Establishment.account == PaymentDetails.fingerprint, Establishment.ended_at.is_(None)
    )
    shared = (
        select(PaymentDetails.fingerprint.label("account"))
        .where(
            PaymentDetails.organisation_id.in_(remit),
            PaymentDetails.fingerprint.is_not(None),
            PaymentDetails.ended_at.is_(None),
            ~is_registered,
        )
        .group_by(PaymentDetails.fingerprint)
        .having(func.count(PaymentDetails.person_id.distinct()) >= SHARED_BY)
        .order_by(func.count(PaymentDetails.person_id.distinct()).desc())
        .limit(MOST_ACCOUNTS)
        .subquery()
    )
    rows = get_session().execute(
        select(
            PaymentDetails.fingerprint,
            PaymentDetails.application_id,
            PaymentDetails.person_id,
            Account.id.label("account_id"),
            Account.name,
        )
        .join(shared, shared.c.account == PaymentDetails.fingerprint)
        .join(Application, Application.id == PaymentDetails.application_id)
        .join(Account, Account.id == Application.ended_by)
        .where(PaymentDetails.organisation_id.in_(remit), PaymentDetails.ended_at.is_(None))
        .order_by(PaymentDetails.told_at.desc())
        .limit(MOST_TOLD)
    )
    told: dict[tuple[bytes, UUID, str], list[tuple[UUID, UUID]]] = defaultdict(list)
    for row in rows:
        told[row.fingerprint, row.account_id, row.name].append((row.application_id, row.person_id))
    people: Counter[bytes] = Counter()
    for (account, _by, _name), forms in told.items():
        people[account] += len({person for _form, person in forms})
    numbers = {account: place for place, (account, _n) in enumerate(people.most_common(), 1)}
    found = [
        PaidInto(
            by,
            name,
            numbers[account],
            len({person for _form, person in forms}),
            tuple(form for form, _person in forms[:MOST_ASKED]),
        )
        for (account, by, name), forms in told.items()
    ]
    return sorted(found, key=lambda one: (one.number, -one.people, one.from_name))


def _list_releases(remit: list[UUID], since: date) -> list[tuple[str, int]]:
    rows = get_session().execute(
        select(PendingAct.asked_at, PendingAct.decided_at)
        .where(
            PendingAct.organisation_id.in_(remit),
            PendingAct.state == State.RELEASED,
            PendingAct.decided_at >= clock.start_of_day(since),
        )
        .order_by(PendingAct.id.desc())
        .limit(MOST_RELEASES)
    )
    counts = Counter(bucket_of(row.asked_at, row.decided_at) for row in rows)
    return [(name, counts[name]) for name, _ in WAITS]


def bucket_of(asked_at: datetime, decided_at: datetime) -> str:
    """Which bar a release belongs to."""
    hours = (decided_at - asked_at).total_seconds() / 3600
    return next(name for name, most in WAITS if most is None or hours <= most)
