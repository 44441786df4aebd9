"""The table of appointments."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from assistedaccess.kernel.database import Base, Sealed, one_of

from .rules_appointments import AppointmentKind, AppointmentState


class Appointment(Base):
    """A time that a helper keeps for somebody, about one case.

    ``interpreter`` says which is needed, or nothing; ``interpreter_task_id`` is the task to book
    one, ``interpreter_words`` who it is, once that is confirmed. ``note`` is what to bring or to
    know; both are sealed for the person.
    """

    __tablename__ = "appointment"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    site_id: Mapped[UUID | None] = mapped_column(ForeignKey("site.id"))
    case_id: Mapped[UUID] = mapped_column(ForeignKey("case.id"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    kind: Mapped[str] = mapped_column(String(10))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    note: Mapped[bytes | None] = mapped_column(Sealed)
    interpreter: Mapped[str | None] = mapped_column(String(10))
    interpreter_task_id: Mapped[UUID | None] = mapped_column(ForeignKey("task.id"))
    interpreter_words: Mapped[bytes | None] = mapped_column(Sealed)
    state: Mapped[str] = mapped_column(String(12))
    booked_at: Mapped[datetime]
    booked_by: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    settled_at: Mapped[datetime | None]
    settled_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    reminded_at: Mapped[datetime | None]
    version: Mapped[int]

    __table_args__ = (
        CheckConstraint(one_of("kind", AppointmentKind), name="kind"),
        CheckConstraint(one_of("state", AppointmentState), name="state"),
        CheckConstraint("starts_at < ends_at", name="times"),
        CheckConstraint("(state = 'booked') = (settled_at IS NULL)", name="settled_at"),
        Index("ix_appointment_account", "organisation_id", "account_id", "starts_at"),
        Index("ix_appointment_starts", "organisation_id", "starts_at", "id"),
        Index("ix_appointment_person", "person_id", "organisation_id", "starts_at"),
        Index("ix_appointment_case_id_id", "case_id", "id"),
        Index(
            "ix_appointment_to_remind",
            "starts_at",
            sqlite_where=text("state = 'booked' AND reminded_at IS NULL"),
            postgresql_where=text("state = 'booked' AND reminded_at IS NULL"),
        ),
    )
