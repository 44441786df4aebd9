"""What is compared of a text: the words, and nothing that a copy changes with the person."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistedaccess.applications.copied import LEAST_WORDS, normalise, normalise_landlord, sample

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


STORY = (
    "My boiler broke on Sunday and there is no money left to have it mended before the children "
    "come home"
)


@pytest.mark.parametrize(
    "other",
    [
        STORY.replace("on Sunday", "down on Sunday"),
        STORY.replace("My boiler", "My old boiler") + " again",
        STORY.replace("children", "little ones"),
        STORY.replace("there is", "sadly there is").replace("money", "cash"),
    ],
)
def test_one_word_more_or_another_has_something_in_common(other: str) -> None:
    assert normalise(other, "") != normalise(STORY, "")
    assert set(sample(normalise(other, ""))) & set(sample(normalise(STORY, "")))


OWN_WORDS = (
    "The boiler is broken and the landlord does not come to mend it before Christmas",
    "There is no money left for food until my wages come on Friday next week",
    "I have no money left for the meter and the children are cold at night",
    "We moved here on Sunday and there is nothing to sleep on in the house yet",
    "My benefit stopped when I was in hospital and the rent has to be paid now",
)


def test_the_same_need_in_own_words_has_nothing_in_common() -> None:
    samples = [set(sample(normalise(text, ""))) for text in (STORY, *OWN_WORDS)]
    assert all(samples)
    assert not any(one & other for i, one in enumerate(samples) for other in samples[:i])


def test_of_a_short_text_only_the_very_same_counts() -> None:
    assert sample("the heating has failed since november") == ()


@given(st.text(max_size=200), st.text(max_size=30))
def test_said_twice_it_is_the_same(text: str, name: str) -> None:
    once = normalise(text, name)
    assert once == "" or len(once.split()) >= LEAST_WORDS
    assert normalise(once, name) == once


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        ("Grabbit Lettings Ltd, 1 Dark Lane", "GRABBIT LETTINGS, Dark Lane 12", True),
        ("Mr T. Kane", "mr t kane", True),
        ("Northgate Homes", "Southgate Homes", False),
        ("Kane", "Kane and Sons", False),
    ],
)
def test_a_landlord_is_known_by_the_words_of_their_name(
    one: str, other: str, is_same: bool
) -> None:
    assert (normalise_landlord(one) == normalise_landlord(other)) is is_same


def test_no_landlord_is_compared_where_none_is_named() -> None:
    assert normalise_landlord(" - 12 ") == normalise_landlord("Ltd") == ""
