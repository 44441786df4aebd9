"""Safeguarding concerns, apart from everything else that is kept about a person.

No story, list, count, search or history reads these tables: only the safeguarding leads of one
organisation do, each time as a recorded look (consent and delegation stand elsewhere; so do cases).
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from assistedaccess.kernel.append_only import append_only
from assistedaccess.kernel.database import Base, Sealed


class Concern(Base):
    """A worry about somebody's safety. Who raised it cannot read it again, or change it.

    ``person_id`` is empty where no record was named; ``about`` then says who it is. ``told`` holds,
    sealed for ``sealed_for`` (the person, else the organisation), what rules_concerns.Told names.
    ``raised_by`` is empty where the person gave their silent sign. ``kinds`` is empty but for
    concerns of before revision 0023, which kept them here until a lead next opens them.
    """

    __tablename__ = "concern"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(String(20))
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"), index=True)
    sealed_for: Mapped[UUID]
    kinds: Mapped[str | None] = mapped_column(String(120))
    is_urgent: Mapped[bool]
    told: Mapped[bytes] = mapped_column(Sealed)
    raised_at: Mapped[datetime]
    raised_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    raised_by_human: Mapped[UUID | None] = mapped_column(ForeignKey("human.id"))
    opened_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]

    __table_args__ = (
        UniqueConstraint("reference"),
        Index(
            "ix_concern_open",
            "organisation_id",
            "id",
            sqlite_where=text("closed_at IS NULL"),
            postgresql_where=text("closed_at IS NULL"),
        ),
        Index("ix_concern_organisation_id_id", "organisation_id", "id"),
    )


class ConcernEntry(Base):
    """What a safeguarding lead wrote to a concern: a note, a referral, its outcome. Only grows."""

    __tablename__ = "concern_entry"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    concern_id: Mapped[UUID] = mapped_column(ForeignKey("concern.id"))
    kind: Mapped[str] = mapped_column(String(10))
    sealed_for: Mapped[UUID]
    text: Mapped[bytes] = mapped_column(Sealed)
    author_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    author_human_id: Mapped[UUID | None] = mapped_column(ForeignKey("human.id"))
    written_at: Mapped[datetime]

    __table_args__ = (
        CheckConstraint("kind IN ('note', 'referral', 'outcome')", name="kind"),
        Index("ix_concern_entry_concern_id_id", "concern_id", "id"),
    )


append_only(ConcernEntry.__table__)  # type: ignore[arg-type]
