"""Stored values in words: no reader of an access pack sees how they are stored."""

from __future__ import annotations

import pytest

from assistedaccess.data_protection import values


@pytest.mark.parametrize(
    ("stored", "said"),
    [
        ("no_skill", "no skill"),
        ("no_skill,trust", "no skill, trust"),
        ("Milk, eggs,bread", "Milk, eggs,bread"),  # somebody typed it
        ("well-known to us", "well-known to us"),
    ],
)
def test_words_of_a_closed_list_read_as_words(stored: str, said: str) -> None:
    assert values.say("why_help", stored) == said
