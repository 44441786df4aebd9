"""What a yes is worth, and what it may carry. Pure: no web, no database.

The strength of a consent is computed from its evidence and never chosen: every reason that applies
sets a ceiling, and the strength is the lowest of them. What each power needs stands in the policy
(consent.policy); which kind of helper may hold it, in organisations.rules.limits_for.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from flask_babel import gettext as _

from assistedaccess.kernel.errors import Refused


class Mode(StrEnum):
    """Who decides: the present person (assisting), or the helper within what was agreed."""

    ASSISTING = "assisting"
    REPRESENTING = "representing"


class VisitChannel(StrEnum):
    """Where helper and person meet."""

    IN_PERSON = "in_person"
    TELEPHONE = "telephone"


class Power(StrEnum):
    """What a person can let somebody do in their name (design, section 2)."""

    SEE = "see"
    FILL_IN = "fill_in"
    SUBMIT = "submit"
    PAY = "pay"
    REPORT_CHANGE = "report_change"
    RECEIVE_MESSAGES = "receive_messages"
    CHANGE_PAYMENT_DETAILS = "change_payment_details"
    CHANGE_CONTACT_DETAILS = "change_contact_details"


RESERVED_POWERS = frozenset({Power.CHANGE_PAYMENT_DETAILS, Power.CHANGE_CONTACT_DETAILS})
"""Never given by default: one by one, with a strong consent."""

ASSISTING_POWERS = frozenset({Power.FILL_IN, Power.SUBMIT})
"""All that an assisting consent carries, for its visit and its service."""


class Strength(StrEnum):
    """How well a yes is proven."""

    BASIC = "basic"
    STANDARD = "standard"
    STRONG = "strong"

    @property
    def rank(self) -> int:
        return list(Strength).index(self)


class HolderKind(StrEnum):
    """Who is to act: one helper's account, or the organisation with any trained helper in it."""

    ACCOUNT = "account"
    ORGANISATION = "organisation"


class Period(StrEnum):
    """What a money limit is counted over: a calendar month in the UK, or the whole term."""

    MONTH = "month"
    TERM = "term"


class HowSaid(StrEnum):
    """How the person gave their word."""

    IN_FRONT = "in_front"
    TELEPHONE = "telephone"


# -- strength


@dataclass(frozen=True)
class Reason:
    """Something about the evidence, and the most that it lets the consent be worth."""

    code: str
    at_most: Strength


@dataclass(frozen=True)
class Evidence:
    """What is known about how a yes was given; each way of confirming fills in its own facts.

    ``contact_by_helper``: the helper's human put the number into the record, so that the helper may
    be the one who holds the phone; ``contact_is_new``: somebody did, today.
    ``witness_at_same_address``: None where nobody knows.
    """

    way: str
    contact_by_helper: bool = False
    contact_is_new: bool = False
    contact_is_shared: bool = False
    witness_at_same_address: bool | None = False


@dataclass(frozen=True)
class Assessment:
    """The strength of a consent, with every reason."""

    strength: Strength
    reasons: tuple[Reason, ...]

    @property
    def codes(self) -> list[str]:
        return [reason.code for reason in self.reasons]

    @property
    def limiting(self) -> list[str]:
        """The reasons that keep it from being stronger."""
        return [reason.code for reason in self.reasons if reason.at_most is self.strength]


WayRule = Callable[[Evidence], Iterable[Reason]]
_way_rules: dict[str, WayRule] = {}


def way_rule(way: str) -> Callable[[WayRule], WayRule]:
    """Register the rule that weighs the evidence of one way of confirming."""

    def decorate(rule: WayRule) -> WayRule:
        _way_rules[way] = rule
        return rule

    return decorate


def compute_strength(evidence: Evidence) -> Assessment:
    """Weigh the evidence: the lowest ceiling of all reasons. Raises KeyError for an unknown way."""
    reasons = tuple(_way_rules[evidence.way](evidence))
    lowest = min((reason.at_most for reason in reasons), key=lambda strength: strength.rank)
    return Assessment(lowest, reasons)


@way_rule("said_yes")
def _weigh_said_yes(evidence: Evidence) -> Iterable[Reason]:
    # Assisting: the person is present and decides; the notice and the sample are the check.
    yield Reason("said_yes_in_presence", Strength.BASIC)


@way_rule("code")
def _weigh_code(evidence: Evidence) -> Iterable[Reason]:
    yield Reason("code_to_own_phone", Strength.STANDARD)
    if evidence.contact_by_helper:
        # Design, section 4, rule 5: such a route is never independent of the helper.
        yield Reason("number_from_this_helper", Strength.BASIC)
    if evidence.contact_is_new:
        yield Reason("number_added_today", Strength.BASIC)
    if evidence.contact_is_shared:
        yield Reason("phone_is_shared", Strength.BASIC)


@way_rule("witness")
def _weigh_witness(evidence: Evidence) -> Iterable[Reason]:
    yield Reason("spoken_before_witness", Strength.STANDARD)
    if evidence.witness_at_same_address is None:
        yield Reason("witness_address_not_known", Strength.BASIC)
    elif evidence.witness_at_same_address:
        yield Reason("witness_at_same_address", Strength.BASIC)


# -- policy


@dataclass(frozen=True)
class Policy:
    """Which strength each power needs. ``longest_months``: the longest term of a delegation."""

    version: int
    strengths: Mapping[Power, Strength]
    longest_months: int

    def needed_for(self, powers: Collection[Power]) -> Strength:
        """The strength that all these powers together need."""
        return max((self.strengths[power] for power in powers), key=lambda needed: needed.rank)

    def list_short(self, powers: Collection[Power], strength: Strength) -> list[Power]:
        """Those of the powers that need a stronger yes."""
        return [power for power in powers if self.strengths[power].rank > strength.rank]


def read_policy(document: Mapping[str, object]) -> Policy:
    """The policy in a JSON document. Raises ValueError where a power is missing or unknown."""
    powers = document["powers"]
    if not isinstance(powers, Mapping) or set(powers) != {str(power) for power in Power}:
        raise ValueError("the policy names each power once, and no other")
    strengths = {Power(power): Strength(needed) for power, needed in powers.items()}
    return Policy(int(str(document["version"])), strengths, int(str(document["longest_months"])))


class ConsentTooWeak(Refused):
    """The evidence does not carry what is to be agreed."""

    reason_code = "consent_too_weak"


class PowerNotOffered(Refused):
    """A power that this kind of helper cannot be given, or not in this way."""

    reason_code = "power_not_offered"


def check_carries(policy: Policy, powers: Collection[Power], assessment: Assessment) -> None:
    """Raise ConsentTooWeak, with what would do, when some power needs a stronger yes."""
    short = policy.list_short(powers, assessment.strength)
    if not short:
        return
    needed = policy.needed_for(short)
    raise ConsentTooWeak(
        _("This way of saying yes is not strong enough for all that is to be agreed."),
        next_step=(
            _("Go back and leave out: %(powers)s.", powers=", ".join(name_power(p) for p in short))
            if needed is Strength.STRONG
            else _(
                "Have the person say yes before a witness who lives elsewhere, or send the code "
                "to a number that you did not enter. Or go back and leave out: %(powers)s.",
                powers=", ".join(name_power(p) for p in short),
            )
        ),
    )


def name_power(power: Power) -> str:
    """The power in plain words."""
    from .words import POWERS  # words are shown, so they are lazy and stand apart

    return str(POWERS[power])
