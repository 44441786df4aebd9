"""In which languages the record can be given: English, and what humans have translated in full.

A record half in one language and half in another is of no use to whoever needs it, and a machine's
words are not offered. So a language is offered once its catalogue, which humans write and review,
has every single word of the record.
"""

from __future__ import annotations

from functools import cache

from babel.support import Translations
from jinja2 import Environment
from jinja2.ext import extract_from_ast

from assistedaccess.kernel.places import find_place

from . import words

TEMPLATES = (
    "my_record/_record.html",
    "my_record/_stop.html",
    "my_record/_easy_read.html",
    "my_record/_audio.html",
)
OTHERS = ("cy",)
LOCALES = {"en": "en_GB", "cy": "cy"}


def list_languages() -> tuple[str, ...]:
    """The languages that are offered, English first."""
    return ("en", *(language for language in OTHERS if _is_whole(language)))


@cache
def list_words() -> frozenset[str]:
    """Every message of the record: those of its templates, and of its sentences."""
    environment = Environment(autoescape=True)
    found: set[str] = set()
    for name in TEMPLATES:
        source = (find_place("templates") / name).read_text(encoding="utf-8")
        for _line, _function, message in extract_from_ast(environment.parse(source)):
            found |= {each for each in _flatten(message) if each}
    sentences = (*words.SENTENCES.values(), *words.SPECIAL.values())
    said: list[object] = [sentence.words for sentence in sentences]
    for table in (
        words.WHY,
        words.HOW_ENDED,
        words.KINDS,
        words.HEADINGS,
        words.POWERS,
        words.OUTCOMES,
    ):
        said += table.values()
    said += [words.A_HELPER, words.A_HELPER_BEGINS, words.YOU, words.THE_COMPUTER]
    said += [words.BY_THE_AUDITOR, words.STILL_OPEN]
    return frozenset(found | {_message_of(each) for each in said})


def _flatten(message: object) -> list[str]:
    parts = message if isinstance(message, tuple) else (message,)
    return [part for part in parts if isinstance(part, str)]


def _message_of(said: object) -> str:
    # A lazy translation keeps the message that it was made of.
    return str(said._args[0])  # type: ignore[attr-defined]


@cache
def _is_whole(language: str) -> bool:
    catalogue = Translations.load(str(find_place("translations")), [language])
    known = getattr(catalogue, "_catalog", {})
    return all(known.get(message) or known.get((message, 0)) for message in list_words())
