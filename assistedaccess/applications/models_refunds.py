"""Money that goes back to a person. Each row was agreed to by two humans."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from assistedaccess.kernel.database import Base, Sealed, one_of

from .rules_refunds import RefundReason, RefundState


class Refund(Base):
    """Part of a payment, or all of it, that goes back by the way that it came.

    ``words`` (why, sealed) and ``slip`` (what the terminal or the cheque says, sealed) were typed.
    ``expected_pence`` is what the provider should still have of the payment before this one: a
    second try that finds less is known for what it is. A claim is one process's try.
    """

    __tablename__ = "refund"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(String(12), unique=True)
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    payment_id: Mapped[UUID] = mapped_column(ForeignKey("payment.id"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    amount_pence: Mapped[int]
    reason: Mapped[str] = mapped_column(String(15))
    words: Mapped[bytes | None] = mapped_column(Sealed)
    state: Mapped[str] = mapped_column(String(10))
    till_id: Mapped[UUID | None] = mapped_column(ForeignKey("till.id"))
    slip: Mapped[bytes | None] = mapped_column(Sealed)
    asked_by: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    agreed_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]
    settled_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    provider_id: Mapped[str | None] = mapped_column(String(60), unique=True)
    expected_pence: Mapped[int | None]
    attempts: Mapped[int]
    due_at: Mapped[datetime | None]
    claim_token: Mapped[UUID | None]
    claimed_until: Mapped[datetime | None]
    last_failure: Mapped[str | None] = mapped_column(String(60))

    __table_args__ = (
        CheckConstraint("amount_pence > 0", name="amount"),
        CheckConstraint(one_of("reason", RefundReason), name="reason"),
        CheckConstraint(one_of("state", RefundState), name="state"),
        CheckConstraint("(state IN ('paid', 'failed')) = (settled_at IS NOT NULL)", name="settled"),
        CheckConstraint("(state = 'sending') = (due_at IS NOT NULL)", name="due"),
        Index("ix_refund_payment_id", "payment_id", "id"),
        Index("ix_refund_till_id", "till_id"),
        Index("ix_refund_state_due_at", "state", "due_at"),
    )
