"""Who did an act. The request builds the actor once, and every command takes it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID


class ActorKind(StrEnum):
    """The four kinds of actor (design, section 2)."""

    ACCOUNT = "account"
    PERSON = "person"
    SYSTEM = "system"
    PUBLIC = "public"


@dataclass(frozen=True)
class Actor:
    """An account in one role at one organisation; or the person, the system, the public.

    ``human_id`` is the natural being behind the account: two accounts of one human are one pair
    of hands. ``sign_in_id`` is the server-side session. ``is_family``: they help relatives or
    friends, whom an organisation sponsors; its work is none of theirs.
    """

    kind: ActorKind
    account_id: UUID | None = None
    human_id: UUID | None = None
    role: str | None = None
    organisation_id: UUID | None = None
    membership_id: UUID | None = None
    site_id: UUID | None = None
    sign_in_id: UUID | None = None
    person_id: UUID | None = None
    request_id: str | None = None
    is_family: bool = False

    @property
    def is_account(self) -> bool:
        return self.kind is ActorKind.ACCOUNT

    def is_same_human(self, human_id: UUID | None) -> bool:
        """Whether ``human_id`` is this actor, through whichever account."""
        return human_id is not None and self.human_id == human_id


SYSTEM = Actor(kind=ActorKind.SYSTEM)
PUBLIC = Actor(kind=ActorKind.PUBLIC)
