"""The table of what benefits calculators said."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from assistedaccess.kernel.database import Base, Sealed, one_of

from .rules_benefits import Calculator


class BenefitsCheck(Base):
    """A result that the person wished to be kept. ``facts`` is sealed JSON: weekly, may_claim."""

    __tablename__ = "benefits_check"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    case_id: Mapped[UUID] = mapped_column(ForeignKey("case.id"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    calculator: Mapped[str] = mapped_column(String(20))
    checked_on: Mapped[date]
    facts: Mapped[bytes] = mapped_column(Sealed)
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[UUID] = mapped_column(ForeignKey("account.id"))

    __table_args__ = (
        CheckConstraint(one_of("calculator", Calculator), name="calculator"),
        Index("ix_benefits_check_case_id", "case_id"),
        Index("ix_benefits_check_person_id", "person_id"),
    )
