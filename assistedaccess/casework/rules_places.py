"""The rules of the directory of places outside this system. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from .rules_referrals import ReferralKind

LONGEST_NAME = 150
LONGEST_WORDS = 500
FRESH_FOR = timedelta(days=183)
"""Half a year after somebody checked it, an entry counts as out of date: ring before you send."""


def is_out_of_date(checked_on: date, today: date) -> bool:
    """Whether nobody has checked it within FRESH_FOR."""
    return today - checked_on > FRESH_FOR


def join_kinds(kinds: Iterable[str]) -> str:
    """The kinds as one column holds them, each once.

    Raises ValueError for a word that is none, and for none at all.
    """
    chosen = {ReferralKind(kind) for kind in kinds}
    if not chosen:
        raise ValueError("a place gives some kind of help")
    return ",".join(kind for kind in ReferralKind if kind in chosen)


def split_kinds(joined: str) -> tuple[ReferralKind, ...]:
    """What join_kinds wrote."""
    return tuple(ReferralKind(kind) for kind in joined.split(","))
