"""What higher packages may hear of people."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from assistedaccess.kernel.actor import Actor


@dataclass(frozen=True)
class RouteNotIndependent:
    """A person can be told only by a way that this helper made, or in person.

    It never counts as independent, confirms nothing above *basic*, and asks for a second human's
    check (design, section 4, rule 5). At most once a transaction and person.
    """

    person_id: UUID
    actor: Actor
    contact_point_id: UUID | None


@dataclass(frozen=True)
class PersonRegistered:
    """A person has been registered."""

    person_id: UUID
    actor: Actor


@dataclass(frozen=True)
class RecordsMerged:
    """The record of ``person_id`` leads to that of ``kept_person_id`` from now on."""

    person_id: UUID
    kept_person_id: UUID
    actor: Actor


@dataclass(frozen=True)
class MergeUndone:
    """They are two people's after all; they were taken for one since ``merged_at``."""

    person_id: UUID
    kept_person_id: UUID
    merged_at: datetime
    actor: Actor


@dataclass(frozen=True)
class PersonDied:
    """A death was recorded: nobody acts for the person any more."""

    person_id: UUID
    death_id: UUID
    actor: Actor


@dataclass(frozen=True)
class DeathUndone:
    """It was a mistake. ``is_same_day``: undone on the day on which it was recorded."""

    person_id: UUID
    death_id: UUID
    actor: Actor
    is_same_day: bool


@dataclass(frozen=True)
class ContactPointChanged:
    """A contact point was added, changed or ended; ``old_id`` and ``new_id`` where there is one."""

    person_id: UUID
    actor: Actor
    old_id: UUID | None
    new_id: UUID | None
