"""Applications with their answers, what was sent, and records of help.

Every answer is sealed with the person's key: forgetting the key erases it, in what was sent too.
"""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    PrimaryKeyConstraint,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from assistedaccess.consent.rules import Mode
from assistedaccess.kernel.append_only import append_only
from assistedaccess.kernel.database import Base, Fingerprint, Sealed, one_of

from .delivery import Standing, WayOut
from .rules import State, WithdrawReason, Word
from .rules_changes import Purpose
from .scanning import Scan

_IS_DRAFT = text("state = 'draft'")


class Application(Base):
    """One form for one service, filled in for one person at one organisation.

    ``authority`` is what it was begun on; each saved page and the submission name theirs. What was
    read back holds for ``version`` as it stood then, and for no later one. ``declarer`` is sealed:
    who declared and what showed that they may, where it was not the person themself.
    ``written_on``: the day on which it was written and signed on paper, where it was typed in late.

    A change report is an application too: ``changes_id`` is the claim that it changes, the first
    that was sent. ``told`` is sealed JSON: what has changed and since when, and once it was sent,
    each answer that differs, before and after, in words. ``waits_as`` is the pending act by which
    its sending was held last; ``waiting_account`` the keyed hash of the account that waits.
    """

    __tablename__ = "application"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(String(12), unique=True)
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    site_id: Mapped[UUID | None] = mapped_column(ForeignKey("site.id"))
    case_id: Mapped[UUID] = mapped_column(ForeignKey("case.id"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    service: Mapped[str] = mapped_column(String(60))
    form_definition_id: Mapped[UUID] = mapped_column(ForeignKey("form_definition.id"))
    purpose: Mapped[str] = mapped_column(String(20), default=Purpose.CLAIM)
    changes_id: Mapped[UUID | None] = mapped_column(ForeignKey("application.id"), index=True)
    told: Mapped[bytes | None] = mapped_column(Sealed)
    waits_as: Mapped[str | None] = mapped_column(String(12))
    waiting_account: Mapped[bytes | None] = mapped_column(Fingerprint, index=True)
    mode: Mapped[str] = mapped_column(String(20))
    authority_kind: Mapped[str] = mapped_column(String(20))
    authority_id: Mapped[UUID]
    language: Mapped[str] = mapped_column(String(2))
    state: Mapped[str] = mapped_column(String(10))
    version: Mapped[int]

    started_at: Mapped[datetime]
    started_by: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    started_by_human: Mapped[UUID] = mapped_column(ForeignKey("human.id"))
    changed_at: Mapped[datetime]
    changed_by: Mapped[UUID] = mapped_column(ForeignKey("account.id"))

    read_back_at: Mapped[datetime | None]
    read_back_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    read_back_version: Mapped[int | None]
    read_back_answer: Mapped[str | None] = mapped_column(String(15))

    declared_at: Mapped[datetime | None]
    declared_by: Mapped[str | None] = mapped_column(String(30))
    declared_to: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    declared_words_hash: Mapped[str | None] = mapped_column(String(64))
    declarer: Mapped[bytes | None] = mapped_column(Sealed)
    written_on: Mapped[date | None]

    submitted_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]
    withdrawn_reason: Mapped[str | None] = mapped_column(String(20))
    ended_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))

    __table_args__ = (
        CheckConstraint(one_of("state", State), name="state"),
        CheckConstraint(one_of("mode", Mode), name="mode"),
        CheckConstraint(one_of("purpose", Purpose), name="purpose"),
        CheckConstraint("(purpose = 'claim') = (changes_id IS NULL)", name="changes"),
        CheckConstraint("(state = 'submitted') = (submitted_at IS NOT NULL)", name="submitted"),
        CheckConstraint("(state = 'withdrawn') = (withdrawn_at IS NOT NULL)", name="withdrawn"),
        CheckConstraint(
            f"withdrawn_reason IS NULL OR {one_of('withdrawn_reason', WithdrawReason)}",
            name="withdrawn_reason",
        ),
        Index(
            "uq_application_draft",
            "case_id",
            "service",
            "purpose",
            unique=True,
            sqlite_where=_IS_DRAFT,
            postgresql_where=_IS_DRAFT,
        ),
        Index("ix_application_case_id_id", "case_id", "id"),
        Index("ix_application_person_id_organisation_id_id", "person_id", "organisation_id", "id"),
        Index(
            "ix_application_open",
            "organisation_id",
            "id",
            sqlite_where=_IS_DRAFT,
            postgresql_where=_IS_DRAFT,
        ),
    )


class AnswerPage(Base):
    """The answers of one page of an application, as they were last saved, by whom and on what.

    ``answers`` is sealed JSON: the canonical answers by key, and which were taken from the record.
    ``heard`` is a keyed hash of what was read out of it and said yes to. A page is one row, so that
    two helpers on different pages are not in each other's way.
    """

    __tablename__ = "answer_page"

    application_id: Mapped[UUID] = mapped_column(ForeignKey("application.id"))
    path: Mapped[str] = mapped_column(String(500))
    answers: Mapped[bytes] = mapped_column(Sealed)
    version: Mapped[int]
    saved_at: Mapped[datetime]
    saved_by: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    authority_kind: Mapped[str] = mapped_column(String(20))
    authority_id: Mapped[UUID]
    heard: Mapped[bytes | None] = mapped_column(Fingerprint)

    __table_args__ = (PrimaryKeyConstraint("application_id", "path"),)


class KeptText(Base):
    """What somebody typed on a page that could not be saved. Theirs alone, until it is saved.

    ``posted`` is sealed JSON of what was sent; ``reason`` the code of the refusal, or *later*.
    """

    __tablename__ = "kept_text"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    application_id: Mapped[UUID] = mapped_column(ForeignKey("application.id"))
    path: Mapped[str] = mapped_column(String(500))
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    posted: Mapped[bytes] = mapped_column(Sealed)
    reason: Mapped[str] = mapped_column(String(60))
    kept_at: Mapped[datetime]

    __table_args__ = (Index("ix_kept_text_application_id", "application_id", "account_id", "path"),)


class Submission(Base):
    """What was sent, once, for good. ``body`` is sealed canonical JSON (RFC 8785).

    ``commitment`` is HMAC-SHA-256 of it under ``salt``: it binds to the plain text, which sealing
    does not.
    """

    __tablename__ = "submission"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    application_id: Mapped[UUID] = mapped_column(ForeignKey("application.id"))
    sealed_for: Mapped[UUID]
    body: Mapped[bytes] = mapped_column(Sealed)
    salt: Mapped[bytes] = mapped_column(Sealed)
    commitment: Mapped[bytes] = mapped_column(LargeBinary(32))
    submitted_at: Mapped[datetime]
    submitted_by: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    submitted_by_human: Mapped[UUID] = mapped_column(ForeignKey("human.id"))
    authority_kind: Mapped[str] = mapped_column(String(20))
    authority_id: Mapped[UUID]

    __table_args__ = (UniqueConstraint("application_id"),)


class Delivery(Base):
    """How a submission gets to the other side, and how far it is; data waits here to be sent.

    ``ticked`` are the keys of the answers that were typed in elsewhere; ``their_reference`` is
    sealed. A claim is one sender's try, until it settles it or the claim runs out.
    """

    __tablename__ = "delivery"

    application_id: Mapped[UUID] = mapped_column(ForeignKey("application.id"), primary_key=True)
    way: Mapped[str] = mapped_column(String(20))
    standing: Mapped[str] = mapped_column(String(10))
    ticked: Mapped[list[str]] = mapped_column(JSON)
    their_reference: Mapped[bytes | None] = mapped_column(Sealed)
    attempts: Mapped[int]
    due_at: Mapped[datetime]
    claim_token: Mapped[UUID | None]
    claimed_until: Mapped[datetime | None]
    last_failure: Mapped[str | None] = mapped_column(String(60))
    changed_at: Mapped[datetime]
    done_at: Mapped[datetime | None]
    done_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))

    __table_args__ = (
        CheckConstraint(one_of("way", WayOut), name="way"),
        CheckConstraint(one_of("standing", Standing), name="standing"),
        Index("ix_delivery_standing_due_at", "standing", "due_at"),
    )


class Evidence(Base):
    """A file that belongs to an answer: a cleaned copy, whose content is a row of its own.

    ``name`` (ours, sealed) is None once the file was taken out; ``fingerprint`` finds the same
    content again. ``scan`` says whether a virus scanner has looked at it.
    """

    __tablename__ = "evidence"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    application_id: Mapped[UUID] = mapped_column(ForeignKey("application.id"))
    sealed_for: Mapped[UUID]
    question: Mapped[str] = mapped_column(String(200))
    name: Mapped[bytes | None] = mapped_column(Sealed)
    kind: Mapped[str] = mapped_column(String(80))
    size: Mapped[int]
    fingerprint: Mapped[bytes] = mapped_column(Fingerprint)
    scan: Mapped[str] = mapped_column(String(15))
    added_at: Mapped[datetime]
    added_by: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    authority_kind: Mapped[str] = mapped_column(String(20))
    authority_id: Mapped[UUID]
    removed_at: Mapped[datetime | None]
    removed_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))

    __table_args__ = (
        CheckConstraint(one_of("scan", Scan), name="scan"),
        Index("ix_evidence_application_id", "application_id", "id"),
        Index("ix_evidence_fingerprint", "fingerprint"),
    )


class EvidenceContent(Base):
    """The sealed bytes of a file, apart from what lists read; gone once it was taken out."""

    __tablename__ = "evidence_content"

    evidence_id: Mapped[UUID] = mapped_column(ForeignKey("evidence.id"), primary_key=True)
    body: Mapped[bytes] = mapped_column(Sealed)


class RecordOfHelp(Base):
    """Help given on somebody else's website: what was asked, on whose word; no answers.

    ``service`` is a key of the catalogue; where it is None, ``facts`` names the service. ``facts``
    is sealed JSON: service, asked, their_reference, note.
    """

    __tablename__ = "record_of_help"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(String(12), unique=True)
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    site_id: Mapped[UUID | None] = mapped_column(ForeignKey("site.id"))
    case_id: Mapped[UUID | None] = mapped_column(ForeignKey("case.id"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    service: Mapped[str | None] = mapped_column(String(60))
    facts: Mapped[bytes] = mapped_column(Sealed)
    word: Mapped[str] = mapped_column(String(15))
    mode: Mapped[str] = mapped_column(String(20))
    authority_kind: Mapped[str] = mapped_column(String(20))
    authority_id: Mapped[UUID]
    was_sent: Mapped[bool]
    made_at: Mapped[datetime]
    made_by: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    made_by_human: Mapped[UUID] = mapped_column(ForeignKey("human.id"))

    __table_args__ = (
        CheckConstraint(one_of("word", Word), name="word"),
        CheckConstraint(one_of("mode", Mode), name="mode"),
        Index("ix_record_of_help_case_id_id", "case_id", "id"),
        Index(
            "ix_record_of_help_person_id_organisation_id_id", "person_id", "organisation_id", "id"
        ),
    )


append_only(Submission.__table__)  # type: ignore[arg-type]
