"""What this package tells the packages above it."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from .scan_rules import ABOUT_PERSON


@dataclass(frozen=True)
class OwnMakingLooked:
    """Nothing explains the look ``event_id`` but what whoever looked made themself, and nothing
    came of that: it waits for an auditor as one that nothing explains."""

    event_id: UUID
    organisation_id: UUID | None
    account_id: UUID | None
    human_id: UUID | None
    person_id: UUID | None


@dataclass(frozen=True)
class Suspected:
    """The scan found something for an auditor to look at, in ``event_id`` of the journal.

    ``kind`` is the flag's (scan_rules.FLAGS); ``account_id`` and ``human_id`` are who did it.
    """

    kind: str
    event_id: UUID
    organisation_id: UUID | None
    account_id: UUID | None
    human_id: UUID | None
    person_id: UUID | None

    @property
    def is_about(self) -> UUID | None:
        """By whom it is told from others of its kind: the person, or who did it."""
        return self.person_id if self.kind in ABOUT_PERSON else self.account_id
