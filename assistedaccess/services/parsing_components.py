"""Parses the components of a page and the items of a list."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from assistedaccess.services.components import (
    Choice,
    ChoiceQuestion,
    Component,
    Content,
    Question,
    RowQuestion,
    TextQuestion,
    YesNoQuestion,
    find_kind,
    repeat,
    yes_and_no,
)
from assistedaccess.services.components.base import walk_questions
from assistedaccess.services.components.content import ListContent
from assistedaccess.services.conditions import Condition
from assistedaccess.services.definition import ListOfChoices
from assistedaccess.services.parsing_options import REVEALED, check_limits, check_words
from assistedaccess.services.patterns import is_pattern
from assistedaccess.services.remarks import Remarks, as_list, as_name, as_object, as_text
from assistedaccess.services.text import Text, find_foreign_expressions, find_lost_html, read_text

_LIST_KEYS = {"name", "title", "type", "items"}
_ITEM_KEYS = {
    "text", "label", "value", "description", "hint", "condition", "conditional", "children",
}  # fmt: skip
_FORMATS = {"nino"}
# DESIGN: no passwords of the person, ever, on whatever form.
_SECRET = re.compile(
    r"\b(?:pass ?words?|pass ?codes?|pin (?:number|code)|memorable (?:word|information)"
    r"|cyfrinair|security answer)\b",
    re.IGNORECASE,
)
YES_NO_LIST = "__yesNo"  # the builder's own, which no definition writes out
_MOST_COMPONENTS = 200
_MOST_CELLS = 50
_MOST_REVEALED = 20
_MOST_CHOICES = 5_000
_DEEPEST = 5


class ComponentParser:
    """Parses components into the classes of ``components``, and remarks on what is wrong."""

    def __init__(self, remarks: Remarks, conditions: Mapping[str, Condition]) -> None:
        self.remarks = remarks
        self.lists: dict[str, ListOfChoices] = {}
        self._raw_lists: dict[str, Mapping[str, Any]] = {}
        self.used_conditions: set[str] = set()
        self._conditions = conditions
        self._sections_of: dict[str, list[str]] = {}
        self._controls: dict[str, str] = {}
        self._repeats = False

    def count_names(self, raw_pages: list[Any]) -> None:
        """Learn in which sections each name is used: a name in two sections is two answers."""
        seen: Counter[str] = Counter()
        for raw in raw_pages:
            page = as_object(raw)
            for component in as_list(page.get("components")):
                name = as_text(as_object(component).get("name"))
                kind = find_kind(as_text(as_object(component).get("type")))
                if not name or kind is None or not kind.is_question:
                    continue
                seen[name] += 1
                self._sections_of.setdefault(name, []).append(as_name(page.get("section")))
        for name, times in seen.items():
            if times > 1:
                shared = len(set(self._sections_of[name])) < times
                what = "they share one answer" if shared else "each section keeps its own answer"
                self.remarks.warn(f"{times} components are named “{name}”: {what}")

    def parse_lists(self, raw: Mapping[str, Mapping[str, Any]]) -> dict[str, ListOfChoices]:
        """The lists by name, whichever of them a question inside another one's choices names."""
        self._raw_lists = dict(raw)
        for name in raw:
            self._find_list(name)
        return self.lists

    def _find_list(self, name: str) -> ListOfChoices | None:
        if name not in self.lists and name in self._raw_lists:
            given = self._raw_lists.pop(name)  # once: a list inside itself is not found there
            self.remarks.warn_of_keys(given, _LIST_KEYS, f"List “{name}”")
            choices = self.parse_choices(given.get("items"), f"List “{name}”")
            self.lists[name] = ListOfChoices(name, read_text(given.get("title")), choices)
        return self.lists.get(name)

    def parse_page(
        self, page: Mapping[str, Any], where: str, section: str, repeating: bool
    ) -> tuple[Component, ...]:
        """The components of a page; on a repeating one, the first question is what repeats."""
        raw = as_list(page.get("components"))
        if len(raw) > _MOST_COMPONENTS:
            self.remarks.error(f"{where} has more than {_MOST_COMPONENTS} components")
        found: list[Component] = []
        repeats = False
        self._repeats = repeating
        for number, given in enumerate(raw[:_MOST_COMPONENTS], start=1):
            component = self._parse(as_object(given), where, number, section)
            if component is None:
                continue
            if isinstance(component, Question):
                if self._is_asked_again(component, found, where):
                    continue
                wanted = repeating and not repeats
                repeats = repeats or wanted
                if wanted and any(choice.reveals for choice in component.choices):
                    component = self._make_row(as_object(given), component, where, section)
                if wanted or isinstance(component, RowQuestion):
                    component = repeat(component)
            found.append(component)
        if repeating and not repeats:
            self.remarks.error(f"{where} repeats, and has no question")
        return tuple(found)

    def _is_asked_again(self, question: Question, found: list[Component], where: str) -> bool:
        """Whether the page asks ``question`` already, under no other condition than before."""
        others = [other for other in found if isinstance(other, Question)]
        again = any(other.key == question.key and not other.condition for other in others)
        if again and not question.condition:
            self.remarks.warn(f"{where}: asks for “{question.name}” once, and not again")
            return True
        return False

    def _make_row(
        self, raw: Mapping[str, Any], question: Question, where: str, section: str
    ) -> Question:
        """``question``, whose choices ask further, as the row of a page that repeats it."""
        name = f"{question.name}-rows"
        cells = self._place_in_row(name, (question,), f"{where}, component {question.name}")
        key = self._key(name, section)
        return RowQuestion("MultiInputField", name, key, question.title, children=cells)

    def _place_in_row(
        self, key: str, components: tuple[Component, ...], here: str
    ) -> tuple[Component, ...]:
        """``components`` as cells of the row ``key``, those behind their choices among them."""
        placed = []
        for component in components:
            choices = tuple(
                replace(choice, reveals=self._place_in_row(key, choice.reveals, here))
                for choice in component.choices
            )
            if isinstance(component, RowQuestion):
                self.remarks.cannot(
                    f"{here}: rows inside a row ({component.name}) are not supported"
                )
                continue
            cell = replace(component, key=f"{key}.{component.name}", choices=choices)
            if isinstance(cell, Question):
                self._claim_control(cell, here)
            placed.append(cell)
        return tuple(placed)

    def _parse(
        self, raw: Mapping[str, Any], where: str, number: int, section: str, parent: str = ""
    ) -> Component | None:
        type_name, name = as_text(raw.get("type")), as_text(raw.get("name"))
        here = f"{where}, component {name or number}"
        options = as_object(raw.get("options"))
        if raw.get("list") == YES_NO_LIST and YES_NO_LIST not in self.lists:
            type_name = "YesNoField"
        kind = find_kind(type_name, options)
        if kind is None:
            self.remarks.cannot(f"{here}: the type “{type_name}” is not supported")
            return None
        if kind.is_question and not name:
            self.remarks.error(f"{here}: a {type_name} needs a name")
            return None
        check_words(raw, kind, here, self.remarks, repeats=self._repeats)
        self._check_condition(options, here)
        content = read_text(raw.get("content"))
        component = kind(
            type=type_name,
            name=name,
            key=f"{parent}.{name}" if parent else self._key(name, section),
            title=read_text(raw.get("title")),
            hint=read_text(raw.get("hint")),
            content=content,
            options=options,
            schema=as_object(raw.get("schema")),
            choices=self._find_choices(kind, raw, here),
            children=self._parse_children(kind, raw, here, parent or self._key(name, section)),
        )
        self._check_content(component, here)
        if isinstance(component, Question):
            self._check_question(component, here)
        return component

    def _key(self, name: str, section: str) -> str:
        sections = set(self._sections_of.get(name, ()))
        return f"{section}.{name}" if len(sections) > 1 and section else name

    def _parse_children(
        self, kind: type[Component], raw: Mapping[str, Any], here: str, key: str
    ) -> tuple[Component, ...]:
        if kind is not RowQuestion:
            return ()
        given = as_list(raw.get("children"))
        if len(given) > _MOST_CELLS:
            self.remarks.error(f"{here}: a MultiInputField has more than {_MOST_CELLS} children")
        children = []
        for number, child in enumerate(map(as_object, given[:_MOST_CELLS]), start=1):
            if child.get("type") == "MultiInputField":
                name = as_text(child.get("name")) or number
                self.remarks.cannot(f"{here}: rows inside a row ({name}) are not supported")
                continue
            children.append(self._parse(child, here, number, "", key))
        given_cells = tuple(child for child in children if child is not None)
        found = self._place_in_row(key, given_cells, here)
        for name, times in Counter(cell.name for cell in walk_questions(found)).items():
            if times > 1:
                self.remarks.error(f"{here}: {times} of its children are named “{name}”")
        if not any(child.is_question for child in found):
            self.remarks.error(f"{here}: a MultiInputField needs children that are questions")
        return found

    def _check_condition(self, options: Mapping[str, Any], here: str) -> None:
        condition = as_text(options.get("condition"))
        if condition:
            self._use_condition(condition, here)

    def _use_condition(self, name: str, here: str) -> None:
        self.used_conditions.add(name)
        if name not in self._conditions:
            self.remarks.error(f"{here}: the condition “{name}” does not exist")

    def check_expressions(self, text: Text, where: str) -> None:
        """Name what a text asks a template to do and does not get here."""
        for words in text.in_all_languages():
            for expression in find_foreign_expressions(words):
                said = expression[:80]
                self.remarks.warn(f"{where}: the expression {said} is left out of the page")

    def _check_content(self, component: Component, here: str) -> None:
        self.check_expressions(component.title, here)
        if not isinstance(component, Content):
            return
        self.check_expressions(component.content, here)
        for words in component.content.in_all_languages():
            for lost in find_lost_html(words):
                self.remarks.warn(f"{here}: the HTML {lost[:80]} is left out of the page")

    def _check_question(self, question: Question, here: str) -> None:
        if not question.title:
            self.remarks.warn(f"{here}: the question has no title")
        for words in question.title.in_all_languages():
            if _SECRET.search(words):
                self.remarks.error(f"{here}: asks for a password, which nobody may ask for")
        wanted = question.schema.get("regex")
        understood = wanted in (None, "") or (isinstance(wanted, str) and is_pattern(wanted))
        if isinstance(question, TextQuestion) and not understood:
            self.remarks.cannot(f"{here}: the regex “{wanted}” cannot be understood")
        form = question.options.get("format")
        if form is not None and not (isinstance(form, str) and form in _FORMATS):
            self.remarks.cannot(f"{here}: the format “{form}” is not known")
        check_limits(question, here, self.remarks)
        self._claim_control(question, here)

    def _claim_control(self, question: Question, here: str) -> None:
        other = self._controls.setdefault(question.control, question.key)
        if other != question.key:
            self.remarks.error(f"{here}: its name cannot be told from that of “{other}”")

    def _find_choices(
        self, kind: type[Component], raw: Mapping[str, Any], here: str
    ) -> tuple[Choice, ...]:
        if issubclass(kind, YesNoQuestion):
            return yes_and_no()
        if not issubclass(kind, ChoiceQuestion | ListContent):
            return ()
        return self._add_reveals(self._find_listed(kind, raw, here), raw, here)

    def _add_reveals(
        self, choices: tuple[Choice, ...], raw: Mapping[str, Any], here: str
    ) -> tuple[Choice, ...]:
        """``choices`` with what the component itself reveals behind each, by the choice's value."""
        given = as_object(as_object(raw.get("options")).get(REVEALED))
        for value in sorted(given.keys() - {choice.value for choice in choices}):
            self.remarks.warn(f"{here}: the option “{REVEALED}” names no choice “{value}”")
        found = []
        for choice in choices:
            inside = f"{here}, choice {choice.value}"
            more = (
                self._parse(as_object(given[choice.value]), inside, 1, "")
                if (choice.value in given)
                else None
            )
            found.append(replace(choice, reveals=(*choice.reveals, *((more,) if more else ()))))
        return tuple(found)

    def _find_listed(
        self, kind: type[Component], raw: Mapping[str, Any], here: str
    ) -> tuple[Choice, ...]:
        values = as_object(raw.get("values"))
        if values.get("type") == "static":
            return self.parse_choices(values.get("items"), here)
        options = as_object(raw.get("options"))
        names = (raw.get("list"), values.get("list"), options.get("list"))
        name = next((as_text(given) for given in names if as_text(given)), "")
        found = self._find_list(name)
        if found is None:
            self.remarks.error(f"{here}: the list “{name}” does not exist")
            return ()
        if not found.choices and issubclass(kind, ChoiceQuestion):
            self.remarks.error(f"{here}: the list “{name}” is empty")
        return found.choices

    def parse_choices(self, raw: object, here: str, depth: int = 0) -> tuple[Choice, ...]:
        """The items of a list, or of a component's own static values."""
        items, choices = as_list(raw), []
        if len(items) > _MOST_CHOICES:
            self.remarks.error(f"{here} has more than {_MOST_CHOICES} items")
        seen: set[str] = set()
        for number, item in enumerate(items[:_MOST_CHOICES], start=1):
            given = as_object(item)
            self.remarks.warn_of_keys(given, _ITEM_KEYS, f"{here}, item {number}")
            text = read_text(given.get("text", given.get("label")))
            value = _read_value(given.get("value"), text)
            if not value or value in seen:
                what = "has the same value as another" if value else "has no value"
                self.remarks.warn(f"{here}: item {number} {what} and is left out")
                continue
            seen.add(value)
            condition = as_text(given.get("condition"))
            if condition:
                self._use_condition(condition, f"{here}, item {number}")
            hint = read_text(given.get("description", given.get("hint")))
            reveals = self._parse_reveals(given, f"{here}, item {number}", depth)
            choices.append(Choice(value, text or Text(value), hint, condition, reveals))
        return tuple(choices)

    def _parse_reveals(
        self, item: Mapping[str, Any], here: str, depth: int
    ) -> tuple[Component, ...]:
        raw = as_list(as_object(item.get("conditional")).get("components"))
        raw = raw or as_list(item.get("children"))
        if raw and depth >= _DEEPEST:
            self.remarks.error(f"{here}: questions inside choices are nested too deeply")
            return ()
        if len(raw) > _MOST_REVEALED:
            self.remarks.error(f"{here} has more than {_MOST_REVEALED} components inside it")
        found = [
            self._parse(as_object(component), here, number, "")
            for number, component in enumerate(raw[:_MOST_REVEALED], start=1)
        ]
        return tuple(component for component in found if component is not None)


def _read_value(raw: object, text: Text) -> str:
    if isinstance(raw, bool):
        return "true" if raw else "false"
    if isinstance(raw, str | int | float):
        return str(raw)
    return text.en
