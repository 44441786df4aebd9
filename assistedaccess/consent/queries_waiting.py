"""What a helper has asked and still waits for: a letter's code, a visit, a form, a word."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import exists, select

from assistedaccess.kernel import clock
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.errors import NotFound
from assistedaccess.people.initials import initials_of
from assistedaccess.people.models import Person
from assistedaccess.people.queries import name_in_lists

from .models import Consent, ConsentCode, ConsentRequest
from .models_evidence import ConsentPaper, ConsentWord
from .rules_codes import CodeKind
from .rules_words import ASKED_FOR, Called

PAGE = 50


@dataclass(frozen=True)
class WaitingRow:
    """Something that waits. ``what`` is letter, form, scan or word; ``until`` the last day."""

    what: str
    reference: str
    initials: str
    until: date


def list_waiting(actor: Actor) -> list[WaitingRow]:
    """What this account waits for at this organisation, soonest first; three statements."""
    named = name_in_lists(to_family=actor.is_family)
    has_letter = exists().where(
        ConsentCode.request_id == ConsentRequest.id,
        ConsentCode.kind == str(CodeKind.LETTER),
        ConsentCode.voided_at.is_(None),
    )
    asked = get_session().execute(
        select(ConsentRequest.reference, named, ConsentRequest.waits_until, has_letter)
        .join(Person, Person.id == ConsentRequest.person_id)
        .where(
            ConsentRequest.account_id == actor.account_id,
            ConsentRequest.organisation_id == actor.organisation_id,
            ConsentRequest.waits_until >= clock.today(),
            ~exists().where(Consent.id == ConsentRequest.id),
        )
        .order_by(ConsentRequest.waits_until)
        .limit(PAGE)
    )
    rows = [
        WaitingRow("letter" if by_letter else "form", reference, initials_of(name), until)
        for reference, name, until, by_letter in asked
        if until is not None
    ]
    papers = get_session().execute(
        select(Consent.reference, named, ConsentPaper.due_on)
        .join(Consent, Consent.id == ConsentPaper.consent_id)
        .join(Person, Person.id == Consent.person_id)
        .where(
            Consent.account_id == actor.account_id,
            Consent.organisation_id == actor.organisation_id,
            ConsentPaper.picture_id.is_(None),
            ConsentPaper.due_on >= clock.today(),
            Consent.withdrawn_at.is_(None),
        )
        .order_by(ConsentPaper.due_on)
        .limit(PAGE)
    )
    rows += [
        WaitingRow("scan", reference, initials_of(name), until) for reference, name, until in papers
    ]
    words = get_session().execute(
        select(Consent.reference, named, ConsentWord.asked_at)
        .join(Consent, Consent.id == ConsentWord.request_id)
        .join(Person, Person.id == Consent.person_id)
        .where(
            Consent.account_id == actor.account_id,
            Consent.organisation_id == actor.organisation_id,
            ConsentWord.called != str(Called.SECOND),
            ConsentWord.answer.is_(None),
            ConsentWord.asked_at > clock.now() - ASKED_FOR,
            Consent.withdrawn_at.is_(None),
        )
        .order_by(ConsentWord.asked_at)
        .limit(PAGE)
    )
    rows += [
        WaitingRow("word", reference, initials_of(name), clock.local(asked_at + ASKED_FOR).date())
        for reference, name, asked_at in words
    ]
    return sorted(rows, key=lambda row: row.until)


def get_own_consent_id(actor: Actor, reference: str) -> UUID:
    """The id of a consent of one's own organisation. Raises NotFound."""
    found = get_session().scalar(
        select(Consent.id).where(
            Consent.reference == reference, Consent.organisation_id == actor.organisation_id
        )
    )
    if found is None:
        raise NotFound
    return found
