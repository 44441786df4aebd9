"""What has happened in the town: cases in every state, and the people who wait today."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from .town import Town


def live(town: Town, people: dict[int, UUID], tick: Callable[[], None]) -> None:
    """Open cases for the people, and do what they asked for."""
    for _ in people:
        tick()
