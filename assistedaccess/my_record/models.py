"""Tables of the person's own side."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from assistedaccess.kernel.database import Base, Sealed, one_of

from .rules import HowAsked, Style
from .rules_objections import Outcome


class RecordReading(Base):
    """A record that is printed or read out to the person, by one account, for a short while.

    ``in_private``: the helper's own statement that nobody else hears; the journal has it too.
    """

    __tablename__ = "record_reading"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    how: Mapped[str] = mapped_column(String(10))
    in_private: Mapped[bool]
    style: Mapped[str] = mapped_column(String(15))
    language: Mapped[str] = mapped_column(String(2))
    begun_at: Mapped[datetime]

    __table_args__ = (
        CheckConstraint(one_of("how", HowAsked), name="how"),
        CheckConstraint(one_of("style", Style), name="style"),
        CheckConstraint(f"how = '{HowAsked.IN_FRONT}' OR NOT in_private", name="private"),
        Index("ix_record_reading_person_id_id", "person_id", "id"),
    )


class Objection(Base):
    """“I did not agree to this.” What it names is stopped at once; it stays open until answered.

    ``names`` are the delegations, consents and facts of the journal that it names: a list of
    {"kind", "id"}. ``organisation_ids`` are the organisations concerned: none of theirs answers.
    ``words`` are the person's own, ``answer`` what they are told; both sealed for the person.
    """

    __tablename__ = "objection"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(String(12), unique=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    how: Mapped[str] = mapped_column(String(10))
    names: Mapped[list[dict[str, str]]] = mapped_column(JSON)
    organisation_ids: Mapped[list[str]] = mapped_column(JSON)
    words: Mapped[bytes | None] = mapped_column(Sealed)
    raised_at: Mapped[datetime]
    raised_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    raised_by_human_id: Mapped[UUID | None]
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))

    drawn_account_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    drawn_human_id: Mapped[UUID | None]
    drawn_at: Mapped[datetime | None]
    due_at: Mapped[datetime]
    escalated_at: Mapped[datetime | None]

    outcome: Mapped[str | None] = mapped_column(String(15))
    answer: Mapped[bytes | None] = mapped_column(Sealed)
    closed_at: Mapped[datetime | None]
    closed_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))

    __table_args__ = (
        CheckConstraint(one_of("how", HowAsked), name="how"),
        CheckConstraint(f"outcome IS NULL OR {one_of('outcome', Outcome)}", name="outcome"),
        CheckConstraint(
            "(closed_at IS NULL) = (outcome IS NULL) AND (closed_at IS NULL) = (answer IS NULL)",
            name="closed",
        ),
        CheckConstraint("(drawn_account_id IS NULL) = (drawn_human_id IS NULL)", name="drawn"),
        Index("ix_objection_person_id_id", "person_id", "id"),
        Index("ix_objection_closed_at_due_at", "closed_at", "due_at"),
        Index("ix_objection_drawn_account_id_closed_at", "drawn_account_id", "closed_at"),
    )
