"""How long a sign-in lasts, what a second factor accepts, how often one may try. Pure.

Limits: NIST SP 800-63B (revision 3), section 4.2.3, for the second assurance level: to sign in
again after 30 minutes of inactivity, and after 12 hours whatever happens. Revision 4 (section
2.2.3) allows an hour and a day; a shared desk keeps the stricter ones.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

import pyotp

IDLE_LIMIT = timedelta(minutes=30)
ABSOLUTE_LIMIT = timedelta(hours=12)
SEEN_EVERY = timedelta(minutes=1)
"""``seen_at`` is written at most this often, so that not every page writes."""

STEP_LIMIT = timedelta(minutes=15)
"""Between the password and the second factor."""

SETUP_LIMIT = timedelta(hours=1)
"""From opening an invitation to its last step; finding and installing an app takes a while."""

FRESH_FOR = timedelta(minutes=10)
"""After password and second factor were given, what changes the sign-in itself may be done."""

INVITATION_LIMIT = timedelta(days=7)
RECOVERY_LIMIT = timedelta(days=3)
"""A request waits for a manager: over a weekend, not for ever."""

CODE_LIMIT = timedelta(minutes=10)
"""A code that somebody speaks or sends (ASVS 5.0, 6.5.5)."""

CODE_TRIES = 5
"""Wrong tries after which a code, or a sign-in that asks for one, is void (ASVS 5.0, 6.6.3)."""

KEPT_FOR = timedelta(hours=24)
MOST_KEPT_FORMS = 20
ONE_WAY_IN_FOR = timedelta(days=28)
"""How long whoever vouched for a password vouches for no second factor, and the other way round;
within KEEP_ENDED_FOR, for as long as the requests are kept."""
KEEP_ENDED_FOR = timedelta(days=30)
"""Sign-ins that are over stay listed so long; the journal keeps them for good."""

FIRST_ADMINISTRATORS = 2
RECOVERY_CODES = 10
PRINTED_CODES = 24
FEW_CODES = 5
"""From here on the account page asks for a new sheet."""

STEP_SECONDS = 30
WINDOW = 1
"""Time steps before and after this one that are accepted (RFC 6238, section 5.2: slow clocks)."""


class FactorKind(StrEnum):
    """What proves, after the password, that it is really them."""

    APP = "app"  # TOTP, RFC 6238
    PRINTED_CODES = "printed_codes"


class CodeKind(StrEnum):
    """What a one-time code is for."""

    PRINTED = "printed"  # the second factor of somebody without a phone, asked for by position
    RECOVERY = "recovery"  # in place of a second factor that is not at hand


class Stage(StrEnum):
    """How far a sign-in has come. Only OPEN reaches anything but the sign-in pages."""

    FACTOR = "factor"  # the password was right, the second factor is asked for
    SETUP = "setup"  # invited: password set, second factor to be set up
    NEW_FACTOR = "new_factor"  # password right and loss of the factor vouched for
    OPEN = "open"


class EndReason(StrEnum):
    """Why a sign-in is over."""

    SIGNED_OUT = "signed_out"
    IDLE = "idle"
    ABSOLUTE = "absolute"
    LOCK_FAILED = "lock_failed"
    TRIES_USED_UP = "tries_used_up"
    ENDED_ELSEWHERE = "ended_elsewhere"
    PASSWORD_CHANGED = "password_changed"  # noqa: S105
    FACTOR_CHANGED = "factor_changed"
    EMAIL_CHANGED = "email_changed"
    RECOVERY = "recovery"
    ACCOUNT_DISABLED = "account_disabled"
    ENDED_BY_MANAGER = "ended_by_manager"
    REPLACED = "replaced"
    RESTORED = "restored"  # the database is a backup's: what ended since then must not live again


class RecoveryKind(StrEnum):
    """What was lost. Each is vouched for by itself, so that one never opens the other."""

    PASSWORD = "password"  # noqa: S105
    FACTOR = "factor"


class Vouching(StrEnum):
    """How a manager made sure that it is really them."""

    IN_PERSON = "in_person"
    CALLED_BACK = "called_back"
    VIDEO = "video"


def find_end(
    stage: Stage, started_at: datetime, seen_at: datetime, now: datetime
) -> EndReason | None:
    """Why a sign-in that nobody ended is over at ``now``, or None while it goes on.

    A clock that was set back ends nothing and revives nothing: what was ended is marked so.
    """
    if stage is Stage.OPEN:
        if now - started_at >= ABSOLUTE_LIMIT:
            return EndReason.ABSOLUTE
        return EndReason.IDLE if now - seen_at >= IDLE_LIMIT else None
    limit = STEP_LIMIT if stage is Stage.FACTOR else SETUP_LIMIT
    return EndReason.ABSOLUTE if now - started_at >= limit else None


def is_fresh(fresh_at: datetime | None, now: datetime) -> bool:
    """Whether password and second factor were given a moment ago."""
    return fresh_at is not None and timedelta(0) <= now - fresh_at < FRESH_FOR


def step_at(moment: datetime) -> int:
    """The time step of ``moment``: 30-second steps since 1970 (RFC 6238, section 4.2)."""
    return int(moment.timestamp()) // STEP_SECONDS


def find_step(secret: str, typed: str, moment: datetime) -> int | None:
    """The time step whose code was typed, of those accepted at ``moment``; None for a wrong code.

    ``secret`` is base32. Whether the step was used before is for the database to say.
    """
    generator = pyotp.HOTP(secret)
    given = typed.encode()
    found = None
    for step in range(step_at(moment) - WINDOW, step_at(moment) + WINDOW + 1):
        if hmac.compare_digest(generator.at(step).encode(), given):
            found = step
    return found


@dataclass(frozen=True)
class Limit:
    """``tries`` within ``window``; then a wait that doubles with each further try.

    Without ``first_wait`` the wait lasts until the window ends.
    """

    tries: int
    window: timedelta
    first_wait: timedelta | None = None
    longest_wait: timedelta = timedelta(minutes=15)


@dataclass(frozen=True)
class Counter:
    """How often something was tried since ``window_started_at``."""

    count: int
    window_started_at: datetime
    blocked_until: datetime | None = None


# One account from one address: five free tries, then half a minute, a minute, two, …
PAIR_LIMIT = Limit(tries=5, window=timedelta(hours=1), first_wait=timedelta(seconds=30))
# One address, whatever account: guessing one password at many accounts. An address from which an
# account has signed in before is not held up for that account: a library's PCs share one.
ADDRESS_LIMIT = Limit(tries=100, window=timedelta(minutes=15))
# One account's second factor from anywhere. Whoever gets here knows the password; a manager can
# let the holder in again.
FACTOR_LIMIT = Limit(tries=30, window=timedelta(days=1))
ASKING_LIMIT = Limit(tries=20, window=timedelta(hours=1))
WARNING_LIMIT = Limit(tries=1, window=timedelta(days=1))


def take_turn(counter: Counter, limit: Limit, now: datetime) -> tuple[Counter, int]:
    """The counter after one more try, and how many seconds to wait before it may be made.

    0 means: go on. A try that has to wait is not counted.
    """
    if now - counter.window_started_at >= limit.window or now < counter.window_started_at:
        counter = Counter(0, now, _still(counter.blocked_until, limit, now))
    if counter.blocked_until is not None and now < counter.blocked_until:
        return counter, max(1, -int((now - counter.blocked_until).total_seconds() // 1))
    count = counter.count + 1
    return Counter(count, counter.window_started_at, _block(count, counter, limit, now)), 0


def _still(blocked_until: datetime | None, limit: Limit, now: datetime) -> datetime | None:
    # A new window does not cut a wait short; a clock that was set back does not stretch it.
    if blocked_until is None:
        return None
    return min(blocked_until, now + (limit.longest_wait if limit.first_wait else limit.window))


def _block(count: int, counter: Counter, limit: Limit, now: datetime) -> datetime | None:
    if count < limit.tries:
        return None
    if limit.first_wait is None:
        return counter.window_started_at + limit.window
    doublings = min(count - limit.tries, 20)
    return now + min(limit.first_wait * (1 << doublings), limit.longest_wait)
