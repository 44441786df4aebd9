"""What others may want to know of applications: told inside the command's transaction."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from assistedaccess.kernel.actor import Actor


@dataclass(frozen=True)
class ApplicationSubmitted:
    """A form was sent, for the first and only time."""

    application_id: UUID
    person_id: UUID
    organisation_id: UUID
    case_id: UUID
    service: str
    actor: Actor


@dataclass(frozen=True)
class RecordOfHelpMade:
    """Help given elsewhere was recorded. ``case_id`` and ``service`` where there is one."""

    record_id: UUID
    person_id: UUID
    organisation_id: UUID
    case_id: UUID | None
    service: str | None
    actor: Actor
