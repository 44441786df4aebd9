"""Who may be drawn to decide, by when, and what a decision may find. Pure."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from assistedaccess.kernel.errors import Refused


class State(StrEnum):
    """Where a pending act stands. Only WAITING can still change."""

    WAITING = "waiting"
    RELEASED = "released"
    REFUSED = "refused"
    FAILED = "failed"
    WITHDRAWN = "withdrawn"


class EndOfDraw(StrEnum):
    """Why somebody who was drawn is no longer asked."""

    DECIDED = "decided"
    HANDED_BACK = "handed_back"
    ESCALATED = "escalated"
    NOT_LIVE = "not_live"
    WITHDRAWN = "withdrawn"


class WordKind(StrEnum):
    """What was said while something waited, and by whom: only *answer* and *again* are the
    asker's; a *referral* is read by whoever decides alone."""

    QUESTION = "question"
    ANSWER = "answer"
    AGAIN = "again"
    REFERRAL = "referral"


class SameHuman(Refused):
    """Who asked does not decide, by whichever account."""

    reason_code = "same_human"


class AlreadyDecided(Refused):
    """Somebody, perhaps this reviewer in another tab, was quicker."""

    reason_code = "already_decided"


class ConflictOfInterest(Refused):
    """The reviewer has to do with what is asked: they hand it back."""

    reason_code = "conflict_of_interest"


class OtherRole(Refused):
    """The reviewer was drawn in another of their roles."""

    reason_code = "other_role"


class ReviewerMayNoLongerDecide(Refused):
    """The reviewer's role ended between the draw and the decision."""

    reason_code = "reviewer_may_no_longer_decide"


class ActNoLongerPossible(Refused):
    """What was asked cannot be done any more as it was asked."""

    reason_code = "act_no_longer_possible"


class SomethingFirst(Refused):
    """It cannot be released before something else has been done; it waits on."""

    reason_code = "something_first"


class AskerMayNoLongerAct(ActNoLongerPossible):
    """Who asked has no longer the role in which they asked."""

    reason_code = "asker_may_no_longer_act"


@dataclass(frozen=True)
class Candidate:
    """Somebody who could decide now."""

    account_id: UUID
    human_id: UUID
    organisation_id: UUID
    role: str


def draw(
    candidates: Iterable[Candidate],
    *,
    excluded_humans: Collection[UUID],
    pick: Callable[[int], int],
) -> Candidate | None:
    """One candidate at random, never of ``excluded_humans``; None when nobody is left.

    ``pick(n)`` gives a number from 0 to n - 1 (``secrets.randbelow``). Humans are drawn, not
    accounts: two accounts give nobody two chances.
    """
    by_human: dict[UUID, list[Candidate]] = {}
    for candidate in candidates:
        if candidate.human_id not in excluded_humans:
            by_human.setdefault(candidate.human_id, []).append(candidate)
    if not by_human:
        return None
    humans = sorted(by_human)
    theirs = by_human[humans[pick(len(humans))]]
    return theirs[pick(len(theirs))]


_ALSO_ADMINISTRATORS = frozenset(
    {
        "organisations.grant_role",
        "organisations.change_organisation",
        "consent.change_policy",
        "safeguards.change_settings",
    }
)


_ADMINISTRATORS_ALONE = frozenset({"services.put_form_in_force"})


def roles_that_decide(command: str) -> frozenset[str]:
    """The roles from which a reviewer for ``command`` is drawn.

    Reviewers of the organisation or of the shared pool; administrators, of wherever, too for what
    sets up an organisation: a new one has no reviewer yet. Administrators alone for what is every
    organisation's: whoever decides on it must be one who may do it.
    """
    if command in _ADMINISTRATORS_ALONE:
        return frozenset({"administrator"})
    also = {"administrator"} if command in _ALSO_ADMINISTRATORS else set()
    return frozenset({"reviewer"} | also)


CONFIRM_STOP = "delegation.confirm_stop"

_FROM_ELSEWHERE = frozenset({CONFIRM_STOP})


def is_drawn_from_all(command: str) -> bool:
    """Whether reviewers of every organisation are asked, and not of one and of the pool: where
    nobody of the organisations that it is about may be (draw.register_exclusion)."""
    return command in _FROM_ELSEWHERE


SECOND_LOOKS = frozenset(
    {
        CONFIRM_STOP,
        "people.note_second_look",
        "people.note_silence_reviewed",
        "applications.note_help_reviewed",
    }
)
"""What nobody asked for and nothing waits for: looks that the system opens at what was done. They
are not among what whoever did it waits for, and that they are opened is not told to them."""

REVIEW_HOURS = 72
"""How long a review may take before it escalates (A01 and A05 of the scenarios of abuse)."""

_SHORTER = {
    "organisations.grant_role": 48,
    "applications.note_help_reviewed": 24,
    CONFIRM_STOP: 24,  # so that a second one can be drawn before the stop is over
    "people.note_silence_reviewed": 24,  # nobody tells the person of anything meanwhile
    "applications.restore_payment_details": 24,  # nobody is paid meanwhile
}


def review_hours(command: str) -> int:
    """By when a reviewer decides, in hours. When it passes, the act escalates and still waits."""
    return _SHORTER.get(command, REVIEW_HOURS)


NOTICE = timedelta(hours=24)
"""What gives power, or changes what others are held by, is known for a day before it counts: nobody
tunes it the night before and back the day after (A45 and A48 of the scenarios of abuse). Cover is
agreed a day ahead."""

_WITH_NOTICE = frozenset({"safeguards.change_settings", "consent.change_policy"})
_WITHOUT_POWER = frozenset({"helper"})
"""A role that decides on nobody's work but its own begins with the second human's yes."""


def find_notice(
    command: str, arguments: Mapping[str, object] | None, asked_at: datetime
) -> datetime | None:
    """From when on it can be released; None: at any time."""
    is_power = (
        command == "organisations.grant_role"
        and (arguments or {}).get("role") not in _WITHOUT_POWER
    )
    return asked_at + NOTICE if command in _WITH_NOTICE or is_power else None
