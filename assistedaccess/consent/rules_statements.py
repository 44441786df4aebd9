"""The words that a person hears or reads before they say yes. Pure."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import date

from assistedaccess.kernel.text import clean_text

from .rules import Mode

LONGEST_STATEMENT_WORDS = 120


@dataclass(frozen=True)
class StatementText:
    """The words that a person hears or reads. ``approved_by`` None: a draft, nobody's yet."""

    kind: Mode
    language: str
    version: int
    text: str
    approved_by: str | None
    approved_on: date | None

    @property
    def hash(self) -> str:
        return hashlib.sha256(canonical_text(self.text).encode()).hexdigest()


def canonical_text(text: str) -> str:
    """The text as it is hashed: NFC, ``\\n`` line ends, no space at the ends of lines or text."""
    lines = clean_text(text, multiline=True).split("\n")
    return "\n".join(line.strip() for line in lines)


def parse_statement(document: str) -> StatementText:
    """A statement's file: ``name: value`` lines, an empty line, then the words themselves.

    Raises ValueError with a sentence for anything that could not be published as it stands.
    """
    head, _empty, body = document.replace("\r\n", "\n").partition("\n\n")
    named = dict(re.findall(r"^([a-z-]+): *(.+)$", head, re.MULTILINE))
    text = canonical_text(body)
    if not text:
        raise ValueError("a statement has words")
    if len(text.split()) > LONGEST_STATEMENT_WORDS:
        raise ValueError(f"a statement has at most {LONGEST_STATEMENT_WORDS} words")
    if ("approved-by" in named) != ("approved-on" in named):
        raise ValueError("an approval says by whom and on which day")
    return StatementText(
        kind=Mode(named["kind"]),
        language=named["language"],
        version=int(named["version"]),
        text=text,
        approved_by=named.get("approved-by"),
        approved_on=date.fromisoformat(named["approved-on"]) if "approved-on" in named else None,
    )
