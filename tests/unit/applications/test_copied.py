"""What is compared of a text: the words, and nothing that a copy changes with the person."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistedaccess.applications.copied import LEAST_WORDS, normalise

TEXT = "The heating of Ada Archer has FAILED since 3 November"


@pytest.mark.parametrize(
    ("other", "name"),
    [
        ("the heating of Bo Baker has failed, since 12 november!", "Bo Baker"),
        ("The heating  of\nbo   has failed since November", "Bo Baker"),
    ],
)
def test_a_copy_with_another_name_and_number_is_the_same(other: str, name: str) -> None:
    assert normalise(other, name) == normalise(TEXT, "Ada Archer") != ""


@pytest.mark.parametrize("other", ["", "No", "The boiler is broken", "12 34 56 78 90 11"])
def test_what_everybody_says_is_nobodys(other: str) -> None:
    assert normalise(other, "Bo Baker") == ""


def test_one_word_more_is_another_text() -> None:  # the careful variant: docs/controls.md
    assert normalise(f"{TEXT} again", "Ada Archer") != normalise(TEXT, "Ada Archer")


@given(st.text(max_size=200), st.text(max_size=30))
def test_said_twice_it_is_the_same(text: str, name: str) -> None:
    once = normalise(text, name)
    assert once == "" or len(once.split()) >= LEAST_WORDS
    assert normalise(once, name) == once
