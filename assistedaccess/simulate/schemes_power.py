"""Credentials, approvers, administrators: A38, A41 to A48."""

from __future__ import annotations

from assistedaccess.safeguards.facts_world import DAY, HOUR, MINUTE, Helper, Person

from .schemes import Plot


def a38(plot: Plot) -> None:
    """A leaver's account. Careful: in the last week before leaving, out of hours."""
    town = plot.town
    count = plot.length(1, 6)
    ended = [h for h in town.helpers if h.ends_at and h.ends_at < town.size.end - 60 * DAY]
    if ended:
        plot.crook = town.chance.choice(ended)
    first = (plot.crook.ends_at or plot.begins) + (
        town.some(10, 30) if not plot.careful else -6
    ) * DAY
    account = town.token("k")
    for number, person in enumerate(plot.victims(count)):
        at = first + number * town.some(2, 20) * HOUR
        if plot.careful:
            at = at - at % DAY + 20 * HOUR + number * 9 * MINUTE
        plot.at(at, lambda t, person=person: plot.change_payee(t, person, account))


def _approve(plot: Plot, reviewer: Helper, low: int, high: int, count: int, days: int) -> None:
    for person, at in zip(plot.victims(count), plot.spread(count, days), strict=False):

        def both(t: int, person: Person) -> None:
            held = plot.change_payee(t, person, plot.town.token("k"), name_check="none")
            plot.act(
                t + plot.town.some(2, 20) * HOUR,
                person,
                "review",
                helper=reviewer,
                reviewed=held.id,
                reviewed_helper=plot.crook.id,
                review_seconds=plot.town.some(low, high),
                result="released",
            )

        plot.at(at, both, person)


def a41(plot: Plot) -> None:
    """Approves what they sent, through a second account. Careful: a friend, each for the other."""
    if plot.careful:
        friend = (plot.others(1, role="reviewer") or [plot.crook])[0]
        _approve(plot, friend, 20, 60, plot.length(2, 6), 60)
        return
    second = [h for h in plot.town.helpers if h.human == plot.crook.human and h.id != plot.crook.id]
    if not second:
        reviewer = (plot.others(1, role="reviewer") or [plot.crook])[0]
        reviewer.human = plot.crook.human
        second = [reviewer]
    _approve(plot, second[0], 15, 90, plot.length(1, 4), 40)


def a42(plot: Plot) -> None:
    """One approver waves one helper through. Careful: slower, and refusing something at times."""
    reviewer = (plot.others(1, role="reviewer") or [plot.crook])[0]
    low, high = (40, 110) if plot.careful else (5, 20)
    _approve(plot, reviewer, low, high, plot.length(5, 12), 60)


def a44(plot: Plot) -> None:
    """Letters are stopped before the approval. Careful: the phone is changed instead."""
    town = plot.town
    reviewer = (plot.others(1, role="reviewer") or [plot.crook])[0]
    count = plot.length(2, 7)
    plot.scheme.says_no = 0.02
    for person, at in zip(plot.victims(count), plot.spread(count, 60), strict=False):

        def silence(t: int, person: Person) -> None:
            if plot.careful:
                plot.change_phone(t, person, town.token("t"), helper=reviewer)
            else:
                plot.act(t, person, "stop_notice", helper=reviewer)
            held = plot.change_payee(t + HOUR, person, town.token("k"))
            plot.act(
                t + 3 * HOUR,
                person,
                "review",
                helper=reviewer,
                reviewed=held.id,
                reviewed_helper=plot.crook.id,
                review_seconds=town.some(20, 200),
                result="released",
            )

        plot.at(at, silence, person)


def a45(plot: Plot) -> None:
    """A role for an hour, to approve with. Careful: granted by a colleague, for two days."""
    giver = plot.crook
    if plot.careful:
        giver = (plot.others(1, role="administrator") or [giver])[0]
    at = plot.working_time(plot.begins)

    def grant(t: int) -> None:
        plot.act(t, None, "grant_role", helper=giver, subject=plot.crook.id, result="reviewer")
        for number, person in enumerate(plot.victims(plot.length(1, 4))):
            gap = (10 * MINUTE if not plot.careful else 9 * HOUR) * (number + 1)
            plot.act(
                t + gap,
                person,
                "review",
                reviewed_helper=(plot.others(1) or [giver])[0].id,
                review_seconds=plot.town.some(10, 60),
                result="released",
            )
        ends = HOUR if not plot.careful else 2 * DAY
        plot.act(t + ends, None, "grant_role", helper=giver, subject=plot.crook.id, result="ended")

    plot.at(at, grant)


def a48(plot: Plot) -> None:
    """Thresholds the night before a batch, and back. Careful: a week each, with a reason."""
    at = plot.working_time(plot.begins)
    gap = 14 * HOUR if not plot.careful else 8 * DAY
    first = at - at % DAY + (22 if not plot.careful else 15) * HOUR
    plot.at(first, lambda t: plot.act(t, None, "change_setting", result="looser"))
    account = plot.town.token("k")
    for number, person in enumerate(plot.victims(plot.length(3, 8))):
        plot.at(
            first + gap // 2 + number * 11 * MINUTE,
            lambda t, person=person: plot.change_payee(t, person, account),
        )
    plot.at(first + gap + 4 * HOUR, lambda t: plot.act(t, None, "change_setting", result="back"))
