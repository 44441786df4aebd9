"""Who lives and helps in the town: organisations, sites, helpers, households, care homes."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from assistedaccess.safeguards.facts_world import (
    DAY,
    WEEK,
    Establishment,
    Helper,
    Organisation,
    Person,
    Relation,
    Site,
)

from . import figures

T = TypeVar("T")

BEGIN = 1_767_571_200
"""Monday 5 January 2026, 00:00 UTC: any year would do."""

KINDS = ("council", "library", "advice", "housing", "health", "care")
LANGUAGES = ("pl", "ro", "pa", "ur", "bn", "ar", "so", "pt", "uk")
YOUNGEST, OLDEST = 17, 98


@dataclass
class Size:
    """How large a town, for how long, and how much of its acts is abuse."""

    seed: int
    rate: float
    weeks: int = figures.WEEKS
    people: int = figures.PEOPLE

    @property
    def end(self) -> int:
        return BEGIN + self.weeks * WEEK

    @property
    def acts(self) -> int:
        return round(self.people * self.weeks * figures.ACTS_A_PERSON_WEEK)

    @property
    def lookalikes(self) -> int:
        """Of each kind: in proportion to the year of the full town, and never none."""
        full = figures.PEOPLE * figures.WEEKS
        return max(1, -(-figures.LOOKALIKES * self.people * self.weeks // full))


@dataclass
class Town:
    """The people and places, and the chance that everything is drawn with."""

    size: Size
    chance: random.Random
    organisations: list[Organisation] = field(default_factory=list)
    sites: list[Site] = field(default_factory=list)
    helpers: list[Helper] = field(default_factory=list)
    people: list[Person] = field(default_factory=list)
    establishments: list[Establishment] = field(default_factory=list)
    relations: list[Relation] = field(default_factory=list)
    household_of: dict[str, int] = field(default_factory=dict)
    site_of: dict[str, str] = field(default_factory=dict)
    """Where somebody usually goes."""
    clients: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    """Who goes to a site, somebody who comes often more than once."""
    living: dict[str, list[Person]] = field(default_factory=lambda: defaultdict(list))
    """Who lives at an address."""
    landlords: list[tuple[str, str]] = field(default_factory=list)
    """Account and phone, the largest first."""
    used: set[str] = field(default_factory=set)

    def token(self, kind: str) -> str:
        """A value that is equal to no other, as a keyed hash would be."""
        while (made := f"{kind}{self.chance.getrandbits(40):010x}") in self.used:
            pass
        self.used.add(made)
        return made

    def pick(self, shares: Mapping[T, float]) -> T:
        return self.chance.choices(list(shares), list(shares.values()))[0]

    def some(self, low: int, high: int) -> int:
        return self.chance.randint(low, high)

    def is_so(self, share: float) -> bool:
        return self.chance.random() < share

    def person(self, person_id: str) -> Person:
        return self.people[int(person_id[1:])]

    def helper(self, helper_id: str) -> Helper:
        return self.helpers[int(helper_id[1:])]

    def branch(self) -> str:
        """A bank's branch: a few are everybody's."""
        return f"B{int(self.chance.paretovariate(0.7)) % 200:03d}"

    def surname(self) -> str:
        """A surname, the commonest at about one in a hundred."""
        return f"N{int(60 * (self.chance.paretovariate(0.8) - 1)) % 9000:04d}"

    def address(self) -> str:
        return f"S{self.some(0, max(20, self.size.people // 40)):04d}-{self.some(1, 400)}"

    def born(self, low: int = YOUNGEST, high: int = OLDEST) -> int:
        """A day of birth, as seconds; helped people are rather old."""
        age = self.chance.triangular(low, high, min(high, max(low, 68)))
        return BEGIN - int(age * 365.25) * DAY


def build_town(size: Size) -> Town:
    """Draw a town from its seed."""
    town = Town(size, random.Random(size.seed))  # noqa: S311  (repeatable on purpose)
    _build_organisations(town)
    _build_homes(town)
    _build_households(town)
    _build_helpers(town)
    _find_deaths(town)
    town.landlords = [(town.token("k"), town.token("t")) for _ in range(max(5, size.people // 100))]
    return town


def _build_organisations(town: Town) -> None:
    count = max(len(KINDS), round(town.size.people * figures.ORGANISATIONS_A_PERSON))
    for number in range(count):
        kind = KINDS[number % len(KINDS)]
        made = Organisation(f"O{number:03d}", kind)
        town.organisations.append(made)
        for _ in range(1 + min(5, int(town.chance.paretovariate(1.3)) - 1)):
            town.sites.append(
                Site(
                    f"L{len(town.sites):03d}",
                    made.id,
                    town.address(),
                    town.token("t"),
                    town.token("n"),
                )
            )


def _build_homes(town: Town) -> None:
    homes = max(1, round(town.size.people * figures.IN_CARE_HOME / 30))
    hostels = max(1, round(town.size.people * figures.IN_HOSTEL / 25))
    for kind, count, beds in (("care_home", homes, 30), ("hostel", hostels, 25)):
        for _ in range(count):
            home = Establishment(
                f"E{len(town.establishments):03d}",
                kind,
                town.address(),
                town.token("t"),
                town.token("k") if kind == "care_home" else "",
            )
            town.establishments.append(home)
            site = town.chance.choice(town.sites)
            for _ in range(town.some(beds * 2 // 3, beds * 4 // 3)):
                is_old = kind == "care_home"
                person = _add_person(
                    town,
                    household=-1,
                    site=site,
                    surname=town.surname(),
                    address=home.address,
                    born=town.born(70, OLDEST) if is_old else town.born(18, 60),
                )
                person.establishment = home.id
                if is_old:
                    person.phone = home.phone
                    if town.is_so(0.7):
                        person.account = home.account
                elif town.is_so(0.3):
                    person.phone = home.phone


def _build_households(town: Town) -> None:
    number = 0
    while len(town.people) < town.size.people:
        number += 1
        size = town.pick(figures.HOUSEHOLD_SIZES)
        site = town.chance.choice(town.sites)
        address, surname, phone = town.address(), town.surname(), town.token("t")
        made: list[Person] = []
        for _ in range(size):
            own = surname if not made or town.is_so(figures.SHARES_SURNAME) else town.surname()
            person = _add_person(
                town, household=number, site=site, surname=own, address=address, born=town.born()
            )
            if made and town.is_so(figures.SHARES_PHONE):
                person.phone = phone
            made.append(person)
        if made[0].phone:
            made[0].phone = phone
        if size > 1 and town.is_so(figures.SHARES_ACCOUNT):
            made[1].account = made[0].account


def _add_person(
    town: Town, *, household: int, site: Site, surname: str, address: str, born: int
) -> Person:
    person = Person(
        id=f"P{len(town.people):05d}",
        human=f"U{len(town.people):05d}",
        surname=surname,
        born=born,
        address=address,
        phone="" if town.is_so(figures.NO_PHONE) else town.token("t"),
        account=town.token("k"),
        language=(
            town.chance.choice(LANGUAGES)
            if town.is_so(figures.OTHER_LANGUAGE)
            else ("cy" if town.is_so(0.02) else "en")
        ),
        has_id=not town.is_so(figures.NO_ID),
        establishment="",
        is_notable=town.is_so(figures.NOTABLE),
        died_at=None,
        known_dead_at=None,
    )
    if town.people and town.is_so(figures.SAME_NAME_AND_BIRTHDAY):
        double = town.chance.choice(town.people)
        person.surname, person.born = double.surname, double.born
    town.people.append(person)
    town.household_of[person.id] = household
    town.site_of[person.id] = site.id
    town.living[address].append(person)
    often = min(40, int(town.chance.paretovariate(1.3)))
    town.clients[site.id].extend([person.id] * often)
    return person


def _build_helpers(town: Town) -> None:
    count = max(12, round(town.size.people * figures.HELPERS_A_PERSON))
    for number in range(count):
        kind = _kind_of((number + 0.5) / count if number < count - 1 else 0.999)
        site = town.sites[number % len(town.sites)]
        helper = Helper(
            id=f"H{number:04d}",
            human=f"V{number:04d}",
            organisation=site.organisation,
            site=site.id,
            kind=kind,
            role=_role_of(town, kind, number),
            surname=town.surname(),
            address=town.address(),
            phone=town.token("t"),
            account=town.token("k") if town.is_so(0.7) else "",  # the others declared none
            starts_at=BEGIN - town.some(0, 2000) * DAY,
            ends_at=None,
        )
        if kind in ("staff", "volunteer") and town.is_so(0.12):
            helper.ends_at = BEGIN + town.some(4, max(5, town.size.weeks * 7)) * DAY
        town.helpers.append(helper)
        if kind == "family":
            _relate_family(town, helper)
        elif kind == "corporate":
            home = town.chance.choice([e for e in town.establishments if e.kind == "care_home"])
            for person in [p for p in town.living[home.address] if p.establishment == home.id]:
                town.relations.append(
                    Relation(helper.id, person.id, "appointee", True, BEGIN - 200 * DAY)
                )
    _make_double_hats(town)


def _kind_of(part: float) -> str:
    for kind, share in figures.HELPER_KINDS.items():
        part -= share
        if part < 0:
            return kind
    return "staff"


def _role_of(town: Town, kind: str, number: int) -> str:
    if kind != "staff":
        return "helper"
    if number < 4:
        return "administrator"
    return town.pick({"helper": 0.74, "reviewer": 0.14, "manager": 0.12})


def _relate_family(town: Town, helper: Helper) -> None:
    first = town.chance.choice([p for p in _sample(town, town.people, 8) if not p.establishment])
    theirs = [first]
    beside = [p for p in town.living[first.address] if p is not first and not p.establishment]
    if beside and town.is_so(0.5):
        theirs.append(town.chance.choice(beside))
    if town.is_so(0.8):
        helper.surname = first.surname
    if town.is_so(0.4):
        helper.address = first.address
    for person in theirs:
        town.relations.append(
            Relation(
                helper.id,
                person.id,
                town.pick({"child": 0.5, "partner": 0.2, "carer": 0.3}),
                town.is_so(0.35),
                BEGIN - town.some(10, 900) * DAY,
            )
        )


def _sample(town: Town, among: Sequence[T], count: int) -> list[T]:
    return town.chance.sample(among, min(count, len(among)))


def _make_double_hats(town: Town) -> None:
    """Some humans are helper and reviewer, and some people are helped where they work."""
    staff = [h for h in town.helpers if h.kind == "staff"]
    reviewers = [h for h in staff if h.role == "reviewer"]
    plain = [h for h in staff if h.role == "helper"]
    for reviewer, other in zip(reviewers[::3], plain[::5], strict=False):
        if reviewer.organisation == other.organisation:
            other.human, other.surname = reviewer.human, reviewer.surname
            other.address, other.phone, other.account = (
                reviewer.address,
                reviewer.phone,
                reviewer.account,
            )
    for person in town.people:
        if town.is_so(figures.ALSO_A_HELPER):
            helper = town.chance.choice(town.helpers)
            person.human, person.surname = helper.human, helper.surname
            if town.is_so(0.8):
                person.address = helper.address


def _find_deaths(town: Town) -> None:
    share = figures.DEATHS_A_YEAR * town.size.weeks / 52
    for person in town.people:
        if town.is_so(share * (3 if (person.born or 0) < BEGIN - 80 * 365 * DAY else 0.6)):
            person.died_at = town.some(BEGIN, town.size.end)
            after = town.chance.expovariate(1 / figures.DEATH_KNOWN_AFTER_DAYS)
            person.known_dead_at = person.died_at + int((1 + after) * DAY)
