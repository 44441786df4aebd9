"""Schemes about consent: A17 to A29."""

from __future__ import annotations

from assistedaccess.safeguards.facts_world import DAY, HOUR, MINUTE, Person

from .schemes import Plot


def a17(plot: Plot) -> None:
    """Consent after the act, dated before. Careful: recorded just before, the person not there."""
    count = plot.length(1, 6)
    for person, at in zip(plot.victims(count), plot.spread(count, 60), strict=False):

        def submit(t: int, person: Person) -> None:
            if plot.careful:
                late = (t - t % DAY) + plot.town.some(19, 22) * HOUR
                plot.consent(late, person, call="", confirmed_by="nothing", signature="")
                plot.act(late + MINUTE, person, "apply", call="", service="benefit")
                return
            plot.act(
                t,
                person,
                "apply",
                consented_at=t - DAY,
                consent_recorded_at=t + plot.town.some(1, 5) * HOUR,
            )

        plot.at(at, submit, person)


def _on_dead_authority(plot: Plot, state: str) -> None:
    count = plot.length(1, 5)
    for person, at in zip(plot.victims(count), plot.spread(count, 40), strict=False):

        def use(t: int, person: Person) -> None:
            if plot.careful:  # at another desk, which made a new yes of its own that nobody gave
                other = (plot.others(1) or [plot.crook])[0]
                plot.act(t, person, "withdraw", helper=other)
                later = t + plot.town.some(1, 6) * DAY
                plot.at(later, lambda u: plot.consent(u, person, confirmed_by="nothing"))
                plot.at(later + HOUR, lambda u: plot.act(u, person, "report_change"))
                return
            if state == "withdrawn":
                plot.act(t - 2 * HOUR, person, "withdraw")
            kind = plot.town.pick({"apply": 0.5, "report_change": 0.5})
            plot.act(t, person, kind, consent_state=state)

        plot.at(at, use, person)


def a18(plot: Plot) -> None:
    """On a consent that was withdrawn."""
    _on_dead_authority(plot, "withdrawn")


def a19(plot: Plot) -> None:
    """On a consent that has run out."""
    _on_dead_authority(plot, "expired")


def a20(plot: Plot) -> None:
    """Outside what was agreed."""
    _on_dead_authority(plot, "out_of_scope")


def a22(plot: Plot) -> None:
    """One picture of a signature for many. Careful: near-equal pictures."""
    town, count = plot.town, plot.length(4, 10)
    image, near = town.token("g"), f"h{town.chance.getrandbits(36):09x}"
    for person, at in zip(plot.victims(count), plot.spread(count, 50), strict=False):

        def sign(t: int, person: Person) -> None:
            made = town.token("g") if plot.careful else image
            alike = town.token("h") if plot.careful and town.is_so(0.3) else near
            plot.consent(t, person, signature=made, signature_near=alike)
            plot.act(t + 8 * MINUTE, person, "apply", service="benefit")

        plot.at(at, sign, person)


def a23(plot: Plot) -> None:
    """A signature on a text never shown. Careful: shown, in a language not the person's."""
    count, account = plot.length(2, 7), plot.crook.account or plot.town.token("k")
    people = plot.victims(count if not plot.careful else count * 6)
    if plot.careful:
        people = [p for p in people if p.language not in ("en", "cy")] or people[:1]
    for person, at in zip(people, plot.spread(count, 60), strict=False):

        def sign(t: int, person: Person) -> None:
            shown, signed = ("w3en", "w3en") if plot.careful else ("w1en", "w4en")
            plot.consent(t, person, "represent", text_shown=shown, text_signed=signed)
            plot.change_payee(t + 9 * MINUTE, person, account, name_check="none")

        plot.at(at, sign, person)


def a24(plot: Plot) -> None:
    """A partner beside becomes representative and payee. Careful: a *private moment*, weeks."""
    person, town = plot.victim(), plot.town
    plot.scheme.says_no = 0.06
    at = plot.working_time(plot.begins)
    plot.at(
        at,
        lambda t: plot.consent(
            t, person, "represent", present="partner", had_private_moment=plot.careful
        ),
    )
    gap = town.some(20, 60) * DAY if plot.careful else 20 * MINUTE
    plot.at(
        at + gap,
        lambda t: plot.change_payee(t, person, town.token("k"), present="partner"),
    )


def a25(plot: Plot) -> None:
    """By telephone as the person. Careful: called back, on a number changed two weeks before."""
    person, town = plot.victim(), plot.town
    at = plot.working_time(plot.begins)
    if plot.careful:
        phone = town.token("t")
        plot.at(at, lambda t: plot.change_phone(t, person, phone, call="inbound"))
        at = plot.working_time(at + 15 * DAY)
    call = "called_back" if plot.careful else "inbound"
    route = "new_route" if plot.careful else "nothing"

    def ring(t: int) -> None:
        plot.consent(t, person, "represent", call=call, confirmed_by=route, identity="known_facts")
        plot.change_payee(t + 9 * MINUTE, person, town.token("k"), call=call, confirmed_by=route)

    plot.at(at, ring)


def a27(plot: Plot) -> None:
    """The helper's own phone as people's. Careful: prepaid phones, three people each."""
    town, count = plot.town, plot.length(5, 13)
    phones = [town.token("t") for _ in range((count + 2) // 3)] if plot.careful else []
    for number, (person, at) in enumerate(
        zip(plot.victims(count), plot.spread(count, 80), strict=False)
    ):
        phone = phones[number // 3] if plot.careful else plot.crook.phone

        def enter(t: int, person: Person, phone: str) -> None:
            plot.cover(t, person)
            plot.change_phone(t, person, phone, confirmed_by="nothing")
            plot.consent(t + 5 * MINUTE, person, confirmed_by="new_route")

        plot.at(at, enter, person, phone)


def a29(plot: Plot) -> None:
    """*Lacks capacity*, so that nobody asks. Careful: an assessor's name, the same for all."""
    town, count = plot.town, plot.length(1, 5)
    assessor = town.token("a")
    for person, at in zip(plot.victims(count), plot.spread(count, 60), strict=False):

        def tick(t: int, person: Person) -> None:
            plot.act(t, person, "capacity", assessor=assessor if plot.careful else "")
            plot.act(t + 20 * MINUTE, person, "represent", confirmed_by="nothing", signature="")

        plot.at(at, tick, person)
