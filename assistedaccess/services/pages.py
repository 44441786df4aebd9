"""A page as it is asked, answered and summed up: pure, and the only way in which answers are read.

``read_page`` is what the web form, the paper pack and the definition's check all submit through.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from assistedaccess.services.asking import (
    Translate,
    find_answers_before,
    find_asking,
    list_own,
    start_asking,
)
from assistedaccess.services.components import (
    Asking,
    Component,
    Posted,
    Question,
    Reading,
    RepeatedQuestion,
)
from assistedaccess.services.components.base import Answer, select_asked
from assistedaccess.services.components.rows import is_filled
from assistedaccess.services.definition import Definition, Page
from assistedaccess.services.journey import Answers, Journey
from assistedaccess.services.messages import Problem
from assistedaccess.services.text import Text


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
    before = find_answers_before(definition, page, answers, now)
    own = list_own(page)
    asking = start_asking(definition, language, before, now, translate, unread=own)
    readings = _read_all(page, posted, answers, asking, row)
    typed = {key: reading.answer for key, reading in readings.items()}
    asked = page.questions
    if page.is_conditional:
        # Questions and choices may hang on others of the same page: settled once all are read.
        asking = start_asking(definition, language, {**before, **typed}, now, translate)
        asked = select_asked(page.questions, typed, asking.holds)
        readings = _read_all(page, posted, answers, asking, row)
        typed = {key: reading.answer for key, reading in readings.items()}
    faults = tuple(
        Fault(question, problem)
        for question in asked
        for problem in readings[question.key].problems
    )
    return PageReading({q.key: typed[q.key] for q in asked if readings[q.key].is_fit}, faults)


def _read_all(
    page: Page, posted: Posted, answers: Answers, asking: Asking, row: int | None
) -> dict[str, Reading]:
    """What was posted for each question of the page, by its key."""
    changed, place = find_row(page, answers, row)
    return {
        question.key: (
            question.read_more(
                _rows(answers.get(question.key)),
                posted,
                asking,
                place if question is changed else None,
            )
            if isinstance(question, RepeatedQuestion)
            else question.read(posted, asking)
        )
        for question in page.questions
    }


def _rows(answer: Answer) -> list[Answer]:
    return answer if isinstance(answer, list) else []


def find_row(
    page: Page, answers: Answers, row: int | None
) -> tuple[RepeatedQuestion | None, int | None]:
    """The question of the page and the place in its answer (from 0) of the page's row ``row``.

    The rows of a page are counted through all its repeating questions, in their order.
    """
    before = 0
    for question in page.repeated:
        count = len(_rows(answers.get(question.key)))
        if row is not None and before <= row < before + count:
            return question, row - before
        before += count
    return None, None


def remove_row(page: Page, answers: Answers, index: int) -> dict[str, Answer]:
    """The answer of the page's repeating question without the page's row ``index``, by its key."""
    question, place = find_row(page, answers, index)
    if question is None:
        return {q.key: answers.get(q.key) for q in page.repeated}
    rows = _rows(answers.get(question.key))
    return {question.key: [row for at, row in enumerate(rows) if at != place] or None}


def is_adding(page: Page, posted: Posted) -> bool:
    """Whether the post holds a row to add to a repeating question of the page."""
    return any(is_filled(question.each, posted) for question in page.repeated)


def repost_page(page: Page, answers: Answers, row: int | None = None) -> dict[str, list[str]]:
    """The page's stored answers as they would be posted: what its inputs are filled in with.

    ``row`` is the row (from 0) of its repeating questions that is to be changed.
    """
    posted: dict[str, list[str]] = {}
    for question in page.questions:
        posted |= question.repost(answers.get(question.key))
    repeated, place = find_row(page, answers, row)
    if repeated is not None and place is not None:
        posted |= repeated.each.repost(_rows(answers.get(repeated.key))[place])
    return posted


def has_row(page: Page, answers: Answers, row: int | None) -> bool:
    """Whether the page's repeating questions have that row (from 0)."""
    return find_row(page, answers, row)[0] is not None


def list_shown(
    definition: Definition, page: Page, answers: Answers, now: datetime
) -> tuple[Component, ...]:
    """The components of ``page`` that are on it now, those inside choices left to their choice.

    A question that depends on another of the same page is shown: without a script, nothing could
    show it later.
    """
    holds = find_asking(definition, page, "en", answers, now).holds
    return tuple(c for c in page.components if not c.condition or holds(c.condition))


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
    journey: Journey,
    *,
    now: datetime,
    language: str = "en",
    translate: Translate = lambda words: words,
    section: str | None = None,
    name_file: Translate = lambda file_id: file_id,
) -> tuple[SummarySection, ...]:
    """The answers in play on ``journey`` as a summary reads them, section by section.

    ``section`` limits it to one section (a mini summary); ``name_file`` gives the name of a stored
    file. Answers kept aside are not in it.
    """
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
                question=asking.fill(question.title) or asking.fill(page.title),
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
