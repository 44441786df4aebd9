"""A page as it is asked, answered and summed up: pure, and the only way in which answers are read.

``read_page`` is what the web form, the paper pack and the definition's check all submit through.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from assistedaccess.services.components import (
    Asking,
    Component,
    Posted,
    Question,
    RepeatedQuestion,
)
from assistedaccess.services.components.base import Answer
from assistedaccess.services.components.rows import is_filled
from assistedaccess.services.conditions import find_answer, find_key, list_fields, list_references
from assistedaccess.services.definition import Definition, Page, find_owner
from assistedaccess.services.journey import Answers, find_journey, list_asked
from assistedaccess.services.messages import Problem
from assistedaccess.services.text import Text, strip_html

Translate = Callable[[str], str]


@dataclass(frozen=True)
class Fault:
    """A Problem with the question it is about."""

    question: Question
    problem: Problem

    @property
    def anchor(self) -> str:
        """The id that the error summary links to."""
        return self.question.anchor(self.problem.part)

    def words(self, translate: Translate) -> str:
        """The message, in the reader's language."""
        if self.problem.own_words:
            return self.problem.own_words
        return translate(self.problem.template) % dict(self.problem.values)


@dataclass(frozen=True)
class PageReading:
    """What a post to a page came to: canonical answers by key, or faults in the page's order.

    ``answers`` holds what is right even when something else is wrong; None is "left empty".
    """

    answers: Mapping[str, Answer]
    faults: tuple[Fault, ...]

    @property
    def is_fit(self) -> bool:
        return not self.faults


def start_asking(
    definition: Definition,
    language: str,
    answers: Answers,
    now: datetime,
    translate: Translate = lambda words: words,
    name_file: Translate = lambda file_id: file_id,
) -> Asking:
    """The circumstances in which a page is asked, when ``answers`` are in play."""
    evaluator = definition.evaluator(answers, now)

    def show_answer(name: str) -> str:
        key = find_key(name, definition.field_keys) or name
        question = definition.questions.get(key)
        if question is None:
            part = find_answer(key, answers)[1]
            return part if isinstance(part, str) else ""
        return ", ".join(question.show(answers.get(key), asking))

    find = definition.finder(answers)
    asking = Asking(language, now, evaluator.holds, show_answer, translate, name_file, find)
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
    """The circumstances in which ``page`` is asked: by the answers in play of other pages."""
    before = _answers_before(definition, page, answers, now)
    return start_asking(definition, language, before, now, translate, name_file)


def read_page(
    definition: Definition,
    page: Page,
    posted: Posted,
    *,
    answers: Answers,
    now: datetime,
    language: str = "en",
    translate: Translate = lambda words: words,
    row: int | None = None,
) -> PageReading:
    """What ``posted`` answers on ``page``. Never raises, whatever was posted.

    ``answers`` are all that are stored. Names that the page does not ask are left alone. On a page
    whose question repeats, the post adds a row to those stored, or is row ``row`` (from 0) anew.
    """
    before = _answers_before(definition, page, answers, now)
    asking = start_asking(definition, language, before, now, translate)
    # Questions may depend on others of the same page: read all, then settle which were asked.
    readings = {
        question.key: (
            question.read_more(_rows(answers.get(question.key)), posted, asking, row)
            if isinstance(question, RepeatedQuestion)
            else question.read(posted, asking)
        )
        for question in page.questions
    }
    typed = {key: reading.answer for key, reading in readings.items()}
    asked = list_asked(page, typed, definition.evaluator({**before, **typed}, now))
    faults = tuple(
        Fault(question, problem)
        for question in asked
        for problem in readings[question.key].problems
    )
    return PageReading({q.key: typed[q.key] for q in asked if readings[q.key].is_fit}, faults)


def _answers_before(
    definition: Definition, page: Page, answers: Answers, now: datetime
) -> dict[str, Any]:
    """The answers in play, without this page's own; none where the page depends on none."""
    if not page.is_conditional and not page.shows_answers:
        return {}  # so that a page costs the same however long the form is
    own = {question.key for question in page.questions}
    in_play = find_journey(definition, answers, now).answers
    return {key: answer for key, answer in in_play.items() if key not in own}


def _rows(answer: Answer) -> list[Answer]:
    return answer if isinstance(answer, list) else []


def remove_row(page: Page, answers: Answers, index: int) -> dict[str, Answer]:
    """The answer of the page's repeating question without row ``index`` (from 0), by its key."""
    question = page.repeated
    if question is None:
        return {}
    rows = _rows(answers.get(question.key))
    return {question.key: [row for place, row in enumerate(rows) if place != index] or None}


def is_adding(page: Page, posted: Posted) -> bool:
    """Whether the post holds a row to add to the page's repeating question."""
    return page.repeated is not None and is_filled(page.repeated.each, posted)


def repost_page(page: Page, answers: Answers, row: int | None = None) -> dict[str, list[str]]:
    """The page's stored answers as they would be posted: what its inputs are filled in with.

    ``row`` is the row (from 0) of its repeating question that is to be changed.
    """
    posted: dict[str, list[str]] = {}
    for question in page.questions:
        posted |= question.repost(answers.get(question.key))
    if page.repeated is not None and has_row(page, answers, row):
        assert row is not None  # noqa: S101  (has_row said so)
        posted |= page.repeated.each.repost(_rows(answers.get(page.repeated.key))[row])
    return posted


def has_row(page: Page, answers: Answers, row: int | None) -> bool:
    """Whether the page's repeating question has that row (from 0)."""
    question = page.repeated
    if question is None or row is None:
        return False
    return 0 <= row < len(_rows(answers.get(question.key)))


def list_shown(
    definition: Definition, page: Page, answers: Answers, now: datetime
) -> tuple[Component, ...]:
    """The components of ``page`` that are on it now, those inside choices left to their choice.

    A question that depends on another of the same page is shown: without a script, nothing could
    show it later.
    """
    before = _answers_before(definition, page, answers, now)
    evaluator = definition.evaluator(before, now)
    own = {question.key for question in page.questions}
    return tuple(
        component
        for component in page.components
        if not component.condition
        or evaluator.holds(component.condition)
        or _depends_on(definition, component.condition, own)
    )


def _depends_on(definition: Definition, name: str, keys: set[str]) -> bool:
    waiting, seen = [name], set[str]()
    while waiting:
        condition = definition.conditions.get(waiting.pop())
        if condition is None or condition.name in seen:
            continue
        seen.add(condition.name)
        fields = (find_key(c.field, definition.field_keys) for c in list_fields(condition.root))
        owners = {find_owner(key, definition.questions) for key in fields if key}
        if owners & keys:
            return True
        waiting += list_references(condition.root)
    return False


@dataclass(frozen=True)
class SummaryRow:
    """One answered question: its words, the lines of its answer, and where it is changed."""

    key: str
    question: str
    lines: tuple[str, ...]
    path: str
    anchor: str
    can_change: bool = True


@dataclass(frozen=True)
class SummarySection:
    """The answered questions of one section, in the order in which they were asked."""

    title: str
    rows: tuple[SummaryRow, ...]


def summarise(
    definition: Definition,
    answers: Answers,
    *,
    now: datetime,
    language: str = "en",
    translate: Translate = lambda words: words,
    section: str | None = None,
    name_file: Translate = lambda file_id: file_id,
) -> tuple[SummarySection, ...]:
    """The answers in play as a summary reads them, section by section.

    ``section`` limits it to one section (a mini summary); ``name_file`` gives the name of a stored
    file. Answers kept aside are not in it.
    """
    journey = find_journey(definition, answers, now)
    asking = start_asking(definition, language, journey.answers, now, translate, name_file)
    sections: dict[str, list[SummaryRow]] = {}
    for page in journey.pages:
        if section is not None and page.section != section:
            continue
        for question in page.questions:
            if question.key not in journey.answers:
                continue
            row = SummaryRow(
                key=question.key,
                question=strip_html(question.title.in_language(language))
                or page.title.in_language(language),
                lines=question.show(journey.answers[question.key], asking),
                path=page.path,
                anchor=question.anchor(question.first_part),
                can_change=question.options.get("disableChangingFromSummary") is not True,
            )
            sections.setdefault(page.section, []).append(row)
    return tuple(
        SummarySection(_section_title(definition, name, language), tuple(rows))
        for name, rows in sections.items()
    )


def _section_title(definition: Definition, name: str, language: str) -> str:
    section = definition.sections.get(name)
    if section is None or section.hide_title:
        return ""
    return section.title.in_language(language)


def is_single_question(page: Page) -> bool:
    """Whether the page asks one thing, so that the question itself can be its heading."""
    top = [c for c in page.components if isinstance(c, Question)]
    if len(top) != 1 or isinstance(top[0], RepeatedQuestion):
        return False
    words = _plain(top[0].title)
    return top[0].options.get("hideTitle") is True or words in (_plain(page.title), "")


def _plain(text: Text) -> str:
    return " ".join(text.en.lower().split()).rstrip("?:. ")
