"""What offices do beside people's work: roles for cover, settings, sleeping records that wake."""

from __future__ import annotations

from assistedaccess.safeguards.facts_world import DAY, HOUR, MINUTE, WEEK, Helper

from .ordinary import do, is_working, someone, visit
from .schemes import find_crook
from .town import BEGIN
from .year import Year

LOOKED_FOR_NOTHING = ("phone_enquiry", "wrong_record", "referral_expected")


def plan_office_work(year: Year) -> None:
    """Roles, settings, dormant records, and honest looks that nothing explains, week by week."""
    town = year.town
    for week in range(town.size.weeks):
        for _ in range(max(1, town.size.people // 12_000)):
            _cover(year, BEGIN + week * WEEK)
        if week % 4 == 1:
            _tune(year, BEGIN + week * WEEK)
        for _ in range(max(1, town.size.people // 4_000)):
            _wake(year, BEGIN + week * WEEK)
        for _ in range(round(town.size.acts * 0.8 / town.size.weeks * 0.010)):
            _look_for_nothing(year, BEGIN + week * WEEK)
        for _ in range(max(1, town.size.people // 800)):
            _search_for_nobody(year, BEGIN + week * WEEK)


def _cover(year: Year, week: int) -> None:
    """Somebody is reviewer for a colleague's leave, agreed beforehand."""
    town = year.town
    giver = find_crook(town, "staff", role="administrator", at=week)
    taker = find_crook(town, "staff", at=week)
    at = week + town.some(0, 4) * DAY + 10 * HOUR
    until = at + town.some(5, 20) * DAY
    for when, result in ((at, "reviewer"), (until, "ended")):
        year.plan(when, _grant, year, giver, taker, result)


def _grant(at: int, year: Year, giver: Helper, taker: Helper, result: str) -> None:
    year.act(at, giver, None, "grant_role", subject=taker.id, result=result)


def _tune(year: Year, week: int) -> None:
    giver = find_crook(year.town, "staff", role="administrator", at=week)
    result = year.town.pick({"looser": 0.4, "tighter": 0.6})

    def act(at: int) -> None:
        year.act(at, giver, None, "change_setting", result=result)

    year.plan(week + 2 * DAY + 14 * HOUR, act)


def _wake(year: Year, week: int) -> None:
    """Somebody who has not been here for years comes again, with a new phone at times."""
    town = year.town
    helper = find_crook(town, "staff", "volunteer", at=week)
    person = someone(town, helper)

    def act(at: int) -> None:
        year.act(at, helper, person, "reopen", result="dormant")
        if town.is_so(0.5):
            do(year, helper, person, "change_contact", at + 9 * MINUTE)
        if town.is_so(0.12):
            do(year, helper, person, "change_payee", at + 20 * MINUTE)
        visit(year, helper, person, at + 30 * MINUTE)

    year.plan(week + town.some(0, 4) * DAY + town.some(9, 15) * HOUR, act)


def _look_for_nothing(year: Year, week: int) -> None:
    town = year.town
    helper = find_crook(town, "staff", "volunteer", at=week)
    person = someone(town, helper)

    def act(at: int) -> None:
        if is_working(helper, at) and person.human != helper.human:
            glass = True if town.is_so(0.03) else None
            reason = town.chance.choice(LOOKED_FOR_NOTHING)
            year.look(at, helper, person, reason=reason, broke_glass=glass)

    year.plan(week + town.some(0, 4) * DAY + town.some(9, 16) * HOUR, act)


def _search_for_nobody(year: Year, week: int) -> None:
    """Several spellings of a name, and still nobody found."""
    town = year.town
    helper = find_crook(town, "staff", "volunteer", at=week)
    street = town.address().partition("-")[0]

    def act(at: int) -> None:
        for number in range(town.some(2, 7)):
            year.look(at + number * MINUTE, helper, None, "search", street=street, results=0)

    year.plan(week + town.some(0, 4) * DAY + town.some(9, 16) * HOUR, act)
