"""The circumstances in which a page is asked: the language, the time, and which conditions hold.

A condition may look at answers of the very page that is asked. While the page is shown nothing is
known of them, and without a script nothing could show a question or a choice later: so whatever
hangs on the page's own answers is taken to hold until they are read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any

from assistedaccess.services.components import Asking
from assistedaccess.services.components.base import Answer
from assistedaccess.services.conditions import find_answer, find_key, list_fields, list_references
from assistedaccess.services.definition import Definition, Page, find_owner
from assistedaccess.services.journey import Answers, find_journey

Translate = Callable[[str], str]


def start_asking(
    definition: Definition,
    language: str,
    answers: Answers,
    now: datetime,
    translate: Translate = lambda words: words,
    name_file: Translate = lambda file_id: file_id,
    unread: Iterable[str] = (),
) -> Asking:
    """The circumstances in which a page is asked, when ``answers`` are in play.

    ``unread`` are the keys of answers that are still to be read: what hangs on them holds.
    """
    open_keys = frozenset(unread)

    def overlay(row: Mapping[str, Answer]) -> Callable[[str], bool]:
        evaluator = definition.evaluator({**answers, **row}, now)
        left = open_keys - row.keys()
        if not left:
            return evaluator.holds
        return lambda name: evaluator.holds(name) or depends_on(definition, name, left)

    def show_answer(name: str) -> str:
        key = find_key(name, definition.field_keys) or name
        question = definition.questions.get(key)
        if question is None:
            part = find_answer(key, answers)[1]
            return part if isinstance(part, str) else ""
        return ", ".join(question.show(answers.get(key), asking))

    find = definition.finder(answers)
    asking = Asking(
        language, now, overlay({}), show_answer, translate, name_file, find, overlay=overlay
    )
    return asking


def find_asking(
    definition: Definition,
    page: Page,
    language: str,
    answers: Answers,
    now: datetime,
    translate: Translate = lambda words: words,
    name_file: Translate = lambda file_id: file_id,
) -> Asking:
    """The circumstances in which ``page`` is shown: by the answers in play of other pages."""
    before = find_answers_before(definition, page, answers, now)
    return start_asking(definition, language, before, now, translate, name_file, list_own(page))


def list_own(page: Page) -> frozenset[str]:
    """The keys of the page's own answers."""
    return frozenset(question.key for question in page.questions)


def find_answers_before(
    definition: Definition, page: Page, answers: Answers, now: datetime
) -> dict[str, Any]:
    """The answers in play, without this page's own; none where the page depends on none."""
    if not page.is_conditional and not page.shows_answers:
        return {}  # so that a page costs the same however long the form is
    own = list_own(page)
    in_play = find_journey(definition, answers, now).answers
    return {key: answer for key, answer in in_play.items() if key not in own}


def depends_on(definition: Definition, name: str, keys: Iterable[str]) -> bool:
    """Whether the condition ``name`` looks at any of the answers ``keys``, or at a part of one."""
    wanted = frozenset(keys)
    waiting, seen = [name], set[str]()
    while waiting:
        condition = definition.conditions.get(waiting.pop())
        if condition is None or condition.name in seen:
            continue
        seen.add(condition.name)
        fields = (find_key(c.field, definition.field_keys) for c in list_fields(condition.root))
        if not wanted.isdisjoint(find_owner(key, definition.questions) for key in fields if key):
            return True
        waiting += list_references(condition.root)
    return False
