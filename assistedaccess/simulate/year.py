"""The year as it goes by: what is planned is done in the order of time, and leaves its rows."""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Callable
from dataclasses import dataclass, field, fields
from typing import Any

from assistedaccess.safeguards.facts_world import (
    DAY,
    HOUR,
    MINUTE,
    Act,
    Case,
    Helper,
    Look,
    Person,
    Shift,
    Site,
)

from . import figures
from .town import BEGIN, Town

RISKY = {"change_payee", "change_contact", "represent", "reopen", "pay", "capacity"}
"""Of these the person is told at once."""
OPTIONAL = tuple(
    each.name
    for each in fields(Act)
    if each.name
    not in (
        *("id", "at", "helper", "organisation", "site", "person", "kind", "consent_recorded_at"),
        *("consent_state", "reviewed", "reviewed_helper", "review_seconds", "subject", "amount"),
        *("whose", "confirmed_by"),
    )
)
"""What may be missing: what a human types or ticks, not what the system knows."""


@dataclass
class Scheme:
    """The truth about one chain of abuse. ``row`` is the scenario; ``flows`` is money that leaves,
    as (when, pence), unless somebody stops it before."""

    id: str
    row: str
    is_careful: bool
    strength: float
    flows: list[tuple[int, int]] = field(default_factory=list)
    acts: list[Act] = field(default_factory=list)
    looks: list[Look] = field(default_factory=list)
    says_no: float = figures.VICTIM_SAYS_NO


@dataclass
class State:
    """What is true of a person at this moment of the year."""

    phone: str
    account: str
    address: str
    branch: str
    has_come: bool
    cases: dict[str, int] = field(default_factory=dict)
    """By organisation: until when a case is open."""


class Year:
    """Collects acts, looks, answers, cases and shifts, and keeps the people's present state."""

    def __init__(self, town: Town) -> None:
        self.town = town
        self.acts: list[Act] = []
        self.looks: list[Look] = []
        self.cases: list[Case] = []
        self.shifts: list[Shift] = []
        self.answers: list[tuple[int, Act, str]] = []
        self.schemes: list[Scheme] = []
        self.alike: dict[str, list[Act]] = {}
        self.alike_looks: dict[str, list[Look]] = {}
        self.improper: list[Look] = []
        self.sites: dict[str, Site] = {site.id: site for site in town.sites}
        self.states = {
            person.id: State(
                person.phone, person.account, person.address, town.branch(), town.is_so(0.55)
            )
            for person in town.people
        }
        self.reviewers = [h for h in town.helpers if h.role in ("reviewer", "manager")] or [
            h for h in town.helpers if h.kind == "staff"
        ]
        self._plan: list[tuple[int, int, Callable[..., Any], tuple[Any, ...]]] = []
        self._number = itertools.count()

    def plan(self, at: int, do: Callable[..., Any], *given: Any) -> None:
        """Have ``do(at, *given)`` done at that time; not after the year's end."""
        if BEGIN <= at < self.town.size.end:
            heapq.heappush(self._plan, (at, next(self._number), do, given))

    def run(self) -> None:
        """Do what is planned, and what that plans, in the order of time."""
        while self._plan:
            at, _number, do, given = heapq.heappop(self._plan)
            do(at, *given)

    # what leaves rows

    def act(
        self,
        at: int,
        helper: Helper,
        person: Person | None,
        kind: str,
        *,
        scheme: Scheme | None = None,
        alike: str = "",
        **given: Any,
    ) -> Act:
        """One act of ``helper`` for ``person``, with all that its kind ordinarily leaves."""
        site = self.sites[helper.site]
        made = Act(
            id=f"#{len(self.acts)}",
            at=at,
            helper=helper.id,
            organisation=helper.organisation,
            site=site.id,
            person=person.id if person else "",
            kind=kind,
            device=f"d{site.id}" if helper.kind != "family" else f"d{helper.id}",
            network=site.network if helper.kind != "family" else f"n{helper.id}",
            call="in_person",
        )
        if person:
            made.identity = "document" if person.has_id else "known_facts"
        for name, value in given.items():
            setattr(made, name, value)
        self.acts.append(made)
        if scheme:
            scheme.acts.append(made)
        if alike:
            self.alike.setdefault(alike, []).append(made)
        if person and kind in RISKY:
            self._notify(made, scheme)
        return made

    def review(self, at: int, act: Act) -> None:
        """A second human looks at what was held: drawn, unhurried, and now and then a no."""
        town = self.town
        reviewer = town.chance.choice(self.reviewers)
        has_left = reviewer.ends_at is not None and at > reviewer.ends_at
        if has_left or reviewer.human == town.helper(act.helper).human:
            return
        self.act(
            at,
            reviewer,
            town.person(act.person),
            "review",
            reviewed=act.id,
            reviewed_helper=act.helper,
            review_seconds=max(12, int(town.chance.lognormvariate(5.2, 0.7))),
            result="refused" if town.is_so(0.06) else "released",
        )

    def _notify(self, act: Act, scheme: Scheme | None) -> None:
        town = self.town
        no = scheme.says_no if scheme else figures.SAYS_NO_BY_MISTAKE
        said = "no" if town.is_so(no) else "yes" if town.is_so(figures.SAYS_YES) else ""
        if said:
            days = town.chance.expovariate(1 / figures.ANSWER_DAYS)
            self.answers.append((act.at + int((0.1 + days) * DAY), act, said))

    def look(
        self,
        at: int,
        helper: Helper,
        person: Person | None,
        kind: str = "open",
        *,
        scheme: Scheme | None = None,
        improper: bool = False,
        alike: str = "",
        **given: Any,
    ) -> Look:
        """One search or opened record."""
        made = Look("", at, helper.id, helper.organisation, kind, person.id if person else "")
        for name, value in given.items():
            setattr(made, name, value)
        self.looks.append(made)
        if scheme:
            scheme.looks.append(made)
        if improper:
            self.improper.append(made)
        if alike:
            self.alike_looks.setdefault(alike, []).append(made)
        return made

    def open_case(self, at: int, helper: Helper, person: Person, days: int = 42) -> None:
        """A case at the helper's organisation, unless one is open; sometimes nobody writes it.

        A case is its site's, an appointment and a task somebody's, a referral the organisation's.
        """
        state = self.states[person.id]
        if state.cases.get(helper.organisation, 0) > at:
            return
        if self.town.is_so(figures.CASE_NOT_WRITTEN):
            return
        until = at + days * DAY
        state.cases[helper.organisation] = until
        kind = self.town.pick({"case": 0.7, "appointment": 0.15, "referral": 0.08, "task": 0.07})
        whose = helper.id if kind in ("appointment", "task") else ""
        site = helper.site if kind == "case" else ""
        begins = at - 20 * MINUTE
        self.cases.append(
            Case("", helper.organisation, site, whose, person.id, kind, begins, until)
        )

    def give(self, helper: Helper, person: Person, kind: str, begins: int, ends: int) -> None:
        """A task, or a place in the duty queue, that is this helper's own."""
        here = helper.organisation
        self.cases.append(Case("", here, "", helper.id, person.id, kind, begins, ends))

    def shift(self, helper: Helper, day: int, begins: int = 9, ends: int = 17) -> None:
        """A line of the rota; now and then nobody wrote it."""
        if not self.town.is_so(figures.MISSING):
            self.shifts.append(
                Shift(helper.id, helper.site, day + begins * HOUR, day + ends * HOUR)
            )

    def claimed(self, at: int) -> int:
        """When somebody says that it was: mostly the truth, sometimes an hour or a day beside."""
        if self.town.is_so(figures.CLOCK_WRONG):
            return at + self.town.chance.choice((-DAY, -HOUR, HOUR, DAY))
        return at - self.town.some(0, 5) * MINUTE
