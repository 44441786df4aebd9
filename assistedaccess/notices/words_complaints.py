"""The words of a message about a complaint, from the templates of notices.

Facts: ``number`` of the complaint; ``received`` and ``by`` (days, ISO); ``outcome``; ``is_last``
(yes: two people have answered); ``nation``, where it is known; ``outside``, a line each: name,
telephone, address, parted by ``|``.
English alone, until somebody who speaks Welsh has written them.
"""

from __future__ import annotations

from datetime import date

from babel.dates import format_date

from .rules import TEXT_LENGTH, Channel, spell_for_text
from .words import LANGUAGES, Telling, say

ENGLISH = "en"


def write_message(telling: Telling, channel: str) -> tuple[str, str]:
    """Subject and body; a text has no subject. Where others may read it, the text's words do."""
    if channel == Channel.TEXT:
        return "", write_text(telling)
    facts = _facts(telling)
    subject = say(ENGLISH, "subject_complaint", facts)
    if telling.is_brief:
        return subject, write_text(telling) + "\n"
    parts = [f"{say(ENGLISH, 'greeting', facts)},", *write_paragraphs(telling)]
    return subject, "\n\n".join(part for part in parts if part) + "\n"


def write_text(telling: Telling) -> str:
    """At most 160 characters of the GSM alphabet: no complaint, no place, nobody."""
    facts = _facts(telling, short=True)
    kind = telling.lines[0].kind
    for left_out in ({}, {"outside": ""}, {"outside": "", "telephone": ""}):
        text = spell_for_text(say(ENGLISH, f"text_{kind}", {**facts, **left_out}))
        if len(text) <= TEXT_LENGTH:
            return text
    return text


def write_paragraphs(telling: Telling, *, has_answer: bool = False) -> list[str]:
    """What an e-mail or a letter says, a paragraph each. ``has_answer``: the whole answer stands
    beneath, as in a letter."""
    facts = {**_facts(telling), "has_answer": "yes" if has_answer else ""}
    kind = telling.lines[0].kind
    return [
        say(ENGLISH, f"line_{kind}", facts),
        say(ENGLISH, f"ask_{kind}", facts),
        *list_outside(telling),
        say(ENGLISH, "closing_complaint", facts),
    ]


def list_outside(telling: Telling) -> list[str]:
    """To whom outside one may turn, a paragraph each."""
    told = telling.lines[0].facts.get("outside", "")
    return [", ".join(line.split("|")) for line in told.splitlines()]


def _facts(telling: Telling, *, short: bool = False) -> dict[str, str]:
    facts = dict(telling.lines[0].facts)
    for name in ("received", "by"):
        if facts.get(name):
            facts[name] = format_date(
                date.fromisoformat(facts[name]),
                "d MMM" if short else "d MMMM y",
                locale=LANGUAGES[ENGLISH],
            )
    lines = facts.get("outside", "").splitlines()
    # A text has room for one number, and says none where the nation is not known.
    facts["outside"] = lines[0].split("|")[1] if facts.get("nation") and lines else ""
    return facts | {"name": telling.name, "telephone": telling.telephone}
