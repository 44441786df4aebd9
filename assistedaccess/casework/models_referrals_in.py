"""The table of how people came: who referred them to this organisation."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from assistedaccess.kernel.database import Base, Sealed


class ReferralIn(Base):
    """That another place sent the person of a case here, as it was said at the desk.

    ``facts`` is sealed JSON: place, kind, words. ``referral_id``: of one that was made to this
    organisation in this system, which says by this that the person arrived.
    """

    __tablename__ = "referral_in"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    case_id: Mapped[UUID] = mapped_column(ForeignKey("case.id"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    referral_id: Mapped[UUID | None] = mapped_column(ForeignKey("referral.id"))
    is_private: Mapped[bool]
    facts: Mapped[bytes] = mapped_column(Sealed)
    came_on: Mapped[date]
    noted_at: Mapped[datetime]
    noted_by: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    noted_by_human: Mapped[UUID | None] = mapped_column(ForeignKey("human.id"))

    __table_args__ = (
        UniqueConstraint("referral_id"),
        Index("ix_referral_in_case_id", "case_id"),
        Index("ix_referral_in_person_id", "person_id"),
    )
