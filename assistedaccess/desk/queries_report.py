"""What the report to funders counts, of one organisation and one quarter."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, exists, extract, func, select
from sqlalchemy.orm import aliased

from assistedaccess.applications.models_outcomes import AwaitedOutcome, Outcome
from assistedaccess.applications.rules_outcomes import WITH_MONEY, Correction
from assistedaccess.casework.models import Case
from assistedaccess.casework.models_closings import CaseClosing
from assistedaccess.casework.rules import split_reasons
from assistedaccess.consent.models import Visit
from assistedaccess.kernel import clock
from assistedaccess.kernel.database import get_session
from assistedaccess.organisations.models import Organisation, Site
from assistedaccess.people.queries import is_counted

from . import rules_report as rules
from .rules_report import By, Quarter, Table

MOST = 200_000
NO_SITE = "no_site"
NO_WARD = "no_ward"
NOT_SAID = "not_said"


@dataclass(frozen=True)
class Report:
    """The tables of a quarter, laid out by months, sites or wards; ``labels`` name the groups."""

    quarter: Quarter
    by: By
    labels: dict[Hashable, object]
    tables: list[Table]
    hourly_cost_pence: int | None
    cost_pence: int | None


@dataclass(frozen=True)
class _Fact:
    """One row of what is counted: its day, its site, its category, and how many."""

    day: date
    site_id: UUID | None
    category: Hashable
    number: int = 1
    pence: int = 0


class _Layout:
    """How facts fall into groups; tables by ward are folded from those by site."""

    def __init__(self, by: By, quarter: Quarter, sites: Sequence[Any]) -> None:
        self.by = by
        self.names: dict[Hashable, object] = {site.id: site.name for site in sites}
        self.wards: dict[Hashable, Hashable] = {site.id: site.ward or NO_WARD for site in sites}
        self.names[NO_SITE] = NO_SITE
        self.wards[NO_SITE] = NO_WARD
        self.groups: list[Hashable] = list(quarter.months) if by is By.MONTH else [*self.names]

    def group(self, fact: _Fact) -> Hashable:
        if self.by is By.MONTH:
            return fact.day.replace(day=1)
        return fact.site_id if fact.site_id in self.names else NO_SITE

    def finish(self, table: Table) -> Table:
        if self.by is not By.WARD:
            return table
        order = sorted(set(self.wards.values()), key=lambda ward: (ward == NO_WARD, str(ward)))
        return rules.fold(table, self.wards, order)

    @property
    def labels(self) -> dict[Hashable, object]:
        if self.by is By.MONTH:
            return {month: month for month in self.groups}
        if self.by is By.SITE:
            return self.names
        return {ward: ward for ward in self.wards.values()}


def gather_report(organisation_id: UUID, quarter: Quarter, by: By) -> Report:
    """All tables of a report; seven statements."""
    session = get_session()
    organisation = session.get_one(Organisation, organisation_id)
    sites = session.execute(
        select(Site.id, Site.name, Site.ward)
        .where(Site.organisation_id == organisation_id)
        .order_by(Site.name, Site.id)
    ).all()
    layout = _Layout(by, quarter, sites)
    visits, people, everybody = _list_visits(organisation_id, quarter)
    opened, reasons = _list_opened(organisation_id, quarter)
    heard, gained = _list_heard(organisation_id, quarter)
    closings, minutes = _list_closings(organisation_id, quarter)
    tables = [
        *_lay_out_visits(layout, visits, people, everybody),
        *_lay_out_cases(layout, opened, reasons),
        _lay_out("outcomes", layout, heard),
        _count_pounds(layout, gained),
        _lay_out("alone", layout, closings),
    ]
    hourly = organisation.hourly_cost_pence
    return Report(
        quarter,
        by,
        layout.labels,
        [layout.finish(table) for table in tables],
        hourly,
        rules.cost_of_one(minutes, hourly),
    )


def _sum_up(layout: _Layout, facts: Sequence[_Fact]) -> tuple[rules.Counts, list[int]]:
    """How many by group and category; and by group alone, in the order of the layout."""
    counts: dict[tuple[Hashable, Hashable], int] = defaultdict(int)
    by_group: dict[Hashable, int] = defaultdict(int)
    for fact in facts:
        group = layout.group(fact)
        counts[group, fact.category] += fact.number
        by_group[group] += fact.number
    return counts, [by_group[group] for group in layout.groups]


def _lay_out(key: str, layout: _Layout, facts: Sequence[_Fact]) -> Table:
    counts, sizes = _sum_up(layout, facts)
    return rules.lay_out(key, layout.groups, counts, rules.find_gone(sizes))


def _lay_out_visits(
    layout: _Layout, visits: Sequence[_Fact], people: Sequence[_Fact], everybody: int
) -> list[Table]:
    """Visits by channel, and different people: who knows the one knows the other nearly."""
    counts, sizes = _sum_up(layout, visits)
    seen: dict[Hashable, int] = defaultdict(int)
    for group, _person in {(layout.group(fact), fact.category) for fact in people}:
        seen[group] += 1
    gone = rules.find_gone(sizes, [seen[group] for group in layout.groups])
    return [
        rules.lay_out("visits", layout.groups, counts, gone),
        rules.lay_out_people("people", layout.groups, seen, everybody, gone),
    ]


def _lay_out_cases(
    layout: _Layout, opened: Sequence[_Fact], reasons: Sequence[_Fact]
) -> list[Table]:
    """Cases by service, and their reasons, of which each has one or more."""
    counts, sizes = _sum_up(layout, opened)
    gone = rules.find_gone(sizes)
    why, _named = _sum_up(layout, reasons)
    return [
        rules.lay_out("services", layout.groups, counts, gone),
        rules.lay_out("reasons", layout.groups, why, gone, adds_up=False),
    ]


def _count_pounds(layout: _Layout, facts: Sequence[_Fact]) -> Table:
    counts: dict[Hashable, int] = defaultdict(int)
    pence: dict[Hashable, int] = defaultdict(int)
    for fact in facts:
        counts[layout.group(fact)] += 1
        pence[layout.group(fact)] += fact.pence
    return rules.lay_out_money("pounds", layout.groups, counts, pence)


def _within(column: Any, quarter: Quarter) -> ColumnElement[bool]:
    """Moments of the quarter, by the clocks of the UK."""
    found: ColumnElement[bool] = (column >= clock.start_of_day(quarter.start)) & (
        column < clock.start_of_day(quarter.end)
    )
    return found


def _list_visits(organisation_id: UUID, quarter: Quarter) -> tuple[list[_Fact], list[_Fact], int]:
    """Visits by channel; who came where in which month; how many people in all."""
    year, month = extract("year", Visit.visited_on), extract("month", Visit.visited_on)
    rows = get_session().execute(
        select(
            year.label("year"),
            month.label("month"),
            Visit.site_id,
            Visit.channel,
            Visit.person_id,
            func.count(Visit.id).label("visits"),
        )
        .where(
            Visit.organisation_id == organisation_id,
            Visit.visited_on >= quarter.start,
            Visit.visited_on < quarter.end,
            is_counted(Visit.person_id),
        )
        .group_by(year, month, Visit.site_id, Visit.channel, Visit.person_id)
        .limit(MOST)
    )
    visits, people = [], []
    for row in rows:
        day = date(int(row.year), int(row.month), 1)
        visits.append(_Fact(day, row.site_id, row.channel, row.visits))
        people.append(_Fact(day, row.site_id, row.person_id))
    return visits, people, len({fact.category for fact in people})


def _list_opened(organisation_id: UUID, quarter: Quarter) -> tuple[list[_Fact], list[_Fact]]:
    """Cases that were opened, by service; and the reasons for help, of which a case may have
    several."""
    rows = get_session().execute(
        select(Case.opened_at, Case.site_id, Case.service, Case.why_help)
        .where(
            Case.organisation_id == organisation_id,
            _within(Case.opened_at, quarter),
            is_counted(Case.person_id),
        )
        .limit(MOST)
    )
    opened, reasons = [], []
    for row in rows:
        day = clock.local(row.opened_at).date()
        opened.append(_Fact(day, row.site_id, row.service or NOT_SAID))
        reasons += [_Fact(day, row.site_id, str(each)) for each in split_reasons(row.why_help)]
    return opened, reasons


def _list_heard(organisation_id: UUID, quarter: Quarter) -> tuple[list[_Fact], list[_Fact]]:
    """What became of applications, each once by what was heard last in the quarter; and the money,
    in the quarter in which it was first heard of, by what was heard of it last there.

    What was written down by mistake counts for nothing.
    """
    wrong, earlier = aliased(Outcome), aliased(Outcome)
    money = [str(kind) for kind in WITH_MONEY]
    is_mistake = exists().where(
        wrong.corrects_id == Outcome.id, wrong.correction == Correction.MISTAKE
    )
    had_money = exists().where(
        earlier.awaited_id == Outcome.awaited_id,
        earlier.happened_on < quarter.start,
        earlier.kind.in_(money),
    )
    rows = get_session().execute(
        select(
            Outcome.awaited_id,
            Outcome.kind,
            Outcome.happened_on,
            Outcome.weekly_pence,
            Outcome.arrears_pence,
            AwaitedOutcome.site_id,
            had_money.label("had_money"),
        )
        .join(AwaitedOutcome, AwaitedOutcome.id == Outcome.awaited_id)
        .where(
            Outcome.organisation_id == organisation_id,
            Outcome.happened_on >= quarter.start,
            Outcome.happened_on < quarter.end,
            ~is_mistake,
            is_counted(AwaitedOutcome.person_id),
        )
        .order_by(Outcome.happened_on, Outcome.id)
        .limit(MOST)
    )
    heard: dict[UUID, _Fact] = {}
    gained: dict[UUID, _Fact] = {}
    for row in rows:
        heard[row.awaited_id] = _Fact(row.happened_on, row.site_id, row.kind)
        said = (row.weekly_pence, row.arrears_pence)
        if row.kind in money and not row.had_money and said != (None, None):
            pence = (row.weekly_pence or 0) * rules.WEEKS_A_YEAR + (row.arrears_pence or 0)
            gained[row.awaited_id] = _Fact(row.happened_on, row.site_id, row.kind, pence=pence)
    return list(heard.values()), list(gained.values())


def _list_closings(organisation_id: UUID, quarter: Quarter) -> tuple[list[_Fact], list[int]]:
    """Closed cases, by whether the person could do it alone; and the minutes that were counted."""
    rows = get_session().execute(
        select(Case.closed_at, Case.site_id, CaseClosing.alone, CaseClosing.minutes)
        .join(CaseClosing, CaseClosing.case_id == Case.id)
        .where(
            Case.organisation_id == organisation_id,
            _within(Case.closed_at, quarter),
            is_counted(Case.person_id),
        )
        .limit(MOST)
    )
    closings, minutes = [], []
    for row in rows:
        assert row.closed_at is not None  # noqa: S101  (within the quarter)
        day = clock.local(row.closed_at).date()
        closings.append(_Fact(day, row.site_id, row.alone or NOT_SAID))
        if row.minutes is not None:
            minutes.append(row.minutes)
    return closings, minutes
