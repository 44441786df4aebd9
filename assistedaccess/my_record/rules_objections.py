"""“I did not agree to this”: what an objection stops, who may answer it, by when. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from uuid import UUID

from assistedaccess.kernel.errors import Refused


class Outcome(StrEnum):
    """What somebody from elsewhere found."""

    NOT_AGREED = "not_agreed"  # the person is right: it should not have been done
    AGREED = "agreed"  # there was a yes, and it was kept to
    NOT_CLEAR = "not_clear"


ANSWER_WITHIN = timedelta(hours=72)
"""As any review (approvals.rules.REVIEW_HOURS). When it passes, another reviewer is drawn."""

OBJECTION_OPEN = "objection_open"
"""What stands about a person while one of theirs is open; and the code of what waits for it."""
PENDING = "pending_act"
"""Beside ``event``, ``delegation`` and ``consent``: the kinds of what an objection names."""

LONGEST_WORDS = 1000
MOST_NAMED = 50


class NotFromElsewhere(Refused):
    """Nobody answers an objection to what their own organisation did."""

    reason_code = "not_from_elsewhere"


class AlreadyAnswered(Refused):
    """Somebody was quicker."""

    reason_code = "already_answered"


@dataclass(frozen=True)
class Concerned:
    """Whom an objection is about: organisations, and humans who did what it names."""

    organisation_ids: frozenset[UUID]
    human_ids: frozenset[UUID]


def is_from_elsewhere(
    concerned: Concerned, *, human_id: UUID | None, memberships: Collection[UUID]
) -> bool:
    """Whether a human has no part in it, by any of their accounts at any organisation."""
    if human_id is None or human_id in concerned.human_ids:
        return False
    return not concerned.organisation_ids & set(memberships)


def list_ids(names: Iterable[Mapping[str, str]], kind: str) -> list[UUID]:
    """The keys of one kind among what an objection names, as it keeps them."""
    return [UUID(each["id"]) for each in names if each["kind"] == kind]
