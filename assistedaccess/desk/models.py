"""Supervision by sample: which cases were drawn of whose work, and what a manager made of each."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from assistedaccess.kernel.append_only import append_only
from assistedaccess.kernel.database import Base, Sealed, one_of

from .rules_supervision import Outcome


class SupervisionItem(Base):
    """A case that was drawn of one helper's work in one month (``month`` is its first day).

    ``checkpoint_size``: of the checkpoint whose note drew it, so that anybody can draw again.
    """

    __tablename__ = "supervision_item"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    month: Mapped[date]
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    human_id: Mapped[UUID] = mapped_column(ForeignKey("human.id"))
    case_id: Mapped[UUID] = mapped_column(ForeignKey("case.id"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    checkpoint_size: Mapped[int]
    drawn_at: Mapped[datetime]

    __table_args__ = (
        UniqueConstraint("organisation_id", "month", "case_id"),
        Index("ix_supervision_item_person_id", "person_id", "organisation_id"),
    )


class SupervisionForm(Base):
    """What a manager made of one case that was drawn; once. Only grows.

    ``answers`` is as rules_supervision.join_answers writes it; ``words`` are sealed for the person.
    """

    __tablename__ = "supervision_form"

    item_id: Mapped[UUID] = mapped_column(ForeignKey("supervision_item.id"), primary_key=True)
    answers: Mapped[str] = mapped_column(String(60))
    outcome: Mapped[str] = mapped_column(String(10))
    sealed_for: Mapped[UUID]
    words: Mapped[bytes | None] = mapped_column(Sealed)
    written_at: Mapped[datetime]
    written_by: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    written_by_human: Mapped[UUID | None] = mapped_column(ForeignKey("human.id"))

    __table_args__ = (CheckConstraint(one_of("outcome", Outcome), name="outcome"),)


append_only(SupervisionForm.__table__, "item_id")  # type: ignore[arg-type]
