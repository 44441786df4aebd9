"""What is due for an application, how it may be paid, and what may not happen. Pure.

Money is whole pence, and never below nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from flask_babel import gettext as _

from assistedaccess.kernel.controls import Act, Finding, Verdict
from assistedaccess.kernel.errors import Refused
from assistedaccess.kernel.money import spell_money
from assistedaccess.services.catalogue import ServiceEntry
from assistedaccess.services.definition import Definition
from assistedaccess.services.journey import find_fees

TAKE = "applications.take_payment"
WAIVE = "applications.waive_fee"
SECOND_LOOK = "payment_second_look"

LONGEST_SLIP = 40
LONGEST_WHY = 500

WAIVED_ALONE_PENCE = 2_000
"""A fee of up to £20 is waived by one helper; more waits for a second human."""
WAIVED_ALONE_TIMES = 3
WAIVED_WITHIN = timedelta(days=30)
"""After so many waived fees within so many days, a helper's next one waits for a second human."""


class Way(StrEnum):
    """How a fee is paid. ``card_link``: on the provider's own page, which the link opens."""

    CARD_LINK = "card_link"
    CARD_TERMINAL = "card_terminal"
    CASH = "cash"
    CHEQUE = "cheque"

    @property
    def is_in_till(self) -> bool:
        """Whether it lies in a till until that is counted."""
        return self in (Way.CASH, Way.CHEQUE)


AT_THE_DESK = (Way.CARD_TERMINAL, Way.CASH, Way.CHEQUE)
"""What is paid at once, before the helper's eyes."""


class Whose(StrEnum):
    """Whose hand pays. ``own``: the person, or somebody with them, with their own money: that is
    their act, not one in their name, and rests on no delegation. ``delegated``: the helper, out of
    the person's money, on a delegation with the power ``pay`` and within its limit."""

    OWN = "own"
    DELEGATED = "delegated"


class PaymentState(StrEnum):
    """Where a payment stands. Only one that is *open* can still change."""

    OPEN = "open"
    PAID = "paid"
    FAILED = "failed"
    WAIVED = "waived"


class WaiveReason(StrEnum):
    """Why a fee is not asked for."""

    NOT_CHARGED = "not_charged"
    HARDSHIP = "hardship"
    OUR_MISTAKE = "our_mistake"
    CRIME = "crime"
    OTHER = "other"


class NothingDue(Refused):
    """There is no fee, or it is settled."""

    reason_code = "nothing_due"


class AmountChanged(Refused):
    """What is due is no longer what the page showed."""

    reason_code = "amount_changed"


class PaymentOpen(Refused):
    """A payment of this fee is on its way: a second one would be paid twice."""

    reason_code = "payment_open"


@dataclass(frozen=True)
class FeeAccount:
    """An application's fee and what has come in for it, in pence.

    ``open_pence`` is on its way; ``returned_pence`` came in and went back, ``asked_again_pence`` of
    it because it had been paid wrongly, so that it does not settle anything.
    """

    fee_pence: int = 0
    paid_pence: int = 0
    open_pence: int = 0
    waived_pence: int = 0
    returned_pence: int = 0
    asked_again_pence: int = 0

    @property
    def outstanding_pence(self) -> int:
        """What is still to be paid; nothing where more came in than was due."""
        settled = self.paid_pence - self.asked_again_pence + self.waived_pence
        return max(0, self.fee_pence - settled)

    @property
    def overpaid_pence(self) -> int:
        """What came in and was never due: it is to be given back."""
        kept = self.paid_pence - self.returned_pence
        due = max(0, self.fee_pence - self.waived_pence)
        return max(0, kept - due)

    @property
    def is_settled(self) -> bool:
        """Whether nothing is to be paid any more."""
        return self.outstanding_pence == 0


def find_fee(
    definition: Definition,
    entry: ServiceEntry,
    answers: Mapping[str, Any],
    now: datetime,
    nation_code: str | None,
) -> int:
    """What applying costs, in pence: what the form asks for these answers in play, where it has
    fees of its own; else the catalogue's fee where the person lives (``nation_code``: E, W, S, N).
    """
    if definition.fees:
        return sum(pence for _description, pence in find_fees(definition, answers, now))
    return entry.fee.for_nation(nation_code) if nation_code else entry.fee.pence


def check_due(account: FeeAccount, amount_pence: int) -> None:
    """Raise NothingDue, PaymentOpen or AmountChanged unless just ``amount_pence`` is to be paid."""
    if account.open_pence:
        raise PaymentOpen(
            _("A payment of this fee is on its way."),
            next_step=_("Wait until it has come in, or stop it, before you take another."),
        )
    if account.is_settled:
        raise NothingDue(
            _("Nothing is to be paid for this application."),
            next_step=_("Look at the application for what was paid, and when."),
        )
    if account.outstanding_pence != amount_pence:
        raise AmountChanged(
            _(
                "What is to be paid is now %(amount)s.",
                amount=spell_money(account.outstanding_pence),
            ),
            next_step=_("Tell the person the new amount, then go on."),
        )


def check_waiving(act: Act) -> Iterable[Finding]:
    """The control: a large fee that is waived, or one more of many, waits for a second human.

    ``amount_pence`` is what is waived, the fact ``waived_before`` how often the same human has
    waived a fee within WAIVED_WITHIN.
    """
    if act.name != WAIVE:
        return
    before = act.facts.get("waived_before", 0)
    is_often = isinstance(before, int) and before >= WAIVED_ALONE_TIMES
    if (act.amount_pence or 0) > WAIVED_ALONE_PENCE or is_often:
        yield Finding(
            Verdict.HOLD,
            SECOND_LOOK,
            _("A second person looks at this before the fee is waived."),
            _("The application goes on meanwhile. Do not ask for the money."),
        )
