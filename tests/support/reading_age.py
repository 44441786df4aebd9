"""How old a reader must be for a text, offline.

textstat counts English syllables with a dictionary that it downloads; without one it would fall
back to hyphenation, so it is told at once that there is none. Hyphenation misses some syllables:
the Automated Readability Index, which counts letters instead, is asked as well, and the harder
answer holds.
"""

from __future__ import annotations

import textstat
from textstat.backend.counts import _count_syllables

SCHOOL_STARTS_AT = 5

_count_syllables.get_cmudict = lambda _language: None  # type: ignore[assignment]


def reading_age(text: str) -> float:
    """The age in years: a school grade, and five."""
    grades = (textstat.flesch_kincaid_grade(text), textstat.automated_readability_index(text))
    return max(grades) + SCHOOL_STARTS_AT
