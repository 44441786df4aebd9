"""The rules of change reports: which power they ask for, and what differs."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from assistedaccess.applications.rules_changes import (
    Purpose,
    list_changed_keys,
    list_differences,
    needed_power,
    write_told,
)
from assistedaccess.consent.rules import ASSISTING_POWERS, Power
from assistedaccess.services.pages import SummaryRow

ANSWERS = st.dictionaries(st.sampled_from("abcdef"), st.none() | st.sampled_from(["1", "2"]))


def rows(answers: dict[str, Any]) -> list[SummaryRow]:
    return [
        SummaryRow(key, f"Question {key}", (value,) if value else (), "/p", "q")
        for key, value in answers.items()
    ]


@given(st.sampled_from(list(Power)))
def test_a_claim_asks_for_each_steps_power_and_a_change_for_its_own(power: Power) -> None:
    assert needed_power("claim", power) is power
    assert needed_power("change_report", power) is Power.REPORT_CHANGE
    for purpose in Purpose:
        if purpose is not Purpose.CLAIM:  # help at a visit carries none of them
            assert needed_power(purpose, power) not in ASSISTING_POWERS


@given(ANSWERS, ANSWERS, st.booleans())
def test_what_differs_is_just_what_differs(
    before: dict[str, Any], after: dict[str, Any], same_form: bool
) -> None:
    changed = list_changed_keys(before, after, same_form=same_form)
    assert len(set(changed)) == len(changed)
    for key in {*before, *after}:
        is_gone = key in before and key not in after
        differs = before.get(key) != after.get(key) and not is_gone
        assert (key in changed) == (differs or (is_gone and same_form))
    assert list_changed_keys(before, before, same_form=same_form) == []

    found = list_differences(changed, rows(before), rows(after))
    assert [each.key for each in found] == changed
    for each in found:
        assert (each.before is None) == (each.key not in before)
        assert (each.after is None) == (each.key not in after)
    told = write_told("Moved", "2026-03-01", found)
    assert [one["question"] for one in told["differences"]] == [each.question for each in found]
