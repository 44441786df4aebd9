"""Visits, statements, what a person was asked, and the evidence that they agreed.

Whatever a person said, or who else was there, is sealed with the person's key. Statements and
policies only grow: a consent names the very words that were read out, for as long as it stands.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    Index,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from assistedaccess.kernel.append_only import append_only
from assistedaccess.kernel.database import Base, Fingerprint, Sealed, one_of

from .rules import HolderKind, HowSaid, Mode, Period, Strength, VisitChannel
from .rules_codes import CodeKind

LANGUAGES = "('en', 'cy')"
OPEN_VISIT = text("ended_at IS NULL")


class Visit(Base):
    """One person, one helper's account, one place, one day in the UK; or one telephone call.

    ``place_id`` is the site, or the organisation where the helper has none, so that the open visit
    is unique also then.
    """

    __tablename__ = "visit"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    human_id: Mapped[UUID] = mapped_column(ForeignKey("human.id"))
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    site_id: Mapped[UUID | None] = mapped_column(ForeignKey("site.id"))
    place_id: Mapped[UUID]
    channel: Mapped[str] = mapped_column(String(10))
    visited_on: Mapped[date]
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    __table_args__ = (
        CheckConstraint(one_of("channel", VisitChannel), name="channel"),
        Index(
            "uq_visit_open",
            *("person_id", "account_id", "place_id", "channel", "visited_on"),
            unique=True,
            sqlite_where=OPEN_VISIT,
            postgresql_where=OPEN_VISIT,
        ),
        Index("ix_visit_person_id_id", "person_id", "id"),
        Index("ix_visit_organisation_id_visited_on", "organisation_id", "visited_on"),
    )


class Statement(Base):
    """The words that are read to a person, in one language and version. Only grows.

    ``approved_by`` says which human stands for it; a draft has none, and is not offered to people.
    """

    __tablename__ = "statement"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    language: Mapped[str] = mapped_column(String(2))
    version: Mapped[int]
    text: Mapped[str] = mapped_column(Text)
    text_hash: Mapped[str] = mapped_column(String(64))
    approved_by: Mapped[str | None] = mapped_column(String(200))
    approved_at: Mapped[datetime | None]
    published_at: Mapped[datetime]

    __table_args__ = (
        UniqueConstraint("kind", "language", "version"),
        CheckConstraint(one_of("kind", Mode), name="kind"),
        CheckConstraint(f"language IN {LANGUAGES}", name="language"),
        CheckConstraint("(approved_by IS NULL) = (approved_at IS NULL)", name="approval"),
    )


class ConsentPolicy(Base):
    """Which power needs which strength, in one version. Only grows; the highest version counts."""

    __tablename__ = "consent_policy"

    version: Mapped[int] = mapped_column(primary_key=True)
    document: Mapped[dict[str, Any]] = mapped_column(JSON)
    published_at: Mapped[datetime]


class ConsentRequest(Base):
    """What a person is being asked, until they have said yes: kept here, so nothing typed is lost.

    It has no effect, and lives for the day of its visit; where a letter is on its way or a form
    waits to be signed, until ``waits_until``. ``form_hash`` is of the words on the printed form.
    ``terms_hash`` is of the statement and
    the list together; whoever changes the list empties everything that was read and said since.
    The consent that comes of it has the same id and reference, so there is at most one.
    """

    __tablename__ = "consent_request"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(String(12), unique=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    visit_id: Mapped[UUID] = mapped_column(ForeignKey("visit.id"))
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    language: Mapped[str] = mapped_column(String(2))
    statement_id: Mapped[UUID] = mapped_column(ForeignKey("statement.id"))
    holder_kind: Mapped[str] = mapped_column(String(20))
    services: Mapped[list[str]] = mapped_column(JSON)
    powers: Mapped[list[str]] = mapped_column(JSON)
    money_limit_pence: Mapped[int | None]
    money_period: Mapped[str | None] = mapped_column(String(10))
    act_limit_pence: Mapped[int | None]
    until_on: Mapped[date]
    is_one_task: Mapped[bool]
    purpose: Mapped[bytes] = mapped_column(Sealed)
    telling: Mapped[bytes | None] = mapped_column(Sealed)
    replaces_id: Mapped[UUID | None] = mapped_column(index=True)
    holder_account_id: Mapped[UUID | None]
    terms_hash: Mapped[str] = mapped_column(String(64))
    read_began_at: Mapped[datetime | None]
    read_ended_at: Mapped[datetime | None]
    said: Mapped[bytes | None] = mapped_column(Sealed)
    started_at: Mapped[datetime]
    form_printed_at: Mapped[datetime | None]
    form_hash: Mapped[str | None] = mapped_column(String(64))
    waits_until: Mapped[date | None]

    __table_args__ = (
        CheckConstraint(one_of("holder_kind", HolderKind), name="holder_kind"),
        CheckConstraint(
            f"money_period IS NULL OR {one_of('money_period', Period)}", name="money_period"
        ),
    )


class Consent(Base):
    """The evidence that a person agreed to something. Written once; only its withdrawal is added,
    and what a signed paper adds to its strength once it has been photographed.

    ``said`` holds, sealed, the three points that the person said back, their own words, and who
    else was there. ``evidence`` holds what the way of confirming left, sealed; ``strength`` was
    computed from it, with ``reasons``. ``recorded_at`` is server time: nobody can choose it.
    """

    __tablename__ = "consent"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(String(12), unique=True)
    mode: Mapped[str] = mapped_column(String(20))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    visit_id: Mapped[UUID] = mapped_column(ForeignKey("visit.id"))
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    human_id: Mapped[UUID] = mapped_column(ForeignKey("human.id"))
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    case_id: Mapped[UUID | None] = mapped_column(index=True)
    holder_kind: Mapped[str] = mapped_column(String(20))
    services: Mapped[list[str]] = mapped_column(JSON)
    powers: Mapped[list[str]] = mapped_column(JSON)
    money_limit_pence: Mapped[int | None]
    money_period: Mapped[str | None] = mapped_column(String(10))
    act_limit_pence: Mapped[int | None]
    until_on: Mapped[date]
    is_one_task: Mapped[bool]
    purpose: Mapped[bytes] = mapped_column(Sealed)
    telling: Mapped[bytes | None] = mapped_column(Sealed)
    replaces_id: Mapped[UUID | None] = mapped_column(index=True)
    holder_account_id: Mapped[UUID | None]

    statement_id: Mapped[UUID] = mapped_column(ForeignKey("statement.id"))
    statement_hash: Mapped[str] = mapped_column(String(64))
    terms_hash: Mapped[str] = mapped_column(String(64))
    language: Mapped[str] = mapped_column(String(2))
    read_began_at: Mapped[datetime]
    read_ended_at: Mapped[datetime]
    said: Mapped[bytes] = mapped_column(Sealed)

    way: Mapped[str] = mapped_column(String(20))
    evidence: Mapped[bytes] = mapped_column(Sealed)
    contact_point_id: Mapped[UUID | None]
    witness_human_id: Mapped[UUID | None] = mapped_column(ForeignKey("human.id"))
    strength: Mapped[str] = mapped_column(String(10))
    reasons: Mapped[list[str]] = mapped_column(JSON)
    policy_version: Mapped[int] = mapped_column(ForeignKey("consent_policy.version"))

    recorded_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]
    withdrawn_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    withdrawn_how: Mapped[str | None] = mapped_column(String(20))

    __table_args__ = (
        CheckConstraint(one_of("mode", Mode), name="mode"),
        CheckConstraint(one_of("strength", Strength), name="strength"),
        CheckConstraint(one_of("holder_kind", HolderKind), name="holder_kind"),
        CheckConstraint(
            f"withdrawn_how IS NULL OR {one_of('withdrawn_how', HowSaid)}", name="withdrawn_how"
        ),
        CheckConstraint("(withdrawn_at IS NULL) = (withdrawn_how IS NULL)", name="withdrawal"),
        CheckConstraint("read_ended_at >= read_began_at", name="reading"),
        Index("ix_consent_person_id_id", "person_id", "id"),
        Index("ix_consent_visit_id", "visit_id"),
        Index("ix_consent_organisation_id_id", "organisation_id", "id"),
    )


class ConsentCode(Base):
    """A one-time code sent to the person, by text or letter: bound to one request and its words.

    ``code`` is a keyed hash: reading the table confirms nothing.
    """

    __tablename__ = "consent_code"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    request_id: Mapped[UUID] = mapped_column(ForeignKey("consent_request.id"), index=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    contact_point_id: Mapped[UUID]
    kind: Mapped[str] = mapped_column(String(10))
    terms_hash: Mapped[str] = mapped_column(String(64))
    code: Mapped[bytes] = mapped_column(Fingerprint)
    sent_at: Mapped[datetime]
    tries: Mapped[int]
    used_at: Mapped[datetime | None]
    voided_at: Mapped[datetime | None]

    __table_args__ = (
        CheckConstraint(one_of("kind", CodeKind), name="kind"),
        Index("ix_consent_code_person_id_sent_at", "person_id", "sent_at"),
    )


class ReceiptCode(Base):
    """The code on the receipt of a consent, as a keyed hash. Made with its first print."""

    __tablename__ = "receipt_code"

    consent_id: Mapped[UUID] = mapped_column(ForeignKey("consent.id"), primary_key=True)
    code: Mapped[bytes] = mapped_column(Fingerprint, unique=True)
    issued_at: Mapped[datetime]


append_only(Statement.__table__)  # type: ignore[arg-type]
append_only(ConsentPolicy.__table__, key="version")  # type: ignore[arg-type]
