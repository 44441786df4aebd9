"""What may follow what in a finding, and where that leaves it."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistedaccess.oversight.rules_findings import (
    EntryKind,
    FindingClosed,
    NotConcluded,
    State,
    Step,
    check_entry,
    find_deadline,
    find_state,
)

WHAT, EVIDENCE, CONCLUSION, CLOSED = (
    Step(EntryKind.WHAT, date(2026, 12, 1)),
    Step(EntryKind.EVIDENCE),
    Step(EntryKind.CONCLUSION),
    Step(EntryKind.CLOSED),
)


@pytest.mark.parametrize(
    ("kinds", "state"),
    [
        ("what", State.OPEN),
        ("what evidence note", State.OPEN),
        ("what question", State.ASKED),
        ("what question note deadline", State.ASKED),
        ("what question answer", State.ANSWERED),
        ("what evidence conclusion", State.CONCLUDED),
        ("what evidence conclusion referred", State.REFERRED),
        ("what evidence conclusion closed", State.CLOSED),
    ],
)
def test_where_a_finding_stands(kinds: str, state: State) -> None:
    assert find_state(Step(EntryKind(kind)) for kind in kinds.split()) is state


def test_the_newest_deadline_counts_until_the_finding_is_closed() -> None:
    later = Step(EntryKind.DEADLINE, date(2027, 1, 5))
    assert find_deadline([WHAT]) == date(2026, 12, 1)
    assert find_deadline([WHAT, EVIDENCE, later, CONCLUSION]) == date(2027, 1, 5)
    assert find_deadline([WHAT, later, CLOSED]) is None


def test_no_conclusion_without_evidence_and_no_end_without_a_conclusion() -> None:
    with pytest.raises(NotConcluded):
        check_entry([WHAT], EntryKind.CONCLUSION)
    with pytest.raises(NotConcluded):
        check_entry([WHAT, EVIDENCE], EntryKind.CLOSED)
    check_entry([WHAT, EVIDENCE], EntryKind.CONCLUSION)
    check_entry([WHAT, EVIDENCE, CONCLUSION], EntryKind.CLOSED)


@given(st.lists(st.sampled_from(list(EntryKind))), st.sampled_from(list(EntryKind)))
def test_nothing_is_ever_added_to_a_closed_finding(kinds: list[EntryKind], kind: EntryKind) -> None:
    with pytest.raises(FindingClosed):
        check_entry([*map(Step, kinds), CLOSED], kind)
