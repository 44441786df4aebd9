"""What a yes is worth, and what it may carry. Pure: no web, no database.

The strength of a consent is computed from its evidence and never chosen: every reason that applies
sets a ceiling, and the strength is the lowest of them (rules_strength). What each power needs
stands in the policy (ConsentPolicy); which kind of helper may hold it, in organisations.rules.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from flask_babel import gettext as _

from assistedaccess.kernel.errors import Refused
from assistedaccess.organisations.rules import MembershipKind

from .rules_strength import NOT_THEIR_LANGUAGE as NOT_THEIR_LANGUAGE
from .rules_strength import Assessment as Assessment
from .rules_strength import Evidence as Evidence
from .rules_strength import OwnPart as OwnPart
from .rules_strength import Strength as Strength
from .rules_strength import compute_strength as compute_strength


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
    ONLINE = "online"


# -- policy


@dataclass(frozen=True)
class Policy:
    """Which strength each power needs, and who may hold it.

    ``longest_months``: the longest term of a delegation. ``holders``: the powers that each kind of
    helper may hold, within organisations.rules. ``spoken``: what a spoken yes is enough for while
    the person is there, with a notice, and a look at ``sample_percent`` of them afterwards.
    """

    version: int
    strengths: Mapping[Power, Strength]
    longest_months: int
    holders: Mapping[MembershipKind, frozenset[Power]]
    spoken: frozenset[Power] = ASSISTING_POWERS
    sample_percent: int = 10

    def needed_for(self, powers: Collection[Power]) -> Strength:
        """The strength that all these powers together need."""
        return max((self.strengths[power] for power in powers), key=lambda needed: needed.rank)

    def list_short(self, powers: Collection[Power], strength: Strength) -> list[Power]:
        """Those of the powers that need a stronger yes."""
        return [power for power in powers if self.strengths[power].rank > strength.rank]

    def list_carried(self, powers: Collection[Power], strength: Strength) -> list[Power]:
        """Those of the powers that a yes of this strength carries."""
        return [power for power in powers if self.strengths[power].rank <= strength.rank]


LONGEST_MONTHS = 12
"""No delegation is longer, whatever a policy says."""


def read_policy(document: Mapping[str, Any]) -> Policy:
    """The policy in a JSON document.

    Raises ValueError where a power is missing or unknown, a reserved power would need less than
    *strong*, or a number is out of bounds. A document of the first version says nothing of holders.
    """
    powers = document["powers"]
    if not isinstance(powers, Mapping) or set(powers) != {str(power) for power in Power}:
        raise ValueError("the policy names each power once, and no other")
    strengths = {Power(power): Strength(needed) for power, needed in powers.items()}
    if any(strengths[power] is not Strength.STRONG for power in RESERVED_POWERS):
        raise ValueError("a reserved power needs a strong yes")
    holders = document.get("holders", {str(kind): list(powers) for kind in MembershipKind})
    if set(holders) != {str(kind) for kind in MembershipKind}:
        raise ValueError("the policy names each kind of helper once, and no other")
    spoken = document.get("spoken", {})
    said = frozenset(Power(power) for power in spoken.get("powers", ASSISTING_POWERS))
    if not said <= ASSISTING_POWERS:
        raise ValueError("a spoken yes carries no more than filling in and sending")
    longest, sample = int(document["longest_months"]), int(spoken.get("sample_percent", 10))
    if not 1 <= longest <= LONGEST_MONTHS or not 0 <= sample <= 100:
        raise ValueError("a number of the policy is out of bounds")
    return Policy(
        version=int(document["version"]),
        strengths=strengths,
        longest_months=longest,
        holders={
            MembershipKind(kind): frozenset(Power(power) for power in held)
            for kind, held in holders.items()
        },
        spoken=said,
        sample_percent=sample,
    )


def write_policy(policy: Policy) -> dict[str, Any]:
    """The document that read_policy reads as this policy."""
    return {
        "version": policy.version,
        "longest_months": policy.longest_months,
        "powers": {str(power): str(policy.strengths[power]) for power in Power},
        "holders": {
            str(kind): [str(power) for power in Power if power in policy.holders[kind]]
            for kind in MembershipKind
        },
        "spoken": {
            "powers": [str(power) for power in Power if power in policy.spoken],
            "sample_percent": policy.sample_percent,
        },
    }


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
    if NOT_THEIR_LANGUAGE in assessment.codes and needed is not Strength.STRONG:
        raise ConsentTooWeak(
            _("The person needs an interpreter to understand what is to be agreed."),
            next_step=_(
                "Choose “Through an interpreter”, and name who interprets, in the room or on the "
                "telephone. Or go back and leave out: %(powers)s.",
                powers=", ".join(name_power(p) for p in short),
            ),
        )
    raise ConsentTooWeak(
        _("This way of saying yes is not strong enough for all that is to be agreed."),
        next_step=(
            _("Go back and leave out: %(powers)s.", powers=", ".join(name_power(p) for p in short))
            if needed is Strength.STRONG
            else _(
                "Have the person sign, or say yes before a witness who lives elsewhere. Or send "
                "the code to a number that you did not enter, and that the record has had for "
                "30 days. Or go back and leave out: %(powers)s.",
                powers=", ".join(name_power(p) for p in short),
            )
        ),
    )


def name_power(power: Power) -> str:
    """The power in plain words."""
    from .words import POWERS  # words are shown, so they are lazy and stand apart

    return str(POWERS[power])
