"""Where money is paid, as it was told: an account or none, sealed, and equal to another by hash."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from assistedaccess.kernel.database import Base, Fingerprint, Sealed, one_of

from .name_check import NameCheck
from .rules_payee import Whose, Without


class PaymentDetails(Base):
    """Where the money of a claim goes since ``told_at``: told with the claim, or changed later.

    ``claim_id`` is the claim, ``application_id`` what told it. ``account`` is sealed JSON: holder,
    sort_code, number, roll; None where there is no account, and ``without`` says how it is paid
    then. ``fingerprint`` is the keyed hash of the account with its roll number,
    ``branch`` of its sort code (None for what was told before). ``stopped_at``: the
    person has said no to it, and no money goes there meanwhile; ``ended_at``: a second human
    agreed, and what was told before counts again.
    """

    __tablename__ = "payment_details"

    application_id: Mapped[UUID] = mapped_column(ForeignKey("application.id"), primary_key=True)
    claim_id: Mapped[UUID] = mapped_column(ForeignKey("application.id"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    account: Mapped[bytes | None] = mapped_column(Sealed)
    fingerprint: Mapped[bytes | None] = mapped_column(Fingerprint)
    without: Mapped[str | None] = mapped_column(String(10))
    whose: Mapped[str | None] = mapped_column(String(10))
    name_check: Mapped[str] = mapped_column(String(15))
    branch: Mapped[bytes | None] = mapped_column(Fingerprint)
    told_at: Mapped[datetime]
    told_by_human: Mapped[UUID] = mapped_column(ForeignKey("human.id"))
    stopped_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]

    __table_args__ = (
        CheckConstraint("ended_at IS NULL OR stopped_at IS NOT NULL", name="ended"),
        CheckConstraint("(account IS NULL) = (fingerprint IS NULL)", name="account"),
        CheckConstraint(f"without IS NULL OR {one_of('without', Without)}", name="without"),
        CheckConstraint(f"whose IS NULL OR {one_of('whose', Whose)}", name="whose"),
        CheckConstraint(one_of("name_check", NameCheck), name="name_check"),
        Index("ix_payment_details_claim_id_told_at", "claim_id", "told_at"),
        Index("ix_payment_details_fingerprint", "fingerprint"),
        Index("ix_payment_details_person_id", "person_id"),
        Index("ix_payment_details_branch_told_at", "branch", "told_at"),
        Index("ix_payment_details_told_by_human_told_at", "told_by_human", "told_at"),
    )


class PaymentConfirmation(Base):
    """What the person said of new payment details to somebody who did not ask for them.

    It holds for ``version`` of the application as it stood then. ``how``: in_front or telephone.
    """

    __tablename__ = "payment_confirmation"

    application_id: Mapped[UUID] = mapped_column(ForeignKey("application.id"), primary_key=True)
    version: Mapped[int]
    how: Mapped[str] = mapped_column(String(10))
    confirmed_at: Mapped[datetime]
    confirmed_by: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    confirmed_by_human: Mapped[UUID] = mapped_column(ForeignKey("human.id"))

    __table_args__ = (CheckConstraint("how IN ('in_front', 'telephone')", name="how"),)
