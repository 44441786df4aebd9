"""A form definition, parsed: pages by path, lists, sections, conditions, and what is wrong with it.

Parsing is in parsing.py; a Definition never changes, and is safe to share between threads.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from functools import cached_property
from typing import Any

from assistedaccess.services.components import (
    Choice,
    Component,
    FileQuestion,
    Question,
    RepeatedQuestion,
)
from assistedaccess.services.components.base import Find, walk_questions
from assistedaccess.services.conditions import Condition, Evaluator, Facts, find_answer, find_key
from assistedaccess.services.text import NO_TEXT, Text


class PageKind(Enum):
    """What a page is for, whichever way its controller is spelt."""

    QUESTION = "question"
    START = "start"
    REPEATING = "repeating"
    MINI_SUMMARY = "mini-summary"
    SUMMARY = "summary"
    CONFIRM = "confirm"


@dataclass(frozen=True)
class Next:
    """A way on: to a page of this form, or (``redirect``) to an address outside it."""

    path: str
    condition: str = ""
    redirect: str = ""


@dataclass(frozen=True)
class Section:
    """A part of the form, as the applicant sees it."""

    name: str
    title: Text
    hide_title: bool = False


@dataclass(frozen=True)
class ListOfChoices:
    """A named list that questions and texts draw on."""

    name: str
    title: Text
    choices: tuple[Choice, ...]


@dataclass(frozen=True)
class Fee:
    """A fee that is due when ``condition`` holds: pence, times the answer ``multiplier`` if any."""

    description: str
    pence: int
    condition: str = ""
    multiplier: str = ""
    prefix: str = ""


@dataclass(frozen=True)
class Page:
    """One page: what it shows and asks, and where it leads.

    Where ``condition`` does not hold, the page is passed over: the form goes on from it, unasked.
    """

    path: str
    title: Text
    kind: PageKind = PageKind.QUESTION
    components: tuple[Component, ...] = ()
    next: tuple[Next, ...] = ()
    section: str = ""
    options: Mapping[str, Any] = field(default_factory=dict)
    condition: str = ""

    @cached_property
    def questions(self) -> tuple[Question, ...]:
        """The questions of the page, those that a choice reveals right after it."""
        return tuple(walk_questions(self.components))

    @cached_property
    def is_conditional(self) -> bool:
        """Whether what the page asks depends on answers: its own, or those of other pages."""
        return any(
            c.condition
            or "rowsFrom" in c.options
            or any(choice.condition or choice.reveals for choice in c.choices)
            for c in (*self.components, *self.questions, *self.cells)
        )

    @cached_property
    def cells(self) -> tuple[Question, ...]:
        """The cells of the page's rows."""
        return tuple(
            cell
            for question in self.questions
            for cell in getattr(getattr(question, "inner", None) or question, "cells", ())
        )

    @cached_property
    def shows_answers(self) -> bool:
        """Whether a text of the page has an answer filled in."""
        texts = [self.title, *(c.content for c in self.components)]
        texts += [t for q in (*self.questions, *self.cells) for t in (q.title, q.hint)]
        return any("{{" in words for text in texts for words in text.in_all_languages())

    @cached_property
    def repeated(self) -> tuple[RepeatedQuestion, ...]:
        """The questions of the page that are asked again and again."""
        return tuple(q for q in self.questions if isinstance(q, RepeatedQuestion))

    @property
    def is_end(self) -> bool:
        """Whether the form ends here: at a summary, a confirmation, or a page without a way on."""
        return self.kind in (PageKind.SUMMARY, PageKind.CONFIRM) or not self.next


@dataclass(frozen=True)
class Definition:
    """A whole form. ``errors`` make it unusable, ``unsupported`` names what we cannot honour."""

    name: Text
    start_path: str
    pages: Mapping[str, Page]
    sections: Mapping[str, Section]
    lists: Mapping[str, ListOfChoices]
    conditions: Mapping[str, Condition]
    fees: tuple[Fee, ...] = ()
    declaration: Text = NO_TEXT
    metadata: Mapping[str, Any] = field(default_factory=dict)
    errors: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    unsupported: tuple[str, ...] = ()

    @property
    def start_page(self) -> Page:
        """The first page. Raises KeyError in a definition with errors."""
        return self.pages[self.start_path]

    @cached_property
    def questions(self) -> Mapping[str, Question]:
        """Every question by the key of its answer; where two share a key, the first."""
        found: dict[str, Question] = {}
        for page in self.pages.values():
            for question in page.questions:
                found.setdefault(question.key, question)
        return found

    @cached_property
    def takes_files(self) -> bool:
        """Whether any question is answered with files."""
        return any(
            isinstance(each, FileQuestion)
            for question in self.questions.values()
            for inner in (getattr(question, "inner", None) or question,)
            for each in (inner, *getattr(inner, "cells", ()))
        )

    @cached_property
    def field_keys(self) -> Mapping[str, str]:
        """The key of an answer by each way in which a condition may name its field."""
        return map_fields(self.pages.values())

    @cached_property
    def kinds(self) -> Mapping[str, str]:
        """The type of component behind each key, and behind each part of an answer."""
        whole = {key: question.type for key, question in self.questions.items()}
        parts = {
            f"{key}.{part}": kind
            for key, question in self.questions.items()
            for part, kind in question.part_kinds.items()
        }
        return parts | whole

    def evaluator(self, answers: Mapping[str, Any], now: datetime) -> Evaluator:
        """Which conditions hold for ``answers`` (those in play), at the local time ``now``."""
        return Evaluator(self.conditions, Facts(answers, self.field_keys, self.kinds, now))

    def finder(self, answers: Mapping[str, Any]) -> Find:
        """Gives the answer to a field, as the definition names it, among ``answers``."""
        return lambda name: find_answer(find_key(name, self.field_keys) or name, answers)[1]

    def find_page(self, path: str) -> Page | None:
        """The page at ``path``, with or without its leading slash."""
        return self.pages.get(path) or self.pages.get(f"/{path.lstrip('/')}")


def map_fields(pages: Any) -> dict[str, str]:
    """Keys of answers by ``name``, ``key`` and ``section.name``; the first page's question wins.

    A part of an answer, such as a postcode, stands after its question's name: ``address.postcode``.
    A cell of a row may be named alone, where no question has its name.
    """
    found: dict[str, str] = {}
    parts: dict[str, str] = {}
    cells: dict[str, str] = {}
    for page in pages:
        for question in page.questions:
            names = [question.key, question.name]
            names += [f"{page.section}.{question.name}"] if page.section else []
            for name in names:
                found.setdefault(name, question.key)
                for part in question.part_kinds:
                    parts.setdefault(f"{name}.{part}", f"{question.key}.{part}")
            for cell in question.cells if isinstance(question, RepeatedQuestion) else ():
                for name in [cell.name] + ([f"{page.section}.{cell.name}"] if page.section else []):
                    cells.setdefault(name, f"{question.key}.{cell.name}")
    return cells | parts | found


def find_owner(key: str, questions: Mapping[str, Question]) -> str:
    """The key of the question whose answer ``key`` is, or is a part of."""
    return key if key in questions else key.rpartition(".")[0]
