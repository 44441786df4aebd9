"""Two records side by side: what agrees, what speaks against one human, what forbids a merge."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistedaccess.kernel.actor import SYSTEM
from assistedaccess.kernel.controls import Act, Verdict
from assistedaccess.kernel.partial_date import PartialDate
from assistedaccess.people.rules_matching import Likely
from assistedaccess.people.rules_merging import (
    MERGE,
    UNDO,
    Against,
    Agreement,
    CannotMerge,
    Fact,
    Side,
    check_pair,
    compare,
    hold_merging,
    list_against,
)

DAY = PartialDate(1950, 3, 1)


def side(reference: str = "P-1", name: str = "Amina Yusuf", **more: object) -> Side:
    """A record with nothing special about it; ``more``: fields of a Side or of its Likely."""
    known = {key: more.pop(key) for key in ("nino", "postcode", "contacts") if key in more}
    day = more.pop("birth_date", DAY)
    made = Side(
        reference=reference,
        likely=Likely(name=name, known_as=None, birth_date=day, **known),  # type: ignore[arg-type]
        language="so",
        hides_address=False,
        is_sensitive=False,
        is_unsafe=False,
        no_paper=False,
        has_died=False,
        is_of_helper=False,
        is_merged=False,
        leads_others=False,
        has_way=True,
        has_card=False,
    )
    return replace(made, **more)  # type: ignore[arg-type]


def agreement(one: Side, other: Side, fact: Fact) -> Agreement:
    found = compare(one, other, with_details=True)
    return next(each.agreement for each in found if each.fact is fact)


def test_what_agrees_and_what_differs() -> None:
    one = side(nino=b"1", postcode=b"x", contacts=frozenset({b"a", b"b"}))
    other = side("P-2", "Amina Yusof", nino=b"2", postcode=b"x", contacts=frozenset({b"b"}))
    assert agreement(one, one, Fact.NAME) is Agreement.SAME
    assert agreement(one, other, Fact.NAME) is Agreement.NEAR
    assert agreement(one, side("P-3", "Bo Chen"), Fact.NAME) is Agreement.DIFFERENT
    assert agreement(one, other, Fact.NINO) is Agreement.DIFFERENT
    assert agreement(one, side("P-3"), Fact.NINO) is Agreement.NOT_KNOWN
    assert agreement(one, other, Fact.POSTCODE) is Agreement.SAME
    assert agreement(one, replace(other, hides_address=True), Fact.POSTCODE) is Agreement.COVERED
    assert agreement(one, other, Fact.CONTACT) is Agreement.SAME
    year = side("P-3", birth_date=PartialDate(1950))
    assert agreement(one, year, Fact.BIRTH_DATE) is Agreement.NEAR
    unknown = side("P-3", birth_date=PartialDate())
    assert agreement(one, unknown, Fact.BIRTH_DATE) is Agreement.NOT_KNOWN


def test_covered_shows_the_year_alone_and_no_number_is_ever_shown() -> None:
    one = side(nino=b"1", postcode=b"x", contacts=frozenset({b"a"}))
    for found in compare(one, one, with_details=False):
        if found.fact is Fact.BIRTH_DATE:
            assert (found.kept, found.merged) == (PartialDate(1950), PartialDate(1950))
        if found.fact in (Fact.NINO, Fact.POSTCODE, Fact.CONTACT):
            assert found.kept is found.merged is None


def test_twins_and_strangers_are_spoken_of() -> None:
    twin = side("P-2", "Halima Yusuf", postcode=b"x")
    assert Against.TWINS in list_against(side(postcode=b"x"), twin)
    assert Against.TWINS not in list_against(side(nino=b"1"), side("P-2", nino=b"1"))
    found = list_against(
        side(nino=b"1", has_card=True),
        side("P-2", "Bo Chen", nino=b"2", birth_date=PartialDate(1951, 3, 1), has_card=True),
    )
    assert found == [
        Against.OTHER_NINO, Against.OTHER_BIRTH_DATE, Against.OTHER_NAME, Against.TWO_CARDS,
        Against.NOTHING_STRONG,
    ]  # fmt: skip
    assert list_against(side(nino=b"1"), side("P-2", nino=b"1")) == []


@pytest.mark.parametrize(
    ("merged", "kept", "waits", "code"),
    [
        ({"reference": "P-2"}, {}, False, "same_record"),
        ({"is_merged": True}, {}, False, "merged_already"),
        ({}, {"is_merged": True}, False, "merged_already"),
        ({"leads_others": True}, {}, False, "leads_others"),
        ({"is_of_helper": True}, {}, False, "own_record_of_helper"),
        ({}, {"is_of_helper": True}, False, "own_record_of_helper"),
        ({"has_died": True}, {}, False, "one_has_died"),
        ({"has_died": True}, {"has_died": True}, False, "one_has_died"),
        ({}, {}, True, "something_waits"),
        ({"hides_address": True}, {}, False, "kept_asks_less_care"),
        ({"is_unsafe": True}, {"no_paper": True}, False, "kept_asks_less_care"),
        ({"no_paper": True}, {}, False, "kept_asks_less_care"),
        ({}, {"has_way": False}, False, "kept_has_no_way"),
    ],
)
def test_what_forbids_a_merge(
    merged: dict[str, object], kept: dict[str, object], waits: bool, code: str
) -> None:
    with pytest.raises(CannotMerge) as raised:
        check_pair(
            side(**{"reference": "P-1", **merged}), side("P-2", **kept), something_waits=waits
        )  # type: ignore[arg-type]
    assert raised.value.code == code


def test_what_forbids_none() -> None:
    check_pair(side(), side("P-2", leads_others=True, is_unsafe=True), something_waits=False)
    check_pair(side(has_way=False), side("P-2", has_way=False), something_waits=False)


@given(st.lists(st.booleans(), min_size=8, max_size=8))
def test_the_record_that_is_kept_never_asks_for_less_care(flags: list[bool]) -> None:
    names = ("hides_address", "is_unsafe", "no_paper", "is_sensitive")
    merged = side(**dict(zip(names, flags[:4], strict=True)))
    kept = side("P-2", **dict(zip(names, flags[4:], strict=True)))
    less = any(one and not other for one, other in zip(merged.care, kept.care, strict=True))
    if less:
        with pytest.raises(CannotMerge):
            check_pair(merged, kept, something_waits=False)
    else:
        check_pair(merged, kept, something_waits=False)


def test_both_take_two_humans_and_a_lead_alone_takes_apart() -> None:
    lead = replace(SYSTEM, role="safeguarding_lead")
    (found,) = hold_merging(Act(MERGE, lead, facts={"needs_lead": True}))
    assert (found.verdict, found.deciding_role) == (Verdict.HOLD, "safeguarding_lead")
    (found,) = hold_merging(Act(UNDO, SYSTEM, facts={"needs_lead": False}))
    assert (found.verdict, found.deciding_role) == (Verdict.HOLD, None)
    assert list(hold_merging(Act(UNDO, lead))) == []
    assert list(hold_merging(Act("people.change_person", SYSTEM))) == []
