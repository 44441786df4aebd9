"""When notices are due, how often they are tried, and what fits into a text message."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistedaccess.kernel import clock
from assistedaccess.notices import rules
from assistedaccess.notices.rules import GSM, NoticeKind, OpenDigest, OwnWork

MOMENTS = st.integers(0, 4 * 366 * 24 * 60).map(
    lambda minutes: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)


@given(MOMENTS)
def test_a_digest_is_due_on_its_day(now: datetime) -> None:
    due = rules.digest_due_at(now)
    day = clock.local(now).date()
    assert now <= due <= clock.end_of_day(day)
    assert due - now <= timedelta(hours=19 + 1)


def test_a_digest_waits_for_the_evening() -> None:
    noon = datetime(2026, 7, 1, 11, tzinfo=UTC)  # midday in summer
    assert clock.local(rules.digest_due_at(noon)).hour == 19


def test_tries_grow_rarer_and_end() -> None:
    now = datetime(2026, 11, 23, tzinfo=UTC)
    waits = [rules.next_try_at(n, now) for n in range(1, 9)]
    assert waits[-1] is None
    known = [wait for wait in waits if wait]
    assert known == sorted(known)
    assert len(set(known)) == 7


def test_what_changes_how_somebody_is_reached_is_risky() -> None:
    for kind in NoticeKind:
        touches = any(word in kind for word in ("contact", "address", "delegation_granted"))
        assert kind.is_risky or not touches


@given(st.text(max_size=300))
def test_a_text_message_has_only_letters_that_it_can_carry(text: str) -> None:
    spelt = rules.spell_for_text(text)
    assert set(spelt) <= GSM
    assert spelt == rules.spell_for_text(spelt)


def test_accents_are_left_out_and_quotes_made_plain() -> None:
    assert rules.spell_for_text("Llyfrgell Tŷ’r Dŵr") == "Llyfrgell Ty'r Dwr"


@given(st.text(max_size=100), st.integers(0, 100))
def test_what_is_shortened_fits(text: str, room: int) -> None:
    assert len(rules.shorten(text, room)) <= room


A, B, C = (UUID(int=n) for n in (1, 2, 3))


def test_an_act_joins_its_visits_digest_or_one_without_a_visit() -> None:
    free, taken = OpenDigest(A, None, True), OpenDigest(B, C, True)
    assert rules.pick_digest([free, taken], C) == taken
    assert rules.pick_digest([free], C) == free
    assert rules.pick_digest([taken], A) is None
    assert rules.pick_digest([taken], None) == taken
    assert rules.pick_digest([], None) is None


def test_who_did_the_act_does_not_post_the_letter() -> None:
    rules.check_not_own_work(A, {B, None})
    rules.check_not_own_work(None, {None})
    with pytest.raises(OwnWork):
        rules.check_not_own_work(A, {B, A})
