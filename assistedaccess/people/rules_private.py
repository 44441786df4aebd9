"""The silent sign: what looks like a yes to everybody in the room, and is a call for help. Pure.

Economic abuse is told to nobody by 42 in 100 of those who meet it, so nobody has to say it aloud:
one word in an ordinary answer, or the number below the one that is asked for on the person's card.
A sign that is heard by mistake costs a wait and a talk; one that is missed may cost far more.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from enum import StrEnum

from assistedaccess.kernel.text import fold_text

SHORTEST_WORD = 5
LONGEST_WORD = 30
MOST_READ = 2000
"""Letters of an answer in which the word is looked for: more than any answer may have."""

_COMMON = """
about after again agree agreed allow always answer april august badge because before bills
card cards claim could council december desks doing february forms friday helper helps
house january letter letters library little march monday money month months never november
number october office online other people person phone please power pound pounds reads
right saturday september service shall should somebody sorry speak start starts still
stops sunday telephone thank thanks their there these thing things think thursday today
tomorrow tuesday understand until wants wednesday weeks where which while whole would
write years
"""
TOO_COMMON = frozenset(_COMMON.split())
"""Words that people say without meaning anything by them."""


class SignKind(StrEnum):
    """What the sign is: a word of the person's own, or a place on their access card."""

    WORD = "word"
    CARD = "card"


def list_words(text: str) -> list[str]:
    """The words in what somebody said, as they are compared: case and accents aside."""
    letters = "".join(
        c if c.isalnum() or unicodedata.category(c).startswith("M") else " "
        for c in text[:MOST_READ]
    )
    return fold_text(letters).split()


def read_word(text: str) -> str | None:
    """The one word that was agreed, as it is compared; None where it is none, or too common."""
    words = list_words(text)
    if len(words) != 1 or not words[0].isalpha():
        return None
    word = words[0]
    if not SHORTEST_WORD <= len(word) <= LONGEST_WORD or word in TOO_COMMON:
        return None
    return word


def list_all_words(texts: Iterable[str]) -> set[str]:
    """The words of several answers that could be one that was agreed."""
    return {
        word
        for text in texts
        for word in list_words(text)
        if SHORTEST_WORD <= len(word) <= LONGEST_WORD and word.isalpha()
    }


def place_below(position: int, places: int) -> int:
    """The place on the card whose number is the sign, when ``position`` is asked for."""
    return position % places + 1
