"""The register of data sharing agreements between organisations of the installation."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from assistedaccess.kernel.database import Base


class SharingAgreement(Base):
    """Two organisations have agreed on what they share, why, and until when they look at it again.

    The paper itself is theirs; this is that it exists. It counts once a manager of the other
    organisation has confirmed it, from ``starts_on`` to ``review_on``, until either side ends it.
    """

    __tablename__ = "sharing_agreement"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"), index=True)
    partner_organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"), index=True)
    purpose: Mapped[str] = mapped_column(String(500))
    shared: Mapped[str] = mapped_column(String(500))
    starts_on: Mapped[date]
    review_on: Mapped[date]
    proposed_at: Mapped[datetime]
    proposed_by: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    proposed_by_human: Mapped[UUID | None] = mapped_column(ForeignKey("human.id"))
    confirmed_at: Mapped[datetime | None]
    confirmed_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))

    __table_args__ = (
        CheckConstraint("organisation_id <> partner_organisation_id", name="not_own"),
        CheckConstraint("starts_on < review_on", name="dates"),
        Index("ix_sharing_agreement_pair", "organisation_id", "partner_organisation_id"),
    )
