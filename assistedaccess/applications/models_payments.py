"""Fees that were paid or waived, and the tills that cash and cheques go into.

A card's number is in none of them. What somebody typed beside a payment is sealed.
"""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from assistedaccess.kernel.database import Base, Fingerprint, Sealed, one_of

from .rules_links import LinkStanding, Said
from .rules_payments import PaymentState, WaiveReason, Way, Whose
from .rules_till import TillState


class Till(Base):
    """What is taken in cash and cheques at one place until it is counted, twice, by two humans.

    ``place_id`` is the site, or the organisation where nobody sits at one. ``expected_…`` is what
    should have been there at the first count; ``reason`` (sealed for who checked) says why the
    count was another.
    """

    __tablename__ = "till"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(String(12), unique=True)
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    site_id: Mapped[UUID | None] = mapped_column(ForeignKey("site.id"))
    place_id: Mapped[UUID]
    day: Mapped[date]
    state: Mapped[str] = mapped_column(String(10))
    float_pence: Mapped[int]
    opened_at: Mapped[datetime]
    opened_by: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    expected_cash_pence: Mapped[int | None]
    expected_cheques_pence: Mapped[int | None]
    counted_cash_pence: Mapped[int | None]
    counted_cheques_pence: Mapped[int | None]
    counted_at: Mapped[datetime | None]
    counted_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    counted_by_human: Mapped[UUID | None] = mapped_column(ForeignKey("human.id"))
    checked_cash_pence: Mapped[int | None]
    checked_cheques_pence: Mapped[int | None]
    checked_at: Mapped[datetime | None]
    checked_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    checked_by_human: Mapped[UUID | None] = mapped_column(ForeignKey("human.id"))
    reason: Mapped[bytes | None] = mapped_column(Sealed)

    __table_args__ = (
        CheckConstraint(one_of("state", TillState), name="state"),
        CheckConstraint("float_pence >= 0", name="float"),
        CheckConstraint("(state = 'open') = (counted_at IS NULL)", name="counted"),
        CheckConstraint("(state = 'checked') = (checked_at IS NOT NULL)", name="checked"),
        CheckConstraint(
            "checked_by_human IS NULL OR checked_by_human <> counted_by_human", name="two_humans"
        ),
        Index(
            "uq_till_open",
            "place_id",
            unique=True,
            sqlite_where=text("state = 'open'"),
            postgresql_where=text("state = 'open'"),
        ),
        Index("ix_till_organisation_id_id", "organisation_id", "id"),
    )


class Payment(Base):
    """One payment of an application's fee, or that it was waived.

    ``authority`` and ``reserve_id`` stand where a helper paid out of the person's money. ``slip``
    is sealed: what the terminal or the cheque says of it, or why the fee was waived in words.
    ``receipt_code`` is a keyed hash of the code by which anybody can check the receipt.
    """

    __tablename__ = "payment"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(String(12), unique=True)
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    site_id: Mapped[UUID | None] = mapped_column(ForeignKey("site.id"))
    application_id: Mapped[UUID] = mapped_column(ForeignKey("application.id"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    amount_pence: Mapped[int]
    way: Mapped[str | None] = mapped_column(String(15))
    whose: Mapped[str | None] = mapped_column(String(10))
    state: Mapped[str] = mapped_column(String(10))
    waive_reason: Mapped[str | None] = mapped_column(String(15))
    authority_kind: Mapped[str | None] = mapped_column(String(20))
    authority_id: Mapped[UUID | None]
    reserve_id: Mapped[UUID | None] = mapped_column(ForeignKey("limit_entry.id"))
    till_id: Mapped[UUID | None] = mapped_column(ForeignKey("till.id"))
    slip: Mapped[bytes | None] = mapped_column(Sealed)
    receipt_code: Mapped[bytes | None] = mapped_column(Fingerprint)
    begun_at: Mapped[datetime]
    begun_by: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    begun_by_human: Mapped[UUID] = mapped_column(ForeignKey("human.id"))
    settled_at: Mapped[datetime | None]

    __table_args__ = (
        CheckConstraint("amount_pence > 0", name="amount"),
        CheckConstraint(one_of("state", PaymentState), name="state"),
        CheckConstraint(f"way IS NULL OR {one_of('way', Way)}", name="way"),
        CheckConstraint(f"whose IS NULL OR {one_of('whose', Whose)}", name="whose"),
        CheckConstraint(
            f"waive_reason IS NULL OR {one_of('waive_reason', WaiveReason)}", name="waive_reason"
        ),
        CheckConstraint("(state = 'waived') = (way IS NULL)", name="waived"),
        CheckConstraint("(waive_reason IS NULL) = (whose IS NOT NULL)", name="whose_or_waived"),
        CheckConstraint("(state = 'open') = (settled_at IS NULL)", name="settled"),
        CheckConstraint(
            "(whose IS NOT NULL AND whose = 'delegated') = (reserve_id IS NOT NULL)", name="reserve"
        ),
        UniqueConstraint("receipt_code"),
        Index("ix_payment_application_id", "application_id", "id"),
        Index("ix_payment_person_id_organisation_id_id", "person_id", "organisation_id", "id"),
        Index("ix_payment_till_id", "till_id"),
        Index("ix_payment_begun_by_human_state", "begun_by_human", "state", "begun_at"),
        Index(
            "uq_payment_open",
            "application_id",
            unique=True,
            sqlite_where=text("state = 'open'"),
            postgresql_where=text("state = 'open'"),
        ),
    )


class PayLink(Base):
    """A payment on the provider's own page: wanted of it, looked after, over.

    ``provider_id`` is its name there, ``said`` and ``code`` what it says of it. ``next_url`` is
    sealed: where it is paid, while it can be. A claim is one process's look at it.
    """

    __tablename__ = "pay_link"

    payment_id: Mapped[UUID] = mapped_column(ForeignKey("payment.id"), primary_key=True)
    standing: Mapped[str] = mapped_column(String(10))
    provider_id: Mapped[str | None] = mapped_column(String(60), unique=True)
    said: Mapped[str | None] = mapped_column(String(15))
    code: Mapped[str | None] = mapped_column(String(10))
    next_url: Mapped[bytes | None] = mapped_column(Sealed)
    stop_wanted_at: Mapped[datetime | None]
    attempts: Mapped[int]
    due_at: Mapped[datetime]
    claim_token: Mapped[UUID | None]
    claimed_until: Mapped[datetime | None]
    last_failure: Mapped[str | None] = mapped_column(String(60))

    __table_args__ = (
        CheckConstraint(one_of("standing", LinkStanding), name="standing"),
        CheckConstraint(f"said IS NULL OR {one_of('said', Said)}", name="said"),
        Index("ix_pay_link_standing_due_at", "standing", "due_at"),
    )
