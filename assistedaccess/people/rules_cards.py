"""The access card: twelve one-time numbers on paper, each asked for by its place. Pure.

For somebody without a telephone the card is what a phone is for others: something that they have
and that the helper has not. So whoever held its paper can confirm nothing by it, a number is asked
for one at a time and works once, and a card whose numbers go astray is stopped.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

CARD_NUMBERS = 12
NUMBER_DIGITS = 6
NUMBER_TRIES = 3
NUMBER_LIFETIME = timedelta(minutes=10)
"""How long a number waits to be said. One that was asked for and not used may have been heard."""

MOST_WASTED = 4
"""Numbers that may be lost in a row, by wrong tries or by not being said: then the card is stopped.

With NUMBER_TRIES it bounds guessing to twelve in a million for each card.
"""

SHEET_LIFETIME = timedelta(minutes=30)
"""How long whoever printed a card can print it again; then nobody can read its numbers."""


class Delivery(StrEnum):
    """How a card comes to the person."""

    HANDED_OVER = "handed_over"
    POSTED = "posted"


class Handling(StrEnum):
    """What a human did with a card's paper."""

    HANDED_OVER = "handed_over"
    PRINTED = "printed"


class CardEnd(StrEnum):
    """Why a card works no longer."""

    LOST = "lost"
    USED_UP = "used_up"
    STOPPED = "stopped"
    WASTED = "wasted"  # too many numbers went astray


class NumberState(StrEnum):
    """What a number that was said meets."""

    RIGHT = "right"
    WRONG = "wrong"
    EXPIRED = "expired"  # asked for too long ago
    VOID = "void"  # tried too often, asked for something else since, or the card has ended


@dataclass(frozen=True)
class NumberFacts:
    """One number of a card as it stands."""

    position: int
    asked_at: datetime | None = None
    tries: int = 0
    used_at: datetime | None = None
    voided_at: datetime | None = None

    @property
    def is_left(self) -> bool:
        """Whether it can still be used."""
        return self.used_at is None and self.voided_at is None and self.tries < NUMBER_TRIES


def is_open(number: NumberFacts, now: datetime) -> bool:
    """Whether the number is being asked for now. A clock that ran backwards revives nothing."""
    return (
        number.is_left
        and number.asked_at is not None
        and number.asked_at <= now < number.asked_at + NUMBER_LIFETIME
    )


def list_overdue(numbers: Collection[NumberFacts], now: datetime) -> list[int]:
    """The places of those that were asked for and never said: they count no more."""
    return [n.position for n in numbers if n.is_left and n.asked_at and not is_open(n, now)]


def choose_position(
    numbers: Sequence[NumberFacts], now: datetime, pick: Callable[[int], int]
) -> int | None:
    """Which number to ask for; None where none is left.

    The one that is being asked for now stays the one: whoever has glimpsed another number does not
    get to it by asking again. ``pick(n)`` gives a number from 0 to n - 1.
    """
    for number in numbers:
        if is_open(number, now):
            return number.position
    left = [number.position for number in numbers if number.is_left and number.asked_at is None]
    return left[pick(len(left))] if left else None


def count_wasted(numbers: Collection[NumberFacts]) -> int:
    """How many numbers went astray since one was last used."""
    used = [number.used_at for number in numbers if number.used_at is not None]
    last = max(used, default=None)
    return sum(n.voided_at is not None and (last is None or n.voided_at > last) for n in numbers)


def read_number(text: str) -> str | None:
    """The number in what was typed (spaces and dashes forgiven), or None where there is none."""
    bare = re.sub(r"[\s-]", "", text)
    return bare if re.fullmatch(rf"[0-9]{{{NUMBER_DIGITS}}}", bare) else None


def spell_number(number: str) -> str:
    """A number as it is printed, in two groups that can be read out."""
    return f"{number[:3]} {number[3:]}"
