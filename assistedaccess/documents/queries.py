"""Questions about documents and letters. Another organisation's are answered as not there."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, select

from assistedaccess.accounts.models import Account
from assistedaccess.applications.scanning import Scan
from assistedaccess.casework.models import Case
from assistedaccess.casework.queries import open_text
from assistedaccess.kernel import clock, encryption
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.encryption import KeyForgotten
from assistedaccess.kernel.errors import NotFound
from assistedaccess.kernel.ids import read_reference
from assistedaccess.people.models import Person

from . import rules
from .models import Document, DocumentContent, Letter
from .rules import Answer, DocumentKind, HowRead, HowSent, LetterKind, Proof, Step, Validity

MOST_OF_CASE = 100
"""How many of each kind the page of a case lists; what is older stands in its story."""


@dataclass(frozen=True)
class DocumentRow:
    """A document in a list."""

    id: UUID
    kind: DocumentKind
    title: str
    proves: tuple[Proof, ...]
    valid_until: date | None
    validity: Validity
    dated_on: date | None
    answer_by: date | None
    added_at: datetime
    step: Step


@dataclass(frozen=True)
class DocumentDetails:
    """A document in full but for its file."""

    row: DocumentRow
    person_id: UUID
    person_name: str
    person_reference: str
    case_reference: str
    text: str
    file_name: str
    file_size: int | None
    file_scan: Scan | None
    added_by_name: str
    read_at: datetime | None
    read_how: HowRead | None
    answered_at: datetime | None
    answer: Answer | None
    filed_at: datetime | None
    version: int


@dataclass(frozen=True)
class DocumentFile:
    """A document's file with its content."""

    person_id: UUID
    name: str
    kind: str
    content: bytes = field(repr=False)


@dataclass(frozen=True)
class LetterRow:
    """A letter of the person in a list."""

    id: UUID
    reference: str
    kind: LetterKind
    written_at: datetime
    checked_at: datetime | None
    sent_at: datetime | None


@dataclass(frozen=True)
class Hindrance:
    """Why a letter could not be sent now, in words, and what can be done about it."""

    words: str
    next_step: str


@dataclass(frozen=True)
class LetterDetails:
    """A letter in full. ``hindrance``: what would refuse its sending now, for who may send it."""

    row: LetterRow
    person_id: UUID
    person_name: str
    person_reference: str
    case_reference: str
    is_paper_unsafe: bool
    says_what_is_hidden: bool
    answers_id: UUID | None
    text: str
    written_by_name: str
    checked_how: HowRead | None
    sent_how: HowSent | None
    version: int
    service: str | None
    hindrance: Hindrance | None = None


@cache
def _documents() -> Select[*tuple[Any, ...]]:
    return (
        select(
            Document,
            Case.reference.label("case_reference"),
            Person.name.label("person_name"),
            Person.reference.label("person_reference"),
            Account.name.label("added_by_name"),
        )
        .join(Case, Case.id == Document.case_id)
        .join(Person, Person.id == Document.person_id)
        .join(Account, Account.id == Document.added_by)
    )


@cache
def _letters() -> Select[*tuple[Any, ...]]:
    return (
        select(
            Letter,
            Case.reference.label("case_reference"),
            Person,
            Account.name.label("written_by_name"),
            Case.service,
        )
        .join(Case, Case.id == Letter.case_id)
        .join(Person, Person.id == Letter.person_id)
        .join(Account, Account.id == Letter.written_by)
    )


def list_documents(case_id: UUID) -> list[DocumentRow]:
    """The documents of a case, newest first. The look at the case is recorded; one statement."""
    query = select(Document).where(Document.case_id == case_id)
    found = get_session().scalars(query.order_by(Document.id.desc()).limit(MOST_OF_CASE))
    return [_document_row(row) for row in found]


def list_letters(case_id: UUID) -> list[LetterRow]:
    """The letters of a case, newest first; one statement."""
    query = select(Letter).where(Letter.case_id == case_id)
    found = get_session().scalars(query.order_by(Letter.id.desc()).limit(MOST_OF_CASE))
    return [_letter_row(row) for row in found]


def _document_row(row: Document) -> DocumentRow:
    return DocumentRow(
        id=row.id,
        kind=DocumentKind(row.kind),
        title=open_words(row.person_id, "document.title", row.id, row.title),
        proves=rules.split_proofs(row.proves),
        valid_until=row.valid_until,
        validity=rules.judge_validity(row.valid_until, clock.today()),
        dated_on=row.dated_on,
        answer_by=row.answer_by,
        added_at=row.added_at,
        step=find_step(row),
    )


def find_step(row: Document) -> Step:
    """What comes next with a letter; nothing with what is none."""
    if row.kind != DocumentKind.LETTER:
        return Step.NOTHING
    done = (row.read_at is not None, row.answered_at is not None, row.filed_at is not None)
    return rules.find_step(rules.LetterFacts(*done))


def open_words(person_id: UUID, column: str, row_id: UUID, sealed: bytes | None) -> str:
    """The words that are sealed for one row; a dash for somebody who was erased."""
    return open_text(person_id, f"{column}.{row_id}", sealed)


def get_document(actor: Actor, document_id: UUID) -> DocumentDetails:
    """The organisation's document. Raises NotFound. Whoever shows it records the look."""
    query = _documents().where(
        Document.id == document_id, Document.organisation_id == actor.organisation_id
    )
    row = get_session().execute(query).one_or_none()
    if row is None:
        raise NotFound
    found: Document = row.Document
    return DocumentDetails(
        row=_document_row(found),
        person_id=found.person_id,
        person_name=row.person_name,
        person_reference=row.person_reference,
        case_reference=row.case_reference,
        text=open_words(found.person_id, "document.text", found.id, found.text),
        file_name=open_words(found.person_id, "document.file_name", found.id, found.file_name),
        file_size=found.file_size,
        file_scan=Scan(found.file_scan) if found.file_scan else None,
        added_by_name=row.added_by_name,
        read_at=found.read_at,
        read_how=HowRead(found.read_how) if found.read_how else None,
        answered_at=found.answered_at,
        answer=Answer(found.answer) if found.answer else None,
        filed_at=found.filed_at,
        version=found.version,
    )


def get_file(actor: Actor, document_id: UUID) -> DocumentFile:
    """The file of the organisation's document. Raises NotFound, also where it was erased."""
    row = (
        get_session()
        .execute(
            select(Document, DocumentContent.body)
            .join(DocumentContent, DocumentContent.document_id == Document.id)
            .where(Document.id == document_id, Document.organisation_id == actor.organisation_id)
        )
        .one_or_none()
    )
    if row is None:
        raise NotFound
    found: Document = row.Document
    try:
        content = encryption.unseal_bytes(
            found.person_id, f"document_content.body.{found.id}", row.body
        )
    except KeyForgotten as error:
        raise NotFound from error
    name = open_words(found.person_id, "document.file_name", found.id, found.file_name)
    return DocumentFile(found.person_id, name, found.file_kind or "", content)


def get_letter(actor: Actor, reference: str) -> LetterDetails:
    """The organisation's letter with that reference. Raises NotFound."""
    query = _letters().where(
        Letter.reference == (read_reference("L", reference) or ""),
        Letter.organisation_id == actor.organisation_id,
    )
    row = get_session().execute(query).one_or_none()
    if row is None:
        raise NotFound
    return _letter_details(row)


def _letter_details(row: Row[Any]) -> LetterDetails:
    found: Letter = row.Letter
    person: Person = row.Person
    return LetterDetails(
        row=_letter_row(found),
        person_id=found.person_id,
        person_name=person.name,
        person_reference=person.reference,
        case_reference=row.case_reference,
        is_paper_unsafe=person.is_paper_unsafe,
        says_what_is_hidden=person.hides_address and found.holds_address,
        answers_id=found.answers_id,
        text=open_words(found.person_id, "letter.text", found.id, found.text),
        written_by_name=row.written_by_name,
        checked_how=HowRead(found.checked_how) if found.checked_how else None,
        sent_how=HowSent(found.sent_how) if found.sent_how else None,
        version=found.version,
        service=row.service,
    )


def _letter_row(row: Letter) -> LetterRow:
    return LetterRow(
        id=row.id,
        reference=row.reference,
        kind=LetterKind(row.kind),
        written_at=row.written_at,
        checked_at=row.checked_at,
        sent_at=row.sent_at,
    )
