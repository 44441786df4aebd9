"""How an order of a sample becomes a number, a frame and a result. The statistics: sampling.py."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from assistedaccess.kernel.errors import Refused

from . import sampling

MOST_IN_FRAME = 100_000
KEY_BYTES = 16
PENCE_BYTES = 8
WHOLE = 10_000
"""Basis points in one."""


class SampleKind(StrEnum):
    """By which question a sample is ordered."""

    DISCOVERY = "discovery"
    ATTRIBUTE = "attribute"
    MONETARY = "monetary"


class NotSealedYet(Refused):
    """The journal has no checkpoint yet that was made after the order."""

    reason_code = "not_sealed_yet"


class AlreadyJudged(Refused):
    """Somebody has judged this item."""

    reason_code = "already_judged"


@dataclass(frozen=True)
class Order:
    """What is asked of a sample. ``rate`` is what would be intolerable; all in basis points."""

    kind: SampleKind
    certainty: int
    rate: int
    expected: int = 0


@dataclass(frozen=True)
class Result:
    """What may be said. The true rate lies below ``limit``, in basis points rounded up; None until
    every item is judged."""

    judged: int
    exceptions: int
    limit: int | None
    holds: bool | None


def find_size(order: Order, items: Sequence[tuple[UUID, int]]) -> tuple[int, int]:
    """How many to look at, and how many exceptions are allowed. Raises ValueError (TooMany)."""
    certainty, rate = order.certainty / WHOLE, order.rate / WHOLE
    frame = len(items)
    if order.kind is SampleKind.DISCOVERY:
        return sampling.discovery_size(rate, certainty, frame), 0
    if order.kind is SampleKind.ATTRIBUTE:
        found = sampling.attribute_size(rate, certainty, order.expected / WHOLE)
        return min(found.size, frame), found.allowed
    book = sum(amount for _, amount in items)
    return sampling.monetary_size(book, max(1, book * order.rate // WHOLE), certainty), 0


def pack_frame(kind: SampleKind, items: Sequence[tuple[UUID, int]]) -> bytes:
    """A frame as it is kept."""
    with_pence = kind is SampleKind.MONETARY
    return b"".join(
        key.bytes + (amount.to_bytes(PENCE_BYTES, "big") if with_pence else b"")
        for key, amount in items
    )


def unpack_frame(kind: SampleKind, packed: bytes) -> list[tuple[str, int]]:
    """What pack_frame kept: (key, pence); no pence but for monetary units."""
    width = KEY_BYTES + (PENCE_BYTES if kind is SampleKind.MONETARY else 0)
    return [
        (
            str(UUID(bytes=packed[at : at + KEY_BYTES])),
            int.from_bytes(packed[at + KEY_BYTES : at + width], "big"),
        )
        for at in range(0, len(packed), width)
    ]


def draw_from(kind: SampleKind, packed: bytes, size: int, note: str) -> list[str]:
    """The keys that a checkpoint's signed note draws from a frame."""
    items, seed = unpack_frame(kind, packed), sampling.make_seed(note)
    if kind is SampleKind.MONETARY:
        return sampling.draw_monetary(items, size, seed)
    return sampling.draw([key for key, _ in items], size, seed)


def find_result(order: Order, drawn: int, judged: int, exceptions: int, allowed: int) -> Result:
    """What may be said after ``judged`` of ``drawn`` items."""
    if judged < drawn or drawn == 0:
        return Result(judged, exceptions, None, None)
    limit = sampling.upper_limit(exceptions, drawn, order.certainty / WHOLE)
    return Result(judged, exceptions, -int(-limit * WHOLE // 1), exceptions <= allowed)
