"""How long a sign-in lasts, what codes are accepted, how tries are bounded."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pyotp
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistedaccess.accounts import rules
from assistedaccess.accounts.rules import Counter, EndReason, Limit, Stage

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
MINUTE = timedelta(minutes=1)


@pytest.mark.parametrize(
    ("stage", "since_start", "since_seen", "reason"),
    [
        (Stage.OPEN, 0, 0, None),
        (Stage.OPEN, 60, 29.9, None),
        (Stage.OPEN, 60, 30, EndReason.IDLE),
        (Stage.OPEN, 719, 1, None),
        (Stage.OPEN, 720, 0, EndReason.ABSOLUTE),
        (Stage.FACTOR, 14, 14, None),
        (Stage.FACTOR, 15, 0, EndReason.ABSOLUTE),
        (Stage.SETUP, 59, 59, None),
        (Stage.SETUP, 60, 0, EndReason.ABSOLUTE),
        (Stage.NEW_FACTOR, 60, 0, EndReason.ABSOLUTE),
    ],
)
def test_when_a_sign_in_is_over(stage, since_start, since_seen, reason) -> None:
    started, seen = NOON - since_start * MINUTE, NOON - since_seen * MINUTE
    assert rules.find_end(stage, started, seen, NOON) is reason


def test_a_clock_that_goes_back_ends_nothing() -> None:
    assert rules.find_end(Stage.OPEN, NOON, NOON, NOON - timedelta(days=1)) is None


@pytest.mark.parametrize(
    ("minutes", "fresh"), [(0, True), (9.9, True), (10, False), (60, False), (-1, False)]
)
def test_fresh_for_ten_minutes(minutes: float, fresh: bool) -> None:
    assert rules.is_fresh(NOON - minutes * MINUTE, NOON) is fresh


def test_never_given_is_not_fresh() -> None:
    assert not rules.is_fresh(None, NOON)


# -- the app's codes: RFC 6238, appendix B, has the same steps


@given(st.integers(0, 2**33), st.integers(-5, 5))
def test_v6_5_5_a_code_is_good_in_its_step_and_beside_it(seconds: int, off: int) -> None:
    moment = datetime.fromtimestamp(seconds + 150, UTC)
    code = pyotp.TOTP(SECRET).at(moment, counter_offset=off)
    accepted = {pyotp.TOTP(SECRET).at(moment, counter_offset=n) for n in (-1, 0, 1)}
    found = rules.find_step(SECRET, code, moment)
    assert (found is not None) is (code in accepted)
    if abs(off) <= 1:
        assert found is not None
        assert abs(found - rules.step_at(moment)) <= 1


@given(st.text(max_size=12))
def test_any_text_is_right_or_wrong_and_no_more(typed: str) -> None:
    good = {pyotp.TOTP(SECRET).at(NOON, counter_offset=n) for n in (-1, 0, 1)}
    assert (rules.find_step(SECRET, typed, NOON) is not None) is (typed in good)


def test_a_step_lasts_thirty_seconds() -> None:
    assert rules.step_at(NOON + timedelta(seconds=29)) == rules.step_at(NOON)
    assert rules.step_at(NOON + timedelta(seconds=30)) == rules.step_at(NOON) + 1


# -- tries

GROWING = Limit(5, timedelta(hours=1), first_wait=timedelta(seconds=30))
FIXED = Limit(5, timedelta(minutes=15))
gaps = st.lists(st.integers(0, 2_000), min_size=1, max_size=200)


def run(limit: Limit, seconds: list[int]) -> list[datetime]:
    """When tries were let through, with these gaps between them."""
    counter, now, passed = Counter(0, NOON), NOON, []
    for gap in seconds:
        now += timedelta(seconds=gap)
        counter, wait = rules.take_turn(counter, limit, now)
        if wait == 0:
            passed.append(now)
    return passed


@given(gaps)
def test_a_fixed_window_lets_no_more_through(seconds: list[int]) -> None:
    passed = run(FIXED, seconds)
    for at in passed:
        inside = [other for other in passed if at <= other < at + FIXED.window]
        assert len(inside) <= 2 * FIXED.tries  # two windows that meet


@given(gaps)
def test_a_growing_wait_bounds_the_tries_of_a_day(seconds: list[int]) -> None:
    passed = run(GROWING, seconds)
    for at in passed:
        inside = [other for other in passed if at <= other < at + timedelta(hours=1)]
        assert len(inside) <= 18


@given(st.integers(1, 400))
def test_whoever_does_not_wait_gets_five_tries(times: int) -> None:
    assert len(run(GROWING, [0] * times)) == min(times, 5)


@given(gaps)
def test_waiting_as_long_as_told_always_helps(seconds: list[int]) -> None:
    counter, now = Counter(0, NOON), NOON
    for gap in seconds:
        now += timedelta(seconds=gap)
        counter, wait = rules.take_turn(counter, GROWING, now)
        assert 0 <= wait <= GROWING.longest_wait.total_seconds()
        if wait:
            now += timedelta(seconds=wait)
            counter, again = rules.take_turn(counter, GROWING, now)
            assert again == 0


def test_a_try_that_waits_is_not_counted() -> None:
    counter = Counter(5, NOON, NOON + MINUTE)
    after, wait = rules.take_turn(counter, GROWING, NOON)
    assert (after, wait) == (counter, 60)


def test_a_clock_that_goes_back_shuts_nobody_out() -> None:
    counter = Counter(5, NOON, NOON + timedelta(minutes=15))
    _after, wait = rules.take_turn(counter, GROWING, NOON - timedelta(days=300))
    assert wait == 15 * 60
