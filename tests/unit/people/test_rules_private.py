"""The silent sign: which words may be one, and where it is heard."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistedaccess.people import rules_private
from assistedaccess.people.rules_cards import CARD_NUMBERS
from assistedaccess.people.rules_private import LONGEST_WORD, SHORTEST_WORD


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("Bluebell", "bluebell"),
        ("  LAVENDER ", "lavender"),
        ("Élodie", "elodie"),
        ("rose", None),  # too short: it turns up in any answer
        ("please", None),
        ("two words", None),
        ("12345", None),
        ("", None),
        ("x" * (LONGEST_WORD + 1), None),
    ],
)
def test_a_word_is_one_that_nobody_says_every_day(typed: str, read: str | None) -> None:
    assert rules_private.read_word(typed) == read


@given(
    before=st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=40),
    after=st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=40),
    dots=st.sampled_from([" ", ", ", ". ", "\n", " – ", "! "]),
    shout=st.booleans(),
)
def test_the_word_is_heard_wherever_it_stands(
    before: str, after: str, dots: str, shout: bool
) -> None:
    word = "Lavender".upper() if shout else "Lavender"
    said = f"{before}{dots}{word}{dots}{after}"
    assert "lavender" in rules_private.list_all_words(["Yes", said])


def test_half_a_word_is_no_word() -> None:
    heard = rules_private.list_all_words(["lavenders and lavend er", "Yes, please"])
    assert "lavender" not in heard
    assert not {word for word in heard if len(word) < SHORTEST_WORD}


def test_below_the_last_number_comes_the_first() -> None:
    below = [rules_private.place_below(place, CARD_NUMBERS) for place in range(1, 13)]
    assert below == [2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 1]
