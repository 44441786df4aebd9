"""What schemes of abuse are made of: who does it, to whom, when, and the money that leaves.

A scheme is a chain of acts of random strength and length. Each row of the scenarios that leaves
traces among acts or looks has a maker, which does it as written or, *careful*, slower, smaller or
through more hands. A46 is not here: it is done to the journal's own bytes (``audit verify``).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from assistedaccess.safeguards.facts_world import DAY, HOUR, MINUTE, WEEK, Act, Helper, Person

from .ordinary import begin, consent_facts, is_working, someone
from .town import BEGIN, Town
from .year import Scheme, Year

WEEKLY_BENEFIT = (6_000, 18_000)
"""Pence a week that go astray once a payee is wrong; the standard allowance of Universal Credit is
about 92 pounds a week in 2025 to 2026."""
LONGEST_FLOW = 26  # weeks


@dataclass
class Plot:
    """A scheme that is being made: ``crook`` does most of it, from ``begins`` on."""

    year: Year
    scheme: Scheme
    crook: Helper
    begins: int

    @property
    def town(self) -> Town:
        return self.year.town

    @property
    def careful(self) -> bool:
        return self.scheme.is_careful

    def length(self, low: int, high: int) -> int:
        """How many: between the two, by the strength of the scheme."""
        return low + round((high - low) * self.scheme.strength)

    def victims(self, count: int) -> list[Person]:
        """Unrelated people who go to the crook's site, each once; none of a care home."""
        found: dict[str, Person] = {}
        for _ in range(count * 20):
            person = someone(self.town, self.crook)
            if not person.establishment and person.died_at is None:
                found.setdefault(person.address, person)
            if len(found) >= count:
                break
        return list(found.values())

    def victim(self) -> Person:
        return (self.victims(1) or self.town.people[:1])[0]

    def working_time(self, after: int) -> int:
        """A moment in working hours on a weekday, not before ``after``."""
        day = after - after % DAY
        while (day // DAY + 3) % 7 >= 5:  # 1970 began on a Thursday
            day += DAY
        return (
            max(after, day + 9 * HOUR)
            if after % DAY < 9 * HOUR
            else max(day + self.town.some(9, 16) * HOUR + self.town.some(0, 59) * MINUTE, after)
        )

    def spread(self, count: int, days: int) -> list[int]:
        """``count`` working times over ``days``, in order."""
        town = self.town
        return sorted(
            self.working_time(
                self.begins + town.some(0, max(1, days)) * DAY + town.some(9, 16) * HOUR
            )
            + town.some(0, 3000)
            for _ in range(count)
        )

    def at(self, when: int, do: Callable[..., Any], *given: Any) -> None:
        """Have ``do(when, *given)`` done then."""
        self.year.plan(when, do, *given)

    def act(self, at: int, person: Person | None, kind: str, **given: Any) -> Act:
        """An abusive act, in the clothes of an ordinary one."""
        helper = given.pop("helper", self.crook)
        facts: dict[str, Any] = {}
        if person is not None and kind not in ("review", "stop_notice", "register", "vouch"):
            facts = {
                "consent_state": "live",
                "consented_at": self.year.claimed(at - 5 * MINUTE),
                "consent_recorded_at": at - 4 * MINUTE,
                "present": "nobody",
            }
        facts.update(given)
        return self.year.act(at, helper, person, kind, scheme=self.scheme, **facts)

    def consent(self, at: int, person: Person, kind: str = "consent", **given: Any) -> Act:
        return self.act(at, person, kind, **{**consent_facts(self.year, person, at), **given})

    def cover(self, at: int, person: Person, helper: Helper | None = None) -> None:
        """The ordinary beginning of a visit, so that the act does not stand alone; mostly."""
        if self.town.is_so(0.75):
            begin(self.year, helper or self.crook, person, at - 10 * MINUTE)

    def change_payee(self, at: int, person: Person, account: str, **given: Any) -> Act:
        """Have the person's money go to ``account`` from next week on."""
        state = self.year.states[person.id]
        town = self.town
        facts: dict[str, Any] = {
            "account": account,
            "branch": state.branch,
            "name_check": town.pick({"none": 0.6, "close": 0.15, "": 0.25}),
            "digits_changed": town.some(4, 8),
            "is_before_first_payment": town.is_so(0.15),
            "confirmed_by": town.pick({"nothing": 0.7, "new_route": 0.25, "second_staff": 0.05}),
            "service": "benefit",
        }
        facts.update(given)
        # Under a name that nearly fits, whoever lies says what is asked least about.
        facts.setdefault("whose", "joint" if facts["name_check"] == "close" else "own")
        made = self.act(at, person, "change_payee", **facts)
        state.account, state.branch = made.account, made.branch
        weekly = town.some(*WEEKLY_BENEFIT)
        weeks = town.some(4, LONGEST_FLOW)
        self.scheme.flows.extend((at + week * WEEK, weekly) for week in range(1, weeks + 1))
        return made

    def change_phone(self, at: int, person: Person, phone: str, **given: Any) -> Act:
        self.year.states[person.id].phone = phone
        return self.act(at, person, "change_contact", **{"phone": phone, **given})

    def pay(self, at: int, person: Person, account: str, amount: int, **given: Any) -> Act:
        made = self.act(at, person, "pay", account=account, amount=amount, **given)
        self.scheme.flows.append((at + DAY, amount))
        return made

    def others(self, count: int, kind: str = "staff", role: str = "") -> list[Helper]:
        """Other humans of the crook's organisation, else of any, who work then."""
        fit = [
            h
            for h in self.town.helpers
            if h.kind == kind
            and h.human != self.crook.human
            and is_working(h, self.begins + 60 * DAY)
            and (not role or h.role == role)
        ]
        near = [h for h in fit if h.organisation == self.crook.organisation]
        among = near if len(near) >= count else fit
        return self.town.chance.sample(among, min(count, len(among)))


def find_crook(town: Town, *kinds: str, role: str = "", at: int = BEGIN) -> Helper:
    """Somebody who works for a while from ``at`` on; the busier are no likelier."""
    fit = [
        h
        for h in town.helpers
        if h.kind in kinds and (not role or h.role == role) and is_working(h, at + 60 * DAY)
    ]
    return town.chance.choice(fit or [h for h in town.helpers if h.kind == "staff"])
