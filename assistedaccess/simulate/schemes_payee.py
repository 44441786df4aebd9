"""Schemes about payees and money: A01 to A08."""

from __future__ import annotations

from assistedaccess.safeguards.facts_world import DAY, HOUR, MINUTE, Helper, Person

from .schemes import Plot


def a01(plot: Plot) -> None:
    """The helper's own account. Careful: of somebody near, after a new phone weeks before."""
    person, town = plot.victim(), plot.town
    at = plot.working_time(plot.begins)
    if plot.careful:
        phone = town.token("t")
        plot.at(at, lambda t: plot.change_phone(t, person, phone))
        at = plot.working_time(at + town.some(10, 35) * DAY)
    account = plot.crook.account if plot.crook.account and not plot.careful else town.token("k")

    def take(t: int) -> None:
        plot.cover(t, person)
        plot.change_payee(t, person, account)

    plot.at(at, take)


def a02(plot: Plot) -> None:
    """One account for many unrelated people. Careful: several accounts, two helpers, two each."""
    town, count = plot.town, plot.length(6, 14)
    accounts = [town.token("k") for _ in range(1 if not plot.careful else (count + 2) // 3)]
    hands, branch = [plot.crook, *(plot.others(1) if plot.careful else [])], town.branch()
    times = plot.spread(count, 84 if not plot.careful else 160)
    for number, (person, at) in enumerate(zip(plot.victims(count), times, strict=False)):
        account, helper = accounts[number % len(accounts)], hands[number % len(hands)]

        def take(t: int, person: Person, account: str, helper: Helper) -> None:
            plot.cover(t, person, helper)
            plot.change_payee(t, person, account, helper=helper, branch=branch)

        plot.at(at, take, person, account, helper)


def a03(plot: Plot) -> None:
    """A relative becomes payee while assisting. Careful: a close name, and a new phone first."""
    theirs = [r for r in plot.town.relations if r.helper == plot.crook.id]
    person = plot.town.person(theirs[0].person) if theirs else plot.victim()
    at = plot.working_time(plot.begins)
    if plot.careful:
        plot.at(at, lambda t: plot.change_phone(t, person, plot.crook.phone))
        at = plot.working_time(at + plot.town.some(14, 50) * DAY)
    account = plot.crook.account or plot.town.token("k")

    def take(t: int) -> None:
        check = "close" if plot.careful else "none"
        plot.change_payee(t, person, account, name_check=check, present="nobody")

    plot.at(at, take)


def a05(plot: Plot) -> None:
    """New bank details and an urgent payment within the hour. Careful: days between, no haste."""
    town = plot.town
    account = town.token("k")
    for person, at in zip(
        plot.victims(plot.length(1, 4)), plot.spread(plot.length(1, 4), 40), strict=False
    ):
        gap = 40 * MINUTE if not plot.careful else town.some(3, 8) * DAY

        def change(t: int, person: Person) -> None:
            plot.cover(t, person)
            plot.change_payee(t, person, account, is_urgent=not plot.careful)

        def cash(t: int, person: Person) -> None:
            urgent = not plot.careful
            plot.pay(t, person, account, town.some(20_000, 60_000), is_urgent=urgent)

        plot.at(at, change, person)
        plot.at(at + gap, cash, person)


def a06(plot: Plot) -> None:
    """Split under the line, to one supplier. Careful: over weeks, uneven, through two helpers."""
    town, account = plot.town, plot.town.token("k")
    hands = [plot.crook, *(plot.others(1) if plot.careful else [])]
    for person in plot.victims(plot.length(1, 4)):
        parts = town.some(3, 5)
        for number, at in enumerate(plot.spread(parts, 24 if plot.careful else 4)):
            amount = town.some(21_000, 49_000) if plot.careful else town.some(47_000, 49_900)
            helper = hands[number % len(hands)]
            plot.at(
                at,
                lambda t, person=person, amount=amount, helper=helper: plot.pay(
                    t, person, account, amount, helper=helper, service="housing"
                ),
            )


def a07(plot: Plot) -> None:
    """A *typo* that alters the account. Careful: three digits, a week later."""
    town, account = plot.town, plot.town.token("k")
    count = plot.length(1, 3)
    for person, at in zip(plot.victims(count), plot.spread(count, 30), strict=False):

        def fix(t: int, person: Person) -> None:
            plot.change_payee(
                t,
                person,
                account,
                digits_changed=town.some(3, 4) if plot.careful else 6,
                name_check="" if plot.careful else town.pick({"close": 0.3, "none": 0.7}),
            )

        plot.at(at, lambda t, person=person: plot.year.act(t, plot.crook, person, "apply"))
        plot.at(plot.working_time(at + (8 if plot.careful else 1) * DAY), fix, person)


def a08(plot: Plot) -> None:
    """A fee from people's benefit. Careful: small payments to one account, not named a fee."""
    town, account = plot.town, plot.crook.account or plot.town.token("k")
    count = plot.length(5, 12)
    hidden = town.token("k")
    for person, at in zip(plot.victims(count), plot.spread(count, 90), strict=False):
        if plot.careful:
            plot.at(
                at,
                lambda t, person=person: plot.pay(t, person, hidden, town.some(2_000, 4_500)),
            )
        else:
            plot.at(
                at,
                lambda t, person=person: plot.pay(
                    t, person, account, town.some(1_500, 4_500), is_fee_line=True
                ),
            )


def a39(plot: Plot) -> None:
    """A stolen account: far away within the hour, then payees. Careful: near, from a new device."""
    town, network, device = plot.town, plot.town.token("n"), plot.town.token("d")
    account = town.token("k")
    at = plot.working_time(plot.begins)
    count = plot.length(2, 6)
    for number, person in enumerate(plot.victims(count)):
        gap = number * (town.some(2, 5) * MINUTE if not plot.careful else town.some(1, 3) * DAY)
        plot.at(
            (at - at % DAY) + (9 * HOUR + 50 * MINUTE) + gap,
            lambda t, person=person: plot.change_payee(
                t, person, account, network=network, device=device, call=""
            ),
        )
