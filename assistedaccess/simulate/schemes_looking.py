"""Looking without need: A30 to A35."""

from __future__ import annotations

from typing import Any

from assistedaccess.safeguards.facts_world import HOUR, MINUTE, Person

from .schemes import Plot


def _look(plot: Plot, at: int, person: Person | None, kind: str = "open", **given: Any) -> None:
    helper = given.pop("helper", plot.crook)
    plot.year.look(at, helper, person, kind, scheme=plot.scheme, improper=True, **given)


def a30(plot: Plot) -> None:
    """Somebody they know. Careful: while a colleague has a case, or with a case made for it."""
    town = plot.town
    known = [
        p
        for p in town.chance.sample(town.people, min(3000, len(town.people)))
        if p.surname == plot.crook.surname or p.address == plot.crook.address
    ]
    person = town.chance.choice(known) if known and town.is_so(0.7) else plot.victim()
    if plot.careful and town.is_so(0.25):
        plot.year.open_case(plot.begins, plot.crook, person, days=20)
    for at in plot.spread(plot.length(1, 6), 50):
        reason = town.pick({"": 0.5, "phone_enquiry": 0.5})
        plot.at(at, lambda t, reason=reason: _look(plot, t, person, reason=reason))


def a31(plot: Plot) -> None:
    """Their own record. Careful: opened by a colleague for them."""
    own = [p for p in plot.town.people if p.human == plot.crook.human]
    person = own[0] if own else plot.victim()
    person.human = plot.crook.human
    helper = (plot.others(1) or [plot.crook])[0] if plot.careful else plot.crook
    for at in plot.spread(plot.length(1, 3), 20):
        plot.at(at, lambda t: _look(plot, t, person, helper=helper))


def a32(plot: Plot) -> None:
    """A name from the news. Careful: fewer of them, over a week."""
    notable = [p for p in plot.town.people if p.is_notable] or plot.town.people[:1]
    person = plot.town.chance.choice(notable)
    lookers = plot.others(plot.length(5, 14) if not plot.careful else plot.length(3, 6))
    for helper in lookers:
        hours = plot.town.some(0, 40 if not plot.careful else 7 * 24)
        at = plot.working_time(plot.begins + hours * HOUR) + plot.town.some(0, 3000)
        glass = True if plot.town.is_so(0.4) else None
        plot.at(
            at,
            lambda t, helper=helper, glass=glass: _look(
                plot, t, person, helper=helper, broke_glass=glass, reason="safeguarding"
            ),
        )


def a33(plot: Plot) -> None:
    """Searches on their own street that open nothing. Careful: a few a day, of nearby streets."""
    town, count = plot.town, plot.length(25, 60) if not plot.careful else plot.length(12, 30)
    street = plot.crook.address.partition("-")[0]
    at = plot.working_time(plot.begins)
    for number in range(count):
        gap = number * (2 * MINUTE if not plot.careful else town.some(2, 5) * HOUR)
        where = street if not plot.careful or town.is_so(0.6) else town.address().partition("-")[0]
        plot.at(
            at + gap,
            lambda t, where=where: _look(
                plot, t, None, "search", street=where, results=town.some(0, 6)
            ),
        )


def a35(plot: Plot) -> None:
    """Broken glass again and again. Careful: three a week, with a reason each time."""
    people = plot.victims(plot.length(4, 10))
    days = 6 if not plot.careful else 30
    for person, at in zip(people, plot.spread(len(people), days), strict=False):
        reason = "risk_to_life" if plot.careful else "safeguarding"
        plot.at(
            at,
            lambda t, person=person, reason=reason: _look(
                plot, t, person, broke_glass=True, reason=reason
            ),
        )
