"""How an act ended, and the register of what looks at each field of ``expect``."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from .stage import Stage

QUESTIONS = {"reason_needed", "details_covered", "invalid_input", "not_confirmed"}
"""The refusals that ask for something more, rather than say no."""


@dataclass
class Outcome:
    """How an act ended: ``allow``, ``hold`` or ``refuse``, with reason codes and the words.
    ``line``: where the step stands in its file."""

    verdict: str
    codes: tuple[str, ...] = ()
    words: str = ""
    reference: str = ""
    line: int = 0
    began: datetime | None = None
    money_before: dict[str, int] = field(default_factory=dict)

    def __str__(self) -> str:
        codes = f" ({', '.join(self.codes)})" if self.codes else ""
        words = f": {self.words}" if self.words else ""
        return f"{self.verdict}{codes}{words}"

    @property
    def is_question(self) -> bool:
        return self.verdict == "hold" or bool(QUESTIONS & set(self.codes))


Look = Callable[[Stage, Any, Outcome], Iterator[str]]
LOOKS: dict[str, Look] = {}


def looks_at(name: str) -> Callable[[Look], Look]:
    """Register what looks at one field of ``expect``; it yields what is otherwise than expected."""

    def decorate(look: Look) -> Look:
        LOOKS[name] = look
        return look

    return decorate
