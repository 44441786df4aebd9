"""Safeguarding concerns: what is asked, and who has the duty to act on it in each nation. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from enum import StrEnum

from assistedaccess.organisations.rules import Nation

LONGEST_TOLD = 4_000
LONGEST_ABOUT = 200


class ConcernKind(StrEnum):
    """What somebody is worried about."""

    MONEY = "money"
    COERCION = "coercion"
    NEGLECT = "neglect"
    SELF_NEGLECT = "self_neglect"
    CHILD = "child"
    OTHER = "other"


class Capacity(StrEnum):
    """Whether the person could decide today, as whoever raised the concern saw it.

    An impression, never an assessment: capacity is presumed (Mental Capacity Act 2005, s.1(2);
    Adults with Incapacity (Scotland) Act 2000, s.1; Mental Capacity Act (Northern Ireland) 2016,
    s.1).
    """

    YES = "yes"
    NOT_SURE = "not_sure"
    NO = "no"


class EntryKind(StrEnum):
    """What a lead writes to a concern. An outcome closes it; anything after it opens it again."""

    NOTE = "note"
    REFERRAL = "referral"
    OUTCOME = "outcome"


@dataclass(frozen=True)
class Told:
    """What whoever raised the concern told; all but ``seen`` and ``kinds`` may be empty.

    ``kinds`` is as join_kinds writes it.
    """

    seen: str
    said: str = ""
    wishes: str = ""
    capacity: str = ""
    about: str = ""
    home_is_safe: str = ""
    kinds: str = ""

    @classmethod
    def read(cls, opened: Mapping[str, str]) -> Told:
        """What was stored; a word of a later version is passed over."""
        known = {field.name for field in fields(cls)}
        return cls(**{name: value for name, value in opened.items() if name in known})


def join_kinds(kinds: Iterable[str]) -> str:
    """The kinds as one text, each once, in the order of ConcernKind.

    Raises ValueError for a word that is no kind, and for none at all.
    """
    chosen = {ConcernKind(kind) for kind in kinds}
    if not chosen:
        raise ValueError("a concern is about something")
    return ",".join(kind for kind in ConcernKind if kind in chosen)


def split_kinds(joined: str) -> tuple[ConcernKind, ...]:
    """What join_kinds wrote; of an erased person, nothing."""
    return tuple(ConcernKind(kind) for kind in joined.split(",") if kind)


@dataclass(frozen=True)
class Duty:
    """Under which law somebody must look into a concern. ``law`` is its name, never translated."""

    law: str


ADULTS = {
    Nation.ENGLAND: Duty("Care Act 2014, section 42"),
    Nation.WALES: Duty("Social Services and Well-being (Wales) Act 2014, section 126"),
    Nation.SCOTLAND: Duty("Adult Support and Protection (Scotland) Act 2007, section 4"),
    Nation.NORTHERN_IRELAND: Duty(
        "Adult Safeguarding: Prevention and Protection in Partnership (2015)"
    ),
}
"""Who has to make enquiries about an adult at risk: the council; in Northern Ireland the health and
social care trust, under a policy, since there is no Act."""

CHILDREN = {
    Nation.ENGLAND: Duty("Children Act 1989, section 47"),
    Nation.WALES: Duty("Social Services and Well-being (Wales) Act 2014, section 130"),
    Nation.SCOTLAND: Duty("Children’s Hearings (Scotland) Act 2011, section 60"),
    Nation.NORTHERN_IRELAND: Duty("Children (Northern Ireland) Order 1995, article 66"),
}


def list_duties(nation: Nation, kinds: Iterable[ConcernKind]) -> list[Duty]:
    """The duties under which a concern of these kinds is referred: the child's first."""
    chosen = set(kinds)
    duties = [CHILDREN[nation]] if ConcernKind.CHILD in chosen else []
    if chosen - {ConcernKind.CHILD}:
        duties.append(ADULTS[nation])
    return duties
