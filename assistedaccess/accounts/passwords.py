"""Passwords: argon2id, and the list of those that everybody tries first."""

from __future__ import annotations

import secrets
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

# argon2-cffi's own choice: RFC 9106, section 4, the second recommended option (64 MiB).
_hasher = PasswordHasher()


@cache
def _nobodys_hash() -> str:
    return _hasher.hash(secrets.token_urlsafe(16))


def hash_password(password: str) -> str:
    """What is stored of a password. Slow on purpose: never inside a transaction."""
    return _hasher.hash(password)


def is_password(password_hash: str | None, password: str) -> bool:
    """Whether ``password`` is the one behind the hash. Slow on purpose.

    Takes as long where there is no account or no password, so that time tells nothing.
    """
    nobodys = _nobodys_hash()
    try:
        return _hasher.verify(password_hash or nobodys, password) and password_hash is not None
    except (VerificationError, InvalidHashError):
        return False


def is_outdated(password_hash: str) -> bool:
    """Whether the hash was made at a lower cost than today's."""
    return _hasher.check_needs_rehash(password_hash)


@cache
def _common() -> frozenset[str]:
    # 30,000 by frequency. Loaded when somebody first chooses a password, not in each process.
    from zxcvbn.frequency_lists import FREQUENCY_LISTS

    return frozenset(password.casefold() for password in FREQUENCY_LISTS["passwords"])


def is_common(folded: str) -> bool:
    """Whether a case-folded password is on the list of common ones."""
    return folded in _common()
