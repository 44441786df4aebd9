"""Text as it may enter: NFC, no control characters, no lone surrogates, nothing silently changed.

PostgreSQL refuses a NUL where SQLite stores it, and a lone surrogate cannot be encoded at all:
both are refused at the door, with words, on either database.
"""

from __future__ import annotations

import unicodedata

_LINE_BREAKS = {"\n", "\t"}
REPLACEMENT = "\N{REPLACEMENT CHARACTER}"


class UnfitText(ValueError):
    """The text holds a character that cannot be typed or printed."""


def clean_text(value: str, *, multiline: bool = False) -> str:
    """``value`` in NFC without space at its ends; line ends become ``\\n`` where lines are allowed.

    Raises UnfitText for control characters, NUL, lone surrogates, noncharacters and U+FFFD, which
    the web puts in the place of bytes that are no text. Zero-width joiners and direction marks
    stay: several scripts need them; pages isolate what is shown.
    """
    text = value.replace("\r\n", "\n").replace("\r", "\n")
    for character in text:
        if multiline and character in _LINE_BREAKS:
            continue
        category = unicodedata.category(character)
        is_broken = character == REPLACEMENT or ord(character) & 0xFFFE == 0xFFFE
        if category in ("Cc", "Cs") or is_broken:
            raise UnfitText
    return unicodedata.normalize("NFC", text).strip()


def fold_text(value: str) -> str:
    """``value`` as search compares it: no case, no accents, no punctuation, single spaces."""
    # Twice, as Unicode's compatibility caseless match asks: a mathematical A is an A, then an a.
    decomposed = value
    for _ in range(2):
        decomposed = unicodedata.normalize("NFKD", decomposed.casefold())
    kept = (c for c in decomposed if not unicodedata.combining(c))
    spaced = "".join(c if c.isalnum() else " " if c.isspace() or c in "-–—" else "" for c in kept)
    return " ".join(spaced.split())
