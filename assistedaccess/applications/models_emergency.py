"""Vouchers and other emergency help that went out to people."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from assistedaccess.kernel.append_only import append_only
from assistedaccess.kernel.database import Base, Sealed, one_of

from .rules_emergency import HelpKind


class EmergencyGift(Base):
    """One voucher, or other emergency help, given to a person. Only grows.

    ``serial`` (the number on a voucher) and ``need`` (what it is for, in words) are sealed.
    """

    __tablename__ = "emergency_gift"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(String(12), unique=True)
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    site_id: Mapped[UUID | None] = mapped_column(ForeignKey("site.id"))
    case_id: Mapped[UUID] = mapped_column(ForeignKey("case.id"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    service: Mapped[str] = mapped_column(String(60))
    kind: Mapped[str] = mapped_column(String(15))
    amount_pence: Mapped[int]
    serial: Mapped[bytes | None] = mapped_column(Sealed)
    need: Mapped[bytes] = mapped_column(Sealed)
    till_id: Mapped[UUID | None] = mapped_column(ForeignKey("till.id"))
    authority_kind: Mapped[str] = mapped_column(String(20))
    authority_id: Mapped[UUID]
    given_at: Mapped[datetime]
    given_by: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    given_by_human: Mapped[UUID] = mapped_column(ForeignKey("human.id"))

    __table_args__ = (
        CheckConstraint("amount_pence > 0", name="amount"),
        CheckConstraint(one_of("kind", HelpKind), name="kind"),
        CheckConstraint("(kind = 'cash') = (till_id IS NOT NULL)", name="till"),
        Index("ix_emergency_gift_person_id_organisation_id", "person_id", "organisation_id", "id"),
        Index("ix_emergency_gift_case_id", "case_id", "id"),
        Index("ix_emergency_gift_till_id", "till_id"),
    )


append_only(EmergencyGift.__table__)  # type: ignore[arg-type]
