"""What a concern is about, and who has to look into it in each nation."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistedaccess.casework.rules_concerns import (
    ADULTS,
    CHILDREN,
    ConcernKind,
    Told,
    join_kinds,
    list_duties,
    split_kinds,
)
from assistedaccess.organisations.rules import Nation


@given(st.lists(st.sampled_from(list(ConcernKind)), min_size=1))
def test_kinds_are_kept_once_in_their_order(kinds: list[ConcernKind]) -> None:
    kept = split_kinds(join_kinds(kinds))
    assert set(kept) == set(kinds)
    assert list(kept) == [kind for kind in ConcernKind if kind in set(kinds)]


@pytest.mark.parametrize("kinds", [[], ["gossip"], ["money", ""]])
def test_what_is_no_kind_is_refused(kinds: list[str]) -> None:
    with pytest.raises(ValueError, match=r"."):
        join_kinds(kinds)


@pytest.mark.parametrize("nation", list(Nation))
def test_each_nation_has_its_own_law(nation: Nation) -> None:
    adult = list_duties(nation, [ConcernKind.MONEY])
    child = list_duties(nation, [ConcernKind.CHILD])
    assert adult == [ADULTS[nation]]
    assert child == [CHILDREN[nation]]
    assert list_duties(nation, [ConcernKind.NEGLECT, ConcernKind.CHILD]) == [*child, *adult]


def test_no_two_nations_share_a_law() -> None:
    assert len({duty.law for duty in ADULTS.values()}) == len(Nation)
    assert len({duty.law for duty in CHILDREN.values()}) == len(Nation)


def test_a_word_of_a_later_version_is_passed_over() -> None:
    assert Told.read({"seen": "a bruise", "colour": "blue"}) == Told(seen="a bruise")
