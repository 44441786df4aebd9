"""What a legal instrument carries, and who may say that deciding is hard today. Pure.

Sources: appointees, regulation 33 of the Social Security (Claims and Payments) Regulations 1987
and regulation 57 of the Universal Credit, etc. (Claims and Payments) Regulations 2013; attorneys
and deputies, Mental Capacity Act 2005, sections 9 and 16; continuing attorneys and guardians in
Scotland, Adults with Incapacity (Scotland) Act 2000, sections 15 and 57; in Northern Ireland
enduring powers, the Enduring Powers of Attorney (Northern Ireland) Order 1987, and controllers,
article 101 of the Mental Health (Northern Ireland) Order 1986.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, timedelta
from enum import StrEnum

from flask_babel import gettext as _

from assistedaccess.access import Role
from assistedaccess.consent.rules import Power
from assistedaccess.consent.rules_terms import is_same_name
from assistedaccess.kernel.controls import Act, Finding, Verdict
from assistedaccess.kernel.errors import InvalidInput, Refused
from assistedaccess.kernel.working_days import add_months
from assistedaccess.organisations.rules import Nation

from .rules import GRANT

RECORD_INSTRUMENT = "delegation.record_legal_authority"


class InstrumentKind(StrEnum):
    """By what the law lets somebody act."""

    APPOINTEE = "appointee"
    ATTORNEY = "attorney"
    WELFARE_ATTORNEY = "welfare_attorney"
    DEPUTY = "deputy"
    GUARDIAN = "guardian"
    CONTROLLER = "controller"


class SeenAs(StrEnum):
    """As what the instrument was seen."""

    ORIGINAL = "original"
    CERTIFIED_COPY = "certified_copy"
    ONLINE = "online"


class Outcome(StrEnum):
    """How a doubt came out: with the support that was given, or not today."""

    CAN_DECIDE = "can_decide"
    CANNOT_DECIDE = "cannot_decide"


NATIONS: dict[InstrumentKind, frozenset[Nation]] = {
    InstrumentKind.DEPUTY: frozenset({Nation.ENGLAND, Nation.WALES}),
    InstrumentKind.GUARDIAN: frozenset({Nation.SCOTLAND}),
    InstrumentKind.CONTROLLER: frozenset({Nation.NORTHERN_IRELAND}),
}
"""Where an instrument of that kind is made; the others there are in each nation."""

NO_MONEY = frozenset({Power.PAY, Power.CHANGE_PAYMENT_DETAILS})
EARLIEST = date(1950, 1, 1)
LONGEST_WORDS = 500
ASSESSED_WITHIN = timedelta(days=28)
"""How old an assessment of a decision of today may be (a starting value of this project)."""


def list_powers(kind: InstrumentKind) -> list[Power]:
    """The powers that an instrument of that kind can carry: a welfare one never money."""
    if kind is InstrumentKind.WELFARE_ATTORNEY:
        return [power for power in Power if power not in NO_MONEY]
    return list(Power)


def check_instrument(
    *,
    kind: InstrumentKind,
    starts_on: date,
    ends_on: date | None,
    until_on: date,
    powers: Collection[Power],
    nation: str | None,
    today: date,
) -> None:
    """Raise InvalidInput at the field for an instrument that does not carry what is asked today.

    ``until_on`` is the last day of the delegation: never after the instrument's, and at most 12
    months from today; then somebody looks at the instrument again.
    """
    if nation and nation not in NATIONS.get(kind, frozenset(Nation)):
        raise InvalidInput("kind", _("There is no such authority in the person’s nation"))
    if not powers or not set(powers) <= set(list_powers(kind)):
        raise InvalidInput("powers", _("Select only what an authority of this kind can carry"))
    if starts_on < EARLIEST:
        raise InvalidInput("starts_on", _("Check the year"))
    if starts_on > today:
        raise InvalidInput("starts_on", _("It has not begun yet. Record it from that day on"))
    if ends_on is not None and ends_on < starts_on:
        raise InvalidInput("ends_on", _("The last day is before the first day"))
    if ends_on is not None and ends_on < today:
        raise InvalidInput("ends_on", _("It has run out. It lets nobody act any more"))
    if until_on < today:
        raise InvalidInput("until_on", _("The last day must be today or in the future"))
    if ends_on is not None and until_on > ends_on:
        raise InvalidInput("until_on", _("Nobody can act longer than the authority itself says"))
    if until_on > add_months(today, 12):
        raise InvalidInput(
            "until_on", _("The last day must be within 12 months: then look at it again")
        )


class OwnInstrument(Refused):
    """Who is to act under an instrument does not record it."""

    reason_code = "own_instrument"


class CannotDecideToday(Refused):
    """Somebody has assessed that the person cannot make this decision today."""

    reason_code = "cannot_decide_today"


def cannot_decide() -> CannotDecideToday:
    """The refusal with the ways that are left."""
    return CannotDecideToday(
        _("It was found that the person cannot decide this today, so no yes can be recorded."),
        next_step=_(
            "Ask again another day. If somebody has legal authority, record that. If nobody has, "
            "open the way to an appointee: the claim keeps its date."
        ),
    )


def check_concern(
    *, assessor: str, helper_names: Collection[str], assessed_on: date, today: date
) -> None:
    """Raise InvalidInput for an assessor who is to act themself, or for a day that cannot be."""
    if any(is_same_name(assessor, name) for name in helper_names):
        raise InvalidInput("assessor", _("Who is to act for the person cannot be the assessor"))
    if assessed_on > today:
        raise InvalidInput("assessed_on", _("The day must be today or in the past"))
    if assessed_on < today - ASSESSED_WITHIN:
        raise InvalidInput("assessed_on", _("That is too long ago for a decision of today"))


def hold_instrument(act: Act) -> Iterable[Finding]:
    """The control: two humans look at a legal instrument before it lets anybody act."""
    if act.name == RECORD_INSTRUMENT:
        yield Finding(
            Verdict.HOLD,
            "legal_authority_seen_by_two",
            _("A second person has to check this. Nobody can act on it until then."),
        )


def hold_doubt(act: Act) -> Iterable[Finding]:
    """The control: where somebody doubted that the person can decide, two humans look.

    With the silent sign in it, the second of them is a safeguarding lead, and it reads the same.
    """
    if act.name == GRANT and act.facts.get("capacity_doubted"):
        yield Finding(
            Verdict.HOLD,
            "capacity_doubted",
            _("A second person has to look at this yes, because deciding was hard today."),
            deciding_role=Role.SAFEGUARDING_LEAD if act.facts.get("asks_for_help") else None,
        )
