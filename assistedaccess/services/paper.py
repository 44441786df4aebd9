"""A form on paper: every page that it has, with lines to write on, and the answers so far. Pure.

For a visit where there is no network, and for the day when the system is down.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from .components import (
    Asking,
    ChoiceQuestion,
    FileQuestion,
    Question,
    RepeatedQuestion,
    RowQuestion,
)
from .definition import Definition, Page, PageKind
from .journey import Answers
from .text import strip_html

ROWS = 3
"""How often what is asked again and again is printed."""
LONG_LINES, SHORT_LINES = 4, 1


@dataclass(frozen=True)
class PaperQuestion:
    """One question: what it offers to tick, or how many lines to write on; the answer so far.

    ``only_if`` says, by the choice that reveals it, when it is asked; ``condition`` the same in the
    words of a condition.
    """

    label: str
    hint: str
    choices: tuple[str, ...]
    lines: int
    is_file: bool
    answer: tuple[str, ...]
    only_if: str = ""
    condition: str = ""


@dataclass(frozen=True)
class PaperPage:
    """One page. ``only_if`` are the conditions under which any page leads here; none: always."""

    title: str
    only_if: tuple[str, ...]
    questions: tuple[PaperQuestion, ...]


def lay_out(definition: Definition, asking: Asking, answers: Answers) -> list[PaperPage]:
    """The pages that ask something, in the order of the form."""
    pages = []
    for page in definition.pages.values():
        if page.kind in (PageKind.SUMMARY, PageKind.CONFIRM) or not page.questions:
            continue
        questions = tuple(_list_questions(definition, page, asking, answers))
        title = asking.fill(page.title)
        pages.append(PaperPage(title, _list_conditions(definition, page), questions))
    return pages


def _list_conditions(definition: Definition, page: Page) -> tuple[str, ...]:
    """When the form comes to a page: in the words of its conditions; none where it always does.

    A page that follows on one other page alone has the conditions of that one.
    """
    path, passed = page.path, {page.path}
    if page.condition:
        return (_name_condition(definition, page.condition),)
    while path != definition.start_path:
        ways = [
            (other.path, way.condition)
            for other in definition.pages.values()
            for way in other.next
            if way.path == path and not way.redirect
        ]
        if all(condition for _, condition in ways):
            names = dict.fromkeys(condition for _, condition in ways)
            return tuple(_name_condition(definition, name) for name in names)
        path = ways[0][0]
        if len(ways) > 1 or path in passed:
            break
        passed.add(path)
    return ()


def _name_condition(definition: Definition, name: str) -> str:
    return definition.conditions[name].title or name if name in definition.conditions else name


def _list_questions(
    definition: Definition, page: Page, asking: Asking, answers: Answers
) -> Iterator[PaperQuestion]:
    every = (*page.questions, *page.cells)
    conditions = {q.key: _name_condition(definition, q.condition) for q in every if q.condition}
    only_if = {
        inner.key: choice.text.in_language(asking.language)
        for question in every
        for choice in question.choices
        for inner in choice.reveals
        if isinstance(inner, Question)
    }
    for question in page.questions:
        answer = question.show(answers.get(question.key), asking)
        for each in [question] if answer else _split(question):
            yield replace(
                _lay_question(each, asking, answer),
                only_if=only_if.get(each.key, ""),
                condition=conditions.get(each.key, ""),
            )


def _split(question: Question) -> list[Question]:
    """A question as it is written on paper: one that is asked again, several times; a row, cell by
    cell."""
    if isinstance(question, RepeatedQuestion):
        return [cell for _ in range(ROWS) for cell in _split(question.each)]
    if isinstance(question, RowQuestion):
        return list(question.cells)
    return [question]


def _lay_question(question: Question, asking: Asking, answer: tuple[str, ...]) -> PaperQuestion:
    choices: tuple[str, ...] = ()
    if isinstance(question, ChoiceQuestion):
        choices = tuple(choice.text.in_language(asking.language) for choice in question.choices)
    is_long = getattr(question, "multiline", False) or question.type == "UkAddressField"
    return PaperQuestion(
        label=question.label(asking),
        hint=strip_html(question.hint.in_language(asking.language)),
        choices=choices,
        lines=LONG_LINES if is_long else SHORT_LINES,
        is_file=isinstance(question, FileQuestion),
        answer=answer,
    )
