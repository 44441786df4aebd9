"""What help a case took, counted when it is closed: for the report, and for the next visit."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from assistedaccess.consent.rules import VisitChannel
from assistedaccess.kernel.database import Base, one_of

from .rules_closings import Alone, Given


class CaseClosing(Base):
    """The counts of one case as it was closed last; whatever was not said is empty.

    ``visits`` and ``channel`` (the one of most of them) are counted from the visits themselves.
    ``minutes`` is one of rules_closings.MINUTES: in all, roughly.
    """

    __tablename__ = "case_closing"

    case_id: Mapped[UUID] = mapped_column(ForeignKey("case.id"), primary_key=True)
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    visits: Mapped[int]
    channel: Mapped[str | None] = mapped_column(String(10))
    alone: Mapped[str | None] = mapped_column(String(15))
    minutes: Mapped[int | None]
    given: Mapped[str | None] = mapped_column(String(10))
    wants_skills: Mapped[bool]
    counted_at: Mapped[datetime]
    counted_by: Mapped[UUID] = mapped_column(ForeignKey("account.id"))

    __table_args__ = (
        CheckConstraint(f"channel IS NULL OR {one_of('channel', VisitChannel)}", name="channel"),
        CheckConstraint(f"alone IS NULL OR {one_of('alone', Alone)}", name="alone"),
        CheckConstraint(f"given IS NULL OR {one_of('given', Given)}", name="given"),
        CheckConstraint("minutes IS NULL OR minutes > 0", name="minutes"),
        Index("ix_case_closing_counted_at", "organisation_id", "counted_at"),
    )
