"""What another place may know of a referral, who sees it, and what never goes along."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistedaccess.casework.rules_places import (
    FRESH_FOR,
    is_out_of_date,
    join_kinds,
    split_kinds,
)
from assistedaccess.casework.rules_referrals import (
    STANDING,
    ReferralKind,
    ReferralState,
    Shared,
    Way,
    is_private,
    join_shared,
    may_know,
    may_say_arrived,
    needs_paper_wish,
    split_shared,
    tells_address,
)

KINDS = st.sampled_from(ReferralKind)
STATES = st.sampled_from(ReferralState)


@given(st.lists(st.sampled_from(Shared)))
def test_what_is_shared_comes_back_each_once(chosen: list[Shared]) -> None:
    assert set(split_shared(join_shared(chosen))) == set(chosen)
    assert len(split_shared(join_shared(chosen))) == len(set(chosen))


@given(st.lists(KINDS, min_size=1))
def test_kinds_of_a_place_come_back_each_once(chosen: list[ReferralKind]) -> None:
    assert set(split_kinds(join_kinds(chosen))) == set(chosen)


def test_another_word_is_nothing_that_is_shared_and_no_kind() -> None:
    with pytest.raises(ValueError, match="address"):
        join_shared(["address"])
    for wrong in (["shop"], []):
        with pytest.raises(ValueError, match=r"shop|some kind"):
            join_kinds(wrong)


@given(KINDS, st.lists(KINDS), st.booleans())
def test_a_refuge_is_private_whatever_was_ticked(
    kind: ReferralKind, place: list[ReferralKind], wished: bool
) -> None:
    private = is_private(kind, place, wished=wished)
    assert private == (wished or ReferralKind.REFUGE in {kind, *place})


@given(st.sampled_from(Way), st.booleans(), st.booleans())
def test_paper_that_may_be_found_is_wished_for(way: Way, private: bool, unsafe: bool) -> None:
    needs = needs_paper_wish(way, is_private=private, is_paper_unsafe=unsafe)
    assert needs == (way is Way.PAPER and (private or unsafe))


@given(STATES, st.booleans())
def test_who_knows_of_no_referral_says_nothing_of_it(state: ReferralState, is_giver: bool) -> None:
    assert may_know(state, is_giver=True)
    assert may_know(state, is_giver=False) == (state in STANDING)
    if may_say_arrived(state, is_giver=is_giver):
        assert may_know(state, is_giver=is_giver)
        assert state in STANDING
    if not is_giver:  # the other place says so only of whom it expects
        assert may_say_arrived(state, is_giver=False) == (state is ReferralState.ACCEPTED)


LINES = st.sampled_from(
    [("12 High Street", "Millbrook"), ("Rose Cottage", "Long Lane"), ("Flat 3", "4 Mill Row")]
)
NOISE = st.text(max_size=30)


@given(LINES, NOISE, NOISE, st.sampled_from(["", " ", ", ", "\n"]), st.booleans())
def test_no_text_carries_a_hidden_address_however_it_is_spelt(
    lines: tuple[str, ...], before: str, after: str, gap: str, shouts: bool
) -> None:
    for telling in (lines[0].replace(" ", gap or " "), f"SA1{gap}1AA"):
        said = f"{before}{telling.upper() if shouts else telling}{after}"
        assert tells_address(said, lines, "SA1 1AA")


@pytest.mark.parametrize(
    ("said", "tells"),
    [
        ("Needs food until Friday", False),
        ("Comes from Millbrook", False),  # a town says little
        ("lives at 12, high street", True),
        ("sa11aa", True),
    ],
)
def test_a_town_alone_says_little(said: str, tells: bool) -> None:
    assert tells_address(said, ("12 High Street", "Millbrook"), "SA1 1AA") is tells


def test_without_an_address_nothing_is_found() -> None:
    assert not tells_address("anything at all", (), "")


@given(st.dates(date(2020, 1, 1), date(2040, 1, 1)), st.integers(0, 1000))
def test_an_entry_is_out_of_date_half_a_year_after_its_check(day: date, days: int) -> None:
    assert is_out_of_date(day, day + timedelta(days=days)) == (days > FRESH_FOR.days)
