"""What every component is: a question (a field) or something to read (content).

A component is pure: it reads what was posted into a canonical answer, tells what is wrong with it,
gives it back as it would be posted, says how it reads in a summary, and describes itself to the
GOV.UK macros as a dictionary. Canonical answers are JSON without floats: text (numbers, dates and
money too), lists and objects; None is "asked and left empty".
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, ClassVar

from assistedaccess.kernel.text import UnfitText, clean_text
from assistedaccess.services import messages
from assistedaccess.services.messages import Problem
from assistedaccess.services.text import NO_TEXT, Text, fill_in, read_text, strip_html

Answer = Any  # str, list or dict of such, or None
Posted = Mapping[str, Sequence[str]]
Find = Callable[[str], Answer]
LONGEST_LINE = 500
LONGEST_TEXT = 20_000


@dataclass(frozen=True)
class Asking:
    """The circumstances of a question: language, local time, and which conditions hold.

    ``show_answer`` gives an answer given earlier as text, for ``{{ field }}`` in content;
    ``find`` the same as it is stored, ``name_file`` the name of a stored file. ``overlay`` gives
    ``holds`` anew with some answers put over those in play.
    """

    language: str
    now: datetime
    holds: Callable[[str], bool] = lambda _name: True
    show_answer: Callable[[str], str] = lambda _name: ""
    translate: Callable[[str], str] = lambda words: words
    name_file: Callable[[str], str] = lambda file_id: file_id
    find: Find = lambda _name: None
    overlay: Callable[[Mapping[str, Answer]], Callable[[str], bool]] | None = None

    def within(self, row: Mapping[str, Answer]) -> Asking:
        """The circumstances inside a row: its cells, by the row's key, are among the answers."""
        return self if self.overlay is None else replace(self, holds=self.overlay(row))

    def fill(self, text: Text) -> str:
        """``text`` in the reader's language as plain words, answers filled in."""
        return strip_html(fill_in(text.in_language(self.language), self.show_answer, str))


@dataclass(frozen=True)
class Reading:
    """What was read from a post: the canonical answer, and what is wrong with it."""

    answer: Answer = None
    problems: tuple[Problem, ...] = ()

    @property
    def is_fit(self) -> bool:
        return not self.problems


@dataclass(frozen=True)
class Choice:
    """One item of a list: ``value`` is what is stored, ``condition`` whether it is offered."""

    value: str
    text: Text
    hint: Text = NO_TEXT
    condition: str = ""
    reveals: tuple[Component, ...] = ()


@dataclass(frozen=True)
class Component:
    """One component of a page.

    ``key`` is the key of its answer, unique in the definition; ``name`` is as the definition has
    it. ``control`` is the name of its input in the page, which no other input can have.
    """

    type: str
    name: str
    key: str
    title: Text = NO_TEXT
    hint: Text = NO_TEXT
    content: Text = NO_TEXT
    options: Mapping[str, Any] = field(default_factory=dict)
    schema: Mapping[str, Any] = field(default_factory=dict)
    choices: tuple[Choice, ...] = ()
    children: tuple[Component, ...] = ()

    is_question: ClassVar[bool] = False

    @property
    def condition(self) -> str:
        """The condition under which this component is on its page; empty: always."""
        name = self.options.get("condition")
        return name if isinstance(name, str) else ""

    @property
    def classes(self) -> str:
        """The GOV.UK classes that the definition gives; others are not ours to show."""
        given = self.options.get("classes")
        names = given.split() if isinstance(given, str) else []
        return " ".join(name for name in names if name.startswith("govuk-"))


@dataclass(frozen=True)
class Question(Component):
    """A component that is answered."""

    is_question: ClassVar[bool] = True
    macro: ClassVar[str] = "input"
    in_fieldset: ClassVar[bool] = False
    verb: ClassVar[str] = messages.ENTER

    @property
    def required(self) -> bool:
        """Whether it must be answered: yes, unless the definition says no."""
        return self.options.get("required") not in (False, "false")

    @property
    def control(self) -> str:
        """The name, and the base of the ids, of its inputs."""
        return "q-" + "".join(c if c.isalnum() or c in "-_" else "-" for c in self.key)

    @property
    def parts(self) -> tuple[str, ...]:
        """The suffixes of its inputs, where it has several: ``day``, ``month``, ``year``."""
        return ()

    @property
    def part_kinds(self) -> Mapping[str, str]:
        """The parts of an answer that a condition may name, each with the type it compares as."""
        return {}

    def part_control(self, part: str) -> str:
        """The name of the input for ``part``."""
        return f"{self.control}-{part}"

    def label(self, asking: Asking) -> str:
        """The question, marked where it need not be answered."""
        words = asking.fill(self.title)
        if self.required or self.options.get("optionalText") in (False, "false"):
            return words
        optional = asking.translate(OPTIONAL)
        return words if optional.lower() in words.lower() else f"{words} {optional}"

    def what(self, asking: Asking) -> str:
        """The noun for error messages, or the question in quotation marks where it has none."""
        own = self.options.get("noun")
        if own:
            return read_text(own).in_language(asking.language)
        title = asking.fill(self.title)
        return messages.name_question(title) or f"“{title}”"

    def problem(self, template: str, asking: Asking, part: str = "", **values: object) -> Problem:
        """A Problem about this question, with its noun among the values."""
        what = self.what(asking)
        words = {"what": what, "What": messages.capitalise(what)}
        words |= {name: str(value) for name, value in values.items()}
        own = read_text(self.options.get("customValidationMessage")).in_language(asking.language)
        shown = own if template in _FORMAT_TEMPLATES else ""
        return Problem(template, words, part, shown)

    def missing(self, asking: Asking) -> Problem:
        """The Problem of no answer at all."""
        title = asking.fill(self.title)
        if not self.options.get("noun") and messages.name_question(title) is None:
            template = _QUOTED.get(self.verb, messages.ENTER_ANSWER)
            return Problem(template, {"what": title}, self.first_part)
        return self.problem(self.verb, asking, self.first_part)

    @property
    def first_part(self) -> str:
        """The part that an error about the whole answer links to."""
        return self.parts[0] if self.parts else ""

    def anchor(self, part: str) -> str:
        """The id of the control that an error in ``part`` links to."""
        return self.part_control(part) if part else self.control

    def read(self, posted: Posted, asking: Asking) -> Reading:
        """The answer in ``posted``, and what is wrong with it. Never raises."""
        raise NotImplementedError

    def offers(self, answer: Answer, asking: Asking) -> bool:
        """Whether ``answer`` may still be given now: a choice may hang on a condition."""
        return True

    def repost(self, answer: Answer) -> dict[str, list[str]]:
        """``answer`` as it would be posted: what a saved page is filled in with again."""
        return {self.control: [answer]} if isinstance(answer, str) else {self.control: []}

    def show(self, answer: Answer, asking: Asking) -> tuple[str, ...]:
        """``answer`` as it reads in a summary, line by line; nothing for no answer."""
        return (answer,) if isinstance(answer, str) and answer else ()

    def params(self, posted: Posted, asking: Asking) -> dict[str, Any]:
        """What the GOV.UK macro needs to show it with ``posted`` filled in; no label, no error."""
        raise NotImplementedError


EMPTY: tuple[Answer, ...] = (None, "", [], {})
"""What an answer that was left empty may be."""


def walk_questions(components: Iterable[Component]) -> Iterator[Question]:
    """The questions among ``components``, those that a choice reveals right after its question."""
    for component in components:
        if isinstance(component, Question):
            yield component
            for choice in component.choices:
                yield from walk_questions(choice.reveals)


def select_asked(
    questions: Iterable[Question], answers: Mapping[str, Answer], holds: Callable[[str], bool]
) -> tuple[Question, ...]:
    """Those of ``questions`` whose condition holds, and whose choice is chosen in ``answers``."""
    asked: list[Question] = []
    hidden: set[str] = set()
    for question in questions:
        held = not question.condition or holds(question.condition)
        if question.key in hidden or not held:
            hidden |= _revealed_by(question, None)
            continue
        asked.append(question)
        hidden |= _revealed_by(question, answers.get(question.key))
    return tuple(asked)


def _revealed_by(question: Question, answer: Answer) -> set[str]:
    """The keys of the questions behind choices of ``question`` that ``answer`` did not choose."""
    chosen = answer if isinstance(answer, list) else [answer]
    return {
        component.key
        for choice in question.choices
        if choice.value not in chosen
        for component in choice.reveals
    }


OPTIONAL = messages.N_("(optional)")
_QUOTED = {messages.ENTER: messages.ENTER_ANSWER, messages.SELECT: messages.SELECT_ANSWER}
_FORMAT_TEMPLATES = {
    messages.WRONG_FORMAT,
    messages.BAD_EMAIL,
    messages.BAD_TELEPHONE,
    messages.BAD_WEBSITE,
    messages.BAD_NINO,
    messages.NOT_A_NUMBER,
    messages.TOO_MANY_WORDS,
}


def first_posted(posted: Posted, control: str) -> str:
    """The one value posted for ``control``; empty when there is none."""
    values = posted.get(control)
    if not values:
        return ""
    value = values if isinstance(values, str) else values[0]
    return value if isinstance(value, str) else ""


def tidy(raw: str, *, multiline: bool = False) -> str | None:
    """``raw`` in NFC and trimmed, or None when it holds what cannot be printed."""
    if len(raw) > 4 * LONGEST_TEXT:  # bounded before it is looked at character by character
        raw = raw[: 4 * LONGEST_TEXT]
    if not multiline:
        raw = raw.replace("\t", " ")
    try:
        return clean_text(raw, multiline=multiline)
    except UnfitText:
        return None


def whole_number(raw: object) -> int | None:
    """A number of a schema or option, which definitions write as a number or as text."""
    if isinstance(raw, bool) or raw is None:
        return None
    try:
        number = float(str(raw).strip())
        return int(number) if number == int(number) else None
    except (ValueError, OverflowError):
        return None
