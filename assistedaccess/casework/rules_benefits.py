"""The independent benefits calculators, and what may be kept of a result. Pure.

The list is GOV.UK's (``LIST``). What stands here was checked on ``CHECKED_ON`` against pages of
councils that repeat that list, and against addresses in use; the list itself was not opened. So the
page leads to it too, and says that it counts.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

LIST = "https://www.gov.uk/benefits-calculators"
CHECKED_ON = date(2026, 11, 29)
LONGEST_MAY_CLAIM = 500
MOST_A_WEEK = 500_000
"""Pence. More than any household gets: a slip of the point."""


class Calculator(StrEnum):
    """The three that GOV.UK names."""

    ENTITLEDTO = "entitledto"
    POLICY_IN_PRACTICE = "policy_in_practice"
    TURN2US = "turn2us"


@dataclass(frozen=True)
class Link:
    """Where a calculator is, and its own name."""

    name: str
    url: str


CALCULATORS: dict[Calculator, Link] = {
    Calculator.ENTITLEDTO: Link("entitledto", "https://www.entitledto.co.uk/"),
    Calculator.POLICY_IN_PRACTICE: Link(
        "Policy in Practice: Better Off Calculator", "https://www.betteroffcalculator.co.uk/"
    ),
    Calculator.TURN2US: Link(
        "Turn2us Benefits Calculator", "https://benefits-calculator.turn2us.org.uk/"
    ),
}


def is_worth_keeping(weekly_pence: int | None, may_claim: str) -> bool:
    """Whether a result says anything: an amount, nothing at all (0), or what may be claimed."""
    return weekly_pence is not None or bool(may_claim)
