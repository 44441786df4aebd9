"""In which languages the record can be given: English, and what is translated in full.

A record half in one language and half in another is of no use to whoever needs it. So a language is
offered once its catalogue has every single word of the record. Words that no human has approved do
not count, but in a demonstration, where the record then says so (kernel.drafts).
"""

from __future__ import annotations

from functools import cache

from babel.support import Translations
from jinja2 import Environment
from jinja2.ext import extract_from_ast

from assistedaccess.consent.words import PERIODS
from assistedaccess.kernel import drafts
from assistedaccess.kernel.places import find_place

from . import waiting, words

TEMPLATES = (
    "my_record/_differences.html",
    "my_record/_record.html",
    "my_record/_stop.html",
    "my_record/_easy_read.html",
    "my_record/_audio.html",
)
OTHERS = ("cy",)
LOCALES = {"en": "en_GB", "cy": "cy"}


def list_languages(beside: frozenset[str] = frozenset()) -> tuple[str, ...]:
    """The languages that are offered, English first: for the record, and words ``beside`` it."""
    return (
        "en",
        *(
            each
            for each in OTHERS
            if _is_whole(each, drafts.APPROVED, beside)
            or (drafts.shows_drafts() and _is_whole(each, drafts.WITH_DRAFTS, beside))
        ),
    )


@cache
def list_words() -> frozenset[str]:
    """Every message of the record: those of its templates, and of its sentences."""
    found: set[str] = set()
    for name in TEMPLATES:
        found |= list_template_words(name)
    sentences = (*words.SENTENCES.values(), *words.SPECIAL.values())
    said: list[object] = [sentence.words for sentence in sentences]
    for table in (
        words.WHY,
        words.HOW_ENDED,
        words.KINDS,
        words.HEADINGS,
        words.POWERS,
        words.OUTCOMES,
        PERIODS,
    ):
        said += table.values()
    said += [words.A_HELPER, words.A_HELPER_BEGINS, words.YOU, words.THE_COMPUTER]
    said += [words.BY_THE_AUDITOR, words.STILL_OPEN, words.TOLD_IN_PERSON]
    said += [words.WAITS, words.NOT_YET, *waiting.ASKED.values()]
    return frozenset(found | {message_of(each) for each in said})


def list_template_words(name: str) -> set[str]:
    """The messages of one template."""
    source = (find_place("templates") / name).read_text(encoding="utf-8")
    messages = extract_from_ast(Environment(autoescape=True).parse(source))
    return {each for _line, _function, found in messages for each in _flatten(found) if each}


def _flatten(message: object) -> list[str]:
    parts = message if isinstance(message, tuple) else (message,)
    return [part for part in parts if isinstance(part, str)]


def message_of(said: object) -> str:
    """The message behind a lazy translation."""
    # A lazy translation keeps the message that it was made of.
    return str(said._args[0])  # type: ignore[attr-defined]


def _is_whole(
    language: str, domain: str = drafts.APPROVED, beside: frozenset[str] = frozenset()
) -> bool:
    return not list_missing_words(language, domain, beside)


@cache
def list_missing_words(
    language: str, domain: str, beside: frozenset[str] = frozenset()
) -> frozenset[str]:
    """The messages of the record, and ``beside`` it, that the compiled catalogue has not."""
    catalogue = Translations.load(str(find_place("translations")), [language], domain)
    known = getattr(catalogue, "_catalog", {})
    return frozenset(
        each for each in list_words() | beside if not (known.get(each) or known.get((each, 0)))
    )
