"""Who sees what of a case that is handed over, and what goes along."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistedaccess.casework.rules_handover import (
    HandOverState,
    Part,
    join_parts,
    may_know,
    may_see_person,
    split_parts,
)

STATES = st.sampled_from(HandOverState)


@given(STATES, st.booleans(), st.booleans())
def test_nobody_sees_a_person_in_what_they_may_not_know_of(
    state: HandOverState, is_giver: bool, is_warm: bool
) -> None:
    sees = may_see_person(state, is_giver=is_giver, is_warm=is_warm)
    assert not sees or may_know(state, is_giver=is_giver)
    assert may_see_person(state, is_giver=True, is_warm=is_warm)


@given(st.booleans())
def test_the_other_sees_a_person_only_once_it_is_theirs_or_both_wished_it(is_warm: bool) -> None:
    seen = {
        state for state in HandOverState if may_see_person(state, is_giver=False, is_warm=is_warm)
    }
    offered = {HandOverState.OFFERED} if is_warm else set()
    assert seen == {HandOverState.TAKEN} | offered


@given(st.lists(st.sampled_from(Part)))
def test_parts_come_back_each_once(parts: list[Part]) -> None:
    assert set(split_parts(join_parts(parts))) == set(parts)


def test_another_word_is_no_part() -> None:
    with pytest.raises(ValueError, match="sensitive"):
        join_parts(["sensitive"])
