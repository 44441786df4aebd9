"""How a person proves online that it is them, and for how long they are then in. Pure.

There is no account and no password: a number of the card, a code by text, or a code by post.
"""

from __future__ import annotations

import hashlib
import re
from datetime import datetime, timedelta
from enum import StrEnum

from assistedaccess.accounts.rules import Limit


class Proof(StrEnum):
    """By what the person proves online that it is them."""

    CARD = "card"
    TEXT = "text"
    LETTER = "letter"


CODE_DIGITS = 6
LETTER_DIGITS = 8
CODE_TRIES = 5
TEXT_LIFETIME = timedelta(minutes=10)
LETTER_LIFETIME = timedelta(days=14)
STEP_LIMIT = timedelta(minutes=15)
"""Between saying who one is and proving it."""

IDLE_LIMIT = timedelta(minutes=10)
ABSOLUTE_LIMIT = timedelta(minutes=30)
"""Shorter than of a helper: a library's computer is left, and another sits down."""

CODES_AN_HOUR = 5
LETTERS_A_WEEK = 2

# One number from one address: five free tries, then a wait that doubles. Somebody else's tries,
# from another address, never shut the person out.
PAIR_LIMIT = Limit(tries=5, window=timedelta(hours=1), first_wait=timedelta(seconds=30))
# One address, whatever number: a library's computers share one.
ADDRESS_LIMIT = Limit(tries=60, window=timedelta(minutes=15))


def is_open(
    started_at: datetime, proven_at: datetime | None, seen_at: datetime, now: datetime
) -> bool:
    """Whether a session still goes on. A clock that was set back revives nothing that was ended."""
    if now < started_at:
        return False
    if proven_at is None:
        return now - started_at < STEP_LIMIT
    return now - proven_at < ABSOLUTE_LIMIT and now - seen_at < IDLE_LIMIT


def is_code_live(
    sent_at: datetime, lifetime: timedelta, tries: int, used_at: datetime | None, now: datetime
) -> bool:
    """Whether a code that was sent can still be right."""
    return used_at is None and tries < CODE_TRIES and sent_at <= now < sent_at + lifetime


def read_digits(text: str) -> str:
    """The digits that were typed; spaces and dashes forgiven. Anything else is no code: empty."""
    bare = re.sub(r"[\s-]", "", text)
    return bare if bare.isascii() and bare.isdigit() and len(bare) <= 12 else ""


def decoy_position(reference: str, secret: bytes, numbers: int) -> int:
    """The place that is asked for where there is no such card: always the same one."""
    drawn = hashlib.sha256(secret + reference.encode()).digest()
    return 1 + drawn[0] % numbers
