"""Going through a form to its end, with the answers that a rehearsal gives and ordinary others."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from assistedaccess.applications import service_evidence, service_filling, service_sending
from assistedaccess.applications.copied import LANDLORD, LEAST_WORDS
from assistedaccess.applications.files import clean_file
from assistedaccess.applications.queries import get_reference
from assistedaccess.applications.queries_drafts import Draft, load_draft
from assistedaccess.applications.rules import Declarer, NotFit, Step
from assistedaccess.kernel import clock
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.transactions import reading
from assistedaccess.services.asking import start_asking
from assistedaccess.services.components import (
    CheckboxesQuestion,
    FileQuestion,
    Question,
    TextQuestion,
)
from assistedaccess.services.definition import Page
from assistedaccess.services.samples import sample_answers

from .evidence import make_document

MOST_PAGES = 200
AUTHORITY = "Mary Shaw, by the letter of 3 May 2026"
"""Who declares, and what shows that they may, where a rehearsal says no more of it."""
ROUTES: dict[str, dict[str, Any]] = {
    "blue-badge": {"benefits": ["none"], "blind": "no", "reason": "walking"},
    "older-persons-bus-pass": {"birthDate": "1950-03-01"},
    "universal-credit": {"ageGroup": "working"},
    "voter-authority-certificate": {"hasId": ["none"]},
}
"""Answers that lead to the end of a form where its ordinary ones lead out."""


def get_draft(actor: Actor, application_id: UUID) -> Draft:
    """The application as it stands."""
    with reading():
        draft = load_draft(actor, get_reference(application_id))
        assert draft.definition  # noqa: S101  (loaded while there is a session)
        return draft


def answer_all(
    actor: Actor,
    application_id: UUID,
    wanted: dict[str, Any],
    document: str = "",
    told: dict[str, Any] | None = None,
) -> Draft:
    """Answer page after page until the form can be sent. ``document``: what the papers say that
    are added where the form asks for some. ``told``: what the person has answered to this form
    before, and answers again where it still can be: an ordinary answer, such as a day not long
    ago, would else be another each time, and one life be told in two ways (L10); what is answered
    now is put there. Raises LookupError where there is no end."""
    wanted = {**ROUTES.get(get_draft(actor, application_id).service, {}), **wanted}
    told = {} if told is None else told
    for _ in range(MOST_PAGES):
        draft = get_draft(actor, application_id)
        path = draft.progress.unanswered
        if not path:
            told |= draft.answers
            return draft
        try:
            _save(actor, draft, path, wanted, document, told)
        except NotFit:
            _save(actor, draft, path, wanted, document, {})
    raise LookupError(f"The form {get_draft(actor, application_id).service} has no end.")


def _save(
    actor: Actor,
    draft: Draft,
    path: str,
    wanted: dict[str, Any],
    document: str,
    told: dict[str, Any],
) -> None:
    posted = post_page(actor, draft, draft.definition.pages[path], wanted, document, told)
    service_filling.save_page(
        actor=actor,
        application_id=draft.id,
        path=path,
        posted=posted,
        version=draft.page_version(path),
    )


def post_page(
    actor: Actor,
    draft: Draft,
    page: Page,
    wanted: dict[str, Any],
    document: str = "",
    told: dict[str, Any] | None = None,
) -> dict[str, list[str]]:
    """What a browser would post to a page, all its questions answered."""
    posted: dict[str, list[str]] = {}
    for question in page.questions:
        inner = getattr(question, "inner", None) or question
        answer = _answer(actor, draft, question, wanted, document, told or {})
        row = answer[0] if inner is not question and isinstance(answer, list) else answer
        posted |= inner.repost(row)
    return posted


def _answer(
    actor: Actor,
    draft: Draft,
    question: Question,
    wanted: dict[str, Any],
    document: str,
    told: dict[str, Any],
) -> Any:
    name = question.key.rpartition(".")[2]
    for key in (question.key, name):
        if key in wanted:
            return _as_list(question, wanted[key]) if wanted[key] != "" else None
    if isinstance(question, FileQuestion):
        count = max(question.fewest, 1)
        return [_add_file(actor, draft, question.key, document) for _ in range(count)]
    if question.key in told:
        return told[question.key]
    if name == LANDLORD:  # everybody has their own, unless it is said (A15)
        return f"The landlord of {draft.person_name[:100]}"
    asking = start_asking(draft.definition, "en", draft.journey.answers, clock.local(clock.now()))
    return _shorten(question, sample_answers(question, asking)[0])


def _as_list(question: Question, answer: Any) -> Any:
    """One word for a question that takes several is a list of one."""
    several = isinstance(question, CheckboxesQuestion)
    return [answer] if several and isinstance(answer, str) else answer


def _shorten(question: Question, answer: Any) -> Any:
    """An ordinary answer in fewer words than are looked for again in other people's forms: the
    same filler for thirty people in a day (L01) is not one story told for all of them."""
    if isinstance(question, TextQuestion) and isinstance(answer, str):
        short = " ".join(answer.split()[: LEAST_WORDS - 1])
        if len(short) >= question.limits[0]:
            return short
    return answer


def _add_file(actor: Actor, draft: Draft, key: str, document: str) -> str:
    made = clean_file(make_document(document or str(draft.reference)))
    return str(
        service_evidence.add_evidence(
            actor=actor,
            application_id=draft.id,
            question=key,
            name="paper.png",
            kind=str(made.kind),
            content=made.content,
            scan="not_checked",
        )
    )


def read_back(actor: Actor, application_id: UUID, said: str = "yes") -> Draft:
    """The answers are read to the person, page by page where only what differs is read. Who says
    that something has to be corrected is read them once more, and says yes."""
    for _ in range(MOST_PAGES):
        draft = get_draft(actor, application_id)
        if draft.next_step is Step.DECLARATION:
            return draft
        service_sending.read_back(
            actor=actor,
            application_id=application_id,
            version=draft.version,
            answer=said,
            correction="A number in it" if said == "correction" else None,
            path=draft.unheard[0].path if draft.changes and draft.unheard else None,
        )
        said = "yes" if said == "correction" else said
    raise LookupError("There is no last page.")


def submit(actor: Actor, application_id: UUID, declarer: str, **more: Any) -> UUID:
    """Declare and send it as it stands. Who declares for somebody else says what lets them."""
    if Declarer(declarer).is_somebody_else:
        more["declarer_words"] = more.get("declarer_words") or AUTHORITY
    return service_sending.submit_application(
        actor=actor,
        application_id=application_id,
        version=get_draft(actor, application_id).version,
        declarer=declarer,
        **more,
    )
