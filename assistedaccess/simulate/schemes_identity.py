"""Schemes about identity, ghosts and death: A10 to A16; and volume: A36."""

from __future__ import annotations

from assistedaccess.safeguards.facts_world import DAY, HOUR, MINUTE, Person

from .schemes import Plot


def _ghost(plot: Plot, address: str, phone: str) -> Person:
    """Somebody who does not exist, among the town's people."""
    town = plot.town
    person = Person(
        id=f"P{len(town.people):05d}",
        human=f"U{len(town.people):05d}",
        surname=town.surname(),
        born=town.born(20, 70),
        address=address,
        phone=phone,
        account=town.token("k"),
        language="en",
        has_id=False,
        establishment="",
        is_notable=False,
        died_at=None,
        known_dead_at=None,
    )
    town.people.append(person)
    town.household_of[person.id] = -1
    from .year import State

    plot.year.states[person.id] = State(phone, person.account, address, town.branch(), True)
    return person


def a10(plot: Plot) -> None:
    """Ghosts at one address. Careful: an address and a phone each, and an accomplice vouches."""
    town, count = plot.town, plot.length(4, 9)
    plot.scheme.says_no = 0.0
    address, friend = town.address(), plot.others(1)
    for at in plot.spread(count, 70 if not plot.careful else 130):
        place = town.address() if plot.careful else address
        ghost = _ghost(plot, place, town.token("t") if plot.careful else "")

        def register(t: int, ghost: Person) -> None:
            plot.act(
                t, ghost, "register", phone=ghost.phone, address=ghost.address, identity="none"
            )
            plot.consent(t + 6 * MINUTE, ghost, confirmed_by="nothing")
            plot.act(t + 12 * MINUTE, ghost, "apply", service="benefit", text=town.token("x"))
            if plot.careful and friend:
                plot.act(t + HOUR, ghost, "vouch", helper=friend[0], identity="vouch")

        def pay(t: int, ghost: Person) -> None:
            account = ghost.account
            plot.pay(t, ghost, account, town.some(15_000, 60_000), name_check="")

        plot.at(at, register, ghost)
        plot.at(plot.working_time(at + town.some(4, 20) * DAY), pay, ghost)


def a12(plot: Plot) -> None:
    """Acts for somebody dead. Careful: few, spread, and begun before the death is known."""
    end = plot.town.size.end - 50 * DAY
    dead = [p for p in plot.town.people if p.known_dead_at is not None and p.known_dead_at < end]
    if not dead:
        return
    plot.scheme.says_no = 0.03
    person = plot.town.chance.choice(dead)
    assert person.died_at is not None and person.known_dead_at is not None  # noqa: S101, PT018
    first = person.died_at + 2 * DAY if plot.careful else person.known_dead_at + 20 * DAY
    for number in range(plot.length(1, 5)):
        at = plot.working_time(first + number * plot.town.some(12, 30) * DAY)
        kind = plot.town.pick({"apply": 0.5, "pay": 0.3, "report_change": 0.2})
        if kind == "pay":
            account = plot.crook.account or plot.town.token("k")
            plot.at(at, lambda t, a=account: plot.pay(t, person, a, 20_000))
        else:
            plot.at(at, lambda t, kind=kind: plot.act(t, person, kind, service="badge"))


def a13(plot: Plot) -> None:
    """A sleeping record gets a new phone and bank. Careful: weeks between the two."""
    town, account = plot.town, plot.town.token("k")
    plot.scheme.says_no = 0.12
    for person in plot.victims(plot.length(1, 4)):
        at = plot.working_time(plot.begins + town.some(0, 50) * DAY)
        phone = town.token("t")

        def wake(t: int, person: Person, phone: str) -> None:
            plot.act(t, person, "reopen", result="dormant")
            plot.change_phone(t + 6 * MINUTE, person, phone)

        gap = town.some(14, 30) * DAY if plot.careful else 15 * MINUTE
        plot.at(at, wake, person, phone)
        plot.at(at + gap, lambda t, person=person: plot.change_payee(t, person, account))


def a15(plot: Plot) -> None:
    """Forged letters, one landlord, refused ones again. Careful: each letter made anew, fewer."""
    town, count = plot.town, plot.length(8, 30) if not plot.careful else plot.length(5, 12)
    landlord, document = town.token("t"), town.token("f")
    text = town.token("x")
    plot.scheme.says_no = 0.04
    people = plot.victims(count)
    for person, at in zip(people, plot.spread(count, 60), strict=False):

        def apply(t: int, person: Person) -> None:
            refused = town.is_so(0.3)
            plot.act(
                t,
                person,
                "apply",
                service="housing",
                document=town.token("f") if plot.careful else document,
                landlord=landlord,
                text=town.token("x") if plot.careful else text,
                result="refused" if refused else "approved",
            )
            if refused:
                plot.at(plot.working_time(t + 6 * DAY), lambda u: again(u, person))
            else:
                plot.scheme.flows.append((t + 20 * DAY, town.some(30_000, 90_000)))

        def again(t: int, person: Person) -> None:
            plot.act(
                t,
                person,
                "apply",
                service="housing",
                document=town.token("f"),
                landlord=landlord,
                facts_changed=town.some(1, 2) if plot.careful else town.some(3, 5),
                result="approved",
            )

        plot.at(at, apply, person)


def a16(plot: Plot) -> None:
    """An impostor moves a claim. Careful: two visits, to two helpers."""
    town, person = plot.town, plot.victim()
    at = plot.working_time(plot.begins)
    second = (plot.others(1) or [plot.crook])[0] if plot.careful else plot.crook
    gap = town.some(5, 15) * DAY if plot.careful else 10 * MINUTE
    who = "none" if not plot.careful else "known_facts"
    plot.at(
        at,
        lambda t: plot.act(t, person, "change_contact", address=town.address(), identity=who),
    )
    plot.at(
        at + gap,
        lambda t: plot.change_payee(t, person, town.token("k"), helper=second, identity=who),
    )


def a36(plot: Plot) -> None:
    """Many near-equal claims in two hours, one branch. Careful: over a week, in new words."""
    town, count = plot.town, plot.length(10, 25)
    text, branch = town.token("x"), town.branch()
    plot.scheme.says_no = 0.08
    at = plot.working_time(plot.begins)
    for number, person in enumerate(plot.victims(count)):
        gap = number * (5 * MINUTE if not plot.careful else town.some(3, 8) * HOUR)

        def apply(t: int, person: Person) -> None:
            plot.act(
                t,
                person,
                "apply",
                service="benefit",
                text=text if not plot.careful or town.is_so(0.35) else town.token("x"),
                account=town.token("k"),
                branch=branch,
                result="approved",
            )
            plot.scheme.flows.append((t + 15 * DAY, town.some(20_000, 60_000)))

        plot.at(at + gap, apply, person)
