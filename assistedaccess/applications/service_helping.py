"""Recording help given on somebody else’s website: one page, under a minute, no answers."""

from __future__ import annotations

import json
from dataclasses import dataclass
from uuid import UUID

from flask_babel import gettext as _

from assistedaccess.access import Permission, require
from assistedaccess.audit import Action, record
from assistedaccess.casework.models import Case
from assistedaccess.casework.rules import CaseState
from assistedaccess.casework.service import (
    Once,
    lock_case,
    mark_claim_sent,
    set_service,
)
from assistedaccess.consent.queries import find_live_assisting_consent
from assistedaccess.consent.rules import Mode, Power, VisitChannel
from assistedaccess.consent.service import (
    get_person_for_act,
    record_assisting_consent,
    tell_person,
)
from assistedaccess.delegation.authority import Authority, authorise
from assistedaccess.kernel import clock, encryption
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.commands import command, concerns
from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.errors import InvalidInput, NotFound
from assistedaccess.kernel.events import publish
from assistedaccess.kernel.ids import new_id, new_reference
from assistedaccess.kernel.inputs import read_text, read_word
from assistedaccess.notices.rules import NoticeKind
from assistedaccess.organisations.service import require_may_act
from assistedaccess.people.reach import check_not_merged

from . import rules
from .events import RecordOfHelpMade
from .models import RecordOfHelp
from .rules import CaseIsClosed, Word
from .service import check_regulated, read_service
from .service_sending import find_visit_of

RECORD = "applications.make_record_of_help"


@dataclass(frozen=True)
class HelpRecorded:
    """A record of help, and the reference by which people speak of it."""

    id: UUID
    reference: str


@command(RECORD)
def make_record_of_help(
    *,
    actor: Actor,
    person_id: UUID,
    case_id: UUID | None = None,
    service: str | None = None,
    other_service: str | None = None,
    asked: str,
    word: str,
    said_yes: bool = False,
    language: str = "en",
    their_reference: str | None = None,
    note: str | None = None,
    was_sent: bool = False,
    request_key: str | None = None,
) -> HelpRecorded:
    """Record help with a service (or ``other_service``, by its name).

    ``word``: on whose word. The person, here or on the telephone, says yes to the words of the
    assisting statement in ``language``: where no consent of this visit covers the service,
    ``said_yes`` records one, in the same transaction. Or a delegation, which must be live and cover
    ``submit``. ``was_sent``: an application went off, so the case's claim date is safe. Two
    requests with one ``request_key`` make one record.
    """
    require(actor, Permission.RECORD_OF_HELP_MAKE)
    typed = (person_id, case_id, service, other_service, asked, word, their_reference, note)
    once = Once(actor, RECORD, request_key, *typed)
    repeated = once.find("record_of_help")
    if repeated is not None:
        return HelpRecorded(repeated, get_session().get_one(RecordOfHelp, repeated).reference)
    person = get_person_for_act(actor, person_id)  # held on to: nobody below asks for it again
    check_not_merged(person)
    case = _lock_open_case(actor, case_id, person_id)
    on_whose_word = read_word("word", word, Word, _("Select who asked you to do this"))
    named = _name_service(actor, service, other_service, person.language)
    facts = {
        "service": named,
        "asked": read_text(
            "asked", asked, rules.LONGEST_ASKED, _("Enter what the person asked you to do")
        ),
        "their_reference": _check_optional(
            "their_reference", their_reference, rules.LONGEST_THEIR_REFERENCE
        ),
        "note": _check_optional("note", note, rules.LONGEST_NOTE),
    }
    authority = _find_authority(actor, person_id, service, on_whose_word)
    if authority is None:
        if not said_yes:
            raise InvalidInput(
                "said_yes", _("Tell the person the words, and tick when they say yes")
            )
        authority = _record_yes(actor, person_id, case_id, service, facts, on_whose_word, language)
    row = _store(actor, person_id, case_id, service, facts, on_whose_word, authority, was_sent)
    if case is not None:
        set_service(case, service)
        if was_sent and service is not None and case.service == service:
            mark_claim_sent(case, clock.today())
    record(
        Action.RECORD_OF_HELP_MADE,
        actor=actor,
        person_id=person_id,
        subject=("record_of_help", row.id),
        authority=authority.pair,
        service=service,
        reason=str(on_whose_word),
    )
    tell_person(
        actor=actor,
        person_id=person_id,
        kind=NoticeKind.RECORD_OF_HELP_MADE,
        organisation_id=row.organisation_id,
        visit_id=find_visit_of(authority),
        facts={"service": named, "their_reference": facts["their_reference"]},
    )
    publish(RecordOfHelpMade(row.id, person_id, row.organisation_id, case_id, service, actor))
    return HelpRecorded(once.keep(row.id), row.reference)


def _lock_open_case(actor: Actor, case_id: UUID | None, person_id: UUID) -> Case | None:
    if case_id is None:
        return None
    case = lock_case(actor, case_id)
    if case.person_id != person_id:
        raise NotFound
    if case.state == CaseState.CLOSED:
        raise CaseIsClosed(_("This case is closed."), next_step=_("Reopen the case first."))
    return case


def _name_service(
    actor: Actor, service: str | None, other_service: str | None, language: str
) -> str:
    if service is not None:
        found = read_service(service)
        check_regulated(actor, found.entry)
        return found.name(language)
    return read_text(
        "other_service",
        other_service,
        rules.LONGEST_SERVICE_NAME,
        _("Enter what the service is called"),
    )


def _check_optional(field: str, value: str | None, longest: int) -> str:
    return read_text(field, value, longest, "") if value and value.strip() else ""


def _find_authority(
    actor: Actor, person_id: UUID, service: str | None, word: Word
) -> Authority | None:
    """What the help rests on; None where the person, who is there, has to say yes first.

    What is no service of ours is asked each time anew: a yes to one of them is none to the next.
    """
    if word is not Word.DELEGATION and (
        service is None or find_live_assisting_consent(actor, person_id, service) is None
    ):
        return None
    return authorise(
        actor=actor, person_id=person_id, service=service, power=Power.SUBMIT, mode=word.mode
    )


def _record_yes(
    actor: Actor,
    person_id: UUID,
    case_id: UUID | None,
    service: str | None,
    facts: dict[str, str],
    word: Word,
    language: str,
) -> Authority:
    """The yes that was just given: live and locked, because it is of this very transaction."""
    require_may_act(actor, Power.SUBMIT)
    asked = facts["asked"]
    consent_id = record_assisting_consent(
        actor=actor,
        person_id=person_id,
        case_id=case_id,
        service=service,
        purpose=asked if service else f"{facts['service']}: {asked}"[: rules.LONGEST_ASKED],
        channel=VisitChannel.TELEPHONE if word is Word.TELEPHONE else VisitChannel.IN_PERSON,
        language=language,
        tell=False,
    )
    authority = Authority("assisting", consent_id)
    concerns(authority=authority.pair)
    return authority


def _store(
    actor: Actor,
    person_id: UUID,
    case_id: UUID | None,
    service: str | None,
    facts: dict[str, str],
    word: Word,
    authority: Authority,
    was_sent: bool,
) -> RecordOfHelp:
    assert actor.organisation_id is not None  # noqa: S101  (authorise refused it)
    assert actor.account_id is not None  # noqa: S101
    assert actor.human_id is not None  # noqa: S101
    record_id = new_id()
    text = json.dumps(facts, ensure_ascii=False, sort_keys=True)
    row = RecordOfHelp(
        id=record_id,
        reference=new_reference("R"),
        organisation_id=actor.organisation_id,
        site_id=actor.site_id,
        case_id=case_id,
        person_id=person_id,
        service=service,
        facts=encryption.seal(person_id, f"record_of_help.facts.{record_id}", text),
        word=word,
        mode=str(Mode(word.mode)),
        authority_kind=authority.kind,
        authority_id=authority.id,
        was_sent=was_sent,
        made_at=clock.now(),
        made_by=actor.account_id,
        made_by_human=actor.human_id,
    )
    get_session().add(row)
    get_session().flush()
    return row
