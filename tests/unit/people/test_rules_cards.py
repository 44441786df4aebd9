"""An access card's numbers: which is asked for, how long, and when too many have gone astray."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from assistedaccess.people.rules_cards import (
    CARD_NUMBERS,
    MOST_WASTED,
    NUMBER_LIFETIME,
    NUMBER_TRIES,
    NumberFacts,
    choose_position,
    count_wasted,
    is_open,
    list_overdue,
    read_number,
    spell_number,
)

NOW = datetime(2026, 11, 29, 10, 0, tzinfo=UTC)
moments = st.none() | st.integers(-40, 40).map(lambda minutes: NOW + timedelta(minutes=minutes))
cards = st.lists(
    st.builds(
        NumberFacts,
        position=st.just(0),
        asked_at=moments,
        tries=st.integers(0, NUMBER_TRIES),
        used_at=moments,
        voided_at=moments,
    ),
    min_size=1,
    max_size=CARD_NUMBERS,
).map(lambda numbers: [_at(place, number) for place, number in enumerate(numbers, 1)])


def _at(place: int, number: NumberFacts) -> NumberFacts:
    return NumberFacts(place, number.asked_at, number.tries, number.used_at, number.voided_at)


@given(cards, st.integers(0, 11))
def test_only_a_number_that_is_left_is_ever_asked_for(card: list[NumberFacts], at: int) -> None:
    chosen = choose_position(card, NOW, lambda count: at % count)
    if chosen is not None:
        assert card[chosen - 1].is_left


@given(cards)
def test_the_one_that_is_asked_for_stays_the_one(card: list[NumberFacts]) -> None:
    open_now = [number.position for number in card if is_open(number, NOW)]
    if open_now:
        assert all(
            choose_position(card, NOW, lambda count, at=at: at % count) == open_now[0]
            for at in range(CARD_NUMBERS)
        )


@given(cards)
def test_what_is_overdue_is_neither_open_nor_chosen(card: list[NumberFacts]) -> None:
    overdue = list_overdue(card, NOW)
    chosen = {choose_position(card, NOW, lambda count, at=at: at % count) for at in range(12)}
    assert not chosen & set(overdue)
    assert not any(is_open(number, NOW) for number in card if number.position in overdue)


def test_a_number_waits_ten_minutes_and_no_clock_revives_it() -> None:
    asked = NumberFacts(1, asked_at=NOW)
    assert is_open(asked, NOW)
    assert is_open(asked, NOW + NUMBER_LIFETIME - timedelta(seconds=1))
    assert not is_open(asked, NOW + NUMBER_LIFETIME)
    assert not is_open(asked, NOW - timedelta(seconds=1))


def test_numbers_that_went_astray_count_since_the_last_that_was_right() -> None:
    wasted = [NumberFacts(n, voided_at=NOW + timedelta(minutes=n)) for n in range(1, 5)]
    assert count_wasted(wasted) == MOST_WASTED
    used = NumberFacts(5, used_at=NOW + timedelta(minutes=2, seconds=30))
    assert count_wasted([*wasted, used]) == 2


def test_numbers_are_read_as_they_are_printed() -> None:
    assert spell_number("012345") == "012 345"
    assert read_number(" 012-345 ") == "012345"
    for wrong in ("", "12345", "1234567", "12345x", "¹²³⁴⁵⁶"):
        assert read_number(wrong) is None
