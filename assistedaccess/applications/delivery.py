"""How what was submitted gets to the other side: three ways, and the data that is sent."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from enum import StrEnum
from typing import Any

from assistedaccess.services.components import (
    Asking,
    CheckboxesQuestion,
    ChoiceQuestion,
    Question,
    RepeatedQuestion,
)
from assistedaccess.services.components.address import AddressQuestion
from assistedaccess.services.definition import Definition

SCHEMA_PARTS = {
    "addressLine1": "address1",
    "addressLine2": "address2",
    "town": "town_or_city",
    "county": "county",
    "postcode": "postcode",
}


class WayOut(StrEnum):
    """How it gets there. ``typed_elsewhere``: a helper types it into the other side's form."""

    TYPED = "typed_elsewhere"
    DATA = "data"
    POSTED = "posted"


class Standing(StrEnum):
    """How far it is. Only data is *waiting*, *sending*, *retrying* or *failed*."""

    OPEN = "open"
    WAITING = "waiting"
    SENDING = "sending"
    RETRYING = "retrying"
    FAILED = "failed"
    DONE = "done"


ON_ITS_WAY = (Standing.WAITING, Standing.SENDING, Standing.RETRYING)


def list_ways(ways_out: Collection[str]) -> list[WayOut]:
    """The ways of a service, in the catalogue's order: the first is the usual one."""
    return [WayOut(way) for way in ways_out]


def write_data(
    definition: Definition, answers: Mapping[str, Any], sent: Mapping[str, Any], asking: Asking
) -> dict[str, Any]:
    """What is sent as data, in the shape of GOV.UK Forms' submissions (version 1).

    ``answers`` are those in play, ``sent`` the submission as rules.write_submission() made it. An
    answer left empty is the empty text. Beside the schema's own keys stand ``service``, ``mode``,
    ``declared`` and ``form``: on whose word it was sent is part of what is sent; and ``changes``,
    of a change report: which submission it changes, and each answer that differs as it was.
    Source: alphagov/forms-runner, json-submissions v1.
    """
    questions: dict[str, tuple[Question, str]] = {}
    for page in definition.pages.values():
        for question in page.questions:
            questions.setdefault(question.key, (question, asking.fill(page.title)))
    changes = sent.get("changes")
    return {
        **({"changes": _write_changes(questions, changes, asking)} if changes else {}),
        "form_name": definition.name.in_language(asking.language),
        "submission_reference": sent["reference"],
        "submitted_at": str(sent["submitted_at"]).replace("+00:00", "Z"),
        "language": asking.language,
        "answers": [
            _write_answer(*questions[key], answer, asking)
            for key, answer in answers.items()
            if key in questions
        ],
        "service": sent["service"],
        "form": sent["form"],
        "mode": sent["mode"],
        "declared": sent["declared"],
    }


def _write_changes(
    questions: Mapping[str, tuple[Question, str]], changes: Mapping[str, Any], asking: Asking
) -> dict[str, Any]:
    return {
        "submission_reference": changes["reference"],
        "what_changed": changes["what"],
        "since": changes["since_on"],
        "changed": changes["changed"],
        "before": [
            _write_answer(*questions[key], answer, asking)
            for key, answer in changes["before"].items()
            if key in questions
        ],
    }


def _write_answer(question: Question, page: str, answer: Any, asking: Asking) -> dict[str, Any]:
    title = asking.fill(question.title) or page
    written: dict[str, Any] = {"question_id": question.key, "question_text": title}
    if isinstance(question, RepeatedQuestion):
        rows = answer if isinstance(answer, list) else []
        written["answer_text"] = [", ".join(question.each.show(row, asking)) for row in rows]
        written["can_have_multiple_answers"] = True
        return written
    lines = question.show(answer, asking)
    written["answer_text"] = (", " if isinstance(question, AddressQuestion) else "\n").join(lines)
    if isinstance(question, AddressQuestion) and isinstance(answer, dict):
        written |= {SCHEMA_PARTS[part]: text for part, text in answer.items()}
    if isinstance(question, CheckboxesQuestion):
        written["selections"] = list(lines)
    elif isinstance(question, ChoiceQuestion):
        written["selections"] = list(lines[:1])
    return written
