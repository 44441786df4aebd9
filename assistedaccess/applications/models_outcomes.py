"""What is awaited from the other side, and what was heard of it."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from assistedaccess.kernel.append_only import append_only
from assistedaccess.kernel.database import Base, Sealed, one_of

from .rules_outcomes import Correction, LimitFrom, OutcomeKind


class AwaitedOutcome(Base):
    """Where an application, or a record of help that was sent, stands with those who decide.

    ``id`` is the application's or the record's own. ``standing`` is what was heard last.
    ``next_on`` is the day after which an answer is missed, ``deadline_on`` the last day to answer
    or to challenge, ``chase_on`` the day on which silence is chased; each None where there is
    none. ``account_id`` is whose work it is: who sent it, or wrote down the last that was heard.
    """

    __tablename__ = "awaited_outcome"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    site_id: Mapped[UUID | None] = mapped_column(ForeignKey("site.id"))
    application_id: Mapped[UUID | None] = mapped_column(ForeignKey("application.id"))
    record_of_help_id: Mapped[UUID | None] = mapped_column(ForeignKey("record_of_help.id"))
    case_id: Mapped[UUID | None] = mapped_column(ForeignKey("case.id"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    service: Mapped[str | None] = mapped_column(String(60))
    sent_on: Mapped[date]
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    standing: Mapped[str | None] = mapped_column(String(12))
    next_on: Mapped[date | None]
    deadline_on: Mapped[date | None]
    asked_on: Mapped[date | None]
    chase_on: Mapped[date | None]
    version: Mapped[int]

    __table_args__ = (
        UniqueConstraint("application_id"),
        UniqueConstraint("record_of_help_id"),
        CheckConstraint(
            "(application_id IS NULL) <> (record_of_help_id IS NULL)", name="one_subject"
        ),
        CheckConstraint(f"standing IS NULL OR {one_of('standing', OutcomeKind)}", name="standing"),
        Index("ix_awaited_outcome_case_id", "case_id"),
        Index("ix_awaited_outcome_person_id", "person_id", "organisation_id"),
        Index(
            "ix_awaited_outcome_next_on",
            "organisation_id",
            "next_on",
            "id",
            sqlite_where=text("next_on IS NOT NULL"),
            postgresql_where=text("next_on IS NOT NULL"),
        ),
        Index(
            "ix_awaited_outcome_deadline_on",
            "organisation_id",
            "deadline_on",
            "id",
            sqlite_where=text("deadline_on IS NOT NULL"),
            postgresql_where=text("deadline_on IS NOT NULL"),
        ),
        Index(
            "ix_awaited_outcome_chase_on",
            "chase_on",
            sqlite_where=text("chase_on IS NOT NULL"),
            postgresql_where=text("chase_on IS NOT NULL"),
        ),
    )


class Outcome(Base):
    """One thing that was heard of an application. Only grows: who was wrong writes another.

    ``happened_on`` is the day of it: of a decision, the date on the letter. ``words`` (what more is
    asked, or why it was refused) are sealed for ``sealed_for``. ``last_day`` is the end of the time
    to answer or to challenge, ``limit_from`` where it is known from. ``correction`` says how it
    goes with ``corrects_id``, which said another thing. Money is in pence.
    """

    __tablename__ = "outcome"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    awaited_id: Mapped[UUID] = mapped_column(ForeignKey("awaited_outcome.id"))
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    sealed_for: Mapped[UUID]
    kind: Mapped[str] = mapped_column(String(12))
    happened_on: Mapped[date]
    weekly_pence: Mapped[int | None]
    arrears_pence: Mapped[int | None]
    last_day: Mapped[date | None]
    limit_from: Mapped[str | None] = mapped_column(String(10))
    words: Mapped[bytes | None] = mapped_column(Sealed)
    correction: Mapped[str | None] = mapped_column(String(10))
    corrects_id: Mapped[UUID | None] = mapped_column(ForeignKey("outcome.id"))
    heard_at: Mapped[datetime]
    heard_by: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    heard_by_human: Mapped[UUID] = mapped_column(ForeignKey("human.id"))

    __table_args__ = (
        CheckConstraint(one_of("kind", OutcomeKind), name="kind"),
        CheckConstraint(
            f"correction IS NULL OR {one_of('correction', Correction)}", name="correction"
        ),
        CheckConstraint("(correction IS NULL) = (corrects_id IS NULL)", name="corrects"),
        CheckConstraint(
            f"limit_from IS NULL OR {one_of('limit_from', LimitFrom)}", name="limit_from"
        ),
        CheckConstraint("weekly_pence >= 0 AND arrears_pence >= 0", name="money"),
        Index("ix_outcome_awaited_id_id", "awaited_id", "id"),
        Index("ix_outcome_organisation_id_happened_on", "organisation_id", "happened_on"),
    )


append_only(Outcome.__table__)  # type: ignore[arg-type]
