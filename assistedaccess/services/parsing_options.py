"""Names what a component carries without an effect: unknown words, and words out of place."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from assistedaccess.services.components import (
    CheckboxesQuestion,
    ChoiceQuestion,
    Component,
    Content,
    FileQuestion,
    NumberQuestion,
    PartsQuestion,
    Question,
    RowQuestion,
    TextQuestion,
    TimeQuestion,
)
from assistedaccess.services.components.base import whole_number
from assistedaccess.services.components.content import ListContent
from assistedaccess.services.components.numbers import read_decimal
from assistedaccess.services.components.plain import MultilineQuestion, NinoQuestion
from assistedaccess.services.remarks import Remarks, as_object

Kinds = tuple[type[Component], ...]
_ANY: Kinds = (Component,)
_ASKED: Kinds = (Question,)
_OF_ROWS = {"columnTitles", "maxMultiInputFieldRows", "minMultiInputFieldRows", "rowsFrom"}
_SCHEMA_LIMITS = ("min", "max", "length", "precision")
_OPTION_LIMITS = (
    "maxWords", "maxMultiInputFieldRows", "minMultiInputFieldRows", "minimumRequiredFiles",
    "maxDaysInPast", "maxDaysInFuture", "rows",
)  # fmt: skip

REVEALED = "conditionallyRevealedComponents"

# Each word that is known, and the kinds of component that it has an effect on.
_OPTIONS: dict[str, Kinds] = {
    "required": _ASKED,
    "optionalText": _ASKED,
    "hideTitle": (Question, ListContent),
    "classes": _ANY,
    "prefix": (TextQuestion,),
    "suffix": (TextQuestion,),
    "maxWords": (MultilineQuestion,),
    "rows": (MultilineQuestion,),
    "exposeToContext": _ANY,  # the builder's own page templates have it; here every answer is
    "condition": _ANY,
    **dict.fromkeys(_OF_ROWS, (RowQuestion,)),
    "minimumRequiredFiles": (FileQuestion,),
    "dropzoneConfig": (FileQuestion,),
    "multiple": (FileQuestion,),
    "accept": (FileQuestion,),
    "behaviour": (CheckboxesQuestion,),
    "divider": (CheckboxesQuestion,),
    "behaviourItemValue": (CheckboxesQuestion,),
    "customValidationMessage": _ASKED,
    "maxDaysInPast": (PartsQuestion,),
    "maxDaysInFuture": (PartsQuestion,),
    "disableChangingFromSummary": _ASKED,
    "autocomplete": _ASKED,  # said by itself
    "bold": (ChoiceQuestion,),
    REVEALED: (ChoiceQuestion,),
    "type": (ListContent,),
    "isMultiInput": _ANY,  # the builder's own mark, which asks for nothing
    "list": (ChoiceQuestion, ListContent),
    # Our own: the noun for error messages, and the form that a text must have.
    "noun": _ASKED,
    "format": (TextQuestion,),
}
_SCHEMA: dict[str, Kinds] = {
    "min": (TextQuestion,),
    "max": (TextQuestion,),
    "precision": (NumberQuestion,),
    "integer": (NumberQuestion,),
    "length": (TextQuestion,),
    "regex": (TextQuestion,),
}
_KEYS: dict[str, Kinds] = {
    **dict.fromkeys(("type", "name", "title", "options", "schema", "id"), _ANY),
    **dict.fromkeys(("subType", "nameHasError"), _ANY),  # the builder's own marks
    "hint": _ASKED,
    "list": (ChoiceQuestion, ListContent),
    "content": (Content,),
    "values": (ChoiceQuestion, ListContent),
    "children": (RowQuestion,),
}
# A rule of a class that is looked up in a class below it, and that has no effect there.
_NOT_ON: dict[str, Kinds] = {
    "maxDaysInPast": (TimeQuestion,),
    "maxDaysInFuture": (TimeQuestion,),
    "prefix": (MultilineQuestion,),
    "suffix": (MultilineQuestion,),
    "length": (NumberQuestion,),
    "regex": (NumberQuestion, NinoQuestion),
    "content": (ListContent,),
}


def check_words(
    raw: Mapping[str, Any], kind: type[Component], here: str, remarks: Remarks, *, repeats: bool
) -> None:
    """Warn of each key, option and schema word of ``raw`` that has no effect on a ``kind``.

    ``repeats``: it is on a page that repeats, where a question of any kind has rows.
    """
    for known, given, what in (
        (_KEYS, raw, "key"),
        (_OPTIONS, as_object(raw.get("options")), "option"),
        (_SCHEMA, as_object(raw.get("schema")), "schema’s"),
    ):
        for word, value in sorted(given.items(), key=str):
            said = f"{here}: the {what} “{word}”"
            if word not in known:
                remarks.warn(f"{said} is not known and has no effect")
            elif _asks(word, value, kind) and not (
                (repeats and word in _OF_ROWS) or _is_for(known[word], word, kind)
            ):
                remarks.warn(f"{said} has no effect on a {raw.get('type')}")
    classes = as_object(raw.get("options")).get("classes")
    for name in classes.split() if isinstance(classes, str) else ():
        if not name.startswith("govuk-"):
            remarks.warn(f"{here}: the class “{name}” has no effect: it is not GOV.UK Frontend’s")
    if as_object(raw.get("options")).get("autocomplete"):
        remarks.warn(
            f"{here}: the option “autocomplete” has no effect: a browser would offer the "
            "helper's own answers, or the last person's"
        )


def _asks(word: str, value: object, kind: type[Component]) -> bool:
    """Whether ``value`` asks for anything: the builder writes out what nobody has chosen."""
    if word in ("values", "list") and issubclass(kind, Question):
        return False  # it names the list of a yes or no question, which is its own
    return value not in (None, "", False) and value not in ({}, [])


def _is_for(kinds: Kinds, word: str, kind: type[Component]) -> bool:
    return issubclass(kind, kinds) and not issubclass(kind, _NOT_ON.get(word, ()))


def check_limits(question: Question, here: str, remarks: Remarks) -> None:
    """Name the limits that cannot be read as what they are, and so hold nobody."""
    read = read_decimal if isinstance(question, NumberQuestion) else whole_number
    limits = [(f"schema's “{key}”", question.schema.get(key), read) for key in _SCHEMA_LIMITS]
    for key in _OPTION_LIMITS:
        limits.append((f"option “{key}”", question.options.get(key), whole_number))
    for what, given, understand in limits:
        if given not in (None, "") and understand(given) is None:
            remarks.warn(f"{here}: the {what} is no such number and has no effect")
    fewest = whole_number(question.options.get("minimumRequiredFiles")) or 0
    if isinstance(question, FileQuestion) and fewest > question.most:
        remarks.warn(f"{here}: takes {question.most} files, and asks for {fewest}")
