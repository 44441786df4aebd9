"""What went back of a payment, or is to. Not a recorded look in itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select

from assistedaccess.accounts.models import Account
from assistedaccess.casework.queries import open_text
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.errors import NotFound
from assistedaccess.kernel.ids import read_reference

from .models_payments import Payment
from .models_refunds import Refund
from .rules_refunds import RefundState


def words_field(refund_id: UUID) -> str:
    """Under which name the words of a refund are sealed."""
    return f"refund.words.{refund_id}"


def slip_field(refund_id: UUID) -> str:
    """Under which name the slip of a refund is sealed."""
    return f"refund.slip.{refund_id}"


@dataclass(frozen=True)
class RefundView:
    """One refund in clear."""

    id: UUID
    reference: str
    amount_pence: int
    reason: str
    words: str
    state: str
    slip: str
    asked_by_name: str
    agreed_at: datetime
    settled_at: datetime | None
    last_failure: str | None


def list_refunds(payment_id: UUID) -> list[RefundView]:
    """The refunds of a payment that the caller may see, the oldest first; one statement."""
    found = get_session().execute(
        select(Refund, Account.name)
        .join(Account, Account.id == Refund.asked_by)
        .where(Refund.payment_id == payment_id)
        .order_by(Refund.id)
        .execution_options(populate_existing=True)
    )
    return [_view(row.Refund, row.name) for row in found]


def _view(row: Refund, asked_by_name: str) -> RefundView:
    same = ("id", "reference", "amount_pence", "reason", "state", "agreed_at", "settled_at")
    return RefundView(
        **{name: getattr(row, name) for name in (*same, "last_failure")},
        words=open_text(row.person_id, words_field(row.id), row.words),
        slip=open_text(row.person_id, slip_field(row.id), row.slip),
        asked_by_name=asked_by_name,
    )


def sum_returned(payment_id: UUID) -> int:
    """What has gone back of a payment, or is to."""
    total = get_session().scalar(
        select(func.sum(Refund.amount_pence)).where(
            Refund.payment_id == payment_id, Refund.state != RefundState.FAILED
        )
    )
    return int(total or 0)


def sum_handed_back(payment_id: UUID) -> int:
    """What has gone back of a payment by now."""
    total = get_session().scalar(
        select(func.sum(Refund.amount_pence)).where(
            Refund.payment_id == payment_id, Refund.state == RefundState.PAID
        )
    )
    return int(total or 0)


def find_payment_of(actor: Actor, reference: str) -> tuple[UUID, str]:
    """A refund's id, and the reference of its payment, at the actor's organisation.

    Raises NotFound.
    """
    row = (
        get_session()
        .execute(
            select(Refund.id, Payment.reference)
            .join(Payment, Payment.id == Refund.payment_id)
            .where(
                Refund.reference == (read_reference("X", reference) or ""),
                Refund.organisation_id == actor.organisation_id,
            )
        )
        .one_or_none()
    )
    if row is None:
        raise NotFound
    return row.id, row.reference
