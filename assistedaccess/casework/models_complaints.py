"""Complaints, what was written to them, and who is kept away from each."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from assistedaccess.kernel.append_only import append_only
from assistedaccess.kernel.database import Base, Sealed, one_of

from .rules_complaints import LAST_STAGE, EntryKind, HowTold, Outcome, TellBy, Way


class Complaint(Base):
    """Somebody says that a service, a helper or the use of data was not right.

    ``organisation_id`` is empty where whoever complained did not know the place. ``person_id``: of
    whose record it tells, where a helper took it down with a reference. ``told`` holds, sealed for
    ``sealed_for`` (the person, else the complaint itself), what rules_complaints.Told names.
    ``taken_by`` is empty where it came over the public page. ``law_by``: for data, the last day of
    the law; ``acknowledge_by`` and ``answer_by``: of the procedure. ``answered_by_human`` is who
    gave the first answer, and does not give the second.
    """

    __tablename__ = "complaint"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(String(20))
    organisation_id: Mapped[UUID | None] = mapped_column(ForeignKey("organisation.id"))
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"), index=True)
    sealed_for: Mapped[UUID]
    kinds: Mapped[str] = mapped_column(String(40))
    way: Mapped[str] = mapped_column(String(10))
    told: Mapped[bytes] = mapped_column(Sealed)
    received_on: Mapped[date]
    taken_at: Mapped[datetime]
    taken_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    taken_by_human: Mapped[UUID | None] = mapped_column(ForeignKey("human.id"))
    stage: Mapped[int] = mapped_column(default=1)
    acknowledge_by: Mapped[date]
    law_by: Mapped[date | None]
    answer_by: Mapped[date]
    acknowledged_at: Mapped[datetime | None]
    owner_account_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    owner_human_id: Mapped[UUID | None] = mapped_column(ForeignKey("human.id"))
    outcome: Mapped[str | None] = mapped_column(String(10))
    answered_at: Mapped[datetime | None]
    answered_by_human: Mapped[UUID | None] = mapped_column(ForeignKey("human.id"))

    __table_args__ = (
        UniqueConstraint("reference"),
        CheckConstraint(one_of("way", Way), name="way"),
        CheckConstraint(f"outcome IS NULL OR {one_of('outcome', Outcome)}", name="outcome"),
        CheckConstraint("(outcome IS NULL) = (answered_at IS NULL)", name="answered"),
        CheckConstraint("(owner_account_id IS NULL) = (owner_human_id IS NULL)", name="owner"),
        CheckConstraint(f"stage BETWEEN 1 AND {LAST_STAGE}", name="stage"),
        Index(
            "ix_complaint_open",
            "organisation_id",
            "answer_by",
            "id",
            sqlite_where=text("answered_at IS NULL"),
            postgresql_where=text("answered_at IS NULL"),
        ),
        Index("ix_complaint_organisation_id_id", "organisation_id", "id"),
    )


class ComplaintEntry(Base):
    """A note, an acknowledgement, an answer with what was learned, a wish to have it looked at
    again. Only grows."""

    __tablename__ = "complaint_entry"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    complaint_id: Mapped[UUID] = mapped_column(ForeignKey("complaint.id"))
    kind: Mapped[str] = mapped_column(String(15))
    stage: Mapped[int]
    sealed_for: Mapped[UUID]
    text: Mapped[bytes] = mapped_column(Sealed)
    learned: Mapped[bytes | None] = mapped_column(Sealed)
    outcome: Mapped[str | None] = mapped_column(String(10))
    how: Mapped[str | None] = mapped_column(String(10))
    author_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    author_human_id: Mapped[UUID | None] = mapped_column(ForeignKey("human.id"))
    written_at: Mapped[datetime]

    __table_args__ = (
        CheckConstraint(one_of("kind", EntryKind), name="kind"),
        CheckConstraint(f"how IS NULL OR {one_of('how', HowTold)}", name="how"),
        CheckConstraint(f"outcome IS NULL OR {one_of('outcome', Outcome)}", name="outcome"),
        CheckConstraint("(kind = 'answered') = (outcome IS NOT NULL)", name="answered"),
        Index("ix_complaint_entry_complaint_id_id", "complaint_id", "id"),
    )


class ComplaintWay(Base):
    """How whoever complained wishes to be told, where they are no person of ours.

    ``address`` is sealed with a key of this row's own (its ``id``), and so are the messages that
    went there: once that key is forgotten, nobody can be reached by it any more.
    """

    __tablename__ = "complaint_way"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    complaint_id: Mapped[UUID] = mapped_column(ForeignKey("complaint.id"), unique=True)
    kind: Mapped[str] = mapped_column(String(10))
    address: Mapped[bytes | None] = mapped_column(Sealed)
    given_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))

    __table_args__ = (
        CheckConstraint(one_of("kind", TellBy), name="kind"),
        CheckConstraint("(ended_at IS NULL) = (address IS NOT NULL)", name="ended_at"),
        Index("ix_complaint_way_ended_at", "ended_at"),
    )


class ComplaintBar(Base):
    """A human whom a complaint is about, or may be, or who is close to the person: they neither
    see it nor deal with it, by any of their accounts.

    ``named_by`` is empty where the words of whoever complained, or a declared tie, told.
    """

    __tablename__ = "complaint_bar"

    complaint_id: Mapped[UUID] = mapped_column(ForeignKey("complaint.id"), primary_key=True)
    human_id: Mapped[UUID] = mapped_column(ForeignKey("human.id"), primary_key=True, index=True)
    named_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    named_at: Mapped[datetime]


append_only(ComplaintEntry.__table__)  # type: ignore[arg-type]
