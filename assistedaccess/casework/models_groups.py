"""The tables of group sessions: the session, who leads it, its register, what was put right."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from assistedaccess.kernel.append_only import append_only
from assistedaccess.kernel.database import Base, Sealed, one_of

from .rules_groups import MOST_PLACES, EntryState, GroupKind, GroupState, ToTell

_ON_IT = text("state <> 'cancelled'")
_TO_REMIND = text("state = 'booked' AND reminded_at IS NULL")
_TO_TELL = text("to_tell IS NOT NULL")


class GroupSession(Base):
    """One meeting of a group at a site. Those that were planned together share ``series_id``.

    ``topic`` and ``room`` are sealed with the organisation's key: with a register beside it, a
    topic in clear would tell of everybody on it. ``is_private``: the topic says what people come
    for, and is hidden.
    """

    __tablename__ = "group_session"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    site_id: Mapped[UUID] = mapped_column(ForeignKey("site.id"))
    series_id: Mapped[UUID]
    kind: Mapped[str] = mapped_column(String(10))
    topic: Mapped[bytes] = mapped_column(Sealed)
    is_private: Mapped[bool]
    room: Mapped[bytes | None] = mapped_column(Sealed)
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    places: Mapped[int]
    state: Mapped[str] = mapped_column(String(10))
    planned_at: Mapped[datetime]
    planned_by: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    changed_by: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    settled_at: Mapped[datetime | None]
    version: Mapped[int]

    __table_args__ = (
        CheckConstraint(one_of("kind", GroupKind), name="kind"),
        CheckConstraint(one_of("state", GroupState), name="state"),
        CheckConstraint("starts_at < ends_at", name="times"),
        CheckConstraint(f"places BETWEEN 1 AND {MOST_PLACES}", name="places"),
        CheckConstraint("(state = 'planned') = (settled_at IS NULL)", name="settled_at"),
        Index("ix_group_session_starts", "organisation_id", "starts_at", "id"),
        Index("ix_group_session_series", "series_id", "starts_at"),
    )


class GroupLeader(Base):
    """A helper who leads a session."""

    __tablename__ = "group_leader"

    session_id: Mapped[UUID] = mapped_column(ForeignKey("group_session.id"), primary_key=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"), primary_key=True)
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))

    __table_args__ = (Index("ix_group_leader_account", "account_id", "session_id"),)


class RegisterEntry(Base):
    """Somebody's line on the register of a session.

    ``person_id`` is None for who walked in and has no record: ``called`` is then the first name
    that they gave, sealed with the organisation's key and emptied when the register is closed.
    ``starts_at`` and ``ends_at`` are the session's, so that somebody's times are found without it.
    ``to_tell``: what became of the session and they have not been told yet.
    """

    __tablename__ = "register_entry"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    session_id: Mapped[UUID] = mapped_column(ForeignKey("group_session.id"))
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    case_id: Mapped[UUID | None] = mapped_column(ForeignKey("case.id"))
    called: Mapped[bytes | None] = mapped_column(Sealed)
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    walked_in: Mapped[bool]
    state: Mapped[str] = mapped_column(String(12))
    added_at: Mapped[datetime]
    added_by: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    settled_at: Mapped[datetime | None]
    settled_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    reminded_at: Mapped[datetime | None]
    to_tell: Mapped[str | None] = mapped_column(String(10))
    version: Mapped[int]

    __table_args__ = (
        CheckConstraint(one_of("state", EntryState), name="state"),
        CheckConstraint("(state = 'booked') = (settled_at IS NULL)", name="settled_at"),
        CheckConstraint(f"to_tell IS NULL OR {one_of('to_tell', ToTell)}", name="to_tell"),
        CheckConstraint("person_id IS NOT NULL OR walked_in", name="walked_in"),
        Index("ix_register_entry_session_id_id", "session_id", "id"),
        Index("ix_register_entry_person", "person_id", "organisation_id", "starts_at"),
        Index("ix_register_entry_case_id_id", "case_id", "id"),
        Index(
            "uq_register_entry_person",
            "session_id",
            "person_id",
            unique=True,
            sqlite_where=_ON_IT,
            postgresql_where=_ON_IT,
        ),
        Index(
            "ix_register_entry_to_remind",
            "starts_at",
            sqlite_where=_TO_REMIND,
            postgresql_where=_TO_REMIND,
        ),
        Index("ix_register_entry_to_tell", "id", sqlite_where=_TO_TELL, postgresql_where=_TO_TELL),
    )


class RegisterCorrection(Base):
    """What a closed register should have said of one line, and why; the line stays as it stood.

    ``words`` are sealed for ``sealed_for``: the person, or the organisation where the line is of
    somebody without a record.
    """

    __tablename__ = "register_correction"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    session_id: Mapped[UUID] = mapped_column(ForeignKey("group_session.id"))
    entry_id: Mapped[UUID] = mapped_column(ForeignKey("register_entry.id"))
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    sealed_for: Mapped[UUID]
    state: Mapped[str] = mapped_column(String(12))
    words: Mapped[bytes] = mapped_column(Sealed)
    added_at: Mapped[datetime]
    added_by: Mapped[UUID] = mapped_column(ForeignKey("account.id"))

    __table_args__ = (
        CheckConstraint(
            "state IN ('came', 'left_early', 'did_not_come', 'cancelled')", name="state"
        ),
        Index("ix_register_correction_session_id_id", "session_id", "id"),
    )


append_only(RegisterCorrection.__table__)  # type: ignore[arg-type]
