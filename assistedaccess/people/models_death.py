"""That a person has died: who said so, who wrote it down, and whether it was a mistake."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from assistedaccess.kernel.database import Base, Sealed, one_of

from .rules_death import ToldBy


class Death(Base):
    """The record of a death. It stays when it is undone: ``undone_at`` says when, and by whom."""

    __tablename__ = "death"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    died_on: Mapped[date]
    told_by: Mapped[str] = mapped_column(String(20))
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[UUID]
    recorded_by_human: Mapped[UUID]
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    undone_at: Mapped[datetime | None]
    undone_by: Mapped[UUID | None]
    undone_reason: Mapped[bytes | None] = mapped_column(Sealed)

    __table_args__ = (
        CheckConstraint(one_of("told_by", ToldBy), name="told_by"),
        CheckConstraint("(undone_at IS NULL) = (undone_reason IS NULL)", name="undoing"),
    )
