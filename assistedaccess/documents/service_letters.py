"""Commands about letters from the person: write, change, check with them, print, send."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from flask_babel import force_locale
from flask_babel import gettext as _

from assistedaccess.access import Permission, is_allowed, require
from assistedaccess.audit import Action, record
from assistedaccess.audit.explain import check_theirs
from assistedaccess.audit.once import Once
from assistedaccess.casework.queries import CaseDetails, find_service_entry
from assistedaccess.casework.service import lock_open_case, view_case
from assistedaccess.consent.queries import find_live_assisting_consent
from assistedaccess.consent.rules import Mode, Power
from assistedaccess.consent.service import tell_person
from assistedaccess.delegation.authority import Authority, authorise, find_hindrance
from assistedaccess.delegation.hidden import AddressKept
from assistedaccess.kernel import clock, encryption
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.commands import command, concerns
from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.errors import InvalidInput, NotFound, StaleVersion
from assistedaccess.kernel.ids import new_id, new_reference
from assistedaccess.kernel.inputs import read_text, read_word
from assistedaccess.notices.rules import NoticeKind
from assistedaccess.organisations.models import Organisation
from assistedaccess.organisations.service import require_may_act
from assistedaccess.people.queries import find_address, get_person
from assistedaccess.people.reach import reach_person

from . import queries, rules, service
from .letters import LetterWords, compose
from .models import Letter
from .queries import Hindrance, LetterDetails
from .rules import Answer, DocumentKind, HowRead, HowSent, LetterKind, Step

SUBJECT = "letter"


@dataclass(frozen=True)
class WrittenLetter:
    """A letter that was written, and the reference by which people speak of it."""

    id: UUID
    reference: str


@dataclass(frozen=True)
class LetterBegun:
    """The case that a letter is about to be written in, and what would refuse its sending now."""

    case: CaseDetails
    hindrance: Hindrance | None


@command("documents.write_letter")
def write_letter(
    *,
    actor: Actor,
    case_id: UUID,
    kind: str,
    recipient: str,
    why: str | None = None,
    their_reference: str | None = None,
    decided_on: date | None = None,
    new_address: str | None = None,
    moved_on: date | None = None,
    answers_id: UUID | None = None,
    request_key: str | None = None,
) -> WrittenLetter:
    """Write a letter of a kind from what the record knows; in English, for an office to read.

    ``why`` is what the person says: what is wrong, or what they want. Nothing is done by it yet: it
    is checked with the person, printed, and sent. Where somebody lives is left out for who hides
    it. ``answers_id``: the letter of this case that it answers. Raises InvalidInput, NotFound.
    """
    require(actor, Permission.CASE_CHANGE)
    require_may_act(actor)
    once = Once(actor, "documents.write_letter", request_key, case_id, kind, recipient, why)
    repeated = once.find(SUBJECT)
    if repeated is not None:
        return WrittenLetter(repeated, get_session().get_one(Letter, repeated).reference)
    case = lock_open_case(actor, case_id)
    person = get_person(case.person_id)
    chosen = read_word("kind", kind, LetterKind, _("Select what the letter is for"))
    needs_why = _("Enter what is wrong with it") if chosen is LetterKind.CHALLENGE else ""
    needs_address = _("Enter the new address") if chosen is LetterKind.ADDRESS else ""
    if answers_id is not None:
        answered = service.lock_document(actor, answers_id)
        if (answered.case_id, answered.kind) != (case.id, DocumentKind.LETTER):
            raise NotFound
    for name, day in (("decided_on", decided_on), ("moved_on", moved_on)):
        if day is not None and day > clock.today():
            raise InvalidInput(name, _("The day must be today or in the past"))
    entry = find_service_entry(case.service) if case.service else None
    address = None if person.hides_address else find_address(person)
    reference, letter_id = new_reference("L"), new_id()
    words = LetterWords(
        name=person.name,
        address="\n".join(address.lines) if address else "",
        recipient=read_text(
            "recipient", recipient, rules.LONGEST_RECIPIENT, _("Enter whom the letter is to")
        ),
        service=entry.name.in_language("en") if entry else "",
        their_reference=read_text(
            "their_reference", their_reference, rules.LONGEST_THEIR_REFERENCE
        ),
        written_on=clock.today(),
        decided_on=decided_on,
        why=read_text("why", why, rules.LONGEST_WHY, needs_why),
        new_address=read_text("new_address", new_address, rules.LONGEST_ADDRESS, needs_address),
        moved_on=moved_on,
        helper_at=get_session().get_one(Organisation, case.organisation_id).name,
        our_reference=reference,
    )
    with force_locale("en"):
        text = compose(chosen, words)
    assert actor.account_id is not None  # noqa: S101  (require_may_act refused it)
    row = Letter(
        id=letter_id,
        reference=reference,
        organisation_id=case.organisation_id,
        case_id=case.id,
        person_id=case.person_id,
        kind=chosen,
        answers_id=answers_id,
        recipient=_seal(case.person_id, "recipient", letter_id, words.recipient),
        text=_seal(case.person_id, "text", letter_id, text),
        holds_address=bool(words.address or words.new_address),
        written_at=clock.now(),
        written_by=actor.account_id,
        version=1,
    )
    get_session().add(row)
    get_session().flush()
    _record(Action.LETTER_WRITTEN, actor, row, case.service)
    return WrittenLetter(once.keep(row.id), row.reference)


def _seal(person_id: UUID, column: str, letter_id: UUID, words: str) -> bytes:
    return encryption.seal(person_id, f"letter.{column}.{letter_id}", words)


@command("documents.change_letter")
def change_letter(*, actor: Actor, reference: str, version: int, text: str) -> UUID:
    """Change the words of a letter that was not sent. A check with the person is undone by it."""
    row = _lock(actor, reference, version)
    words = read_text("text", text, rules.LONGEST_TEXT, _("Enter the letter"))
    if words != queries.open_words(row.person_id, "letter.text", row.id, row.text):
        row.text = _seal(row.person_id, "text", row.id, words)
        row.holds_address = row.holds_address or _says_home(row, words)
        row.checked_at = row.checked_by = row.checked_how = None
    row.version += 1
    get_session().flush()
    _record(Action.LETTER_CHANGED, actor, row)
    return row.id


@command("documents.check_letter")
def check_letter(*, actor: Actor, reference: str, version: int, how: str) -> UUID:
    """Note that the person knows these very words and wants them sent, and how they know them."""
    row = _lock(actor, reference, version)
    row.checked_how = read_word("how", how, HowRead, _("Select how the person heard it"))
    row.checked_at, row.checked_by = clock.now(), actor.account_id
    row.version += 1
    get_session().flush()
    _record(Action.LETTER_CHECKED, actor, row)
    return row.id


@command("documents.send_letter")
def send_letter(*, actor: Actor, reference: str, version: int, how: str) -> UUID:
    """Note that a letter left the desk: given to the person, or posted for them.

    Only what was checked with the person. Rests on their yes of this visit or on a delegation that
    covers ``submit``; word of a new address on a yes of this visit, or on a delegation with
    ``change_contact_details``: whoever moves somebody's letters can hide what was done to them.
    The letter that it answers is answered. Raises StaleVersion, and what authorise() raises.
    """
    row = _lock(actor, reference, version)
    if row.checked_at is None:
        raise StaleVersion(
            _("The person has not heard this letter yet."),
            next_step=_("Read it to them, note that you did, and send it then."),
        )
    case = lock_open_case(actor, row.case_id)
    sent_how = read_word("how", how, HowSent, _("Select how it leaves"))
    authority = _authorise(actor, row.person_id, row.kind, case.service)
    row.sent_how, row.sent_at, row.sent_by = sent_how, clock.now(), actor.account_id
    row.authority_kind, row.authority_id = authority.pair
    row.version += 1
    get_session().flush()
    _record(Action.LETTER_SENT, actor, row, case.service, authority)
    if row.answers_id is not None:
        answered = service.lock_document(actor, row.answers_id)
        if queries.find_step(answered) is Step.ANSWER:
            service.mark_answered(actor, answered, Answer.LETTER)
    is_address = row.kind == LetterKind.ADDRESS
    tell_person(
        actor=actor,
        person_id=row.person_id,
        kind=NoticeKind.ADDRESS_LETTER_SENT if is_address else NoticeKind.LETTER_SENT,
        organisation_id=row.organisation_id,
    )
    return row.id


def _authorise(actor: Actor, person_id: UUID, kind: str, service_key: str | None) -> Authority:
    power, mode = _rests_on(actor, person_id, kind, service_key)
    return authorise(actor=actor, person_id=person_id, service=service_key, power=power, mode=mode)


def _rests_on(
    actor: Actor, person_id: UUID, kind: str, service_key: str | None
) -> tuple[Power, Mode | None]:
    if kind != LetterKind.ADDRESS:
        return Power.SUBMIT, None
    if find_live_assisting_consent(actor, person_id, service_key) is None:
        return Power.CHANGE_CONTACT_DETAILS, Mode.REPRESENTING
    return Power.SUBMIT, Mode.ASSISTING


def _find_hindrance(
    actor: Actor, person_id: UUID, kind: str, service_key: str | None
) -> Hindrance | None:
    """What would refuse the sending now. Asked again when it is sent."""
    power, mode = _rests_on(actor, person_id, kind, service_key)
    refused = find_hindrance(
        actor=actor, person_id=person_id, service=service_key, power=power, mode=mode
    )
    return Hindrance(refused.words, refused.next_step) if refused is not None else None


@command("documents.begin_letter")
def begin_letter(*, actor: Actor, reference: str, kind: str = "") -> LetterBegun:
    """The look at a case with which the writing of a letter begins; what would refuse its sending.

    Nobody writes a letter, and reads it to somebody, to learn only then that it may not leave. The
    letter may be written all the same: the person may say yes when they have heard it.
    """
    require(actor, Permission.CASE_CHANGE)
    case = view_case(actor=actor, reference=reference)
    return LetterBegun(case, _find_hindrance(actor, case.person_id, kind, case.service))


@command("documents.open_letter")
def open_letter(*, actor: Actor, reference: str, prints: bool = False) -> LetterDetails:
    """A letter in full, the look recorded first. Raises NotFound, DetailsCovered, ReasonNeeded;
    AddressKept for one that was written before the person hid where they live, and says it."""
    require(actor, Permission.CASE_VIEW)
    found = queries.get_letter(actor, reference)
    if found.says_what_is_hidden:
        raise AddressKept(
            _("This letter says where the person lives, and they hide that now."),
            next_step=_("Write it anew: the new one leaves it out."),
        )
    action = Action.LETTER_PRINTED if prints else Action.LETTER_OPENED
    service.look(actor, action, found.person_id, (SUBJECT, found.row.id))
    if prints or found.row.sent_at is not None or not is_allowed(actor, Permission.CASE_CHANGE):
        return found
    kind = found.row.kind
    return replace(found, hindrance=_find_hindrance(actor, found.person_id, kind, found.service))


def _lock(actor: Actor, reference: str, version: int) -> Letter:
    """The organisation's letter, locked, as the page showed it and not sent."""
    require(actor, Permission.CASE_CHANGE)
    require_may_act(actor)
    found = queries.get_letter(actor, reference)
    row = get_session().get(Letter, found.row.id, with_for_update=True, populate_existing=True)
    if row is None:
        raise NotFound
    reach_person(actor, row.person_id)
    check_theirs(actor, (SUBJECT, row.id))
    concerns(subject=(SUBJECT, row.id))
    if row.version != version or row.sent_at is not None:
        raise StaleVersion(
            _("Somebody else changed this letter after you opened the page."),
            next_step=_("Open it again, see what is new, and decide then."),
        )
    return row


def _says_home(row: Letter, text: str) -> bool:
    """Whether somebody typed where the person lives into the letter."""
    address = find_address(get_person(row.person_id))
    return address is not None and any(line in text for line in address.lines)


def _record(
    action: Action,
    actor: Actor,
    row: Letter,
    service_key: str | None = None,
    authority: Authority | None = None,
) -> None:
    record(
        action,
        actor=actor,
        person_id=row.person_id,
        subject=(SUBJECT, row.id),
        authority=authority.pair if authority else None,
        service=service_key,
        details={"how": str(row.sent_how or row.checked_how or ""), "kind": str(row.kind)},
    )
