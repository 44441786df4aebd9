"""The short code on a receipt for money, by which anybody can check it at /check/payment.

Made as the codes of consents are (consent.receipts): from the payment, by a key of the
installation; fifty bits, stored as a keyed hash alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from assistedaccess.audit import Action, record
from assistedaccess.consent.receipts import count_check, draw_code, hash_code
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.commands import command
from assistedaccess.kernel.database import get_session

from .models_payments import Payment
from .queries_refunds import sum_handed_back

KIND = "payment_code"


def spell_code(payment_id: UUID) -> str:
    """The code of a payment's receipt."""
    return draw_code(KIND, payment_id)


def store_code(payment: Payment) -> None:
    """Let the payment be found by its receipt's code."""
    payment.receipt_code = hash_code(KIND, spell_code(payment.id))


@dataclass(frozen=True)
class CheckedPayment:
    """All that is told of a receipt that is one of ours: how much, when, and what went back."""

    amount_pence: int
    paid_at: datetime
    returned_pence: int


@command("applications.check_payment")
def check_payment(*, actor: Actor, code: str, address: str) -> CheckedPayment | None:
    """What a receipt with that code says; None where there is none. Nobody is named.

    ``address`` is as attempts are counted. Raises TooManyAttempts.
    """
    count_check(address)
    found = (
        get_session()
        .execute(
            select(Payment.id, Payment.person_id, Payment.amount_pence, Payment.settled_at).where(
                Payment.receipt_code == hash_code(KIND, code)
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
    if found is None:
        return None
    returned = sum_handed_back(found.id)
    return CheckedPayment(found.amount_pence, found.settled_at, returned)
