"""Questions answered by choosing: yes or no, one of a list, several of a list."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from assistedaccess.services import messages
from assistedaccess.services.components.base import (
    Answer,
    Asking,
    Choice,
    Posted,
    Question,
    Reading,
    first_posted,
)
from assistedaccess.services.messages import N_, Problem
from assistedaccess.services.text import Text, strip_html

YES, NO = N_("Yes"), N_("No")
OR = N_("or")
CHOOSE = N_("Choose one")


@dataclass(frozen=True)
class ChoiceQuestion(Question):
    """One of the choices of a list; the answer is the choice's value."""

    macro: ClassVar[str] = "radios"
    in_fieldset: ClassVar[bool] = True
    verb: ClassVar[str] = messages.SELECT

    def offered(self, asking: Asking) -> tuple[Choice, ...]:
        """The choices that are on the page now."""
        return tuple(c for c in self.choices if not c.condition or asking.holds(c.condition))

    def offers(self, answer: Answer, asking: Asking) -> bool:
        if not any(choice.condition for choice in self.choices):
            return True
        withdrawn = {c.value for c in self.choices} - {c.value for c in self.offered(asking)}
        return withdrawn.isdisjoint(answer if isinstance(answer, list) else [answer])

    def read(self, posted: Posted, asking: Asking) -> Reading:
        value = first_posted(posted, self.control)
        if not value:
            return Reading(None, (self.missing(asking),) if self.required else ())
        if all(choice.value != value for choice in self.offered(asking)):
            return Reading(None, (self.problem(messages.SELECT_LISTED, asking),))
        return Reading(value)

    def show(self, answer: Answer, asking: Asking) -> tuple[str, ...]:
        values = answer if isinstance(answer, list) else [answer]
        words = {c.value: c.text.in_language(asking.language) for c in self.choices}
        return tuple(words.get(value, value) for value in values if isinstance(value, str))

    def params(self, posted: Posted, asking: Asking) -> dict[str, Any]:
        chosen = set(posted.get(self.control, ()))
        items = []
        for number, choice in enumerate(self.offered(asking)):
            item: dict[str, Any] = {
                "value": choice.value,
                "text": choice.text.in_language(asking.language),
                # The first has the bare id: it is what the error summary links to.
                "id": self.control if number == 0 else f"{self.control}-{number + 1}",
                "checked": choice.value in chosen,
            }
            if choice.hint:
                item["hint"] = {"text": strip_html(choice.hint.in_language(asking.language))}
            if self.options.get("bold"):
                item["label"] = {"classes": f"govuk-{self.macro}__label govuk-label--s"}
            items.append(item)
        return {"idPrefix": self.control, "name": self.control, "items": items}


@dataclass(frozen=True)
class YesNoQuestion(ChoiceQuestion):
    """Yes or no; the answer is ``yes`` or ``no``."""

    def missing(self, asking: Asking) -> Problem:
        title = strip_html(self.title.in_language(asking.language))
        noun = self.options.get("noun")
        if noun:
            return Problem(messages.SELECT_YES_IF, {"what": self.what(asking)})
        clause = messages.yes_if(title) if asking.language == "en" else None
        if clause:
            return Problem(messages.SELECT_YES_IF, {"what": clause})
        return Problem(messages.SELECT_YES_NO, {"what": title})

    def params(self, posted: Posted, asking: Asking) -> dict[str, Any]:
        built = super().params(posted, asking)
        for item in built["items"]:
            item["text"] = asking.translate(item["text"])
        return built | {"classes": "govuk-radios--inline"}

    def show(self, answer: Answer, asking: Asking) -> tuple[str, ...]:
        return tuple(asking.translate(words) for words in super().show(answer, asking))


@dataclass(frozen=True)
class SelectQuestion(ChoiceQuestion):
    """One of a list in a drop-down. An autocomplete is the same list, which works everywhere."""

    macro: ClassVar[str] = "select"
    in_fieldset: ClassVar[bool] = False

    def params(self, posted: Posted, asking: Asking) -> dict[str, Any]:
        chosen = first_posted(posted, self.control)
        items = [{"value": "", "text": asking.translate(CHOOSE), "selected": not chosen}]
        for choice in self.offered(asking):
            text = choice.text.in_language(asking.language)
            items.append({"value": choice.value, "text": text, "selected": choice.value == chosen})
        built = {"id": self.control, "name": self.control, "items": items}
        return built | {"classes": self.classes}


@dataclass(frozen=True)
class CheckboxesQuestion(ChoiceQuestion):
    """Several of a list; the answer is the list of values, in the list's order.

    With ``behaviour: exclusive``, the choice ``behaviourItemValue`` (or the last one) stands alone.
    """

    macro: ClassVar[str] = "checkboxes"

    @property
    def exclusive(self) -> str:
        """The value that excludes all others, or nothing."""
        if self.options.get("behaviour") != "exclusive" or not self.choices:
            return ""
        named = self.options.get("behaviourItemValue")
        values = [choice.value for choice in self.choices]
        return named if isinstance(named, str) and named in values else values[-1]

    def read(self, posted: Posted, asking: Asking) -> Reading:
        chosen = [v for v in posted.get(self.control, ()) if isinstance(v, str) and v]
        if not chosen:
            return Reading(None, (self.missing(asking),) if self.required else ())
        offered = [choice.value for choice in self.offered(asking)]
        answer = [value for value in offered if value in chosen]
        if not set(chosen) <= set(offered):
            return Reading(None, (self.problem(messages.SELECT_LISTED, asking),))
        if self.exclusive in answer and len(answer) > 1:
            only = "".join(self.show([self.exclusive], asking))
            return Reading(None, (Problem(messages.EXCLUSIVE, {"only": only}),))
        return Reading(answer)

    def repost(self, answer: Answer) -> dict[str, list[str]]:
        values = answer if isinstance(answer, list) else []
        return {self.control: [value for value in values if isinstance(value, str)]}

    def params(self, posted: Posted, asking: Asking) -> dict[str, Any]:
        built = super().params(posted, asking)
        only = self.exclusive
        items: list[dict[str, Any]] = []
        for item in built["items"]:
            if only and item["value"] == only:
                divider = self.options.get("divider")
                words = divider if isinstance(divider, str) and divider else OR
                items.append({"divider": asking.translate(words)})
                item["behaviour"] = "exclusive"
            items.append(item)
        return built | {"items": items}


def yes_and_no() -> tuple[Choice, ...]:
    """The choices of a yes or no question."""
    return (Choice("yes", Text(YES)), Choice("no", Text(NO)))
