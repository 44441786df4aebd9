"""The rules of referrals: what may be told to another place, who sees it, how it goes on. Pure.

A referral is lighter than a hand-over: the case stays. It names a place, and tells it what the
person chose and nothing more.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import timedelta
from enum import StrEnum

LONGEST_ABOUT = 500
LONGEST_MIND = 200
LONGEST_PLACE = 150
LONGEST_RETURN = 500

ASK_AFTER = timedelta(days=14)
"""When somebody asks whether the person arrived."""


ASKED_FOR = timedelta(days=90)
"""How long that nobody knows it explains a look at the person's record."""


class ReferralKind(StrEnum):
    """What help the other place gives: a closed list."""

    FOOD_BANK = "food_bank"
    DEBT = "debt"
    HOUSING = "housing"
    REFUGE = "refuge"
    HEALTH = "health"
    DIGITAL_SKILLS = "digital_skills"
    OTHER = "other"


class Shared(StrEnum):
    """What the other place gets to know: what the person chose of this."""

    NAME = "name"
    CONTACT = "contact"
    ABOUT = "about"
    NEEDS = "needs"


class Way(StrEnum):
    """How the place gets to know: we tell them, or the person takes a paper along."""

    TOLD = "told"
    PAPER = "paper"


class ReferralState(StrEnum):
    """Where a referral stands. Only a place inside this system accepts one or sends it back."""

    MADE = "made"
    ACCEPTED = "accepted"
    RETURNED = "returned"
    WITHDRAWN = "withdrawn"


class Arrival(StrEnum):
    """Whether the person got there. Nobody is to blame who did not."""

    ARRIVED = "arrived"
    NOT_ARRIVED = "not_arrived"
    NOT_KNOWN = "not_known"


class SentBack(StrEnum):
    """Why a place inside sends a referral back. CLOSED: it has closed; nobody chose that."""

    NOT_OURS = "not_ours"
    NO_ROOM = "no_room"
    NOT_REACHED = "not_reached"
    NOT_WANTED = "not_wanted"
    OTHER = "other"
    CLOSED = "closed"


STANDING = frozenset({ReferralState.MADE, ReferralState.ACCEPTED})
"""States in which the other place knows of it."""


def join_shared(chosen: Iterable[str]) -> str:
    """What is shared as one column holds it, each once. Raises ValueError for another word."""
    found = {Shared(one) for one in chosen}
    return ",".join(one for one in Shared if one in found)


def split_shared(joined: str) -> tuple[Shared, ...]:
    """What join_shared wrote."""
    return tuple(Shared(one) for one in joined.split(",") if one)


def is_private(kind: ReferralKind, place_kinds: Iterable[str], *, wished: bool) -> bool:
    """Whether place and kind stand in no list, story, notice or record that others may see.

    Always for a refuge, by what is asked of it or by what the place is; else where the person
    wishes it.
    """
    return wished or kind is ReferralKind.REFUGE or ReferralKind.REFUGE in set(place_kinds)


def needs_paper_wish(way: Way, *, is_private: bool, is_paper_unsafe: bool) -> bool:
    """Whether the person has to say that they want it on paper, knowing who may find it."""
    return way is Way.PAPER and (is_private or is_paper_unsafe)


def may_know(state: ReferralState, *, is_giver: bool) -> bool:
    """Whether there is a referral at all for them: once it has gone back, the other knows none."""
    return is_giver or state in STANDING


def may_say_arrived(state: ReferralState, *, is_giver: bool) -> bool:
    """Whether one of the two may say that the person arrived: the other place once it accepted."""
    return state is ReferralState.ACCEPTED or (is_giver and state is ReferralState.MADE)


SHORTEST_LINE = 5
"""Fewer letters and digits than that stand in too many texts to say where somebody lives."""


def tells_address(text: str, lines: Iterable[str], postcode: str) -> bool:
    """Whether ``text`` says where somebody lives: the postcode, or a line of their address.

    Case, spaces and commas are set aside. The first line counts, and any other with a number in it:
    a town alone says little. For who keeps their address hidden (design, section 4, rule 5).
    """
    said = _fold(text)
    if postcode and _fold(postcode) in said:
        return True
    for place, line in enumerate(lines):
        folded = _fold(line)
        telling = place == 0 or any(one.isdecimal() for one in folded)
        if telling and len(folded) >= SHORTEST_LINE and folded in said:
            return True
    return False


def _fold(text: str) -> str:
    return re.sub(r"[\W_]+", "", text.casefold())
