"""Until when a document proves something, and what comes next with a letter."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistedaccess.documents.rules import (
    ENDS_SOON,
    LetterFacts,
    Proof,
    Step,
    Validity,
    find_step,
    join_proofs,
    judge_validity,
    split_proofs,
)

DAY = date(2028, 2, 29)


@given(st.lists(st.sampled_from(Proof)))
def test_proofs_are_kept_each_once_in_one_order(proofs: list[Proof]) -> None:
    assert split_proofs(join_proofs(proofs)) == tuple(p for p in Proof if p in proofs)
    assert len(join_proofs(Proof)) <= 120  # all of them fit their column


def test_what_is_no_proof_is_refused() -> None:
    with pytest.raises(ValueError, match="magic"):
        join_proofs(["rent", "magic"])


@given(ahead=st.integers(-5_000, 5_000))
def test_the_last_day_counts(ahead: int) -> None:
    found = judge_validity(DAY + timedelta(days=ahead), DAY)
    if ahead < 0:
        assert found is Validity.OVER
    else:
        assert found is (Validity.ENDS_SOON if ahead <= ENDS_SOON.days else Validity.HOLDS)
    assert judge_validity(None, DAY) is Validity.NO_END


@given(read=st.booleans(), answered=st.booleans(), filed=st.booleans())
def test_nothing_is_answered_or_filed_of_which_the_person_does_not_know(
    read: bool, answered: bool, filed: bool
) -> None:
    step = find_step(LetterFacts(read, answered, filed))
    assert (step is Step.NOTHING) == filed
    assert not (step in (Step.ANSWER, Step.FILE) and not read)
    assert not (step is Step.FILE and not answered)
