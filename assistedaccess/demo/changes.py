"""Two changes to what was sent: one that was told, and one of payment details, which waits."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select

from assistedaccess.applications import (
    service_changing,
    service_filling,
    service_payee,
    service_sending,
)
from assistedaccess.applications.models import Application
from assistedaccess.applications.queries import get_reference
from assistedaccess.applications.queries_drafts import Draft, load_draft
from assistedaccess.applications.rules import Step
from assistedaccess.casework import service as casework
from assistedaccess.consent import service as consent
from assistedaccess.consent import service_asking
from assistedaccess.kernel import clock
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.errors import Held
from assistedaccess.kernel.idempotency import new_request_key
from assistedaccess.kernel.transactions import reading

from .help import fill_in
from .people import PEOPLE
from .town import Town
from .yeses import INDONESIAN, confirm, read_and_say_back

MOVED, PAID = 1, 6
"""Their places in PEOPLE. The first has sent a Blue Badge application (life.MATTERS)."""

BADGE, CRISIS = "blue-badge", "council-crisis-support"

ACCOUNT: Mapping[str, Any] = {
    "payInto": "account",
    "bankName": "Millbrook Building Society",
    "sortCode": "08-99-99",
    "accountNumber": "66374958",
    "rollNumber": "MB/20417",
    "accountOf": "own",
}

Heard = tuple[str, dict[str, str]]
"""A way of confirming a yes, and what is written down of it: both need an interpreter."""
BY_SARI: Heard = ("interpreter", INDONESIAN)
BY_HUDA: Heard = (
    "interpreter",
    {**INDONESIAN, "interpreter_name": "Huda Karim", "interpreter_language": "ar"},
)


def report_changes(town: Town, people: Mapping[int, UUID]) -> None:
    """A move that is told to the council; and an account that nobody but the helper has seen."""
    _tell_of_a_move(town.actor(PEOPLE[MOVED].at), people[MOVED])
    _ask_for_another_account(town.actor(PEOPLE[PAID].at), people[PAID], PAID)


def _tell_of_a_move(actor: Actor, person_id: UUID) -> None:
    _let_tell(actor, person_id, BADGE, "Tell the council when something changes", BY_SARI)
    change_id = service_changing.start_change(
        actor=actor,
        application_id=_find_sent(person_id, BADGE),
        what="I have moved in with my daughter, in the next town",
        since_on=clock.today() - timedelta(days=4),
        request_key=new_request_key(),
    )
    _save(actor, change_id, "/where", {"nation": "england", "council": "Dale County Council"})
    _send(actor, change_id)


def _ask_for_another_account(actor: Actor, person_id: UUID, number: int) -> None:
    case_id = casework.open_case(
        actor=actor,
        person_id=person_id,
        need="No money for the meter until Friday",
        why_help=["no_device"],
        first_contact_on=clock.today(),
        service=CRISIS,
        request_key=new_request_key(),
    )
    consent.record_assisting_consent(
        actor=actor,
        person_id=person_id,
        case_id=case_id,
        service=CRISIS,
        purpose="Ask the council for help with the meter",
        request_key=new_request_key(),
    )
    fill_in(actor, case_id, CRISIS, "submitted", PEOPLE[number])
    _let_tell(actor, person_id, CRISIS, "Tell the council where to pay it", BY_HUDA)
    change_id = service_payee.start_payment_details(
        actor=actor, application_id=_find_sent(person_id, CRISIS), request_key=new_request_key()
    )
    answers = {**ACCOUNT, "accountName": PEOPLE[number].name}
    for path in ("/how", "/account", "/whose"):
        _save(actor, change_id, path, answers)
    _send(actor, change_id)


def _let_tell(actor: Actor, person_id: UUID, service: str, purpose: str, heard: Heard) -> None:
    request_id = service_asking.begin_request(
        actor=actor,
        person_id=person_id,
        request_key=new_request_key(),
        language="en",
        holder_kind="account",
        services=[service],
        powers=["see", "report_change"],
        until_on=clock.today() + timedelta(days=90),
        purpose=purpose,
    )
    read_and_say_back(actor, request_id)
    confirm(actor, request_id, *heard)


def _find_sent(person_id: UUID, service: str) -> UUID:
    with reading() as session:
        return session.scalars(
            select(Application.id).filter_by(
                person_id=person_id, service=service, state="submitted"
            )
        ).one()


def _load(actor: Actor, application_id: UUID) -> Draft:
    with reading():
        draft = load_draft(actor, get_reference(application_id))
        _ = draft.next_step, draft.unheard  # read while there is a session
        return draft


def _save(actor: Actor, application_id: UUID, path: str, answers: Mapping[str, Any]) -> None:
    draft = _load(actor, application_id)
    posted: dict[str, list[str]] = {}
    for question in draft.definition.pages[path].questions:
        posted |= question.repost(answers.get(question.key, draft.answers.get(question.key)))
    service_filling.save_page(
        actor=actor,
        application_id=application_id,
        path=path,
        posted=posted,
        version=draft.page_version(path),
        request_key=new_request_key(),
    )


def _send(actor: Actor, application_id: UUID) -> None:
    """Each page that differs is heard, then it is declared; payment details wait."""
    draft = _load(actor, application_id)
    while draft.next_step is Step.READ_BACK:
        service_sending.read_back(
            actor=actor,
            application_id=application_id,
            version=draft.version,
            answer="yes",
            path=draft.unheard[0].path if draft.unheard else None,
        )
        draft = _load(actor, application_id)
    try:
        service_sending.submit_application(
            actor=actor, application_id=application_id, version=draft.version, declarer="person"
        )
    except Held:
        pass  # a second human looks at it, once the person has said so to somebody else
