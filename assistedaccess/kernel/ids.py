"""Keys and references.

A key is a UUIDv7 (RFC 9562, section 5.7): it sorts by time, so that indexes grow at one end, and
carries 74 random bits. A reference is what people say and type: random, short, with a check
character, never derived from a person.
"""

from __future__ import annotations

import secrets
from datetime import datetime
from uuid import UUID

from . import clock

# Crockford's alphabet: no I, L, O or U, which are misread or misheard.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_MISREADINGS = str.maketrans({"I": "1", "L": "1", "O": "0", "U": "V"})
REFERENCE_CHARACTERS = 7


def new_id() -> UUID:
    """A new UUIDv7 from the kernel's clock."""
    milliseconds = int(clock.now().timestamp() * 1000)
    value = (milliseconds & (1 << 48) - 1) << 80
    value |= 0x7 << 76
    value |= secrets.randbits(12) << 64
    value |= 0b10 << 62
    value |= secrets.randbits(62)
    return UUID(int=value)


def first_id_at(moment: datetime) -> UUID:
    """The lowest key of that millisecond: what was made from then on has this key or a higher."""
    milliseconds = int(moment.timestamp() * 1000)
    return UUID(int=(milliseconds & (1 << 48) - 1) << 80)


def read_key(text: str | None) -> UUID | None:
    """The key that a page of a list begins after; None, its first page, for what is no key."""
    try:
        return UUID(text) if text else None
    except ValueError:
        return None


def new_reference(prefix: str) -> str:
    """A reference such as ``P-7K3M-9QTR``: 35 random bits and a check character."""
    body = "".join(secrets.choice(ALPHABET) for _ in range(REFERENCE_CHARACTERS))
    return _spell(prefix, body + _check_character(prefix, body))


def read_reference(prefix: str, text: str) -> str | None:
    """What a person typed or said as the reference it is, or None where it can be none.

    Forgives case, spaces, dashes, a missing prefix and the usual misreadings; a wrong check
    character is None, so that a slip of one character never opens another record.
    """
    head, dash, rest = text.strip().upper().partition("-")
    # A prefix that is written as one is none of the characters: else the rest, one short, might do.
    bare = rest if dash and head == prefix else text.upper()
    bare = "".join(character for character in bare if character.isascii())
    bare = "".join(character for character in bare if character.isalnum())
    if len(bare) == len(prefix) + REFERENCE_CHARACTERS + 1 and bare.startswith(prefix):
        bare = bare[len(prefix) :]
    bare = bare.translate(_MISREADINGS)
    if len(bare) != REFERENCE_CHARACTERS + 1 or any(c not in ALPHABET for c in bare):
        return None
    if bare[-1] != _check_character(prefix, bare[:-1]):
        return None
    return _spell(prefix, bare)


def _spell(prefix: str, body: str) -> str:
    return f"{prefix}-{body[:4]}-{body[4:]}"


def _check_character(prefix: str, body: str) -> str:
    # Weights are odd, hence coprime to 32: every error in a single character changes the sum.
    salt = sum(prefix.encode("ascii"))
    total = sum((2 * place + 3) * ALPHABET.index(c) for place, c in enumerate(body))
    return ALPHABET[(salt + total) % len(ALPHABET)]
