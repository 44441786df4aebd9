"""What others may want to know of delegations: told inside the command's transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from assistedaccess.kernel.actor import Actor


@dataclass(frozen=True)
class DelegationGranted:
    """Somebody may act for a person from now on."""

    delegation_id: UUID
    person_id: UUID
    organisation_id: UUID


@dataclass(frozen=True)
class DelegationEnded:
    """They may not any more. ``how``: see rules.EndedHow."""

    delegation_id: UUID
    person_id: UUID
    organisation_id: UUID
    how: str


@dataclass(frozen=True)
class DelegationFrozen:
    """They may not until the person lifts it, or until the freeze runs out."""

    delegation_id: UUID
    person_id: UUID
    organisation_id: UUID


@dataclass(frozen=True)
class StoppedUnproven:
    """``actor`` heard a stop of somebody who could not be recognised. ``delegation_ids``: those of
    the person that it will let go after 72 hours; none where all stay stopped anyway."""

    actor: Actor
    person_id: UUID
    delegation_ids: Sequence[UUID]


@dataclass(frozen=True)
class StopRanOut:
    """The stop of somebody who could not be recognised has ended by itself (``event_id``): they
    may act again. ``account_id`` and ``human_id`` are who holds it; None: the organisation."""

    event_id: UUID
    person_id: UUID
    organisation_id: UUID
    account_id: UUID | None
    human_id: UUID | None


@dataclass(frozen=True)
class AppointeeNeeded:
    """The person cannot decide today and nobody has legal authority: the way to one is opened."""

    person_id: UUID
    service: str
    actor: Actor
