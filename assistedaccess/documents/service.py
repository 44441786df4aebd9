"""Commands about documents: keep one, take in a letter, open it; read, answer, file a letter."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import insert

from assistedaccess.access import Permission, require
from assistedaccess.applications.files import CleanFile, FileKind, clean_name
from assistedaccess.applications.scanning import Scan
from assistedaccess.audit import Action, record, record_look
from assistedaccess.audit.explain import check_theirs
from assistedaccess.audit.once import Once
from assistedaccess.casework.models import Case
from assistedaccess.casework.service import lock_open_case, store_task
from assistedaccess.casework.service_entries import finish_if_left
from assistedaccess.consent.rules import Mode, Power
from assistedaccess.consent.service import tell_person
from assistedaccess.delegation.authority import Authority, authorise
from assistedaccess.kernel import clock, encryption
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.commands import command, concerns
from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.errors import InvalidInput, NotFound, StaleVersion
from assistedaccess.kernel.ids import new_id
from assistedaccess.kernel.inputs import read_text, read_word
from assistedaccess.notices.rules import NoticeKind
from assistedaccess.organisations.service import require_may_act
from assistedaccess.people.reach import load_reached, reach_person

from . import queries, rules
from .models import Document, DocumentContent
from .queries import DocumentDetails, DocumentFile
from .rules import Answer, DocumentKind, HowRead, Step
from .ties import find_tie

SUBJECT = "document"


@dataclass(frozen=True)
class SentFile:
    """A file that applications.files.clean_file made anew, and what scan_file said of it."""

    name: str
    kind: str
    content: bytes = field(repr=False)
    scan: str


@command("documents.add_document")
def add_document(
    *,
    actor: Actor,
    case_id: UUID,
    title: str,
    proves: list[str],
    valid_until: date | None = None,
    text: str | None = None,
    file: SentFile | None = None,
    request_key: str | None = None,
) -> UUID:
    """Keep a document that the person brought, with what it proves and until when.

    Scanned, typed in, or both. Rests on the person's yes of this visit, or on a delegation that
    covers ``fill_in`` for the case's service. Raises InvalidInput, and what authorise() raises.
    """
    once = Once(actor, "documents.add_document", request_key, case_id, title, text)
    found = _begin(actor, case_id, once)
    if isinstance(found, UUID):
        return found
    authority = authorise(
        actor=actor, person_id=found.person_id, service=found.service, power=Power.FILL_IN
    )
    try:
        joined = rules.join_proofs(proves)
    except ValueError as error:
        raise InvalidInput("proves", _("Select what it proves")) from error
    values = {
        "kind": DocumentKind.BROUGHT,
        "title": read_text("title", title, rules.LONGEST_TITLE, _("Enter what it is")),
        "proves": joined,
        "valid_until": _read_day("valid_until", valid_until),
    }
    document_id = _store(actor, found, authority, values, text, file)
    _record(Action.DOCUMENT_ADDED, actor, found, document_id, authority)
    return once.keep(document_id)


@command("documents.receive_letter")
def receive_letter(
    *,
    actor: Actor,
    case_id: UUID,
    title: str,
    dated_on: date | None = None,
    answer_by: date | None = None,
    text: str | None = None,
    file: SentFile | None = None,
    request_key: str | None = None,
) -> UUID:
    """Take in a letter that came to the organisation for the person; ``title`` is who wrote it.

    Only on a live delegation with ``receive_messages`` for the case's service: anything else would
    be other people's post. The person is told at once that it came. ``answer_by`` makes a task for
    whoever looks after the case. Raises InvalidInput, and what authorise() raises.
    """
    once = Once(actor, "documents.receive_letter", request_key, case_id, title, text)
    case = _begin(actor, case_id, once)
    if isinstance(case, UUID):
        return case
    authority = authorise(
        actor=actor,
        person_id=case.person_id,
        service=case.service,
        power=Power.RECEIVE_MESSAGES,
        mode=Mode.REPRESENTING,
    )
    if answer_by is not None and answer_by < clock.today():
        raise InvalidInput("answer_by", _("Last day to answer must be today or in the future"))
    task_id = (
        store_task(actor, case, "answer_by", _("Answer a letter"), answer_by, case.assigned_to)
        if answer_by is not None
        else None
    )
    values = {
        "kind": DocumentKind.LETTER,
        "title": read_text("title", title, rules.LONGEST_TITLE, _("Enter who wrote it")),
        "proves": "",
        "dated_on": _read_past_day("dated_on", dated_on),
        "answer_by": _read_day("answer_by", answer_by),
        "answer_task_id": task_id,
    }
    document_id = _store(actor, case, authority, values, text, file)
    _record(Action.LETTER_RECEIVED, actor, case, document_id, authority)
    tell_person(
        actor=actor,
        person_id=case.person_id,
        kind=NoticeKind.LETTER_RECEIVED,
        organisation_id=case.organisation_id,
    )
    return once.keep(document_id)


def _begin(actor: Actor, case_id: UUID, once: Once) -> Case | UUID:
    """The case, locked and not closed; or what a repeat has made already."""
    require(actor, Permission.CASE_CHANGE)
    require_may_act(actor)
    repeated = once.find(SUBJECT)
    return lock_open_case(actor, case_id) if repeated is None else repeated


def _read_day(name: str, day: date | None) -> date | None:
    today = clock.today()
    if day is None:
        return None
    if not today.year - rules.OLDEST_YEARS <= day.year <= today.year + rules.FURTHEST_YEARS:
        raise InvalidInput(name, _("Check the year"))
    return day


def _read_past_day(name: str, day: date | None) -> date | None:
    if day is not None and day > clock.today():
        raise InvalidInput(name, _("Date of the letter must be today or in the past"))
    return _read_day(name, day)


def _store(
    actor: Actor,
    case: Case,
    authority: Authority,
    values: dict[str, Any],
    text: str | None,
    file: SentFile | None,
) -> UUID:
    typed = read_text("text", text, rules.LONGEST_TEXT)
    if not typed and file is None:
        raise InvalidInput("text", _("Type in what it says, or select the file"))
    document_id, person_id = new_id(), case.person_id

    def seal(name: str, words: str) -> bytes:
        return encryption.seal(person_id, f"document.{name}.{document_id}", words)

    made = CleanFile(FileKind(file.kind), file.content) if file is not None else None
    row = {
        "id": document_id,
        "organisation_id": case.organisation_id,
        "case_id": case.id,
        "person_id": person_id,
        "authority_kind": authority.kind,
        "authority_id": authority.id,
        "added_at": clock.now(),
        "added_by": actor.account_id,
        "version": 1,
        **values,
        "kind": str(values["kind"]),
        "title": seal("title", values["title"]),
        "text": seal("text", typed) if typed else None,
    }
    if made is not None and file is not None:
        row |= {
            "file_name": seal("file_name", clean_name(file.name, made.kind)),
            "file_kind": str(made.kind),
            "file_size": len(made.content),
            "file_scan": str(Scan(file.scan)),
        }
    session = get_session()
    session.flush()  # the task that the row names
    session.execute(insert(Document), [row])
    if made is not None:
        body = encryption.seal(person_id, f"document_content.body.{document_id}", made.content)
        session.execute(insert(DocumentContent), [{"document_id": document_id, "body": body}])
    return document_id


@command("documents.open_document")
def open_document(*, actor: Actor, document_id: UUID) -> DocumentDetails:
    """A document in full, the look recorded first. Raises NotFound, DetailsCovered and so on."""
    require(actor, Permission.CASE_VIEW)
    found = queries.get_document(actor, document_id)
    look(actor, Action.DOCUMENT_OPENED, found.person_id, (SUBJECT, document_id))
    return found


@command("documents.open_file")
def open_file(*, actor: Actor, document_id: UUID) -> DocumentFile:
    """A document's file, the look recorded first. Raises as open_document does."""
    require(actor, Permission.CASE_VIEW)
    found = queries.get_file(actor, document_id)
    look(actor, Action.DOCUMENT_OPENED, found.person_id, (SUBJECT, document_id), "file")
    return found


def look(
    actor: Actor, action: Action, person_id: UUID, subject: tuple[str, UUID], what: str = ""
) -> None:
    """Record a look at what somebody wrote or was written, ``what`` of it, before it is shown."""
    _person, reached = load_reached(actor, person_id, lock=False)
    concerns(subject=subject)
    record_look(
        action,
        actor=actor,
        person_id=person_id,
        subject=subject,
        stated_reason=reached.stated,
        needs_details=True,
        details={"what": what} if what else None,
        tie=find_tie(actor, subject[0]),
    )


@command("documents.note_read")
def note_read(*, actor: Actor, document_id: UUID, version: int, how: str) -> UUID:
    """Note that the person knows what a letter says, and how."""
    row = _lock_letter(actor, document_id, version, Step.READ)
    row.read_how = read_word("how", how, HowRead, _("Select how the person heard it"))
    row.read_at, row.read_by = clock.now(), actor.account_id
    return _finish(actor, row, Action.LETTER_READ)


@command("documents.note_answered")
def note_answered(*, actor: Actor, document_id: UUID, version: int, answer: str) -> UUID:
    """Note how a letter was answered, or that it needs no answer; its task is done."""
    row = _lock_letter(actor, document_id, version, Step.ANSWER)
    mark_answered(actor, row, read_word("answer", answer, Answer, _("Select how it was answered")))
    return row.id


def mark_answered(actor: Actor, row: Document, answer: Answer) -> None:
    """Note on a locked letter that it was answered."""
    row.answer, row.answered_at, row.answered_by = answer, clock.now(), actor.account_id
    finish_if_left(actor, row.answer_task_id)
    _finish(actor, row, Action.LETTER_ANSWERED)


@command("documents.file_letter")
def file_letter(*, actor: Actor, document_id: UUID, version: int) -> UUID:
    """Put a letter that was read and answered away: nothing is left to do with it."""
    row = _lock_letter(actor, document_id, version, Step.FILE)
    row.filed_at, row.filed_by = clock.now(), actor.account_id
    return _finish(actor, row, Action.LETTER_FILED)


def lock_document(actor: Actor, document_id: UUID) -> Document:
    """The organisation's document, locked. Raises NotFound."""
    row = get_session().get(Document, document_id, with_for_update=True, populate_existing=True)
    if row is None or row.organisation_id != actor.organisation_id:
        raise NotFound
    reach_person(actor, row.person_id)
    check_theirs(actor, (SUBJECT, row.id))
    concerns(subject=(SUBJECT, row.id))
    return row


def _lock_letter(actor: Actor, document_id: UUID, version: int, step: Step) -> Document:
    require(actor, Permission.CASE_CHANGE)
    require_may_act(actor)
    row = lock_document(actor, document_id)
    if row.kind != DocumentKind.LETTER:
        raise NotFound
    if row.version != version or queries.find_step(row) is not step:
        raise StaleVersion(
            _("Somebody else changed this letter after you opened the page."),
            next_step=_("Open it again, see what is new, and decide then."),
        )
    return row


def _finish(actor: Actor, row: Document, action: Action) -> UUID:
    row.version += 1
    get_session().flush()
    record(
        action,
        actor=actor,
        person_id=row.person_id,
        subject=(SUBJECT, row.id),
        details={"how": str(row.answer or row.read_how or "")},
    )
    return row.id


def _record(
    action: Action, actor: Actor, case: Case, document_id: UUID, authority: Authority
) -> None:
    record(
        action,
        actor=actor,
        person_id=case.person_id,
        subject=(SUBJECT, document_id),
        authority=authority.pair,
        service=case.service,
        details={"case": str(case.id)},
    )
