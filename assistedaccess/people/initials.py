"""How a person is named in a list that is no look at their record. Pure."""

from __future__ import annotations

import unicodedata


def initials_of(name: str) -> str:
    """The first letters of the first and the last word of a name, for lists: ``A. L.``

    A letter keeps its marks, and the two stay on one line (no-break space). One name has one
    initial; a name without letters has a dash.
    """
    words = [word for word in name.split() if any(c.isalpha() for c in word)]
    chosen = words[:1] + words[-1:] if len(words) > 1 else words
    return "\N{NO-BREAK SPACE}".join(f"{_first_letter(word)}." for word in chosen) or "–"


def _first_letter(word: str) -> str:
    start = next(place for place, c in enumerate(word) if c.isalpha())
    end = start + 1
    while end < len(word) and unicodedata.category(word[end]).startswith("M"):
        end += 1
    letter = word[start:end]
    upper = letter.upper()
    return upper if len(upper) == len(letter) else letter
