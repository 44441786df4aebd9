"""A clock that a test moves."""

from __future__ import annotations

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
