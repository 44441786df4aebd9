"""What can become of an application: in which order, what contradicts, and until when to act."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistedaccess.applications.rules_outcomes import (
    ENDS,
    Heard,
    OutcomeKind,
    act_by,
    chase_on,
    contradicts,
    expect_on,
    find_next_day,
    find_rule_day,
    find_step,
    may_follow,
    remind_on,
)
from assistedaccess.kernel.working_days import DIVISIONS, is_working_day
from assistedaccess.services.catalogue import load_catalogue

K = OutcomeKind
DAY = date(2026, 11, 23)
DAYS = st.dates(date(2024, 1, 1), date(2028, 10, 31))
NATIONS = st.sampled_from(sorted(DIVISIONS))
LETTERS = {"england": "E", "wales": "W", "scotland": "S", "northern_ireland": "N"}


@pytest.mark.parametrize(
    ("before", "now", "asked"),
    [
        (K.REFUSED, K.PAID, True),
        (K.REFUSED, K.DECIDED, True),
        (K.REFUSED, K.CHALLENGED, False),
        (K.CHALLENGED, K.DECIDED, False),
        (K.CHALLENGED, K.REFUSED, False),
        (K.DECIDED, K.REFUSED, True),
        (K.DECIDED, K.PAID, False),
        (K.PAID, K.REFUSED, True),
        (K.PAID, K.MORE_ASKED, True),
        (K.RECEIVED, K.RECEIVED, True),
        (K.RECEIVED, K.MORE_ASKED, False),
        (K.MORE_ASKED, K.ANSWERED, False),
        (K.ANSWERED, K.REFUSED, False),
        (K.NOT_KNOWN, K.PAID, False),
    ],
)
def test_what_says_another_thing_is_asked_about(
    before: OutcomeKind, now: OutcomeKind, asked: bool
) -> None:
    assert contradicts(Heard(before, DAY), Heard(now, DAY)) is asked


def test_another_amount_and_an_earlier_day_are_asked_about() -> None:
    decided = Heard(K.DECIDED, DAY, weekly_pence=7_300)
    assert contradicts(decided, Heard(K.PAID, DAY, weekly_pence=5_000))
    assert not contradicts(decided, Heard(K.PAID, DAY, weekly_pence=7_300, arrears_pence=90_000))
    assert not contradicts(decided, Heard(K.PAID, DAY))
    assert contradicts(decided, Heard(K.PAID, DAY - timedelta(days=1)))


@given(st.sampled_from(K))
def test_nothing_contradicts_silence(kind: OutcomeKind) -> None:
    assert not contradicts(None, Heard(kind, DAY))


@given(st.one_of(st.none(), st.sampled_from(K)))
def test_nobody_answers_or_challenges_what_nobody_asked_or_decided(
    before: OutcomeKind | None,
) -> None:
    assert may_follow(before, K.ANSWERED) == (before is K.MORE_ASKED)
    assert may_follow(before, K.CHALLENGED) == (before in (K.REFUSED, K.DECIDED))
    assert all(may_follow(before, kind) for kind in K if kind not in (K.ANSWERED, K.CHALLENGED))


@given(DAYS, NATIONS)
def test_every_service_says_its_last_day_or_that_the_letter_does(day: date, nation: str) -> None:
    for entry in load_catalogue():
        challenge = entry.challenge_in(LETTERS[nation])
        assert (challenge is None) == (LETTERS[nation] not in entry.nations)
        for challenged in range(3):
            step = find_step(challenge, challenged)
            last = find_rule_day(step, day, nation)
            numbered = step is not None and (step.months or step.days)
            assert (last is not None) == bool(numbered), (entry.slug, nation)
            if last is not None:
                assert last > day
                assert is_working_day(act_by(last, nation), nation)
                assert act_by(last, nation) <= last


def test_a_refused_pension_credit_can_be_challenged_for_a_month() -> None:
    entry = next(entry for entry in load_catalogue() if entry.slug == "pension-credit")
    steps = [find_step(entry.challenge_in("S"), challenged) for challenged in (0, 1, 5)]
    assert find_rule_day(steps[0], date(2028, 1, 31), "scotland") == date(2028, 2, 29)
    assert steps[1] is not None
    assert "Appeal" in steps[1].what.en
    assert steps[2] is steps[1]  # the last step is the last


@given(DAYS, NATIONS, st.integers(0, 60))
def test_the_reminder_is_before_the_last_day_and_never_in_the_past(
    today: date, nation: str, ahead: int
) -> None:
    last = today + timedelta(days=ahead)
    due = remind_on(last, nation, today)
    assert today <= due <= max(today, act_by(last, nation))
    assert due == today or is_working_day(due, nation)


@given(st.sampled_from(K), DAYS, st.booleans())
def test_what_is_awaited_next(kind: OutcomeKind, day: date, pays: bool) -> None:
    next_day = find_next_day(Heard(kind, day), None, day, pays_money=pays, decision_weeks=None)
    ended = kind in ENDS or kind is K.REFUSED or (kind is K.DECIDED and not pays)
    assert (next_day is None) == ended
    assert next_day is None or next_day > day


def test_how_long_silence_is_silence() -> None:
    assert expect_on(DAY, 5) == DAY + timedelta(weeks=5)
    assert expect_on(DAY, None) == DAY + timedelta(weeks=8)
    assert chase_on(date(2026, 11, 30)) == date(2027, 2, 28)  # a quarter is three months
