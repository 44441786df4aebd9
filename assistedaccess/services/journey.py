"""From answers to the way through a form: which pages are in play, and where it goes on.

Only the answers of pages on the way count: an answer on a branch that is no longer taken is kept
aside, not submitted, and counts again when the way comes back to it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any

from assistedaccess.services.components import Asking, Question, RepeatedQuestion
from assistedaccess.services.components.base import EMPTY, select_asked
from assistedaccess.services.conditions import find_answer, find_key
from assistedaccess.services.definition import Definition, Next, Page
from assistedaccess.services.text import Text

Answers = Mapping[str, Any]


@dataclass(frozen=True)
class Journey:
    """The way that ``answers`` lead.

    ``pages`` are in play, in order, as far as the answers go; ``incomplete`` is the first that is
    not answered (the last of ``pages``), None once the way reaches an end. ``looped`` says that
    the answers there lead back, so that they must change; ``stuck`` that they lead nowhere.
    """

    pages: tuple[Page, ...]
    answers: Answers
    kept_aside: Answers
    incomplete: Page | None = None
    looped: bool = False
    stuck: bool = False

    @property
    def end(self) -> Page | None:
        """The page where the form ends, once everything on the way is answered."""
        return None if self.incomplete is not None or not self.pages else self.pages[-1]

    @property
    def is_complete(self) -> bool:
        return self.incomplete is None and bool(self.pages)

    def contains(self, page: Page) -> bool:
        """Whether ``page`` is in play."""
        return any(other.path == page.path for other in self.pages)

    def path_before(self, page: Page) -> str | None:
        """The page before ``page`` on the way, None for the first or for one not in play."""
        paths = [each.path for each in self.pages]
        if page.path not in paths[1:]:
            return None
        return paths[paths.index(page.path) - 1]


def find_journey(definition: Definition, answers: Answers, now: datetime) -> Journey:
    """The way through ``definition`` that ``answers`` lead, at the local time ``now``."""
    pages: list[Page] = []
    in_play: dict[str, Any] = {}
    seen: set[str] = set()
    page: Page | None = definition.pages.get(definition.start_path)
    incomplete, looped, stuck = None, False, False
    while page is not None:
        pages.append(page)
        seen.add(page.path)
        asked, asking = _put_in_play(definition, page, answers, in_play, now)
        if not all(is_answered(q, answers, asking) for q in asked):
            incomplete = page
            break
        way = choose_way(definition, page, in_play, now)
        if way is None or way.redirect:
            incomplete, stuck = (page, True) if way is None and not page.is_end else (None, False)
            break
        if way.path in seen:
            incomplete, looped = page, True
            break
        page = definition.pages.get(way.path)
    aside = {key: answer for key, answer in answers.items() if key not in in_play}
    return Journey(tuple(pages), in_play, aside, incomplete, looped, stuck)


def _put_in_play(
    definition: Definition,
    page: Page,
    answers: Answers,
    in_play: dict[str, Any],
    now: datetime,
) -> tuple[tuple[Question, ...], Asking]:
    """Add the page's answers to ``in_play``; returns the questions that it asks, and how."""
    keys = (question.key for question in page.questions)
    own = {key: answers[key] for key in keys if key in answers and key not in in_play}
    in_play |= own
    if not page.is_conditional:
        return page.questions, Asking("en", now, find=definition.finder(in_play))

    def overlay(row: Answers) -> Callable[[str], bool]:
        return definition.evaluator({**in_play, **row}, now).holds

    asking = Asking("en", now, overlay({}), find=definition.finder(in_play), overlay=overlay)
    asked = select_asked(page.questions, answers, asking.holds)
    for key in own.keys() - {question.key for question in asked}:
        del in_play[key]
    for question in asked:
        if question.key in own and isinstance(question, RepeatedQuestion):
            in_play[question.key] = question.prune(own[question.key], asking)
    return asked, asking


def is_answered(question: Question, answers: Answers, asking: Asking) -> bool:
    """Whether ``question`` has its answer, or was left empty where that is allowed.

    ``asking`` knows the answers in play, of which one may say how many rows there are, and another
    whether a choice may still be chosen.
    """
    if question.key not in answers:
        return False
    answer = answers[question.key]
    if isinstance(question, RepeatedQuestion):
        return question.is_complete(answer, asking)
    return question.offers(answer, asking) and (not question.required or answer not in EMPTY)


def choose_way(definition: Definition, page: Page, in_play: Answers, now: datetime) -> Next | None:
    """The first way on from ``page`` whose condition holds, None at an end or where none does.

    It leads past the pages that are not there for these answers, by their own ways on.
    """
    way, passed = _choose(definition, page, in_play, now), {page.path}
    while way is not None and way.path:
        following = definition.pages.get(way.path)
        if following is None or is_there(definition, following, in_play, now):
            return way
        if way.path in passed:
            return None
        passed.add(way.path)
        way = _choose(definition, following, in_play, now)
    return way


def is_there(definition: Definition, page: Page, in_play: Answers, now: datetime) -> bool:
    """Whether ``page`` is part of the form for these answers; most pages always are."""
    return not page.condition or definition.evaluator(in_play, now).holds(page.condition)


def _choose(definition: Definition, page: Page, in_play: Answers, now: datetime) -> Next | None:
    if page.is_end:
        return None
    # A way without a condition is the default, wherever it stands among the others.
    default = next((way for way in page.next if not way.condition), None)
    if all(not way.condition for way in page.next):
        return default
    evaluator = definition.evaluator(in_play, now)
    for way in page.next:
        if way.condition and evaluator.holds(way.condition):
            return way
    return default


def next_path(definition: Definition, page: Page, answers: Answers, now: datetime) -> str | None:
    """Where to go once ``page`` is saved: a path of the form, or None at its end.

    Leads past pages that are answered already only when the caller asks the journey for the first
    incomplete one; this is the literal next page.
    """
    journey = find_journey(definition, answers, now)
    in_play = journey.answers if journey.contains(page) else answers
    way = choose_way(definition, page, in_play, now)
    return way.path if way is not None and way.path else None


class TaskState(Enum):
    """How far a section of the form is."""

    DONE = "done"
    IN_PROGRESS = "in-progress"
    NOT_STARTED = "not-started"
    CANNOT_START = "cannot-start"


@dataclass(frozen=True)
class Task:
    """A section as a row of the task list; ``path`` is where it is gone on with, if it can be."""

    name: str
    title: Text
    state: TaskState
    path: str = ""


def list_tasks(definition: Definition, answers: Answers, journey: Journey) -> tuple[Task, ...]:
    """The sections that hold questions, in the definition's order, and how far each is.

    ``journey`` is where all ``answers`` lead. A section that the way has not come to cannot be
    started; one that it went round is left out.
    """
    tasks = []
    for section in definition.sections.values():
        if not any(p.questions for p in definition.pages.values() if p.section == section.name):
            continue
        on_way = [p for p in journey.pages if p.section == section.name and p.questions]
        if not on_way:
            if not journey.is_complete:
                tasks.append(Task(section.name, section.title, TaskState.CANNOT_START))
            continue
        unfinished = journey.incomplete is not None and journey.incomplete in on_way
        started = any(q.key in answers for p in on_way for q in p.questions)
        state = TaskState.DONE
        if unfinished:
            state = TaskState.IN_PROGRESS if started else TaskState.NOT_STARTED
        path = journey.incomplete.path if unfinished and journey.incomplete else on_way[0].path
        tasks.append(Task(section.name, section.title, state, path))
    return tuple(tasks)


def find_fees(
    definition: Definition, answers: Answers, now: datetime
) -> tuple[tuple[str, int], ...]:
    """The fees due for ``answers`` in play: description and pence, each times its multiplier."""
    evaluator = definition.evaluator(answers, now)
    due = []
    for fee in definition.fees:
        if fee.condition and not evaluator.holds(fee.condition):
            continue
        times = 1
        if fee.multiplier:
            key = find_key(fee.multiplier, definition.field_keys) or fee.multiplier
            times = _count(find_answer(key, answers)[1])
        due.append((fee.description, fee.pence * times))
    return tuple(due)


def _count(answer: Any) -> int:
    if isinstance(answer, list):
        return len(answer)
    return int(answer) if isinstance(answer, str) and answer.isdecimal() and len(answer) < 7 else 0
