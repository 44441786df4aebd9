"""Households, as the rules count them: whoever is asked first, and in whatever order."""

from __future__ import annotations

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistedaccess.safeguards.facts import Tie, count_unrelated

HERE, THERE = b"h" * 32, b"t" * 32

PEOPLE = st.lists(
    st.builds(
        Tie,
        st.integers(2, 9).map(lambda n: UUID(int=n)),
        st.sampled_from(["rao", "li", ""]),
        st.sampled_from([HERE, THERE, None]),
        st.booleans(),
    ),
    max_size=8,
)


@given(PEOPLE, PEOPLE)
def test_households_are_no_more_than_people_in_whatever_order(
    told: list[Tie], others: list[Tie]
) -> None:
    some = list({tie.person_id: tie for tie in told}.values())
    apart = {tie.person_id for tie in some}
    new = [tie for tie in others if tie.person_id not in apart]
    assert (1 if some else 0) <= count_unrelated(some) <= len(some)
    assert count_unrelated(told) == count_unrelated(some) == count_unrelated(some[::-1])
    assert count_unrelated([*some, *new]) <= count_unrelated(some) + count_unrelated(new)


@pytest.mark.parametrize(
    ("one", "other", "households"),
    [
        (("rao", HERE, False), ("rao", HERE, False), 1),
        (("rao", HERE, True), ("li", HERE, True), 1),
        (("rao", HERE, True), ("li", HERE, False), 1),  # L08: her own telephone, and his too
        (("rao", HERE, False), ("li", HERE, False), 2),
        (("rao", HERE, True), ("rao", THERE, True), 2),
        (("rao", None, True), ("rao", None, True), 1),  # L08: a couple whose address nobody wrote
        (("rao", None, True), ("rao", HERE, True), 1),
        (("rao", None, True), ("rao", None, False), 2),
        (("rao", None, True), ("li", None, True), 2),
        (("", None, True), ("", None, True), 2),
    ],
)
def test_who_lives_together(
    one: tuple[str, bytes | None, bool], other: tuple[str, bytes | None, bool], households: int
) -> None:
    ties = [Tie(UUID(int=number), *each) for number, each in enumerate((one, other), 1)]
    assert count_unrelated(ties) == households
