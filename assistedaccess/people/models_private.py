"""Tables of what is agreed with a person alone, apart from everything else that is kept about them.

No page, list, count, story or export reads these tables, and their events name no person in a
column that can be searched: somebody at home, who may be a helper, learns nothing of them.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from assistedaccess.kernel.database import Base, Fingerprint, one_of

from .rules_private import SignKind

LIVE = text("ended_at IS NULL")


class PrivateMoment(Base):
    """Somebody spoke with the person alone: who, and when. What was said is never written down."""

    __tablename__ = "private_moment"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    human_id: Mapped[UUID] = mapped_column(ForeignKey("human.id"))
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    held_at: Mapped[datetime]

    __table_args__ = (Index("ix_private_moment_person_id_held_at", "person_id", "held_at"),)


class SilentSign(Base):
    """What the person says when their yes is no yes. ``word`` is a keyed hash: nobody reads it."""

    __tablename__ = "silent_sign"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    kind: Mapped[str] = mapped_column(String(10))
    word: Mapped[bytes | None] = mapped_column(Fingerprint)
    private_moment_id: Mapped[UUID] = mapped_column(ForeignKey("private_moment.id"))
    agreed_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    __table_args__ = (
        CheckConstraint(one_of("kind", SignKind), name="kind"),
        CheckConstraint("(kind = 'word') = (word IS NOT NULL)", name="word"),
        Index(
            "uq_silent_sign_live",
            "person_id",
            unique=True,
            sqlite_where=LIVE,
            postgresql_where=LIVE,
        ),
    )
