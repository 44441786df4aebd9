"""Drawing at random so that anybody can draw again, by a checkpoint that nobody foresaw. Pure.

    rank(item) = SHA-256("assistedaccess sample 1\\n" + hex(seed) + "\\n" + item)

What is drawn are the items of the smallest rank. The seed is the SHA-256 of a checkpoint's signed
note, of one that was signed after it was settled what is drawn from (docs/adr/0016).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

_PREFIX = "assistedaccess sample 1"


def hash_frame(items: Iterable[str]) -> bytes:
    """The hash of a frame: SHA-256 of its keys in their order, a newline after each."""
    whole = hashlib.sha256()
    for item in items:
        whole.update(item.encode() + b"\n")
    return whole.digest()


def make_seed(note: str) -> bytes:
    """The seed that a checkpoint gives: SHA-256 of its signed note, as it is published."""
    return hashlib.sha256(note.encode()).digest()


def draw(items: Iterable[str], size: int, seed: bytes) -> list[str]:
    """``size`` of ``items``, those of the smallest rank, in the order of their rank."""
    head = f"{_PREFIX}\n{seed.hex()}\n"
    ranked = sorted((hashlib.sha256((head + item).encode()).digest(), item) for item in items)
    return [item for _, item in ranked[:size]]
