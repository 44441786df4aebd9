"""The short code on a receipt for money, by which anybody can check it at /check/payment.

Made as the codes of consents are (consent.receipts): from the payment, by a key of the
installation; fifty bits, stored as a keyed hash alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import select

from assistedaccess.accounts import attempts
from assistedaccess.accounts.rules import Limit
from assistedaccess.audit import Action, record
from assistedaccess.consent.receipts import CHARACTERS, read_code
from assistedaccess.kernel import encryption
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.commands import command
from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.errors import TooManyAttempts
from assistedaccess.kernel.ids import ALPHABET

from .models_payments import Payment

TRIES = Limit(tries=30, window=timedelta(hours=1))
"""From one address, as for the receipts of consents."""


def spell_code(payment_id: UUID) -> str:
    """The code of a payment's receipt: ``7K3M9-QTR2V``; the same on every print."""
    raw = int.from_bytes(encryption.fingerprint("payment_code", str(payment_id))[:8], "big")
    drawn = "".join(ALPHABET[raw >> 5 * place & 31] for place in range(CHARACTERS))
    return f"{drawn[:5]}-{drawn[5:]}"


def store_code(payment: Payment) -> None:
    """Let the payment be found by its receipt's code."""
    payment.receipt_code = _hash(spell_code(payment.id))


def _hash(text: str) -> bytes:
    return encryption.fingerprint("payment_code_as_typed", read_code(text))


@dataclass(frozen=True)
class CheckedPayment:
    """All that is told of a receipt that is one of ours: how much, and when."""

    amount_pence: int
    paid_at: datetime


@command("applications.check_payment")
def check_payment(*, actor: Actor, code: str, address: str) -> CheckedPayment | None:
    """What a receipt with that code says; None where there is none. Nobody is named.

    ``address`` is as attempts are counted. Raises TooManyAttempts.
    """
    wait = attempts.take_turn("check", address, TRIES)
    if wait:
        raise TooManyAttempts(
            _("Many codes were checked from here in the last hour."),
            retry_after=wait,
            next_step=_("Wait a while, or ask the desk that printed the receipt."),
        )
    found = (
        get_session()
        .execute(
            select(Payment.id, Payment.person_id, Payment.amount_pence, Payment.settled_at).where(
                Payment.receipt_code == _hash(code)
            )
        )
        .one_or_none()
    )
    record(
        Action.RECEIPT_CHECKED,
        actor=actor,
        person_id=found.person_id if found else None,
        subject=("payment", found.id) if found else None,
        reason="paid" if found else "unknown",
    )
    return CheckedPayment(found.amount_pence, found.settled_at) if found else None
