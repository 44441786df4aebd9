"""Documents of a case, the letters that came for the person among them; and letters for them."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from assistedaccess.applications.scanning import Scan
from assistedaccess.kernel.database import Base, Sealed, one_of

from .rules import Answer, DocumentKind, HowRead, HowSent, LetterKind


class Document(Base):
    """What was brought, or a letter that came: scanned, typed in, or both.

    ``title`` is what it is, of a letter who wrote it; ``proves`` as rules.join_proofs writes it.
    The last columns are of letters alone: what was done with it, and on which authority it was
    taken in.
    """

    __tablename__ = "document"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    case_id: Mapped[UUID] = mapped_column(ForeignKey("case.id"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    kind: Mapped[str] = mapped_column(String(10))
    title: Mapped[bytes] = mapped_column(Sealed)
    proves: Mapped[str] = mapped_column(String(120))
    valid_until: Mapped[date | None]
    text: Mapped[bytes | None] = mapped_column(Sealed)
    file_name: Mapped[bytes | None] = mapped_column(Sealed)
    file_kind: Mapped[str | None] = mapped_column(String(80))
    file_size: Mapped[int | None]
    file_scan: Mapped[str | None] = mapped_column(String(15))
    authority_kind: Mapped[str] = mapped_column(String(20))
    authority_id: Mapped[UUID]
    added_at: Mapped[datetime]
    added_by: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    dated_on: Mapped[date | None]
    answer_by: Mapped[date | None]
    answer_task_id: Mapped[UUID | None] = mapped_column(ForeignKey("task.id"))
    read_at: Mapped[datetime | None]
    read_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    read_how: Mapped[str | None] = mapped_column(String(10))
    answered_at: Mapped[datetime | None]
    answered_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    answer: Mapped[str | None] = mapped_column(String(10))
    filed_at: Mapped[datetime | None]
    filed_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    version: Mapped[int]

    __table_args__ = (
        CheckConstraint(one_of("kind", DocumentKind), name="kind"),
        CheckConstraint(one_of("file_scan", Scan), name="file_scan"),
        CheckConstraint(one_of("read_how", HowRead), name="read_how"),
        CheckConstraint(one_of("answer", Answer), name="answer"),
        CheckConstraint("text IS NOT NULL OR file_name IS NOT NULL", name="content"),
        CheckConstraint("(read_at IS NULL) = (read_how IS NULL)", name="read"),
        CheckConstraint("(answered_at IS NULL) = (answer IS NULL)", name="answered"),
        CheckConstraint("answered_at IS NULL OR read_at IS NOT NULL", name="read_first"),
        CheckConstraint("filed_at IS NULL OR answered_at IS NOT NULL", name="answered_first"),
        Index("ix_document_case_id_id", "case_id", "id"),
        Index("ix_document_person_id_organisation_id_id", "person_id", "organisation_id", "id"),
    )


class DocumentContent(Base):
    """The sealed bytes of a document's file, apart from what lists read."""

    __tablename__ = "document_content"

    document_id: Mapped[UUID] = mapped_column(ForeignKey("document.id"), primary_key=True)
    body: Mapped[bytes] = mapped_column(Sealed)


class Letter(Base):
    """A letter from the person that a helper wrote for them.

    ``text`` is the whole of it; whoever changes it after it was checked with the person undoes the
    check. Once it was sent nothing of it changes. ``answers_id`` is the letter that it answers.
    ``holds_address``: it says where the person lives or lived, and stays shut while they hide that.
    """

    __tablename__ = "letter"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(String(12), unique=True)
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    case_id: Mapped[UUID] = mapped_column(ForeignKey("case.id"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    kind: Mapped[str] = mapped_column(String(15))
    answers_id: Mapped[UUID | None] = mapped_column(ForeignKey("document.id"))
    recipient: Mapped[bytes] = mapped_column(Sealed)
    text: Mapped[bytes] = mapped_column(Sealed)
    holds_address: Mapped[bool]
    written_at: Mapped[datetime]
    written_by: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    checked_at: Mapped[datetime | None]
    checked_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    checked_how: Mapped[str | None] = mapped_column(String(10))
    sent_at: Mapped[datetime | None]
    sent_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    sent_how: Mapped[str | None] = mapped_column(String(10))
    authority_kind: Mapped[str | None] = mapped_column(String(20))
    authority_id: Mapped[UUID | None]
    version: Mapped[int]

    __table_args__ = (
        CheckConstraint(one_of("kind", LetterKind), name="kind"),
        CheckConstraint(one_of("checked_how", HowRead), name="checked_how"),
        CheckConstraint(one_of("sent_how", HowSent), name="sent_how"),
        CheckConstraint("(checked_at IS NULL) = (checked_how IS NULL)", name="checked"),
        CheckConstraint("(sent_at IS NULL) = (sent_how IS NULL)", name="sent"),
        CheckConstraint("sent_at IS NULL OR checked_at IS NOT NULL", name="checked_first"),
        CheckConstraint("sent_at IS NULL OR authority_id IS NOT NULL", name="authority"),
        Index("ix_letter_case_id_id", "case_id", "id"),
        Index("ix_letter_person_id_organisation_id_id", "person_id", "organisation_id", "id"),
    )
