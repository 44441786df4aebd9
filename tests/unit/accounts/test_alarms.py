"""When a sign-in looks like a break-in: as a property of any sequence of wrong tries."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from assistedaccess.accounts import rules_alarms as rules
from assistedaccess.accounts.rules import CODE_TRIES, Counter

START = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
NOTHING = Counter(0, START)
GAPS = st.lists(st.integers(min_value=0, max_value=6 * 3600), max_size=80)
"""Seconds between one wrong try and the next."""


def play(gaps: list[int]) -> tuple[list[datetime], list[datetime]]:
    """When the tries were, and at which of them the alarm was raised."""
    now, counter, tries, alarms = START, NOTHING, [], []
    for gap in gaps:
        now += timedelta(seconds=gap)
        counter = rules.count_failure(counter, rules.DAY, now)
        tries.append(now)
        if rules.is_many(counter.count):
            alarms.append(now)
    return tries, alarms


@given(GAPS)
def test_an_alarm_has_many_failures_within_a_day_behind_it(gaps: list[int]) -> None:
    tries, alarms = play(gaps)
    for alarm in alarms:
        behind = [one for one in tries if alarm - rules.DAY < one <= alarm]
        assert len(behind) >= rules.MANY_FAILURES
    assert len(alarms) <= len(tries) // rules.MANY_FAILURES


@given(GAPS, st.integers(min_value=0, max_value=300))
def test_whoever_guesses_on_is_noticed_within_a_day(gaps: list[int], pace: int) -> None:
    before, alarms_before = play(gaps)
    tries, alarms = play([*gaps, *[pace] * (2 * rules.MANY_FAILURES)])
    # Whatever came before, and wherever its window began: twice as many in a row are seen.
    window = [one for one in alarms if one >= (before[-1] - rules.DAY if before else START)]
    assert window, (alarms_before, tries[-1])


@given(st.integers(min_value=-(10**6), max_value=10**6), st.integers(min_value=1, max_value=99))
def test_a_window_that_is_over_or_not_begun_holds_nothing(seconds: int, count: int) -> None:
    now = START + timedelta(seconds=seconds)
    held = rules.count_within(Counter(count, START), rules.HOUR, now)
    assert held == (count if 0 <= seconds < 3600 else 0)
    after = rules.count_failure(Counter(count, START), rules.HOUR, now)
    assert rules.count_within(after, rules.HOUR, now) == held + 1


@given(st.integers(min_value=0, max_value=200), st.booleans())
def test_a_new_place_alone_and_a_few_mistakes_alone_are_quiet(count: int, is_new: bool) -> None:
    found = rules.is_suspicious_entry(count, is_new_place=is_new)
    assert found is (is_new and count >= CODE_TRIES)
