"""When a sign-in looks like a break-in, so that managers hear of it. Pure.

Quiet on purpose: what people do on a bad morning (three wrong passwords, a new phone) raises
nothing by itself. Each alarm of a kind is told an organisation once a day for an account.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from enum import StrEnum

from .rules import Counter, Limit

MANY_FAILURES = 15
"""Wrong tries at one account within a day, from wherever, that are no longer a bad memory."""

SOME_FAILURES = 5
"""Wrong tries within an hour after which a sign-in from a new place may be a guess that was right.
As many as end one sign-in: whoever mistypes stops before, and asks for help."""

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
ONCE_A_DAY = Limit(tries=1, window=DAY)
SHOWN_FOR = timedelta(days=7)


class Alarm(StrEnum):
    """What happened."""

    MANY_FAILURES = "many_failures"
    FROM_ONE_ADDRESS = "from_one_address"
    NEW_AFTER_FAILURES = "new_after_failures"
    RECOVERY_USED = "recovery_used"
    FACTOR_VOUCHED = "factor_vouched"
    COPIED_KEY = "copied_key"


class Found(StrEnum):
    """What a manager found out about one."""

    THEMSELVES = "themselves"
    SOMEBODY_ELSE = "somebody_else"
    NOT_KNOWN = "not_known"


def count_failure(counter: Counter, window: timedelta, now: datetime) -> Counter:
    """The counter after one more wrong try. A window begins with the first one in it."""
    if count_within(counter, window, now) == 0:
        return Counter(1, now)
    return replace(counter, count=counter.count + 1)


def count_within(counter: Counter, window: timedelta, now: datetime) -> int:
    """How many wrong tries the window holds; one that is over, or not yet begun, holds none."""
    age = now - counter.window_started_at
    return counter.count if timedelta(0) <= age < window else 0


def is_many(count: int) -> bool:
    """Whether this failure is the one that raises the alarm: once a window."""
    return count == MANY_FAILURES


def is_suspicious_entry(failures: int, *, is_new_place: bool) -> bool:
    """Whether a right sign-in looks like a guess that was right."""
    return is_new_place and failures >= SOME_FAILURES
