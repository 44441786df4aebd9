"""Change reports: a later change to what was submitted, as an application of its own. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from assistedaccess.consent.rules import Power
from assistedaccess.kernel.errors import Refused
from assistedaccess.services.pages import SummaryRow

LONGEST_WHAT = 500
FURTHEST_SINCE_DAYS = 366
"""How far ahead a change may lie that is told: next month's move is, something vague is not."""


class Purpose(StrEnum):
    """What an application is for: a claim, or a change to one that was sent."""

    CLAIM = "claim"
    CHANGE = "change_report"
    PAYMENT = "payment_details"


_POWERS = {
    Purpose.CHANGE: Power.REPORT_CHANGE,
    Purpose.PAYMENT: Power.CHANGE_PAYMENT_DETAILS,
}


def needed_power(purpose: str, power: Power) -> Power:
    """The power that every step of such an application asks for; of a claim, each step's own.

    An assisting consent carries neither of the two (design, section 2): who tells of a change acts
    under a delegation, whether the person sits beside them or not.
    """
    return _POWERS.get(Purpose(purpose), power)


class NothingSent(Refused):
    """There is nothing to change before something was sent."""

    reason_code = "nothing_sent"


@dataclass(frozen=True)
class Difference:
    """One answer that is another now, in lines as a summary reads them.

    ``before`` is None where it was not asked before, ``after`` where it is no longer asked.
    """

    key: str
    question: str
    before: tuple[str, ...] | None
    after: tuple[str, ...] | None


def list_changed_keys(
    before: Mapping[str, Any], after: Mapping[str, Any], *, same_form: bool
) -> list[str]:
    """The keys whose answers differ, in the order of the form; what is no longer asked, last.

    Where the change has a form of its own (``same_form`` False), that it asks less than the claim
    did takes nothing back.
    """
    changed = [key for key, answer in after.items() if before.get(key) != answer]
    gone = [key for key in before if key not in after] if same_form else []
    return [*changed, *gone]


def list_differences(
    changed: Collection[str], before: Sequence[SummaryRow], after: Sequence[SummaryRow]
) -> list[Difference]:
    """What differs, side by side, in words; an empty answer is no line."""
    old = {row.key: row for row in before}
    new = {row.key: row for row in after}
    return [
        Difference(
            key=key,
            question=(new.get(key) or old[key]).question,
            before=old[key].lines if key in old else None,
            after=new[key].lines if key in new else None,
        )
        for key in changed
        if key in old or key in new
    ]


def write_told(what: str, since_on: str, differences: Sequence[Difference] = ()) -> dict[str, Any]:
    """What is kept of a change, sealed: the person's words, and what differs once it is sent."""
    return {
        "what": what,
        "since_on": since_on,
        "differences": [
            {
                "question": each.question,
                "before": None if each.before is None else list(each.before),
                "after": None if each.after is None else list(each.after),
            }
            for each in differences
        ],
    }
