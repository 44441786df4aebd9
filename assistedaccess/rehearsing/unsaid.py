"""What can be read and would say nothing: a field that changes nothing, a rehearsal that ends as
written whatever the application does. It is told at its line, before anything is played."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from .questions import find_stray, list_questions, load_form
from .register import ActWords

NO_STEPS = "There are no steps here, so this would end as written whatever the application does."
NO_EXPECTATION = (
    "No step of this rehearsal expects anything, so it would test nothing: say what has to come of "
    "one, such as “expect: allow” or “expect: {refuse: any}”."
)


def find_dropped(words: ActWords, given: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """The fields that the form of this act asks nothing about, each with what to say of it.

    The field is empty where it is about the whole step."""
    service = words.fields.get("service")
    told = set(given) & {"answers", "document", "account"}
    if not told or service is None or given.get("service", "") is None:
        return
    form = load_form(str(given.get("service", service.default)))
    stray = find_stray(form, given.get("answers") or ())
    if stray:
        yield "", stray
    if given.get("document") and not form.takes_files:
        yield "", "This form asks for no papers, so “document” would say nothing."
    if given.get("account") and "sortCode" not in list_questions(form):
        yield "account", "This form asks for no account, so “account” would say nothing."
