"""Counting what is tried: sign-ins, codes, and whatever else may not be done without end.

A turn is taken before the answer is known, so that many tries at once are still counted one by
one; who then turns out to be right gives it back. Keys are keyed hashes: no address is stored.
"""

from __future__ import annotations

import ipaddress
from datetime import timedelta
from uuid import UUID

from sqlalchemy import delete
from sqlalchemy.dialects import postgresql, sqlite

from assistedaccess.kernel import clock, encryption
from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.errors import TooManyAttempts

from . import rules, rules_alarms
from .models import Attempt
from .rules import Counter, Limit

KNOWN_FOR = timedelta(days=30)
KEPT_FOR = timedelta(days=31)


UNKNOWN = "unknown"


def network_of(address: str | None) -> str:
    """The address as it is counted: IPv4 whole, IPv6 by its /64, which one household has."""
    try:
        parsed = ipaddress.ip_address(address or "")
    except ValueError:
        return UNKNOWN
    if parsed.version == 6:
        return str(ipaddress.ip_network((parsed, 64), strict=False))
    return str(parsed)


def take_turn(purpose: str, who: str, limit: Limit) -> int:
    """Count one try of ``who`` under a lock; returns the seconds to wait, 0 for none.

    Inside a transaction. A try that has to wait is not counted.
    """
    row = _lock(purpose, who)
    before = Counter(row.count, row.window_started_at, row.blocked_until)
    after, wait = rules.take_turn(before, limit, clock.now())
    row.count, row.window_started_at = after.count, after.window_started_at
    row.blocked_until = after.blocked_until
    return wait


def succeed(purpose: str, who: str) -> bool:
    """``who`` was right: the counter begins anew. Returns whether they had been right before."""
    row = _lock(purpose, who)
    was_known = _is_known(row)
    row.count, row.blocked_until, row.succeeded_at = 0, None, clock.now()
    return was_known


def give_back(purpose: str, who: str) -> None:
    """The turn that was taken does not count: it was no wrong try."""
    row = _lock(purpose, who)
    row.count = max(0, row.count - 1)


def is_known(purpose: str, who: str) -> bool:
    """Whether ``who`` was right not long ago."""
    row = get_session().get(Attempt, (purpose, _key(purpose, who)))
    return row is not None and _is_known(row)


def _is_known(row: Attempt) -> bool:
    return row.succeeded_at is not None and clock.now() - row.succeeded_at < KNOWN_FOR


def limit_rate(
    purpose: str, account_id: UUID, tries: int, per: timedelta, words: str, next_step: str = ""
) -> None:
    """Let an account do something ``tries`` times ``per`` window, inside the command that does it.

    For searches, exports, codes that are sent. Raises TooManyAttempts, with seconds to wait.
    """
    wait = take_turn(purpose, str(account_id), Limit(tries, per))
    if wait:
        raise TooManyAttempts(words, retry_after=wait, next_step=next_step)


def count(purpose: str, who: str, window: timedelta) -> int:
    """Count something that ``who`` did, which nothing holds up; returns how often in the window."""
    row = _lock(purpose, who)
    before = Counter(row.count, row.window_started_at)
    after = rules_alarms.count_failure(before, window, clock.now())
    row.count, row.window_started_at = after.count, after.window_started_at
    return after.count


def count_lately(purpose: str, who: str, window: timedelta) -> int:
    """How often ``who`` did it in the window, as ``count`` left it."""
    row = get_session().get(Attempt, (purpose, _key(purpose, who)))
    if row is None:
        return 0
    counter = Counter(row.count, row.window_started_at)
    return rules_alarms.count_within(counter, window, clock.now())


def forget_old() -> int:
    """Delete counters that say nothing any more; returns how many."""
    session = get_session()
    result = session.execute(
        delete(Attempt).where(Attempt.window_started_at < clock.now() - KEPT_FOR)
    )
    return int(result.rowcount)  # type: ignore[attr-defined]


def _key(purpose: str, who: str) -> bytes:
    return encryption.fingerprint(f"attempt.{purpose}", who)


def _lock(purpose: str, who: str) -> Attempt:
    session = get_session()
    key = _key(purpose, who)
    found = session.get(Attempt, (purpose, key), with_for_update=True)
    if found is not None:
        return found
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    new = {"purpose": purpose, "key": key, "count": 0, "window_started_at": clock.now()}
    session.execute(insert(Attempt).values(new).on_conflict_do_nothing())
    return session.get_one(Attempt, (purpose, key), with_for_update=True)
