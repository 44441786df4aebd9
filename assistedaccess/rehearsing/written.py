"""What a file says once it was read, and what is told of one that cannot be."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from .register import ActWords


@dataclass(frozen=True)
class Problem:
    """Something that the language does not know, where, and what was meant perhaps."""

    line: int
    words: str


class Unreadable(Exception):
    """A rehearsal that cannot be played as it is written."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("; ".join(f"line {each.line}: {each.words}" for each in problems))
        self.problems = problems


@dataclass(frozen=True)
class Step:
    """One thing that is done, or only looked at, and what is expected of it."""

    line: int
    act: ActWords | None
    given: dict[str, Any]
    expect: dict[str, Any]
    name: str = ""
    note: str = ""


@dataclass
class Rehearsal:
    """One file as it was read."""

    path: str
    title: str
    row: str = ""
    about: str = ""
    starts: Any = None
    world: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    steps: list[Step] = field(default_factory=list)
