"""What others may want to know of organisations: told inside the command's transaction."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class MemberStopped:
    """A member may act no more: ``why`` is suspended or ended."""

    membership_id: UUID
    account_id: UUID
    human_id: UUID
    organisation_id: UUID
    why: str


@dataclass(frozen=True)
class MemberResumed:
    """A suspension was lifted."""

    membership_id: UUID
    account_id: UUID
    human_id: UUID
    organisation_id: UUID


@dataclass(frozen=True)
class OrganisationStopped:
    """An organisation was closed: nobody acts for it any more."""

    organisation_id: UUID
