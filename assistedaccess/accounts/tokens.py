"""Tokens and codes: made at random, stored so that reading the table opens nothing.

A token (of a sign-in, of an invitation) has 256 bits and is stored as its SHA-256. A one-time code
has 40, which people can type, and is stored as argon2id (ASVS 5.0, 6.5.2).
"""

from __future__ import annotations

import hashlib
import secrets

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from assistedaccess.kernel.ids import ALPHABET

TOKEN_BYTES = 32
CODE_CHARACTERS = 8
_MISREADINGS = str.maketrans({"I": "1", "L": "1", "O": "0", "U": "V"})

# OWASP's second choice of cost for argon2id, ample for a random code that dies after five tries.
_hasher = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)


def new_token() -> str:
    """A token for a cookie or a link."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def hash_token(token: str) -> bytes:
    """What is stored of a token."""
    return hashlib.sha256(token.encode("utf-8", "replace")).digest()


def new_code() -> str:
    """A code of eight characters that are hard to mistake, such as ``7K3M9QTR``."""
    return "".join(secrets.choice(ALPHABET) for _ in range(CODE_CHARACTERS))


def spell_code(code: str) -> str:
    """A code as it is printed: ``7K3M-9QTR``; a recovery code with its number: ``4-7K3M-9QTR``."""
    head, body = code[:-CODE_CHARACTERS], code[-CODE_CHARACTERS:]
    spelt = f"{body[:4]}-{body[4:]}"
    return f"{head}-{spelt}" if head else spelt


def number_code(position: int, code: str) -> str:
    """A recovery code with its position (1 to 31) in front, by which its row is found."""
    return ALPHABET[position] + code


def read_code(typed: str) -> str:
    """What was typed as a code: case, spaces, dashes and the usual misreadings are forgiven."""
    bare = "".join(c for c in typed.upper() if c.isascii() and c.isalnum())
    return bare.translate(_MISREADINGS)


def read_number(code: str) -> int:
    """The position in front of a recovery code; 0 where there is none."""
    return ALPHABET.index(code[0]) if len(code) == CODE_CHARACTERS + 1 else 0


def hash_code(code: str) -> str:
    """What is stored of a code. Slow on purpose: never inside a transaction."""
    return _hasher.hash(code)


def is_code(code_hash: str, code: str) -> bool:
    """Whether ``code`` is the one behind the hash. Slow on purpose."""
    try:
        return _hasher.verify(code_hash, code)
    except (VerificationError, InvalidHashError):
        return False
