"""A clock that a test moves."""

from __future__ import annotations

import mmap
import struct
from datetime import UTC, datetime, timedelta


class Hand:
    """Stands at ten in the morning of 23 November 2026 until the test moves it."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def move(self, **by: float) -> None:
        """On (or, below zero, back) by ``seconds=…``, ``minutes=…`` and so on."""
        self.now += timedelta(**by)


class SharedHand(Hand):
    """The same for processes that were forked: whoever moves it moves it for all."""

    def __init__(self) -> None:
        super().__init__()
        self._moved = mmap.mmap(-1, 8)

    def __call__(self) -> datetime:
        (seconds,) = struct.unpack("d", self._moved[:8])
        return self.now + timedelta(seconds=seconds)

    def move(self, **by: float) -> None:
        """As Hand's."""
        (seconds,) = struct.unpack("d", self._moved[:8])
        self._moved[:8] = struct.pack("d", seconds + timedelta(**by).total_seconds())
