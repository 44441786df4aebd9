"""One-time codes to the person's own phone: how long, how often, bound to what. Pure."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from enum import StrEnum

CODE_DIGITS = 6
CODE_LIFETIME = timedelta(minutes=10)
CODE_TRIES = 5
CODES_AN_HOUR = 5
"""For one person, whoever asks: with CODE_TRIES it bounds guessing to 25 of a million an hour."""


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
) -> CodeState:
    """Whether a code can still confirm. A clock that ran backwards revives nothing."""
    if used_at is not None:
        return CodeState.USED
    if voided_at is not None or tries >= CODE_TRIES or bound_to != terms_hash:
        return CodeState.VOID
    if not sent_at <= now < sent_at + CODE_LIFETIME:
        return CodeState.EXPIRED
    return CodeState.LIVE


def read_code(text: str) -> str | None:
    """The code in what was typed (spaces and dashes forgiven), or None where there is none."""
    bare = re.sub(r"[\s-]", "", text)
    return bare if re.fullmatch(rf"[0-9]{{{CODE_DIGITS}}}", bare) else None
