"""When two records may be one person, and when a name that is searched for is meant. Pure.

Nothing here ever says that two people are one: it says why somebody should look.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from assistedaccess.kernel.partial_date import PartialDate

from .rules import name_key, name_tokens

MOST_RESULTS = 5
MOST_CANDIDATES = 200
# Letters of other scripts that look like Latin ones in most type (Unicode's confusables, the part
# that names are mistyped or disguised with), folded as name_key folds.
_LOOK_ALIKES = str.maketrans(
    "авеіјкмнорсѕтухһԁԛԝ" + "αβεηικμνορτυχ" + "ıɑɡ",
    "abeijkmhopcstyxhdqw" + "abehikmvoptux" + "iag",
)

NEAR_ENOUGH = 2
"""Letters that may differ in a near name; one where the name has fewer than eight."""


class Likeness(StrEnum):
    """Why a record may be of the same person, the strongest first."""

    SAME_NINO = "same_nino"
    SAME_NAME_AND_BIRTH_DATE = "same_name_and_birth_date"
    NEAR_NAME_AND_BIRTH_DATE = "near_name_and_birth_date"
    SAME_NAME_AND_POSTCODE = "same_name_and_postcode"
    SAME_CONTACT_AND_NEAR_NAME = "same_contact_and_near_name"


@dataclass(frozen=True)
class Likely:
    """What is known of a record, or is about to be recorded, as far as likeness goes.

    ``contacts`` are fingerprints of phone numbers and e-mail addresses.
    """

    name: str
    known_as: str | None
    birth_date: PartialDate
    nino: bytes | None = None
    postcode: bytes | None = None
    contacts: frozenset[bytes] = frozenset()
    id: UUID | None = None

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(name for name in (self.name, self.known_as) if name)


def list_likenesses(one: Likely, other: Likely) -> list[Likeness]:
    """Why the two may be one person; empty where nothing says so."""
    same_name = bool({name_key(n) for n in one.names} & {name_key(n) for n in other.names})
    near = same_name or is_near_name(one, other)
    dates = one.birth_date, other.birth_date
    found = []
    if one.nino is not None and one.nino == other.nino:
        found.append(Likeness.SAME_NINO)
    if same_name and may_be_same_date(*dates):
        found.append(Likeness.SAME_NAME_AND_BIRTH_DATE)
    elif near and may_be_same_date(*dates):
        found.append(Likeness.NEAR_NAME_AND_BIRTH_DATE)
    if same_name and one.postcode is not None and one.postcode == other.postcode:
        found.append(Likeness.SAME_NAME_AND_POSTCODE)
    if near and one.contacts & other.contacts:
        found.append(Likeness.SAME_CONTACT_AND_NEAR_NAME)
    return found


def may_be_same_date(one: PartialDate, other: PartialDate) -> bool:
    """Whether two dates agree in all that both know, and both know the year or month and day."""
    pairs = ((one.year, other.year), (one.month, other.month), (one.day, other.day))
    shared = [(a, b) for a, b in pairs if a is not None and b is not None]
    if any(a != b for a, b in shared):
        return False
    both_year = one.year is not None and other.year is not None
    both_day = one.day is not None and other.day is not None
    return both_year or both_day


def is_near_name(one: Likely, other: Likely) -> bool:
    """Whether a name of the one could be a slip, or a shorter form, of a name of the other."""
    return any(_is_near(a, b) for a in one.names for b in other.names)


def _is_near(one: str, other: str) -> bool:
    a, b = _look(one), _look(other)
    if a and b and (a <= b or b <= a):
        return True  # a middle name left out, or the words in another order
    x, y = "".join(sorted(a)), "".join(sorted(b))
    allowed = NEAR_ENOUGH if min(len(x), len(y)) >= 8 else 1
    return min(len(x), len(y)) >= 3 and edit_distance(x, y, allowed) <= allowed


def _look(name: str) -> frozenset[str]:
    """The folded words of a name as they look."""
    return frozenset(token.translate(_LOOK_ALIKES) for token in name_tokens(name))


def edit_distance(one: str, other: str, limit: int) -> int:
    """How many letters to put in, take out, change, or swap with their neighbour (optimal string
    alignment); ``limit`` + 1 for anything beyond ``limit``."""
    if abs(len(one) - len(other)) > limit:
        return limit + 1
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, start=1):
        last, before, row = before, row, [i]
        for j, b in enumerate(other, start=1):
            cost = min(row[j - 1] + 1, before[j] + 1, before[j - 1] + (a != b))
            if i > 1 and j > 1 and a == other[j - 2] and one[i - 2] == b:
                cost = min(cost, last[j - 2] + 1)
            row.append(cost)
        if min(row) > limit:
            return limit + 1
    return min(row[-1], limit + 1)


def words_needed(typed: Iterable[str]) -> int:
    """How many of the words that were typed a record must have: all, or all but one of three or
    more, so that a middle name that was never recorded finds the person all the same."""
    count = len(set(typed))
    return count if count < 3 else count - 1
