"""The words of a message: text, e-mail or letter, from templates/notices, one file a language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from types import SimpleNamespace
from typing import Any

from babel.dates import format_date
from jinja2 import Environment, FileSystemLoader, Template

from assistedaccess.kernel import clock
from assistedaccess.kernel.places import find_place

from .rules import TEXT_LENGTH, NoticeKind, shorten, spell_for_text

CODES = frozenset(
    kind.value
    for kind in (NoticeKind.CONSENT_CODE, NoticeKind.RECORD_CODE, NoticeKind.CONSENT_LINK)
)
"""Kinds that are a code and nothing else: their text has words of its own."""

REMINDER = NoticeKind.APPOINTMENT_REMINDER
"""It says when and where: by a route to which content may go, and by no other."""

LANGUAGES = {"en": "en_GB", "cy": "cy"}


@dataclass(frozen=True)
class Line:
    """One act to be told: what kind, its facts, and whether it is told in person alone."""

    kind: str
    facts: Mapping[str, str] = field(default_factory=dict)
    is_sensitive: bool = False


@dataclass(frozen=True)
class Telling:
    """All that the words of one notice depend on."""

    reference: str
    language: str
    queued_at: datetime
    is_risky: bool
    is_brief: bool
    lines: Sequence[Line]
    name: str = ""
    copy_of: str = ""  # the person who asked for a copy to somebody they trust
    place: str = ""
    telephone: str = ""
    takes_replies: bool = False  # a text that says NO comes in here
    say_no_at: str = ""  # the address of the page for it


@dataclass(frozen=True)
class Letter:
    """A letter, paragraph by paragraph; ``codes`` are numbers for its reader, in their order.

    ``text`` are words that it carries whole, a paragraph each.
    """

    reference: str
    language: str
    heading: str
    greeting: str
    opening: str
    lines: tuple[str, ...]
    closing: str
    place: str
    day: str
    codes: tuple[str, ...] = ()
    text: tuple[str, ...] = ()


@cache
def _environment() -> Environment:
    # Plain text, sent as such: nothing is escaped here. A letter's page escapes what it shows.
    return Environment(
        loader=FileSystemLoader(find_place("templates")),
        trim_blocks=True,
        lstrip_blocks=True,
        autoescape=False,  # noqa: S701
    )


@cache
def _macros(language: str) -> Template:
    known = language if language in LANGUAGES else "en"
    return _environment().get_template(f"notices/messages_{known}.txt")


def say(language: str, macro: str, facts: Mapping[str, str]) -> str:
    """What a macro of that language's file says of these facts."""
    words: Any = getattr(_macros(language).module, macro)
    # A fact that nobody gave is empty; a macro then leaves its part of the sentence out.
    return str(words(_Facts(**facts))).strip()


class _Facts(SimpleNamespace):
    def __getattr__(self, name: str) -> str:
        return ""


def has_words(language: str, kind: str) -> bool:
    """Whether the language's file says how an act of this kind is told."""
    return hasattr(_macros(language).module, f"line_{kind}")


def spell_day(moment: datetime, language: str, pattern: str = "d MMMM y") -> str:
    """The day of ``moment`` in the United Kingdom, as that language writes it."""
    locale = LANGUAGES.get(language, "en_GB")
    return format_date(clock.local(moment).date(), pattern, locale=locale)


def _tone(telling: Telling) -> str:
    if telling.copy_of:
        return "copy"
    for line in telling.lines:
        if line.kind in CODES or (line.kind == REMINDER and not telling.is_brief):
            return str(line.kind)
    return "risky" if telling.is_risky else "ordinary"


def _facts(telling: Telling) -> dict[str, str]:
    return {
        "reference": telling.reference,
        "name": telling.name,
        "copy_of": telling.copy_of,
        "place": telling.place,
        "telephone": telling.telephone,
        "say_no_at": telling.say_no_at,
        "takes_replies": "yes" if telling.takes_replies else "",
        "day": spell_day(telling.queued_at, telling.language),
    }


def write_text(telling: Telling) -> str:
    """At most 160 characters of the GSM alphabet, and nothing about the person.

    A long name of a place is cut, then left out; the reference and the number to ring stay.
    """
    facts = {
        **_facts(telling),
        "day": spell_day(telling.queued_at, telling.language, "d MMMM"),
        **{name: _find_fact(telling, name) for name in ("code", "link", "when")},
    }
    macro = f"text_{_tone(telling)}"
    place = spell_for_text(telling.place)
    while True:
        text = spell_for_text(say(telling.language, macro, {**facts, "place": place}))
        if len(text) <= TEXT_LENGTH or not place:
            return text
        place = shorten(place, len(place) - max(1, len(text) - TEXT_LENGTH)).rstrip(" ,.-")


def _find_fact(telling: Telling, name: str) -> str:
    return next((line.facts[name] for line in telling.lines if name in line.facts), "")


def write_subject(telling: Telling) -> str:
    """The subject of the e-mail: what it is about in general, and the reference."""
    return say(telling.language, f"subject_{_tone(telling)}", _facts(telling))


def write_lines(telling: Telling) -> tuple[str, ...]:
    """One sentence or two for each act; what is sensitive is only announced, once."""
    if telling.is_brief and _tone(telling) not in CODES:
        return ()
    said = []
    for line in telling.lines:
        macro = "line_sensitive" if line.is_sensitive else f"line_{line.kind}"
        sentence = say(telling.language, macro, line.facts)
        if not (line.is_sensitive and sentence in said):
            said.append(" ".join(sentence.split()))
    return tuple(said)


def write_letter(telling: Telling) -> Letter:
    """The letter: who, where and when, what was done, and how to say stop."""
    facts = _facts(telling)
    tone = "risky" if telling.is_risky else "ordinary"
    if telling.copy_of:
        return _write_copy(telling, facts)
    return Letter(
        reference=telling.reference,
        language=telling.language,
        heading=say(telling.language, _find_heading(telling, tone), facts),
        greeting=say(telling.language, "greeting", facts),
        opening=say(telling.language, "brief" if telling.is_brief else "opening", facts),
        lines=write_lines(telling),
        closing=say(telling.language, "closing", facts),
        place=telling.place,
        day=facts["day"],
        codes=_collect(telling, "codes", ","),
        text=_collect(telling, "text", "\n"),
    )


def _collect(telling: Telling, fact: str, between: str) -> tuple[str, ...]:
    """The parts of a fact that is a list, of all lines; none where others may read them."""
    if telling.is_brief:
        return ()
    parts = (part for line in telling.lines for part in line.facts.get(fact, "").split(between))
    return tuple(part for part in parts if part)


def _write_copy(telling: Telling, facts: Mapping[str, str]) -> Letter:
    """The copy to somebody whom the person trusts: that something was done, and whom to ask."""
    return Letter(
        reference=telling.reference,
        language=telling.language,
        heading=say(telling.language, "heading_copy", facts),
        greeting=say(telling.language, "greeting", facts),
        opening=say(telling.language, "opening_copy", facts),
        lines=(),
        closing=say(telling.language, "closing_copy", facts),
        place=telling.place,
        day=facts["day"],
    )


def _find_heading(telling: Telling, tone: str) -> str:
    """A kind that is a letter of its own may have its own heading."""
    own = f"heading_{telling.lines[0].kind}" if telling.lines else ""
    return own if hasattr(_macros(telling.language).module, own) else f"heading_{tone}"


def write_email(telling: Telling) -> str:
    """The letter as the plain text of an e-mail."""
    letter = write_letter(telling)
    parts = [f"{letter.greeting},", letter.opening]
    parts += [f"- {line}" for line in letter.lines]
    parts += letter.text
    if letter.codes:
        parts.append("\n".join(f"{place}. {code}" for place, code in enumerate(letter.codes, 1)))
    parts += [letter.closing, letter.place]
    return "\n\n".join(part for part in parts if part) + "\n"


def write_account_mail(kind: str, facts: Mapping[str, str]) -> tuple[str, str]:
    """Subject and body of a mail to an account's holder."""
    subject = say("en", f"subject_{kind}", facts)
    return " ".join(subject.split()), say("en", f"mail_{kind}", facts) + "\n"
