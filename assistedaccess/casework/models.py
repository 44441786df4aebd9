"""Cases, their notes and tasks, and the people who wait at a desk."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from assistedaccess.kernel.append_only import append_only
from assistedaccess.kernel.database import Base, Sealed

_STILL_THERE = text("state <> 'closed'")
_NOT_DONE = text("done_at IS NULL")


class Case(Base):
    """One thing that a person needs done, at one organisation.

    ``keep_date_by`` is worked out from the first contact and the service's rule; it is stored so
    that what is lost first is found by an index, among any number of cases.
    """

    __tablename__ = "case"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(String(20))
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    site_id: Mapped[UUID | None] = mapped_column(ForeignKey("site.id"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    need: Mapped[bytes] = mapped_column(Sealed)
    service: Mapped[str | None] = mapped_column(String(60))
    why_help: Mapped[str] = mapped_column(String(120))
    first_contact_on: Mapped[date]
    first_contact_basis: Mapped[bytes | None] = mapped_column(Sealed)
    keep_date_by: Mapped[date | None]
    claim_sent_on: Mapped[date | None]
    state: Mapped[str] = mapped_column(String(10))
    opened_at: Mapped[datetime]
    opened_by: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    assigned_to: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    closed_at: Mapped[datetime | None]
    closed_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    close_reason: Mapped[str | None] = mapped_column(String(20))
    version: Mapped[int] = mapped_column(default=1)

    __table_args__ = (
        UniqueConstraint("reference"),
        CheckConstraint("state IN ('open', 'waiting', 'closed')", name="state"),
        CheckConstraint("(state = 'closed') = (closed_at IS NOT NULL)", name="closed_at"),
        Index("ix_case_person_id_organisation_id", "person_id", "organisation_id"),
        Index(
            "ix_case_open",
            "organisation_id",
            "id",
            sqlite_where=_STILL_THERE,
            postgresql_where=_STILL_THERE,
        ),
        Index(
            "ix_case_assigned",
            "organisation_id",
            "assigned_to",
            "id",
            sqlite_where=_STILL_THERE,
            postgresql_where=_STILL_THERE,
        ),
        Index(
            "ix_case_keep_date_by",
            "organisation_id",
            "keep_date_by",
            "id",
            sqlite_where=text("state <> 'closed' AND claim_sent_on IS NULL"),
            postgresql_where=text("state <> 'closed' AND claim_sent_on IS NULL"),
        ),
    )


class Note(Base):
    """What somebody wrote down; never rewritten, only added to.

    ``sealed_for`` is the person whose key opens the text: forgetting the key erases the note,
    which no UPDATE or DELETE could.
    """

    __tablename__ = "note"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    case_id: Mapped[UUID] = mapped_column(ForeignKey("case.id"))
    sealed_for: Mapped[UUID]
    text: Mapped[bytes] = mapped_column(Sealed)
    kind: Mapped[str] = mapped_column(String(10))
    author_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    author_human_id: Mapped[UUID | None]
    written_at: Mapped[datetime]

    __table_args__ = (
        CheckConstraint("kind IN ('ordinary', 'sensitive')", name="kind"),
        Index("ix_note_case_id_id", "case_id", "id"),
    )


class Task(Base):
    """What has to be done for a case, by whom and until when."""

    __tablename__ = "task"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    case_id: Mapped[UUID] = mapped_column(ForeignKey("case.id"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    what: Mapped[bytes] = mapped_column(Sealed)
    due_on: Mapped[date]
    assigned_to: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    added_at: Mapped[datetime]
    added_by: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    done_at: Mapped[datetime | None]
    done_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))

    __table_args__ = (
        Index("ix_task_case_id_id", "case_id", "id"),
        Index(
            "ix_task_due",
            "organisation_id",
            "assigned_to",
            "due_on",
            "id",
            sqlite_where=_NOT_DONE,
            postgresql_where=_NOT_DONE,
        ),
        Index(
            "ix_task_person_id",
            "person_id",
            sqlite_where=_NOT_DONE,
            postgresql_where=_NOT_DONE,
        ),
    )


class WaitingPerson(Base):
    """Somebody who waits at a site today, by first name or ticket number.

    ``person_id``: their record, where the reference was given; it then explains why a colleague
    opens it. ``called`` is sealed with the organisation's key and blanked when the day is over;
    the times stay, so that waiting can be measured.
    """

    __tablename__ = "waiting_person"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    site_id: Mapped[UUID | None] = mapped_column(ForeignKey("site.id"))
    called: Mapped[bytes | None] = mapped_column(Sealed)
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    arrived_at: Mapped[datetime]
    added_by: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    taken_at: Mapped[datetime | None]
    taken_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    left_at: Mapped[datetime | None]

    __table_args__ = (
        Index("ix_waiting_person_arrived", "organisation_id", "site_id", "arrived_at"),
        Index("ix_waiting_person_person_id", "person_id"),
        Index(
            "ix_waiting_person_called",
            "arrived_at",
            sqlite_where=text("called IS NOT NULL"),
            postgresql_where=text("called IS NOT NULL"),
        ),
    )


append_only(Note.__table__)  # type: ignore[arg-type]
