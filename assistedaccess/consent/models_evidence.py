"""What belongs to the evidence of a yes beside its own row: pictures, papers, who else saw it.

Apart from models, because each is there for some ways of confirming alone.
"""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from assistedaccess.kernel.database import Base, Fingerprint, Sealed, one_of

from .rules_words import Answer, Called


class ConsentPicture(Base):
    """A signature, or the photograph of a signed form: as we drew it anew, sealed for the person.

    ``likeness`` is a keyed hash of what the picture shows: the same one is not taken twice,
    whoever's yes it is to be.
    """

    __tablename__ = "consent_picture"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    consent_id: Mapped[UUID] = mapped_column(ForeignKey("consent.id"), index=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    kind: Mapped[str] = mapped_column(String(15))
    media_type: Mapped[str] = mapped_column(String(20))
    content: Mapped[bytes] = mapped_column(Sealed)
    likeness: Mapped[bytes] = mapped_column(Fingerprint)
    terms_hash: Mapped[str] = mapped_column(String(64))
    language: Mapped[str] = mapped_column(String(2))
    added_at: Mapped[datetime]
    added_by_account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"))

    __table_args__ = (
        UniqueConstraint("likeness"),
        CheckConstraint("kind IN ('signature', 'signed_form')", name="kind"),
        CheckConstraint("media_type IN ('image/png', 'image/jpeg')", name="media_type"),
    )


class SignatureTrace(Base):
    """That a signature has this trace (rules_traces), as a keyed hash: equality, and no more."""

    __tablename__ = "signature_trace"

    picture_id: Mapped[UUID] = mapped_column(ForeignKey("consent_picture.id"), primary_key=True)
    fingerprint: Mapped[bytes] = mapped_column(Fingerprint, primary_key=True, index=True)


class ConsentPaper(Base):
    """A signed form whose photograph is still to come, or has come. Without it the yes lapses.

    ``due_on`` is the last day on which it can be added.
    """

    __tablename__ = "consent_paper"

    consent_id: Mapped[UUID] = mapped_column(ForeignKey("consent.id"), primary_key=True)
    due_on: Mapped[date]
    picture_id: Mapped[UUID | None] = mapped_column(ForeignKey("consent_picture.id"))
    added_at: Mapped[datetime | None]
    lapsed_at: Mapped[datetime | None]

    __table_args__ = (
        CheckConstraint("(picture_id IS NULL) = (added_at IS NULL)", name="added"),
        CheckConstraint("picture_id IS NULL OR lapsed_at IS NULL", name="lapsed"),
        Index("ix_consent_paper_due_on", "due_on"),
    )


class ConsentSighting(Base):
    """A second member of staff saw the person say yes to these very words, by their own sign-in."""

    __tablename__ = "consent_sighting"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    request_id: Mapped[UUID] = mapped_column(ForeignKey("consent_request.id"))
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    human_id: Mapped[UUID] = mapped_column(ForeignKey("human.id"))
    terms_hash: Mapped[str] = mapped_column(String(64))
    seen_at: Mapped[datetime]

    __table_args__ = (UniqueConstraint("request_id", "human_id", "terms_hash"),)


class ConsentWord(Base):
    """Somebody is named in a yes, and asked in their own sign-in whether it was so.

    ``called``: as what. A witness, a voucher or an interpreter is asked once the yes is there, a
    colleague before it: of a colleague's yes there is a sighting. ``said``: what they wrote with a
    no, sealed.
    """

    __tablename__ = "consent_word"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    request_id: Mapped[UUID] = mapped_column(ForeignKey("consent_request.id"))
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"), index=True)
    human_id: Mapped[UUID] = mapped_column(ForeignKey("human.id"))
    called: Mapped[str] = mapped_column(String(12))
    terms_hash: Mapped[str] = mapped_column(String(64))
    asked_at: Mapped[datetime]
    answer: Mapped[str | None] = mapped_column(String(3))
    answered_at: Mapped[datetime | None]
    said: Mapped[bytes | None] = mapped_column(Sealed)

    __table_args__ = (
        UniqueConstraint("request_id", "human_id", "terms_hash"),
        CheckConstraint(one_of("called", Called), name="called"),
        CheckConstraint(f"answer IS NULL OR {one_of('answer', Answer)}", name="answer"),
        CheckConstraint("(answer IS NULL) = (answered_at IS NULL)", name="answered"),
    )
