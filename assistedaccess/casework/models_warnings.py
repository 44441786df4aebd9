"""The table of lone-worker warnings."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from assistedaccess.kernel.database import Base, Sealed


class LoneWorkerWarning(Base):
    """What a helper of one organisation must know who visits somebody at home.

    ``words`` are what to mind, ``basis`` what happened and how that is known, ``not_told_why`` why
    the person does not know of it, where they do not, ``end_reason`` why it ended before its last
    day; all are sealed for the person.
    """

    __tablename__ = "lone_worker_warning"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    words: Mapped[bytes] = mapped_column(Sealed)
    basis: Mapped[bytes] = mapped_column(Sealed)
    not_told_why: Mapped[bytes | None] = mapped_column(Sealed)
    expires_on: Mapped[date]
    added_at: Mapped[datetime]
    added_by: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    end_reason: Mapped[bytes | None] = mapped_column(Sealed)

    __table_args__ = (
        CheckConstraint("(ended_at IS NULL) = (end_reason IS NULL)", name="ended"),
        Index("ix_lone_worker_warning_person", "person_id", "organisation_id", "expires_on"),
    )
