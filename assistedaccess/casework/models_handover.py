"""The table of hand-overs."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from assistedaccess.kernel.database import Base, Sealed, one_of

from .rules_handover import HandOverState, ReturnReason

_OFFERED = text("state = 'offered'")


class HandOver(Base):
    """A case that one organisation offers to another, with the person's yes (``consent_id``).

    Nothing moves between them: the other opens a case of its own (``new_case_id``), which keeps the
    date of first contact, and reads here what the person agreed to share (``parts``, of what was
    written down until then). ``message`` and ``return_words`` are sealed for the person.
    """

    __tablename__ = "hand_over"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("case.id"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    from_organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    to_organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    is_warm: Mapped[bool]
    parts: Mapped[str] = mapped_column(String(40))
    message: Mapped[bytes | None] = mapped_column(Sealed)
    consent_id: Mapped[UUID] = mapped_column(ForeignKey("consent.id"))
    state: Mapped[str] = mapped_column(String(10))
    offered_at: Mapped[datetime]
    offered_by: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    return_reason: Mapped[str | None] = mapped_column(String(15))
    return_words: Mapped[bytes | None] = mapped_column(Sealed)
    new_case_id: Mapped[UUID | None] = mapped_column(ForeignKey("case.id"))

    __table_args__ = (
        CheckConstraint(one_of("state", HandOverState), name="state"),
        CheckConstraint(
            f"return_reason IS NULL OR {one_of('return_reason', ReturnReason)}",
            name="return_reason",
        ),
        CheckConstraint("(state = 'taken') = (new_case_id IS NOT NULL)", name="taken"),
        CheckConstraint("(state = 'returned') = (return_reason IS NOT NULL)", name="returned"),
        CheckConstraint("from_organisation_id <> to_organisation_id", name="two"),
        Index(
            "uq_hand_over_offered",
            "case_id",
            unique=True,
            sqlite_where=_OFFERED,
            postgresql_where=_OFFERED,
        ),
        Index("ix_hand_over_case_id", "case_id"),
        Index("ix_hand_over_person_id", "person_id"),
        Index("ix_hand_over_from_organisation_id", "from_organisation_id", "id"),
        Index("ix_hand_over_to_organisation_id", "to_organisation_id", "state", "id"),
    )
