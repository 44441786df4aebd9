"""Applications for tests: a desk with a case, and the way through a form by its own walk.

``answer_all`` posts what the engine's check would: answers that the form takes, page by page.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from assistedaccess.accounts.models import Account
from assistedaccess.applications import (
    service,
    service_evidence,
    service_filling,
    service_sending,
)
from assistedaccess.applications.files import clean_file
from assistedaccess.applications.models import Application
from assistedaccess.applications.queries_drafts import Draft, load_draft
from assistedaccess.audit.models import AuditEvent
from assistedaccess.casework.queries import CaseDetails
from assistedaccess.kernel import clock
from assistedaccess.kernel.actor import Actor, ActorKind
from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.ids import new_reference
from assistedaccess.kernel.transactions import reading
from assistedaccess.organisations.models import Membership
from assistedaccess.people.models import Person
from assistedaccess.services.asking import start_asking
from assistedaccess.services.components import FileQuestion, Question
from assistedaccess.services.definition import Page
from assistedaccess.services.samples import sample_answers

from . import casework, consent, people
from .files import picture

SERVICE = consent.SERVICE


@dataclass(frozen=True)
class Scene:
    """A person with a case at a desk, and the helper beside them, who has their yes."""

    helper: Actor
    colleague: Actor
    person_id: UUID
    case: CaseDetails
    desk: people.Desk
    consent_id: UUID


def make_scene(service_key: str = SERVICE, **person: Any) -> Scene:
    """A scene in which ``service_key`` may be applied for, assisting."""
    made = consent.make_scene(**person)
    case = casework.make_case(made.helper, made.person_id, service=service_key)
    consent_id = consent.assist(made.helper, made.person_id, service_key)
    return Scene(made.helper, made.colleague, made.person_id, case, made.desk, consent_id)


def start(scene: Scene, mode: str = "assisting", service_key: str = SERVICE, **more: Any) -> str:
    """A draft; its reference."""
    application_id = service.start_application(
        actor=scene.helper, case_id=scene.case.id, service=service_key, mode=mode, **more
    )
    return reference_of(application_id)


def reference_of(application_id: UUID) -> str:
    """What the address of the application's pages ends with."""
    with reading():
        return get_session().get_one(Application, application_id).reference


def get_draft(actor: Actor, reference: str) -> Draft:
    """The application as it stands."""
    with reading():
        draft = load_draft(actor, reference)
        assert draft.definition  # loaded while there is a session
        return draft


def add_file(draft: Draft, key: str, content: bytes | None = None, name: str = "a.png") -> str:
    """A file for the question of that key, as whoever began the draft would add it; its id."""
    with reading() as session:
        row = session.get_one(Application, draft.id)
        account = session.get_one(Account, row.started_by)
        names = {"account_id": account.id, "human_id": account.human_id}
        actor = Actor(
            ActorKind.ACCOUNT,
            **names,
            organisation_id=row.organisation_id,
            site_id=row.site_id,
            role="helper",
            membership_id=session.scalar(
                select(Membership.id).where(
                    Membership.account_id == account.id,
                    Membership.organisation_id == row.organisation_id,
                )
            ),
        )
    made = clean_file(picture("PNG") if content is None else content)
    return str(
        service_evidence.add_evidence(
            actor=actor,
            application_id=draft.id,
            question=key,
            name=name,
            kind=str(made.kind),
            content=made.content,
            scan="not_checked",
        )
    )


def sample(draft: Draft, question: Question, wanted: dict[str, Any] | None = None) -> Any:
    """An answer that the question takes: the one wanted, else its ordinary one."""
    if wanted and question.key in wanted:
        return wanted[question.key]
    if isinstance(question, FileQuestion):
        return [add_file(draft, question.key) for _ in range(max(question.fewest, 1))]
    if question.key == "accountName":  # another's would wait for a second human
        with reading() as session:
            person_id = session.get_one(Application, draft.id).person_id
            return session.get_one(Person, person_id).name
    asking = start_asking(draft.definition, "en", draft.journey.answers, clock.local(clock.now()))
    return sample_answers(question, asking)[0]


def posted_for(draft: Draft, page: Page, wanted: dict[str, Any] | None = None) -> dict[str, Any]:
    """What a browser would post to ``page``, all its questions answered."""
    posted: dict[str, list[str]] = {}
    for question in page.questions:
        inner = getattr(question, "inner", None) or question
        answer = sample(draft, question, wanted)
        row = answer[0] if inner is not question and isinstance(answer, list) else answer
        posted |= inner.repost(row)
    return posted


def save(actor: Actor, reference: str, path: str, posted: dict[str, Any], **more: Any) -> Any:
    """Save one page by the command, at the version that it has now."""
    return _save(actor, get_draft(actor, reference), path, posted, **more)


def _save(actor: Actor, draft: Draft, path: str, posted: dict[str, Any], **more: Any) -> Any:
    more.setdefault("version", draft.page_version(path))
    return service_filling.save_page(
        actor=actor, application_id=draft.id, path=path, posted=posted, **more
    )


def answer_all(actor: Actor, reference: str, wanted: dict[str, Any] | None = None) -> Draft:
    """Answer page after page until the form can be sent; the draft then."""
    for _ in range(200):
        draft = get_draft(actor, reference)
        path = draft.progress.unanswered
        if not path:
            return draft
        page = draft.definition.pages[path]
        _save(actor, draft, path, posted_for(draft, page, wanted))
    raise AssertionError("the form has no end")


def read_back(actor: Actor, draft: Draft, answer: str = "yes", **more: Any) -> UUID:
    """The person's word on the answers as they stand."""
    return service_sending.read_back(
        actor=actor, application_id=draft.id, version=draft.version, answer=answer, **more
    )


def read_out(client: FlaskClient, reference: str) -> int:
    """Read page after page out by the pages themselves, each with a yes; how many there were."""
    address = f"/applications/{reference}/read-out"
    for count in range(200):
        page = client.get(address)
        if page.status_code == 303:
            assert page.location == f"/applications/{reference}/declaration"
            return count
        assert post(client, address, {"answer": "yes"}, soup_of(page)).location == address
    raise AssertionError("there is no last page")


def submit(actor: Actor, draft: Draft, declarer: str = "person", **more: Any) -> UUID:
    """Declare and send."""
    return service_sending.submit_application(
        actor=actor,
        application_id=draft.id,
        version=draft.version,
        declarer=declarer,
        **more,
    )


def make_ready(scene: Scene, service_key: str = SERVICE, mode: str = "assisting") -> Draft:
    """A draft with all its answers, read back: ready to be declared and sent."""
    reference = start(scene, mode, service_key)
    draft = answer_all(scene.helper, reference, ROUTES.get(service_key))
    read_back(scene.helper, draft)
    return draft


ROUTES: dict[str, dict[str, Any]] = {
    "blue-badge": {"benefits": ["none"], "blind": "no", "reason": "walking"},
    "attendance-allowance": {},
    "council-crisis-support": {},
    "council-tax-reduction": {},
    "older-persons-bus-pass": {"birthDate": "1950-03-01"},
    "pension-credit": {},
    "personal-independence-payment": {},
    "universal-credit": {"ageGroup": "working"},
    "universal-credit-change": {},
    "voter-authority-certificate": {"hasId": ["none"]},
}
"""Answers that lead to the end of a form where its ordinary ones lead out."""


# -- through the pages


def soup_of(response: TestResponse) -> BeautifulSoup:
    """The page, to be looked into."""
    return BeautifulSoup(response.get_data(as_text=True), "html.parser")


def fields_of(soup: BeautifulSoup) -> dict[str, list[str]]:
    """What the page's own form would send if nothing was typed: its fields as they stand."""
    form = soup.select_one("main form:has(input[name=csrf_token])")
    assert form is not None, "the page has no form"
    return dict(_list_fields(form))


def _list_fields(form: Any) -> Iterator[tuple[str, list[str]]]:
    for field in form.select("input[name], textarea[name], select[name]"):
        kind = field.get("type", "text")
        if kind in ("radio", "checkbox") and not field.has_attr("checked"):
            continue
        if kind in ("submit", "button"):
            continue
        if field.name == "select":
            chosen = field.select_one("option[selected]")
            yield field["name"], [chosen["value"] if chosen else ""]
            continue
        text = field.get("value", "") if field.name == "input" else field.get_text()
        yield field["name"], [text]


def post(
    client: FlaskClient, address: str, typed: dict[str, Any], soup: BeautifulSoup | None = None
) -> TestResponse:
    """Send the form of the page at ``address`` (or of ``soup``), ``typed`` laid over its fields."""
    fields = fields_of(soup if soup is not None else soup_of(client.get(address)))
    return client.post(address, data={**fields, **typed})


def heading(soup: BeautifulSoup) -> str:
    """The page's h1."""
    found = soup.find("h1")
    assert found is not None
    return re.sub(r"\s+", " ", found.get_text(" ", strip=True))


def errors_of(response: TestResponse) -> list[str]:
    """The status and the words of the error summary, for a test that fails."""
    items = soup_of(response).select(".govuk-error-summary__list li")
    return [str(response.status_code), *(item.get_text(" ", strip=True) for item in items)]


def reference_like(reference: str) -> str:
    """Another reference of the same kind, which no record has."""
    return new_reference(reference.split("-")[0])


def without_numbers(response: TestResponse) -> str:
    """The page's words without what differs from one to the next: tokens, error numbers."""
    main = soup_of(response).find("main")
    assert main is not None
    return re.sub(r"\bE-[0-9A-Z]{4}-[0-9A-Z]{4}\b", "E", main.get_text(" ", strip=True))


def fields_of_token(client: FlaskClient) -> str:
    """The form token of the client's session."""
    field = soup_of(client.get("/privacy")).select_one("input[name=csrf_token]")
    assert field is not None
    return str(field["value"])


def signed_in(app: Flask, actor: Actor) -> FlaskClient:
    """A client behind which the actor stands."""
    client = app.test_client()
    people.sign_in(client, actor)
    return client


def address(reference: str, path: str) -> str:
    """The address of a page of the form."""
    return f"/applications/{reference}/pages{path}"


def list_actions(reference: str) -> list[tuple[str, str | None]]:
    """What the journal says of an application: actions with their reasons."""
    with reading() as session:
        subject = select(Application.id).filter_by(reference=reference).scalar_subquery()
        rows = session.execute(
            select(AuditEvent.action, AuditEvent.reason_code)
            .where(AuditEvent.subject_id == subject)
            .order_by(AuditEvent.id)
        )
        return [(row.action, row.reason_code) for row in rows]


def count(model: type) -> int:
    """How many rows a table has."""
    with reading() as session:
        return int(session.scalar(select(func.count()).select_from(model)) or 0)
