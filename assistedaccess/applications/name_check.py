"""Whether the name on an account is the person's: a port, and the offline matcher behind it.

Confirmation of Payee (Pay.UK) answers for the account itself: match, close match, no match, or that
it could not be checked; sort code, account number and, at a building society, the roll number are
what it is asked with. It comes through this same port. Whoever asks a network implements ``check``
without a transaction of ours around the call. Until then the matcher here compares the name that
was read off the card with the name in the person's record: it says nothing about the account.
"""

from __future__ import annotations

import re
import unicodedata
from enum import StrEnum
from typing import Protocol


class NameCheck(StrEnum):
    """What came of it, in Confirmation of Payee's words."""

    MATCH = "match"
    CLOSE = "close_match"
    NO_MATCH = "no_match"
    NOT_CHECKED = "not_checked"

    @property
    def rank(self) -> int:
        """How well it fits: the higher, the better. Not checked says as little as no match."""
        return {NameCheck.MATCH: 2, NameCheck.CLOSE: 1}.get(self, 0)


class NameChecker(Protocol):
    """Checks a name against an account."""

    def check(self, *, name: str, holder: str, account: str) -> NameCheck:
        """``name`` is the person's, ``holder`` what is said to be on the account, ``account`` its
        one spelling (kernel.canonical.canonical_bank_account)."""


class OfflineNameChecker:
    """Compares the two names alone."""

    def check(self, *, name: str, holder: str, account: str) -> NameCheck:
        return compare_names(name, holder)


_checker: NameChecker = OfflineNameChecker()


def get_name_checker() -> NameChecker:
    """Who checks names in this process."""
    return _checker


_TITLES = frozenset({"mr", "mrs", "ms", "miss", "mx", "dr", "prof", "rev", "sir", "dame", "lady"})
_COMPANIES = frozenset({"ltd", "limited", "llp", "plc", "cic", "cyf", "ccc", "the"})
_JOINT = re.compile(r"\s*(?:&|\+|/|,|\band\b|\ba\b(?=\s+m(?:r|rs|s)\b))\s*", re.IGNORECASE)


def compare_names(name: str, holder: str) -> NameCheck:
    """How well the name on an account is the person's.

    *Match*: the same words, in whatever order, case or accents, titles aside. *Close*: the family
    name is the same, or one letter off, and the first names agree as far as they are given (an
    initial, a middle name more or less, one letter off). Of a shared account the better of its
    holders counts. Close too: the first and the last word of the name, in another order or with two
    words written as one, as many families of the world write them. Anything else is no match; so is
    nothing at all.
    """
    wanted = split_name(name)
    found = [_compare(wanted, split_name(part)) for part in _split_joint(holder)]
    return max(found, key=lambda each: each.rank, default=NameCheck.NO_MATCH)


def names_another(holder: str, other: str, name: str) -> bool:
    """Whether an account is in the name of ``other``, a human or an organisation, for whom it fits
    at least as well as for the person, ``name``; or so is one of its holders."""
    for part in _split_joint(holder):
        theirs, persons = compare_names(other, part), compare_names(name, part)
        if persons is not NameCheck.MATCH and theirs.rank >= max(persons.rank, 1):
            return True
    return False


def is_same_organisation(holder: str, organisation: str) -> bool:
    """Whether an account is in the name of an organisation and of nobody else; what kind of company
    it says it is does not count."""
    called, theirs = (
        [word for word in split_name(text) if word not in _COMPANIES]
        for text in (holder, organisation)
    )
    return bool(theirs) and called == theirs


def is_joint(holder: str) -> bool:
    """Whether more than one name stands on an account."""
    return len(_split_joint(holder)) > 1


def split_name(text: str) -> list[str]:
    """The words of a name, folded: no accents, no case, no title, no dots; hyphens part words."""
    folded = "".join(
        c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c)
    ).casefold()
    words = re.split(r"[\s\-]+", re.sub(r"[.'’`]", "", folded))
    return [word for word in words if word and word not in _TITLES]


def _split_joint(holder: str) -> list[str]:
    """The holders of an account; “Mr A & Mrs B Shaw” lends its family name to both."""
    parts = [part for part in _JOINT.split(holder) if part.strip()]
    if len(parts) < 2:
        return [holder]
    family = split_name(parts[-1])[-1:]
    lent = [
        f"{part} {family[0]}"
        for part in parts[:-1]
        if family and split_name(part)[-1:] != family and len(split_name(part)) < 2
    ]
    return [*parts, *lent]


def _compare(wanted: list[str], found: list[str]) -> NameCheck:
    if not wanted or not found:
        return NameCheck.NO_MATCH
    if sorted(wanted) == sorted(found):
        return NameCheck.MATCH
    if len(wanted) < 2 or len(found) < 2:
        same = is_near(wanted[-1], found[-1])
        return NameCheck.CLOSE if same and len(wanted) == len(found) else NameCheck.NO_MATCH
    if is_near(wanted[-1], found[-1]) and _agree(wanted[0], found[0]):
        return NameCheck.CLOSE
    spelt = [(one, other) for one in _join_some(wanted) for other in _join_some(found)]
    return NameCheck.CLOSE if any(_is_part(*each) for each in spelt) else NameCheck.NO_MATCH


def _join_some(words: list[str]) -> list[list[str]]:
    """The name as it stands, and with two neighbours written as one: Al Hassan, Alhassan."""
    joined = [
        [*words[:at], words[at] + words[at + 1], *words[at + 2 :]] for at in range(len(words) - 1)
    ]
    return [words, *(each for each in joined if len(each) > 1)]


def _is_part(wanted: list[str], found: list[str]) -> bool:
    """Whether each word that is given is one of the name's, wherever it stands, or the initial of
    one; among them the first and the last, where families stand, and one of these in full."""
    left = list(wanted)
    in_full = set()
    for word in sorted(found, key=len, reverse=True):
        same = next((each for each in left if each == word), None)
        if same is not None and len(word) > 1:
            in_full.add(same)
        if same is None and len(word) == 1:
            same = next((each for each in left if each[0] == word), None)
        if same is None:
            return False
        left.remove(same)
    ends = {wanted[0], wanted[-1]}
    return ends.isdisjoint(left) and not ends.isdisjoint(in_full)


def _agree(one: str, other: str) -> bool:
    if 1 in (len(one), len(other)):
        return one[0] == other[0]
    return is_near(one, other)


def is_near(one: str, other: str) -> bool:
    """Whether two words are the same but for one letter more, less, other, or swapped; a word of
    fewer than four letters has to be the same."""
    if one == other:
        return True
    if min(len(one), len(other)) < 4 or abs(len(one) - len(other)) > 1:
        return False
    start = next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), None)
    if start is None:
        return True  # one is the other and one letter more
    rests = (one[start + 1 :], other[start + 1 :], one[start:], other[start:])
    swapped = one[start : start + 2] == other[start : start + 2][::-1]
    return (
        rests[0] == rests[1]
        or rests[0] == rests[3]
        or rests[2] == rests[1]
        or (swapped and one[start + 2 :] == other[start + 2 :])
    )
