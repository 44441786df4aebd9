"""Honest work that looks like abuse: at least 200 of each in a year of the full town.

The ten rows L01 to L10 of the scenarios, and L11 (moved because of abuse), L12 (same name and
birth date), L30 (a duty queue's view), L32 (staff who are truly on the case of somebody notable).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from assistedaccess.safeguards.facts_world import DAY, HOUR, MINUTE, WEEK, Helper, Person

from .ordinary import begin, consent, do, is_working, landlord, someone, visit
from .town import BEGIN
from .year import Year


def plan_lookalikes(year: Year) -> None:
    """Plan each kind often enough."""
    for name, make in ALIKE.items():
        for _ in range(year.town.size.lookalikes):
            make(year, name)


def _when(year: Year, first: int = 9, last: int = 16) -> int:
    town = year.town
    day = BEGIN + town.some(0, town.size.weeks - 1) * WEEK + town.some(0, 4) * DAY
    return day + town.some(first, last) * HOUR + town.some(0, 59) * MINUTE


def _worker(year: Year, at: int, *kinds: str) -> Helper:
    """Somebody who works then."""
    town = year.town
    for _ in range(200):
        helper = town.chance.choice(town.helpers)
        if helper.kind in (kinds or ("staff", "volunteer")) and at < (helper.ends_at or at + 1):
            return helper
    return next(h for h in town.helpers if h.kind in (kinds or ("staff",)) and h.ends_at is None)


def _related(year: Year, *kinds: str) -> tuple[Helper, Person, str] | None:
    """A helper and who they are to somebody; None where a very small town has nobody so."""
    town = year.town
    fit = [relation for relation in town.relations if relation.kind in kinds]
    if not fit:
        return None
    relation = town.chance.choice(fit)
    return town.helper(relation.helper), town.person(relation.person), relation.kind


def _l01(year: Year, name: str) -> None:
    at = _when(year, 9, 9)
    helper = _worker(year, at, "volunteer")
    year.shift(helper, at - at % DAY)
    for number in range(year.town.some(20, 30)):
        person = someone(year.town, helper)
        year.plan(at + number * 14 * MINUTE, _served, year, helper, person, name)


def _served(at: int, year: Year, helper: Helper, person: Person, name: str) -> None:
    begin(year, helper, person, at, alike=name)
    if year.town.is_so(0.35):
        do(year, helper, person, "apply", at + 8 * MINUTE, alike=name)


def _l02(year: Year, name: str) -> None:
    found = _related(year, "appointee")
    if found is None:
        return
    helper, person, _kind = found
    home = next(e for e in year.town.establishments if e.id == person.establishment)

    def act(at: int) -> None:
        begin(year, helper, person, at, alike=name)
        if year.town.is_so(0.5):
            year.act(
                at + 9 * MINUTE,
                helper,
                person,
                "change_payee",
                alike=name,
                account=home.account,
                whose="other",
                branch="B001",
                name_check="none",
                digits_changed=8,
                consent_state="live",
                confirmed_by="letter",
            )
            year.states[person.id].account = home.account
        else:
            visit(year, helper, person, at, alike=name)

    year.plan(_when(year), act)


def _l03(year: Year, name: str) -> None:
    town = year.town
    found = _related(year, "child")
    if found is None:
        return
    helper, person, _kind = found
    beside = [p for p in town.living[person.address] if not p.establishment][:2]

    def act(at: int) -> None:
        joint, branch = town.token("k"), town.branch()
        for number, each in enumerate(beside or [person]):
            then = at + number * 12 * MINUTE
            begin(year, helper, each, then, alike=name)
            year.act(
                then + 5 * MINUTE,
                helper,
                each,
                "change_payee",
                alike=name,
                account=joint,
                whose="joint",
                branch=branch,
                name_check=town.pick({"match": 0.7, "close": 0.3}),
                digits_changed=7,
                consent_state="live",
                confirmed_by=town.pick({"old_route": 0.6, "letter": 0.4}),
            )
            year.states[each.id].account = joint

    year.plan(_when(year), act)


def _l04(year: Year, name: str) -> None:
    at = _when(year)
    helper = _worker(year, at)
    person = someone(year.town, helper)

    def act(then: int) -> None:
        consent(
            year,
            helper,
            person,
            then,
            alike=name,
            signature="",
            signature_near="",
            present=year.town.pick({"nobody": 0.7, "relative": 0.3}),
            confirmed_by="second_staff",
        )
        do(year, helper, person, "apply", then + 9 * MINUTE, alike=name)

    year.plan(at, act)


def _l05(year: Year, name: str) -> None:
    town, at = year.town, _when(year)
    helper = _worker(year, at)
    person = next(
        (p for p in town.chance.sample(town.people, min(200, len(town.people))) if not p.has_id),
        town.people[0],
    )

    def act(then: int) -> None:
        begin(year, helper, person, then, alike=name)
        other = _worker(year, then)
        year.act(
            then + 5 * MINUTE,
            other,
            person,
            "vouch",
            alike=name,
            identity="vouch",
            confirmed_by="second_staff",
        )
        do(year, helper, person, "apply", then + 9 * MINUTE, alike=name)

    year.plan(at, act)


def _l06(year: Year, name: str) -> None:
    town, at = year.town, _when(year)
    helper = _worker(year, at)
    person = someone(town, helper)

    def act(then: int) -> None:
        begin(year, helper, person, then, alike=name)
        kind = town.pick({"represent": 0.3, "consent": 0.4, "change_contact": 0.3})
        if kind == "change_contact":
            do(year, helper, person, kind, then + 9 * MINUTE, alike=name)
            return
        consent(
            year,
            helper,
            person,
            then + 9 * MINUTE,
            kind=kind,
            alike=name,
            present="interpreter",
            had_private_moment=True if kind == "represent" else None,
            confirmed_by="second_staff" if kind == "represent" else "nothing",
        )

    year.plan(at, act)


def _l07(year: Year, name: str) -> None:
    town, at = year.town, _when(year, 18, 22)
    helper = _worker(year, at)
    person = someone(town, helper)

    def act(then: int) -> None:
        year.look(
            then - MINUTE,
            helper,
            person,
            reason="risk_to_life" if town.is_so(0.2) else "",
            broke_glass=True if town.is_so(0.2) else None,
            alike=name,
        )
        year.act(
            then,
            helper,
            person,
            "emergency",
            alike=name,
            amount=town.chance.choice((2000, 3000, 4900)),
            is_urgent=True,
        )
        year.open_case(then + HOUR, helper, person)

    year.plan(at, act)


def _l08(year: Year, name: str) -> None:
    town = year.town
    found = _related(year, "partner", "carer")
    if found is None:
        return
    helper, person, kind = found

    def act(at: int) -> None:
        if town.is_so(0.4):
            consent(
                year,
                helper,
                person,
                at,
                kind="represent",
                alike=name,
                present="partner" if kind == "partner" else "relative",
                had_private_moment=True,
                confirmed_by="letter",
            )
        else:
            year.states[person.id].phone = helper.phone
            year.act(
                at,
                helper,
                person,
                "change_contact",
                alike=name,
                phone=helper.phone,
                confirmed_by="letter",
                consent_state="live",
            )
        visit(year, helper, person, at + 20 * MINUTE, alike=name)

    year.plan(_when(year), act)


def _l09(year: Year, name: str) -> None:
    town, at = year.town, _when(year)
    helper = _worker(year, at)
    person = someone(town, helper)

    def act(then: int) -> None:
        begin(year, helper, person, then)
        wrong = do(year, helper, person, "change_payee", then + 6 * MINUTE)
        if wrong is None:
            return
        wrong.name_check = town.pick({"close": 0.5, "none": 0.5})
        right = do(year, helper, person, "change_payee", then + 3 * HOUR, alike=name)
        if right is not None:
            right.branch, right.name_check = wrong.branch, "match"
            right.account, right.whose = town.token("k"), "own"  # it is in their name: their own
            right.digits_changed = town.some(1, 2)
            right.is_before_first_payment = True

    year.plan(at, act)


def _l10(year: Year, name: str) -> None:
    town, at = year.town, _when(year)
    helper = _worker(year, at)
    person = someone(town, helper)

    def act(then: int) -> None:
        begin(year, helper, person, then)
        first = do(year, helper, person, "apply", then + 6 * MINUTE)
        if first is None:
            return
        first.result, first.landlord = "refused", landlord(town, person)[1]

        def again(later: int) -> None:
            if not is_working(helper, later):
                return
            begin(year, helper, person, later, alike=name)
            second = do(year, helper, person, "apply", later + 6 * MINUTE, alike=name)
            if second is not None:
                second.service, second.landlord = first.service, first.landlord
                second.facts_changed = town.pick({0: 0.8, 1: 0.17, 2: 0.03})
                second.document = first.document if town.is_so(0.5) else town.token("f")
                second.text = first.text

        year.plan(then + town.some(7, 40) * DAY, again)

    year.plan(at, act)


def _l11(year: Year, name: str) -> None:
    town, at = year.town, _when(year)
    helper = _worker(year, at)
    person = someone(town, helper)

    def act(then: int) -> None:
        state = year.states[person.id]
        begin(year, helper, person, then, alike=name)
        state.phone, state.address = town.token("t"), town.address()
        new: list[dict[str, Any]] = [{"phone": state.phone}, {"address": state.address}]
        for number, given in enumerate(new):
            year.act(
                then + (8 + number) * MINUTE,
                helper,
                person,
                "change_contact",
                alike=name,
                confirmed_by="second_staff",
                consent_state="live",
                **given,
            )
        if town.is_so(0.5):
            do(year, helper, person, "change_payee", then + 30 * MINUTE, alike=name)

    year.plan(at, act)


def _l12(year: Year, name: str) -> None:
    town, at = year.town, _when(year)
    helper = _worker(year, at)
    person = someone(town, helper)
    double = town.chance.choice(town.people)
    if not double.establishment and not person.establishment:
        double.surname, double.born = person.surname, person.born

    def act(then: int) -> None:
        year.look(then - MINUTE, helper, double, alike=name)  # the wrong one first
        visit(year, helper, person, then, alike=name)

    year.plan(at, act)


def _l30(year: Year, name: str) -> None:
    """A duty worker opens what is in the queue, and hands it on: no act follows."""
    town, at = year.town, _when(year)
    helper = _worker(year, at, "staff")
    person = someone(town, helper)
    if not town.is_so(0.04):
        year.give(helper, person, "duty", at - HOUR, at + 8 * HOUR)

    def act(then: int) -> None:
        year.look(then, helper, person, alike=name)

    year.plan(at, act)


def _l32(year: Year, name: str) -> None:
    """Several of one organisation work on the case of somebody whom the news is about."""
    town, at = year.town, _when(year)
    notable = [p for p in town.people if p.is_notable] or town.people[:1]
    person = town.chance.choice(notable)
    helper = _worker(year, at, "staff")
    team = [
        h
        for h in town.helpers
        if h.organisation == helper.organisation and h.kind == "staff" and h.ends_at is None
    ]

    def act(then: int) -> None:
        year.open_case(then, helper, person)
        for number, each in enumerate(team[: town.some(2, 6)]):
            if each.site != helper.site:  # whom the case's site asked
                year.give(each, person, "task", then, then + WEEK)
            year.look(then + number * 3 * HOUR, each, person, alike=name)

    year.plan(at, act)


ALIKE: dict[str, Callable[[Year, str], None]] = {
    **{"L01": _l01, "L02": _l02, "L03": _l03, "L04": _l04, "L05": _l05, "L06": _l06},
    **{"L07": _l07, "L08": _l08, "L09": _l09, "L10": _l10, "L11": _l11, "L12": _l12},
    **{"L30": _l30, "L32": _l32},
}
