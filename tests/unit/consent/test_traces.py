"""One hand that signs for several leaves the same traces; different hands, and a cross, do not."""

from __future__ import annotations

import pytest

from assistedaccess.consent.pictures import draw_strokes, find_traces
from assistedaccess.consent.rules_signatures import Strokes
from assistedaccess.consent.rules_traces import COLUMNS, list_traces
from assistedaccess.rehearsing.evidence import draw_hand

HANDS = [f"hand {number}" for number in range(12)]


def traces_of(strokes: Strokes) -> set[str]:
    return set(find_traces(draw_strokes(strokes)))


def sign(hand: str, wobble: int = 0, dx: int = 0, scale: int = 1) -> Strokes:
    return tuple(
        tuple((x * scale + dx, y * scale) for x, y in stroke) for stroke in draw_hand(hand, wobble)
    )


@pytest.mark.parametrize("hand", HANDS[:4])
def test_traced_anew_moved_or_at_another_size_it_is_the_same_hand(hand: str) -> None:
    first = traces_of(sign(hand))
    for other in (sign(hand, 1), sign(hand, 3), sign(hand, dx=40), sign(hand, 2, 10, 2)):
        assert first & traces_of(other)


def test_different_hands_have_little_in_common() -> None:
    found = [traces_of(sign(hand)) for hand in HANDS]
    alike = sum(bool(one & other) for i, one in enumerate(found) for other in found[:i])
    assert alike <= 1  # of 66 pairs


@pytest.mark.parametrize(
    "plain",
    [
        (((10, 10), (100, 100)), ((100, 10), (10, 100), (11, 99))),
        (((10, 50), (60, 51), (120, 50), (300, 52), (400, 50)),),
    ],
)
def test_a_cross_and_a_line_are_nobodys(plain: Strokes) -> None:
    assert traces_of(plain) == set()


def test_what_has_hardly_any_ink_has_no_traces() -> None:
    assert list_traces([None] * COLUMNS) == ()
    assert list_traces([0.1, 0.9] + [None] * (COLUMNS - 2)) == ()
