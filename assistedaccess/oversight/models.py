"""Tables of the auditor's desk: flags and tips, findings, and questions kept for another day.

What an auditor concludes only grows: tips, decisions, findings and their entries refuse to be
changed or deleted. Words are sealed with a key of the tip, flag or finding itself, so that what is
written about a human can be erased without touching the fact that it was written.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from assistedaccess.kernel.append_only import append_only
from assistedaccess.kernel.database import Base, Sealed, one_of

from .rules_findings import EntryKind, ReferredTo
from .rules_flags import Decision, FlagKind
from .rules_samples import SampleKind

_WAITING = text("decided_at IS NULL")


class Tip(Base):
    """What somebody told through *Something is wrong*. ``words`` and ``teller`` are sealed for it.

    ``organisation_id`` is where, if the teller knew; ``teller`` is how to reach them, if they
    wished to say so.
    """

    __tablename__ = "tip"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(String(12), unique=True)
    organisation_id: Mapped[UUID | None]
    words: Mapped[bytes] = mapped_column(Sealed)
    teller: Mapped[bytes | None] = mapped_column(Sealed)
    told_at: Mapped[datetime]


class Flag(Base):
    """Something for an auditor to look at: a look, broken glass, a tip, what the scan found.

    ``event_id`` is the look, or the act; ``account_id`` and ``human_id`` are who did it to
    ``person_id``. While it waits, more looks of the same account at the same person stand under it.
    """

    __tablename__ = "flag"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    organisation_id: Mapped[UUID | None]
    event_id: Mapped[UUID | None]
    tip_id: Mapped[UUID | None] = mapped_column(ForeignKey("tip.id"), unique=True)
    person_id: Mapped[UUID | None]
    account_id: Mapped[UUID | None]
    human_id: Mapped[UUID | None]
    raised_at: Mapped[datetime]
    due_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]

    __table_args__ = (
        CheckConstraint(one_of("kind", FlagKind), name="kind"),
        CheckConstraint("(tip_id IS NULL) <> (event_id IS NULL)", name="about"),
        Index(
            "ix_flag_waiting",
            "organisation_id",
            "id",
            sqlite_where=_WAITING,
            postgresql_where=_WAITING,
        ),
        Index(
            "uq_flag_waiting",
            "account_id",
            "person_id",
            "kind",
            unique=True,
            sqlite_where=_WAITING,
            postgresql_where=_WAITING,
        ),
        Index("ix_flag_organisation_id_id", "organisation_id", "id"),
        Index("ix_flag_kind_raised_at", "kind", "raised_at"),
    )


class FlagDecision(Base):
    """What an auditor decided about a flag, and why; once."""

    __tablename__ = "flag_decision"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    flag_id: Mapped[UUID] = mapped_column(ForeignKey("flag.id"))
    decision: Mapped[str] = mapped_column(String(20))
    words: Mapped[bytes] = mapped_column(Sealed)
    finding_id: Mapped[UUID | None] = mapped_column(ForeignKey("finding.id"))
    account_id: Mapped[UUID]
    human_id: Mapped[UUID]
    decided_at: Mapped[datetime]

    __table_args__ = (
        UniqueConstraint("flag_id"),
        CheckConstraint(one_of("decision", Decision), name="decision"),
    )


class Finding(Base):
    """A case file of an auditor about one organisation. Its state is what its entries say."""

    __tablename__ = "finding"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(String(12))
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    auditing_organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    title: Mapped[bytes] = mapped_column(Sealed)
    opened_at: Mapped[datetime]
    opened_by: Mapped[UUID]
    opened_by_human_id: Mapped[UUID]

    __table_args__ = (
        UniqueConstraint("reference"),
        Index("ix_finding_auditing_organisation_id_id", "auditing_organisation_id", "id"),
        Index("ix_finding_organisation_id_id", "organisation_id", "id"),
    )


class FindingEntry(Base):
    """One thing that was added to a finding. ``text`` is sealed for the finding.

    Evidence is pinned: the event's key, the hash of its canonical bytes (RFC 6962 leaf hash), and
    its index in the sealed journal where it had one by then. ``due_on`` is a deadline that the
    entry sets.
    """

    __tablename__ = "finding_entry"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    finding_id: Mapped[UUID] = mapped_column(ForeignKey("finding.id"))
    kind: Mapped[str] = mapped_column(String(20))
    text: Mapped[bytes | None] = mapped_column(Sealed)
    event_id: Mapped[UUID | None]
    leaf_hash: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    leaf_index: Mapped[int | None] = mapped_column(BigInteger)
    referred_to: Mapped[str | None] = mapped_column(String(20))
    due_on: Mapped[date | None]
    account_id: Mapped[UUID]
    human_id: Mapped[UUID]
    written_at: Mapped[datetime]

    __table_args__ = (
        CheckConstraint(one_of("kind", EntryKind), name="kind"),
        CheckConstraint(
            f"referred_to IS NULL OR {one_of('referred_to', ReferredTo)}", name="referred_to"
        ),
        CheckConstraint("(kind = 'evidence') = (event_id IS NOT NULL)", name="event"),
        CheckConstraint("(event_id IS NULL) = (leaf_hash IS NULL)", name="pinned"),
        Index("ix_finding_entry_finding_id_id", "finding_id", "id"),
        Index("ix_finding_entry_event_id", "event_id"),
    )


class SavedQuestion(Base):
    """A question that an auditor asks again and again. ``asked`` holds ids and codes alone."""

    __tablename__ = "saved_question"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"), index=True)
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    name: Mapped[bytes] = mapped_column(Sealed)
    asked: Mapped[list[Any]] = mapped_column(JSON)
    saved_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class Sample(Base):
    """A sample that was ordered: how many, of what. Which ones, nobody knows yet.

    ``frame`` is every key in its order, 16 bytes each; for monetary units 8 bytes of pence follow
    each key. ``order_event_id`` is the order in the journal: the draw's checkpoint is the first
    that holds it. Rates and certainty are in basis points.
    """

    __tablename__ = "sample"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(String(12))
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    kind: Mapped[str] = mapped_column(String(20))
    certainty: Mapped[int]
    rate: Mapped[int]
    expected: Mapped[int]
    size: Mapped[int]
    allowed: Mapped[int]
    asked: Mapped[list[Any]] = mapped_column(JSON)
    frame: Mapped[bytes]
    frame_size: Mapped[int]
    frame_hash: Mapped[bytes] = mapped_column(LargeBinary(32))
    order_event_id: Mapped[UUID]
    ordered_at: Mapped[datetime]
    ordered_by: Mapped[UUID]

    __table_args__ = (
        UniqueConstraint("reference"),
        CheckConstraint(one_of("kind", SampleKind), name="kind"),
        Index("ix_sample_organisation_id_id", "organisation_id", "id"),
    )


class SampleDraw(Base):
    """What was drawn, by which checkpoint of the journal; once. ``chosen`` are keys in order."""

    __tablename__ = "sample_draw"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    sample_id: Mapped[UUID] = mapped_column(ForeignKey("sample.id"))
    checkpoint_size: Mapped[int] = mapped_column(BigInteger)
    note: Mapped[str] = mapped_column(Text)
    chosen: Mapped[list[str]] = mapped_column(JSON)
    drawn_at: Mapped[datetime]

    __table_args__ = (UniqueConstraint("sample_id"),)


class SampleResult(Base):
    """What an auditor made of one item of a sample; once. ``words`` are sealed for the sample."""

    __tablename__ = "sample_result"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    sample_id: Mapped[UUID] = mapped_column(ForeignKey("sample.id"))
    item: Mapped[UUID]
    is_exception: Mapped[bool]
    words: Mapped[bytes] = mapped_column(Sealed)
    account_id: Mapped[UUID]
    judged_at: Mapped[datetime]

    __table_args__ = (UniqueConstraint("sample_id", "item"),)


for _table in (Tip, FlagDecision, Finding, FindingEntry, Sample, SampleDraw, SampleResult):
    append_only(_table.__table__)  # type: ignore[arg-type]
