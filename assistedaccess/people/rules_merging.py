"""When two records may be taken for one human's, and what speaks for and against it. Pure.

Nobody but two humans says that two records are of one human: two people can have the same name and
birth date, twins have the same birth date and address. What a computer can say is which facts agree
and which do not.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from flask_babel import gettext as _

from assistedaccess.access import Role
from assistedaccess.kernel.controls import Act, Finding, Verdict
from assistedaccess.kernel.errors import Refused
from assistedaccess.kernel.partial_date import PartialDate

from .rules import name_key, name_tokens
from .rules_matching import Likely, is_near_name, may_be_same_date

MERGE = "people.merge_records"
UNDO = "people.undo_merge"
BY_TWO = {MERGE: "merged_by_two", UNDO: "merge_undone_by_two"}
"""The commands that take two humans, and the code of the reason."""


class CannotMerge(Refused):
    """These two records cannot be merged, or not now; the reason code says why."""

    reason_code = "cannot_merge"


class Fact(StrEnum):
    """What is compared, in the order in which it is read."""

    NAME = "name"
    KNOWN_AS = "known_as"
    BIRTH_DATE = "birth_date"
    NINO = "nino"
    POSTCODE = "postcode"
    CONTACT = "contact"
    LANGUAGE = "language"


class Agreement(StrEnum):
    """How a fact of the one stands to that of the other."""

    SAME = "same"
    NEAR = "near"
    DIFFERENT = "different"
    NOT_KNOWN = "not_known"
    COVERED = "covered"


class Against(StrEnum):
    """What speaks against one human."""

    OTHER_NINO = "other_nino"
    OTHER_BIRTH_DATE = "other_birth_date"
    OTHER_NAME = "other_name"
    TWINS = "twins"
    TWO_CARDS = "two_cards"
    NOTHING_STRONG = "nothing_strong"


@dataclass(frozen=True)
class Side:
    """One of the two records, as far as it is compared and as its state bears on a merge."""

    reference: str
    likely: Likely
    language: str
    hides_address: bool
    is_sensitive: bool
    is_unsafe: bool
    no_paper: bool
    has_died: bool
    is_of_helper: bool
    is_merged: bool
    leads_others: bool
    has_way: bool
    has_card: bool

    @property
    def care(self) -> tuple[bool, ...]:
        """What the record asks of whoever opens it or writes to the person."""
        return (self.hides_address, self.is_unsafe, self.no_paper, self.is_sensitive)


@dataclass(frozen=True)
class Compared:
    """One fact side by side; values are None where they are compared and not shown."""

    fact: Fact
    agreement: Agreement
    kept: str | PartialDate | None = None
    merged: str | PartialDate | None = None


def check_pair(merged: Side, kept: Side, *, something_waits: bool) -> None:
    """Raise CannotMerge where the law of the house says no, whoever agrees."""
    if merged.reference == kept.reference:
        raise _no("same_record", _("This is one record."), _("Enter the reference of the other."))
    if merged.is_merged or kept.is_merged:
        raise _no(
            "merged_already",
            _("One of the two was merged into another record already."),
            _("Go on with the record to which it leads."),
        )
    if merged.leads_others:
        raise _no(
            "leads_others",
            _("Another record was merged into this one, so this one is kept."),
            _("Merge the other way round, or undo the earlier merge first."),
        )
    if merged.is_of_helper or kept.is_of_helper:
        # The tie keeps somebody from their own record, whatever hat they wear (rule 7): a merge
        # would give them a second one to which no tie leads.
        raise _no(
            "own_record_of_helper",
            _("One of the two is the record of somebody who helps here, so they stay apart."),
            _("Help the person with the record that is right. Both go on."),
        )
    if merged.has_died or kept.has_died:
        # Else a dead person's record would open again, or a living one's close, by a merge.
        raise _no(
            "one_has_died",
            _("One of the two records says that the person has died."),
            _("If that is a mistake, have it undone first. If not, they stay as they are."),
        )
    if something_waits:
        raise _no(
            "something_waits",
            _("Something about one of the two waits for a second person."),
            _("Wait until that is decided, then ask again."),
        )
    if any(one and not other for one, other in zip(merged.care, kept.care, strict=True)):
        raise _no(
            "kept_asks_less_care",
            _("The record that would be kept asks for less care than the other."),
            _(
                "Look at both: not safe to write, no paper, a hidden address. Write the same on "
                "the record that you keep, or keep the other one."
            ),
        )
    if merged.has_way and not kept.has_way:
        raise _no(
            "kept_has_no_way",
            _("The record that would be kept has no way to tell the person anything."),
            _("Ask the person how to reach them, write it there, then ask again."),
        )


def _no(code: str, words: str, next_step: str) -> CannotMerge:
    return CannotMerge(words, next_step=next_step, reason_code=code)


def compare(merged: Side, kept: Side, *, with_details: bool) -> list[Compared]:
    """Every fact of the two side by side.

    ``with_details``: whoever looks may read the whole birth date; else its year alone. Numbers,
    addresses and ways to reach somebody are compared and never shown here.
    """
    one, other = merged.likely, kept.likely
    found = [
        Compared(Fact.NAME, _compare_names(one, other), other.name, one.name),
        Compared(
            Fact.KNOWN_AS,
            _compare_texts(one.known_as, other.known_as),
            other.known_as or "",
            one.known_as or "",
        ),
        Compared(
            Fact.BIRTH_DATE,
            _compare_dates(one.birth_date, other.birth_date),
            _as_covered(other.birth_date, with_details),
            _as_covered(one.birth_date, with_details),
        ),
        Compared(Fact.NINO, _compare_keys(one.nino, other.nino)),
        Compared(
            Fact.POSTCODE,
            Agreement.COVERED
            if merged.hides_address or kept.hides_address
            else _compare_keys(one.postcode, other.postcode),
        ),
        Compared(Fact.CONTACT, _compare_contacts(one, other)),
        Compared(
            Fact.LANGUAGE,
            _compare_texts(merged.language, kept.language),
            kept.language,
            merged.language,
        ),
    ]
    return [
        each
        for each in found
        if each.fact is not Fact.KNOWN_AS or each.kept or each.merged  # most people have none
    ]


def list_against(merged: Side, kept: Side) -> list[Against]:
    """What speaks against one human, the strongest first."""
    one, other = merged.likely, kept.likely
    found = []
    if one.nino and other.nino and one.nino != other.nino:
        found.append(Against.OTHER_NINO)
    dates = one.birth_date, other.birth_date
    if _compare_dates(*dates) is Agreement.DIFFERENT:
        found.append(Against.OTHER_BIRTH_DATE)
    if not is_near_name(one, other):
        found.append(Against.OTHER_NAME)
    if _may_be_twins(merged, kept):
        found.append(Against.TWINS)
    if merged.has_card and kept.has_card:
        found.append(Against.TWO_CARDS)
    if one.nino is None or one.nino != other.nino:
        found.append(Against.NOTHING_STRONG)
    return found


def _may_be_twins(merged: Side, kept: Side) -> bool:
    """The same birth date, a part of the name and no more than that: a twin, or a cousin."""
    one, other = merged.likely, kept.likely
    words, others = name_tokens(*one.names), name_tokens(*other.names)
    shares_part = bool(words & others) and bool(words - others) and bool(others - words)
    return shares_part and may_be_same_date(one.birth_date, other.birth_date)


def _compare_names(one: Likely, other: Likely) -> Agreement:
    if name_key(one.name) == name_key(other.name):
        return Agreement.SAME
    return Agreement.NEAR if is_near_name(one, other) else Agreement.DIFFERENT


def _compare_texts(one: str | None, other: str | None) -> Agreement:
    if not one or not other:
        return Agreement.NOT_KNOWN
    return Agreement.SAME if name_key(one) == name_key(other) else Agreement.DIFFERENT


def _compare_dates(one: PartialDate, other: PartialDate) -> Agreement:
    if one.is_unknown or other.is_unknown:
        return Agreement.NOT_KNOWN
    if one == other:
        return Agreement.SAME
    return Agreement.NEAR if may_be_same_date(one, other) else Agreement.DIFFERENT


def _compare_keys(one: bytes | None, other: bytes | None) -> Agreement:
    if one is None or other is None:
        return Agreement.NOT_KNOWN
    return Agreement.SAME if one == other else Agreement.DIFFERENT


def _compare_contacts(one: Likely, other: Likely) -> Agreement:
    if not one.contacts or not other.contacts:
        return Agreement.NOT_KNOWN
    return Agreement.SAME if one.contacts & other.contacts else Agreement.DIFFERENT


def _as_covered(day: PartialDate, with_details: bool) -> PartialDate:
    return day if with_details else PartialDate(day.year, None, None)


def hold_merging(act: Act) -> Iterable[Finding]:
    """The control: that two records are of one human is for two humans to say, and so is that they
    are not.

    A lead alone may take them apart, with a reason: that is the careful side to err on.
    """
    if act.name not in BY_TWO:
        return
    if act.name == UNDO and act.actor.role == Role.SAFEGUARDING_LEAD:
        return
    words = (
        _("A second person looks at both records before they are merged.")
        if act.name == MERGE
        else _("A second person has to agree before the two records are taken apart.")
    )
    yield Finding(
        Verdict.HOLD,
        BY_TWO[act.name],
        words,
        deciding_role=str(Role.SAFEGUARDING_LEAD) if act.facts.get("needs_lead") else None,
    )
