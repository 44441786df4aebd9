"""When a fee goes back, how much of it, and who may say so. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from enum import StrEnum

from flask_babel import gettext as _

from assistedaccess.kernel.controls import Act, Finding, Verdict
from assistedaccess.kernel.errors import InvalidInput, Refused
from assistedaccess.kernel.money import spell_money

REFUND = "applications.refund_payment"
TWO_HUMANS = "refund_second_human"
LONGEST_WHY = 500
LOOK_EACH = timedelta(minutes=5)
"""How often a refund that is on its way may be asked about (GOV.UK Pay, refunding payments)."""


class RefundReason(StrEnum):
    """Why money goes back."""

    PAID_TWICE = "paid_twice"
    WRONG_AMOUNT = "wrong_amount"
    NOT_DUE = "not_due"
    OTHER = "other"

    @property
    def asks_again(self) -> bool:
        """Whether what goes back settled nothing, so that a fee that is due still is."""
        return self in (RefundReason.PAID_TWICE, RefundReason.WRONG_AMOUNT)


class RefundState(StrEnum):
    """*agreed* by two humans, and still to be handed over; *sending* by the payment page to the
    card; *paid*; or *failed*, so that it can be asked for again."""

    AGREED = "agreed"
    SENDING = "sending"
    PAID = "paid"
    FAILED = "failed"


class NothingToRefund(Refused):
    """Nothing was paid, or all of it has gone back."""

    reason_code = "nothing_to_refund"


class RefundClosed(Refused):
    """It has been handed over, or goes by itself."""

    reason_code = "refund_closed"


def check_amount(paid_pence: int, returned_pence: int, amount_pence: int) -> None:
    """Raise NothingToRefund or InvalidInput unless that much of a payment can still go back."""
    left = paid_pence - returned_pence
    if left <= 0:
        raise NothingToRefund(
            _("Nothing of this payment can go back."),
            next_step=_("Look at the payment for what went back, and when."),
        )
    if not 0 < amount_pence <= left:
        raise InvalidInput(
            "amount", _("Enter an amount of %(left)s or less", left=spell_money(left))
        )


def check_refund(act: Act) -> Iterable[Finding]:
    """The control: money goes back by two humans, however little it is."""
    if act.name == REFUND:
        yield Finding(
            Verdict.HOLD,
            TWO_HUMANS,
            _("A second person looks at this before the money goes back."),
            _("Tell the person that they will hear from us. Do not hand over any money yet."),
        )
