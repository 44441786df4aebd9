"""What a check of the journal found: words, a kind, and the first leaf of the tree that is bad."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Kind(StrEnum):
    """What was done to the journal, as far as it can be told. verify_journal.py has the same."""

    ALTERED = "altered"  # something stands there that was not written so
    MISSING = "missing"  # something was written that stands there no more
    MOVED = "moved"  # something stands in the place of something else, or twice
    UNSEALED = "unsealed"  # the sealer passed an event over
    TREE = "tree"  # the tree is not over these events
    CUT = "cut"  # a checkpoint that was kept outside is of a longer journal
    FORKED = "forked"  # a checkpoint that was kept outside is of another journal
    UNGUARDED = "unguarded"  # the database would let the journal be changed
    KEY = "key"  # no key of this journal has signed it


HOLDS = "holds"


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong; ``index`` is its leaf in the tree, where it has one."""

    kind: Kind
    words: str
    index: int | None = None


@dataclass
class Report:
    """What verify_journal found. ``found`` has the first bad event of each check first."""

    events: int = 0
    lanes: int = 0
    size: int = 0
    root: str = ""
    waiting: int = 0
    erased_details: int = 0
    found: list[Fault] = field(default_factory=list)

    def add(self, kind: Kind, words: str, index: int | None = None) -> None:
        """Note that something is wrong."""
        self.found.append(Fault(kind, words, index))

    @property
    def ok(self) -> bool:
        return not self.found

    @property
    def faults(self) -> list[str]:
        """What is wrong, in sentences."""
        return [fault.words for fault in self.found]

    @property
    def kinds(self) -> set[Kind]:
        """All that is wrong, by kind."""
        return {fault.kind for fault in self.found}

    @property
    def verdict(self) -> str:
        """The kind of the first fault, or ``holds``."""
        return self.found[0].kind if self.found else HOLDS

    @property
    def first_bad_index(self) -> int | None:
        """The lowest leaf that is bad, where one can be named."""
        return min((fault.index for fault in self.found if fault.index is not None), default=None)

    def as_dict(self) -> dict[str, Any]:
        """The shape of ``audit verify --json``."""
        return {
            "ok": self.ok,
            "verdict": self.verdict,
            "first_bad_index": self.first_bad_index,
            "events": self.events,
            "lanes": self.lanes,
            "size": self.size,
            "root": self.root,
            "waiting": self.waiting,
            "erased_details": self.erased_details,
            "faults": self.faults,
        }

    def words(self) -> str:
        """The report in words."""
        counted = f"{self.events} events in {self.lanes} lanes, {self.size} of them sealed"
        if self.ok:
            return f"The journal holds: {counted}."
        begin = self.first_bad_index
        first = [] if begin is None else [f"The first leaf that is bad: {begin}."]
        return "\n".join([f"The journal does not hold: {counted}.", *first, *self.faults])
