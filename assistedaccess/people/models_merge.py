"""That two records are of one human: which one is kept, who said so, and how it ended."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from assistedaccess.kernel.database import Base, Sealed

LIVE = text("ended_at IS NULL")


class RecordMerge(Base):
    """The record of ``person_id`` leads to that of ``kept_person_id``; nothing moved between them.

    It stays when it is undone: ``ended_at`` says when, and by whom. What stands under either
    record is never touched, so that the end of this row is the end of the merge. While it lives,
    ``person.merged_into_id`` says the same where every command about a person looks, under its
    lock. ``why`` and ``end_reason`` are sealed for the person whose record was merged.
    """

    __tablename__ = "record_merge"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    kept_person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    why: Mapped[bytes] = mapped_column(Sealed)
    merged_at: Mapped[datetime]
    merged_by: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    merged_by_human: Mapped[UUID] = mapped_column(ForeignKey("human.id"))
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    end_reason: Mapped[bytes | None] = mapped_column(Sealed)

    __table_args__ = (
        CheckConstraint("person_id <> kept_person_id", name="two_records"),
        CheckConstraint("(ended_at IS NULL) = (ended_by IS NULL)", name="ending"),
        CheckConstraint("(ended_at IS NULL) = (end_reason IS NULL)", name="reason"),
        Index("ix_record_merge_person_id_id", "person_id", "id"),
        Index(
            "uq_record_merge_live",
            "person_id",
            unique=True,
            sqlite_where=LIVE,
            postgresql_where=LIVE,
        ),
    )
