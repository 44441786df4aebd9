"""The till of a desk: what should be in it, and who may say what is. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from flask_babel import gettext as _

from assistedaccess.kernel.errors import Refused

LONGEST_REASON = 500
MOST_PENCE = 100_000_000
"""A till of a million pounds is a mistake in typing."""


class TillState(StrEnum):
    """*open*: money goes in and out; *counted* once, by whoever closes it; *checked* by a second
    human, and over."""

    OPEN = "open"
    COUNTED = "counted"
    CHECKED = "checked"


class NoTillOpen(Refused):
    """Cash and cheques go into a till that somebody has opened."""

    reason_code = "no_till_open"


class TillIsOpen(Refused):
    """There is one till at a desk at a time."""

    reason_code = "till_is_open"


class TillClosed(Refused):
    """It was counted: nothing goes in or out any more."""

    reason_code = "till_closed"


class SameCounter(Refused):
    """Who counted first does not check it, by whichever account."""

    reason_code = "same_human"


class NotEnoughCash(Refused):
    """More would go out than is in the till."""

    reason_code = "not_enough_cash"


@dataclass(frozen=True)
class Contents:
    """What should be in a till, in pence: what was in it when it was opened, and what moved."""

    float_pence: int
    cash_in_pence: int = 0
    cash_out_pence: int = 0
    cheques_pence: int = 0

    @property
    def cash_pence(self) -> int:
        """The notes and coins that should be there."""
        return self.float_pence + self.cash_in_pence - self.cash_out_pence

    @property
    def total_pence(self) -> int:
        """Notes, coins and cheques together."""
        return self.cash_pence + self.cheques_pence


@dataclass(frozen=True)
class Count:
    """What somebody found in a till, in pence. More cheques do not make up for less cash."""

    cash_pence: int
    cheques_pence: int


def check_second_human(first: UUID | None, second: UUID | None) -> None:
    """Raise SameCounter unless two humans count: an account more is no human more."""
    if second is None or first == second:
        raise SameCounter(
            _("You counted this till yourself, so somebody else counts it again."),
            next_step=_("Ask a colleague or your manager to count it, at this desk or tomorrow."),
        )


def check_cash(contents: Contents, amount_pence: int) -> None:
    """Raise NotEnoughCash where more would go out than there is."""
    if amount_pence > contents.cash_pence:
        raise NotEnoughCash(
            _("There is not so much cash in the till."),
            next_step=_("Give it in another way, or wait until there is more in the till."),
        )
