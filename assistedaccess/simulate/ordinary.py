"""Ordinary work: who comes to whom, and what is done at a desk."""

from __future__ import annotations

import math
from typing import Any

from assistedaccess.safeguards.facts_world import DAY, HOUR, MINUTE, WEEK, Act, Helper, Person

from . import figures
from .town import BEGIN, Town
from .year import State, Year

ACTS_A_VISIT = 3.05
SERVICES = ("benefit", "housing", "council_tax", "badge", "licence", "pension", "health_costs")
KINDS = {
    "apply": 0.26,
    "record_help": 0.40,
    "report_change": 0.13,
    "pay": 0.13,
    "change_contact": 0.035,
    "change_payee": 0.012,
    "emergency": 0.008,
    "represent": 0.006,
    "capacity": 0.001,
}
"""Of the acts of a visit beside its consent; assumed, but for new accounts: Pay.UK counts about 1.2
million switches of current accounts a year, by some 2 % of adults. Helped people also tell an
account with a new claim: about 7 % of them a year."""


def plan_ordinary_work(year: Year) -> None:
    """Spread the year's visits over helpers, weeks and days, some much busier than others."""
    town = year.town
    wanted = 0.9 * town.size.acts / ACTS_A_VISIT  # the rest are the look-alikes
    weights: dict[str, float] = {}
    for helper in town.helpers:
        weights[helper.id] = town.chance.lognormvariate(0, figures.HEAVY_TAIL)
    of_kind: dict[str, float] = {}
    for helper in town.helpers:
        of_kind[helper.kind] = of_kind.get(helper.kind, 0.0) + weights[helper.id]
    theirs: dict[str, list[Person]] = {}
    for relation in town.relations:
        theirs.setdefault(relation.helper, []).append(town.person(relation.person))
    for helper in town.helpers:
        share = figures.VISITS_SHARE[helper.kind] * weights[helper.id] / of_kind[helper.kind]
        a_week = wanted * share / town.size.weeks
        for week in range(town.size.weeks):
            _plan_week(year, helper, theirs.get(helper.id, []), BEGIN + week * WEEK, a_week)


def _plan_week(year: Year, helper: Helper, theirs: list[Person], week: int, a_week: float) -> None:
    town = year.town
    visits = poisson(town, a_week)
    if helper.kind == "volunteer":
        days = [int(helper.id[1:]) % 6]  # their day
    else:
        days = town.chance.sample(range(5), min(5, 1 + visits // 3))
    for day in days:
        if helper.kind != "family":
            year.shift(helper, week + day * DAY)
    for _ in range(visits):
        at = week + town.chance.choice(days) * DAY + 9 * HOUR + town.some(0, 8 * HOUR - 1)
        if not is_working(helper, at):
            continue
        if theirs:
            person = town.chance.choice(theirs)
        elif helper.kind in ("family", "corporate"):
            continue
        else:
            person = someone(town, helper)
        year.plan(at, lambda then, p=person: visit(year, helper, p, then))


def poisson(town: Town, mean: float) -> int:
    """Knuth's way; means are small here."""
    limit, count, product = math.exp(-min(mean, 500.0)), 0, town.chance.random()
    while product > limit:
        count += 1
        product *= town.chance.random()
    return count


def is_working(helper: Helper, at: int) -> bool:
    return helper.ends_at is None or at < helper.ends_at


def someone(town: Town, helper: Helper) -> Person:
    """Who comes to this helper's site; now and then somebody from elsewhere."""
    if town.is_so(0.03) or not town.clients[helper.site]:
        return town.chance.choice(town.people)
    return town.person(town.chance.choice(town.clients[helper.site]))


def visit(year: Year, helper: Helper, person: Person, at: int, *, alike: str = "") -> None:
    """Find, register where new, open, agree, and do what was asked."""
    town, state = year.town, year.states[person.id]
    if not is_working(helper, at) or person.human == helper.human:
        return
    if person.died_at is not None and at > person.died_at and not _is_left_over(town, person, at):
        return
    begin(year, helper, person, at, alike=alike)
    at += town.some(3, 8) * MINUTE
    for _ in range(1 + min(5, int(town.chance.paretovariate(1.6)) - (1 if town.is_so(0.3) else 0))):
        if do(year, helper, person, town.pick(KINDS), at, alike=alike):
            at += town.some(4, 25) * MINUTE
    if town.is_so(0.35):
        year.look(at, helper, person)
    if town.is_so(0.15):  # later the same week, to see how it stands
        later = at + town.some(1, 6) * DAY
        if is_working(helper, later):
            year.plan(later, lambda then: _look_again(year, helper, person, then))
    if town.is_so(0.012):
        year.plan(later_day(town, at), lambda then: _stop(year, helper, person, then))
    state.has_come = True


def _is_left_over(town: Town, person: Person, at: int) -> bool:
    """The family winds up what was begun; few do once the death is known."""
    return town.is_so(0.02 if at > (person.known_dead_at or at) else 0.05)


def later_day(town: Town, at: int) -> int:
    return at + town.some(5, 60) * DAY


def _stop(year: Year, helper: Helper, person: Person, at: int) -> None:
    """The person takes a consent back, or wants no more letters."""
    if not is_working(helper, at):
        return
    year.look(at, helper, person)
    kind = year.town.pick({"withdraw": 0.85, "stop_notice": 0.15})
    year.act(at + 4 * MINUTE, helper, person, kind)


def _look_again(year: Year, helper: Helper, person: Person, at: int) -> None:
    year.look(at, helper, person)


def begin(
    year: Year, helper: Helper, person: Person, at: int, *, alike: str = "", scheme: Any = None
) -> None:
    """Search, register, open, case and consent, as each visit has them."""
    town, state = year.town, year.states[person.id]
    if town.is_so(0.7):
        year.look(
            at - 2 * MINUTE,
            helper,
            None,
            "search",
            street=person.address.partition("-")[0],
            results=1 if state.has_come else 0,
        )
    if not state.has_come:
        year.act(
            at, helper, person, "register", phone=state.phone, address=state.address, alike=alike
        )
        state.has_come = True
    year.open_case(at, helper, person)
    year.look(at + MINUTE, helper, person)
    if town.is_so(0.72):
        consent(year, helper, person, at + 2 * MINUTE, alike=alike, scheme=scheme)


def consent(
    year: Year,
    helper: Helper,
    person: Person,
    at: int,
    *,
    kind: str = "consent",
    alike: str = "",
    scheme: Any = None,
    **given: Any,
) -> Act:
    """A yes as people give it: signed, marked or spoken, alone or with somebody beside them."""
    facts = consent_facts(year, person, at)
    facts.update(given)
    return year.act(at, helper, person, kind, alike=alike, scheme=scheme, **facts)


def consent_facts(year: Year, person: Person, at: int) -> dict[str, Any]:
    town = year.town
    signs = town.is_so(0.7)
    version = f"w{town.some(1, 6)}{person.language}"
    beside = town.pick({"nobody": 0.8, "relative": 0.1, "partner": 0.1})
    if person.language not in ("en", "cy") and town.is_so(0.5):
        beside = "interpreter"
    return {
        "signature": town.token("g") if signs else "",
        "signature_near": f"h{town.chance.getrandbits(36):09x}" if signs else "",
        "text_shown": version,
        "text_signed": version,
        "consented_at": year.claimed(at),
        "consent_recorded_at": at,
        "present": beside,
        "confirmed_by": town.pick(
            {"nothing": 0.5, "old_route": 0.3, "second_staff": 0.12, "letter": 0.08}
        ),
    }


def do(
    year: Year, helper: Helper, person: Person, kind: str, at: int, *, alike: str = ""
) -> Act | None:
    """One thing that people ask for. None where this helper does not do such things."""
    town, state = year.town, year.states[person.id]
    base: dict[str, Any] = {
        "service": town.chance.choice(SERVICES),
        "consent_state": "live",
        "consented_at": year.claimed(at - 5 * MINUTE),
        "consent_recorded_at": at - 4 * MINUTE,
        "present": "relative" if town.is_so(0.08) else "nobody",
        "alike": alike,
    }
    if person.language not in ("en", "cy") and town.is_so(0.5):
        base["present"] = "interpreter"
    if kind == "apply":
        return _apply(year, helper, person, at, base)
    if kind == "pay":
        return _pay(year, helper, person, state, at, base)
    if kind == "change_payee":
        return _change_payee(year, helper, person, state, at, base)
    if kind == "change_contact":
        return _change_contact(year, helper, person, state, at, base)
    if kind == "represent":
        base.update(consent_facts(year, person, at))
        base["had_private_moment"] = town.is_so(0.9) if base["present"] == "partner" else None
        made = year.act(at, helper, person, kind, **base)
        year.plan(at + town.some(1, 40) * HOUR, year.review, made)
        return made
    if kind == "capacity":
        base["assessor"] = town.token("a")
    if kind == "emergency":
        base.update(amount=town.chance.choice((2000, 3000, 4900)), is_urgent=True)
    if kind == "report_change":
        base["text"] = town.token("x")
    return year.act(at, helper, person, kind, **base)


def _apply(year: Year, helper: Helper, person: Person, at: int, base: dict[str, Any]) -> Act:
    town = year.town
    if town.is_so(0.25):  # words that a desk always uses
        base["text"] = f"x{helper.site}{town.some(1, 5)}"
    else:
        base["text"] = town.token("x")
    if town.is_so(0.45):
        base["document"] = town.token("f")
    if base["service"] in ("housing", "benefit") and town.is_so(0.6):
        base["landlord"] = landlord(town, person)[1]
    base["result"] = town.pick({"": 0.3, "approved": 0.55, "refused": 0.15})
    base["facts_changed"] = town.pick({0: 0.93, 1: 0.05, 2: 0.015, 4: 0.005})
    return year.act(at, helper, person, "apply", **base)


def landlord(town: Town, person: Person) -> tuple[str, str]:
    """The landlord of a person, always the same: a few let to very many."""
    number = int(person.id[1:]) * 7919 % 1000 / 1000
    return town.landlords[int(len(town.landlords) * number**3)]


def _pay(
    year: Year, helper: Helper, person: Person, state: State, at: int, base: dict[str, Any]
) -> Act:
    town = year.town
    way = town.pick({"landlord": 0.4, "council": 0.25, "licence": 0.2, "refund": 0.15})
    if way == "landlord":
        account, amount = landlord(town, person)[0], town.some(15_000, 90_000)
    elif way == "council":
        account, amount = f"k{helper.organisation}", town.some(4_000, 18_000)
    elif way == "licence":
        account, amount = "kstate", town.chance.choice((1_450, 3_400, 8_850))
    else:
        account, amount = state.account, town.some(1_000, 30_000)
    return year.act(
        at,
        helper,
        person,
        "pay",
        account=account,
        branch=f"B{sum(map(ord, account)) % 200:03d}" if way != "refund" else state.branch,
        amount=amount,
        name_check=town.pick(figures.NAME_CHECK) if way == "refund" else "",
        is_urgent=town.is_so(0.03),
        **base,
    )


def _change_payee(
    year: Year, helper: Helper, person: Person, state: State, at: int, base: dict[str, Any]
) -> Act:
    town = year.town
    way = town.pick({"own": 0.82, "joint": 0.06, "landlord": 0.06, "union": 0.06})
    check = town.pick(figures.NAME_CHECK)
    if way == "joint":
        beside = [p for p in town.living[person.address] if not p.establishment]
        account = year.states[town.chance.choice(beside).id].account if beside else state.account
        check = town.pick({"match": 0.5, "close": 0.45, "none": 0.05})
    elif way == "landlord":  # rent paid straight, as the rules of a benefit allow
        account, check = landlord(town, person)[0], "none"
    elif way == "union":  # a credit union's account, told apart by the roll number
        account = town.token("k")
    else:
        account = town.token("k")
    digits = town.some(3, 8) if not town.is_so(figures.TYPO * 4) else town.some(1, 2)
    state.account, state.branch = account, town.branch()
    made = year.act(
        at,
        helper,
        person,
        "change_payee",
        account=account,
        whose={"joint": "joint", "landlord": "other"}.get(way, "own"),
        branch=state.branch,
        name_check=check,
        digits_changed=digits,
        is_before_first_payment=town.is_so(0.3),
        is_urgent=town.is_so(0.05),
        confirmed_by=town.pick(
            {"nothing": 0.3, "old_route": 0.4, "second_staff": 0.2, "letter": 0.1}
        ),
        **base,
    )
    if town.is_so(0.45):
        year.plan(at + town.some(1, 40) * HOUR, year.review, made)
    return made


def _change_contact(
    year: Year, helper: Helper, person: Person, state: State, at: int, base: dict[str, Any]
) -> Act:
    town = year.town
    if town.is_so(0.45):
        state.address = town.address()
        return year.act(at, helper, person, "change_contact", address=state.address, **base)
    beside = [p for p in town.living[person.address] if p.phone and p is not person]
    if beside and town.is_so(0.2) and not person.establishment:
        state.phone = town.chance.choice(beside).phone
    else:
        state.phone = town.token("t")
    return year.act(
        at,
        helper,
        person,
        "change_contact",
        phone=state.phone,
        confirmed_by=town.pick({"nothing": 0.5, "old_route": 0.25, "new_route": 0.25}),
        **base,
    )
