"""What is counted when a case is closed: three questions, each of which may stay open. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from enum import StrEnum


class Alone(StrEnum):
    """Could the person do it alone next time?"""

    YES = "yes"
    WITH_PRACTICE = "with_practice"
    NO = "no"


class Given(StrEnum):
    """What help was given most of the time."""

    SHOWED = "showed"  # the person did it, and was shown how
    TOGETHER = "together"
    FOR_THEM = "for_them"


MINUTES = (15, 30, 60, 120, 240)
"""What may be chosen for the time that it took in all: about so many minutes."""


def main_channel(channels: Iterable[str]) -> str | None:
    """The channel of most visits; of two that are equal, the one that stands first in the
    alphabet, so that the count does not hang on an order. None where there was no visit."""
    counted = Counter(channels)
    return min(counted, key=lambda channel: (-counted[channel], channel), default=None)
