"""One-time codes to a person's phone or letter box: how long, how often, bound to what. Pure."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from enum import StrEnum

CODE_DIGITS = 6
CODE_LIFETIME = timedelta(minutes=10)
LETTER_LIFETIME = timedelta(days=28)
"""A letter takes days, and somebody may have to read it to the person; then it is over."""
CODE_TRIES = 5
CODES_AN_HOUR = 5
"""For one person, whoever asks: with CODE_TRIES it bounds guessing to 25 of a million an hour."""


class CodeKind(StrEnum):
    """How a code comes to the person."""

    TEXT = "text"
    LETTER = "letter"

    @property
    def lifetime(self) -> timedelta:
        return CODE_LIFETIME if self is CodeKind.TEXT else LETTER_LIFETIME


class CodeState(StrEnum):
    """What an entered code meets."""

    LIVE = "live"
    EXPIRED = "expired"
    USED = "used"
    VOID = "void"  # tried too often, replaced by a newer one, or the words have changed since


def find_code_state(
    *,
    sent_at: datetime,
    used_at: datetime | None,
    voided_at: datetime | None,
    tries: int,
    bound_to: str,
    terms_hash: str,
    now: datetime,
    kind: CodeKind = CodeKind.TEXT,
) -> CodeState:
    """Whether a code can still confirm. A clock that ran backwards revives nothing."""
    if used_at is not None:
        return CodeState.USED
    if voided_at is not None or tries >= CODE_TRIES or bound_to != terms_hash:
        return CodeState.VOID
    if not sent_at <= now < sent_at + kind.lifetime:
        return CodeState.EXPIRED
    return CodeState.LIVE


def read_code(text: str) -> str | None:
    """The code in what was typed (spaces and dashes forgiven), or None where there is none."""
    bare = re.sub(r"[\s-]", "", text)
    return bare if re.fullmatch(rf"[0-9]{{{CODE_DIGITS}}}", bare) else None
