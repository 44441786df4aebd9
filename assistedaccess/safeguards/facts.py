"""What the rules see: named facts about an act, its person, its helper, its account. Pure.

Equal accounts and contact points were found by keyed hash: no number stands in here. Times are
answers to a question already ("within so many days"), so that a rule needs no clock.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from uuid import UUID

NOBODY = UUID(int=0)
"""Somebody who is only being registered, and has no key yet."""


@dataclass(frozen=True)
class Tie:
    """Somebody in whose record an account or a contact point stands.

    ``surname`` is folded, ``place`` the keyed hash of their postcode (None where there is none).
    ``is_shared``: the person says that it is not theirs alone (a joint account, a family's phone).
    """

    person_id: UUID
    surname: str
    place: bytes | None
    is_shared: bool = False


@dataclass(frozen=True)
class Establishment:
    """A registered establishment that the act touches: verified once, by two humans.

    ``has_account``, ``has_contact``: the account or the contact point of the act is its own;
    ``place``: the keyed hash of its postcode.
    """

    has_account: bool = False
    has_contact: bool = False
    place: bytes | None = None


@dataclass(frozen=True)
class Person:
    """What is known of the person. Levels as IdentityLevel.rank; ``by_others``: not by this helper.
    A ``level`` is of what was shown, or of what another human says: that somebody vouches, or knows
    them, is the word of whoever writes it down. ``has_shown_others``: somebody else has seen a
    paper of theirs.

    ``is_new``: registered within ``new_days``. ``is_reachable``: a telephone or an e-mail address
    stands in the record. ``unconfirmed_near``: other people whom this helper registered at the same
    postcode, and nobody else has ever seen. ``is_dormant``: nothing was done for so long before
    this began. ``contact_is_new``, ``payee_is_new``: changed within ``new_days``.
    ``is_reached_anew``: within ``new_days`` this helper gave a telephone or an e-mail address, and
    one of another hand was taken away. ``payee_was_refused``: a reviewer has lately refused an
    account for them.
    ``is_recognised``: somebody knew them lately, by evidence or by a yes that shows something, or
    this helper has met them before, or acts for them. ``only_telephoned``: this helper has spoken
    with them today by telephone alone, and no number on record was rung. ``is_reviewed_by_actor``:
    something about them waits for this very human's decision.
    """

    id: UUID | None = None
    is_new: bool = True
    level: int = 0
    level_by_others: int = 0
    has_shown_others: bool = False
    is_seen_by_others: bool = False
    is_reachable: bool = True
    unconfirmed_near: int = 0
    is_dormant: bool = False
    contact_is_new: bool = False
    payee_is_new: bool = False
    is_reached_anew: bool = False
    payee_was_refused: bool = False
    is_recognised: bool = True
    only_telephoned: bool = False
    is_reviewed_by_actor: bool = False
    place: bytes | None = None
    surname: str = ""

    @property
    def is_confirmed_by_others(self) -> bool:
        """Whether anybody but this helper has ever had to do with them."""
        return self.level_by_others > 0 or self.is_seen_by_others

    def tie(self, *, is_shared: bool = False) -> Tie:
        """The person themself among those who have an account or a contact point."""
        return Tie(self.id or NOBODY, self.surname, self.place, is_shared)


@dataclass(frozen=True)
class Helper:
    """What is known of who acts. ``was_dormant``: the account came back lately after a long rest.

    ``device_is_unusual``: another device of the same account was in use elsewhere within hours, and
    this one is new to it. ``place_is_unusual``: it was in use from elsewhere within the hour, and
    where it is used from now is new to it. ``is_family``: a relative or friend; ``may_move``: the
    person has given this helper the power to change how they are reached.
    """

    was_dormant: bool = False
    device_is_unusual: bool = False
    place_is_unusual: bool = False
    is_family: bool = False
    may_move: bool = False


@dataclass(frozen=True)
class Payee:
    """Where money is to be paid. ``ties``: everybody else who is paid there, or was.

    ``fits_name``: the name on it is the person's, or nearly; ``is_their_name``: just the person's;
    ``is_organisations``: it is the name of the organisation for which who acts does so.
    ``is_another``: it is not the account of before, and ``is_small_fix`` that it is, with a slip of
    the pen put right. ``is_anothers``: the person says that it is somebody else's. ``by_law``: who
    acts does so under an authority of the law. ``is_confirmed``: the person has confirmed this very
    change to another member of staff without who acts, who has lately taken such a word for the
    same helper ``confirmed_for_same`` times. ``facts_changed``: answers that contradict a claim
    before. ``waits_already``: the same person's money was to go there before, and that waits.
    ``is_known``: money of theirs goes there now; ``goes_elsewhere``: it goes to another account.
    """

    ties: Sequence[Tie] = ()
    is_shared: bool = False
    fits_name: bool = True
    is_their_name: bool = True
    is_organisations: bool = False
    is_another: bool = False
    is_small_fix: bool = False
    is_anothers: bool = False
    by_law: bool = False
    is_confirmed: bool = False
    confirmed_for_same: int = 0
    holder: str = ""
    person_is_here: bool = False
    facts_changed: int = 0
    waits_already: bool = False
    is_known: bool = False
    goes_elsewhere: bool = False


@dataclass(frozen=True)
class Contact:
    """A contact point, or several on a registration, that are to be kept. ``ties`` a point each."""

    ties: Sequence[Sequence[Tie]] = ()
    is_shared: bool = False


@dataclass(frozen=True)
class Money:
    """What goes out now, and what went within ``money_days`` for the same person, in pence."""

    amount_pence: int = 0
    before_pence: int = 0


@dataclass(frozen=True)
class Facts:
    """All that is known about one act; a part that has nothing to do with it is empty."""

    act: str
    helper: Helper = field(default_factory=Helper)
    person: Person | None = None
    payee: Payee | None = None
    contact: Contact | None = None
    money: Money | None = None
    establishments: Sequence[Establishment] = ()
    glass_broken: int = 0
    person_is_there: bool = True


def count_unrelated(ties: Iterable[Tie]) -> int:
    """How many households the people come from.

    Two belong together who live at one postcode and bear one surname, or of whom one says there
    that they share it: whose telephone it is calls it their own (scenarios L03 and L08). Where one
    of them has no postcode on record, it takes the surname, and that both share it. A postcode
    alone is some 15 houses, a surname alone half a town: neither makes a household.
    """
    members = {tie.person_id: tie for tie in ties}
    left = list(members.values())
    households = 0
    while left:
        household = [left.pop()]
        for one in household:
            near = [other for other in left if _live_together(one, other)]
            household.extend(near)
            left = [other for other in left if other not in near]
        households += 1
    return households


def _live_together(one: Tie, other: Tie) -> bool:
    same_name = bool(one.surname) and one.surname == other.surname
    if one.place is None or other.place is None:
        return same_name and one.is_shared and other.is_shared
    return one.place == other.place and (same_name or one.is_shared or other.is_shared)
