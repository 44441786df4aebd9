"""What waits for a second human, and who was drawn to look at it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from assistedaccess.kernel.database import Base, Fingerprint, Sealed, one_of

from .rules import EndOfDraw, State, WordKind


class PendingAct(Base):
    """A command and its arguments, without effect until somebody else releases it.

    ``account_id`` to ``actor_person_id`` are the actor who asked; ``organisation_id`` is whose
    matter it is. ``arguments`` and ``decision_reason`` are sealed for ``sealed_for`` (the person,
    else the account). ``reasons`` are what holds it; ``answered`` what was reviewed before, when
    its release met a new reason (``follows_id``). ``deciding_role``: the one role that may decide,
    where not just those of the command do; whoever asked never learns of it. ``failure`` says why a
    release had no effect.
    """

    __tablename__ = "pending_act"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(String(12), unique=True)
    command: Mapped[str] = mapped_column(String(80))
    command_version: Mapped[int]
    arguments: Mapped[bytes] = mapped_column(Sealed)
    arguments_fingerprint: Mapped[bytes] = mapped_column(Fingerprint)
    sealed_for: Mapped[UUID]

    actor_kind: Mapped[str] = mapped_column(String(10))
    account_id: Mapped[UUID | None]
    human_id: Mapped[UUID | None]
    role: Mapped[str | None] = mapped_column(String(30))
    actor_organisation_id: Mapped[UUID | None]
    membership_id: Mapped[UUID | None]
    site_id: Mapped[UUID | None]
    actor_person_id: Mapped[UUID | None]

    person_id: Mapped[UUID | None] = mapped_column(index=True)
    organisation_id: Mapped[UUID | None]
    deciding_role: Mapped[str | None] = mapped_column(String(30))
    reasons: Mapped[list[str]] = mapped_column(JSON)
    answered: Mapped[list[str]] = mapped_column(JSON)
    words: Mapped[str] = mapped_column(String(1000))
    follows_id: Mapped[UUID | None] = mapped_column(ForeignKey("pending_act.id"))
    asked_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(String(10))

    drawn_account_id: Mapped[UUID | None]
    drawn_human_id: Mapped[UUID | None]
    drawn_organisation_id: Mapped[UUID | None]
    drawn_role: Mapped[str | None] = mapped_column(String(30))
    drawn_at: Mapped[datetime | None]
    due_at: Mapped[datetime]
    escalated_at: Mapped[datetime | None]

    decided_by: Mapped[UUID | None]
    decided_at: Mapped[datetime | None]
    decision_reason: Mapped[bytes | None] = mapped_column(Sealed)
    failure: Mapped[str | None] = mapped_column(String(1000))

    __table_args__ = (
        CheckConstraint(one_of("state", State), name="state"),
        CheckConstraint("(state = 'waiting') = (decided_at IS NULL)", name="decided"),
        CheckConstraint("(drawn_account_id IS NULL) = (drawn_human_id IS NULL)", name="drawn"),
        CheckConstraint(
            "drawn_human_id IS NULL OR human_id IS NULL OR drawn_human_id <> human_id",
            name="not_same_human",
        ),
        Index("ix_pending_act_state_due_at", "state", "due_at"),
        Index(
            "ix_pending_act_drawn_account_id_state_due_at", "drawn_account_id", "state", "due_at"
        ),
        Index("ix_pending_act_organisation_id_id", "organisation_id", "id"),
        Index("ix_pending_act_human_id_id", "human_id", "id"),
        # The same thing asked twice, by a double click say, waits once.
        Index(
            "uq_pending_act_waiting",
            "command",
            "arguments_fingerprint",
            unique=True,
            sqlite_where=text("state = 'waiting'"),
            postgresql_where=text("state = 'waiting'"),
        ),
    )


class PendingActDraw(Base):
    """One draw of a reviewer. ``opened_at`` to ``ended_at`` is how long they looked."""

    __tablename__ = "pending_act_draw"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    pending_act_id: Mapped[UUID] = mapped_column(ForeignKey("pending_act.id"), index=True)
    account_id: Mapped[UUID]
    human_id: Mapped[UUID]
    organisation_id: Mapped[UUID]
    drawn_at: Mapped[datetime]
    opened_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    end_reason: Mapped[str | None] = mapped_column(String(20))
    words: Mapped[bytes | None] = mapped_column(Sealed)

    __table_args__ = (
        CheckConstraint(
            f"end_reason IS NULL OR {one_of('end_reason', EndOfDraw)}", name="end_reason"
        ),
        CheckConstraint("(ended_at IS NULL) = (end_reason IS NULL)", name="end"),
        Index("ix_pending_act_draw_account_id_id", "account_id", "id"),
    )


class PendingActWord(Base):
    """Something that was said about what waits, sealed like the act itself. ``kind``: WordKind."""

    __tablename__ = "pending_act_word"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    pending_act_id: Mapped[UUID] = mapped_column(ForeignKey("pending_act.id"))
    kind: Mapped[str] = mapped_column(String(10))
    words: Mapped[bytes | None] = mapped_column(Sealed)
    said_by: Mapped[UUID | None]
    said_at: Mapped[datetime]

    __table_args__ = (
        CheckConstraint(one_of("kind", WordKind), name="kind"),
        Index("ix_pending_act_word_pending_act_id_id", "pending_act_id", "id"),
    )
