"""Applications that are begun, half done or sent, and records of help."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from assistedaccess.applications import service as applications
from assistedaccess.applications import service_filling, service_helping, service_sending
from assistedaccess.applications.queries import get_reference
from assistedaccess.applications.queries_drafts import Draft, load_draft
from assistedaccess.kernel import clock
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.idempotency import new_request_key
from assistedaccess.kernel.transactions import reading
from assistedaccess.services.asking import find_asking
from assistedaccess.services.definition import Page
from assistedaccess.services.samples import sample_answers

from .people import DemoPerson

PAGES = {"started": 2, "half": 12, "submitted": 200}
"""How many pages are answered."""


def fill_in(actor: Actor, case_id: UUID, service: str, how_far: str, person: DemoPerson) -> None:
    """Begin an application, and answer its pages as far as ``how_far`` says."""
    application_id = applications.start_application(
        actor=actor,
        case_id=case_id,
        service=service,
        mode="assisting",
        request_key=new_request_key(),
    )
    for _ in range(PAGES[how_far]):
        with reading():
            draft = load_draft(actor, get_reference(application_id))
            page = draft.definition.find_page(draft.progress.unanswered)
            if page is None:
                break
            posted = _answer(draft, page, person)
        service_filling.save_page(
            actor=actor,
            application_id=application_id,
            path=page.path,
            posted=posted,
            version=draft.page_version(page.path),
            request_key=new_request_key(),
        )
    if how_far == "submitted":
        _send(actor, application_id)


def _version(actor: Actor, application_id: UUID) -> int:
    with reading():
        return load_draft(actor, get_reference(application_id)).version


def _answer(draft: Draft, page: Page, person: DemoPerson) -> dict[str, list[str]]:
    now: datetime = clock.local(clock.now())
    asking = find_asking(draft.definition, page, "en", draft.answers, now)
    known: dict[str, Any] = {"fullName": person.name}
    if len(person.birth) == len("1960-06-01"):  # a form asks for a full date
        known["birthDate"] = person.birth
    posted: dict[str, list[str]] = {}
    for question in page.questions:
        name = question.key.rpartition(".")[2]
        answer = known.get(name) or sample_answers(question, asking)[0]
        posted |= question.repost(answer)
    return posted


def _send(actor: Actor, application_id: UUID) -> None:
    service_sending.read_back(
        actor=actor,
        application_id=application_id,
        version=_version(actor, application_id),
        answer="yes",
    )
    service_sending.submit_application(
        actor=actor,
        application_id=application_id,
        version=_version(actor, application_id),
        declarer="person",
        declarer_words="Yes, that is right. Send it.",
    )


def record_help(actor: Actor, person_id: UUID, case_id: UUID, asked: str) -> None:
    """Record help that was given on somebody else's website."""
    service_helping.make_record_of_help(
        actor=actor,
        person_id=person_id,
        case_id=case_id,
        other_service="Older person's bus pass",
        asked=asked,
        word="here",
        said_yes=True,
        their_reference="BP 4471 902",
        was_sent=True,
        request_key=new_request_key(),
    )
