"""What a person's text says: a no in any dress, the number wherever it stands, and never a yes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistedaccess.kernel.ids import new_reference
from assistedaccess.my_record.rules_replies import SAYS_NO, Reply, read_reply

NUMBER = new_reference("N")


@pytest.mark.parametrize(
    "message",
    ["NO", "no.", " No!! ", "STOP", "I didn't ask", "I didn’t", "that was NOT me", "Na", "Nage!"],
)
def test_a_no_in_any_dress(message: str) -> None:
    assert read_reply(message).is_no


@pytest.mark.parametrize("message", ["", "yes", "YES it was me", "ok", "ta", "👍", "know", "nod"])
def test_nothing_else_stops_anything(message: str) -> None:
    assert read_reply(message) == Reply(is_no=False, reference=None)


BESIDE = st.text(st.characters(exclude_categories=["L", "N"]), max_size=30)
"""What is no word: two words beside each other could be the number of another message."""


@given(
    before=BESIDE,
    after=BESIDE,
    spaced=st.sampled_from([NUMBER, NUMBER.lower(), NUMBER[2:], NUMBER.replace("-", " ")]),
)
def test_the_number_is_found_wherever_it_stands(before: str, after: str, spaced: str) -> None:
    assert read_reply(f"{before} | NO {spaced} | {after}") == Reply(is_no=True, reference=NUMBER)
    said = f"{before} | hello, that was not me. {spaced} is what you sent | {after}"
    assert read_reply(said) == Reply(is_no=True, reference=NUMBER)


@given(st.text(max_size=200))
def test_whatever_comes_in_is_read(message: str) -> None:
    said = read_reply(message)
    assert said.is_no == read_reply(message.swapcase()).is_no or not message.isascii()
    assert said.reference is None or said.reference.startswith("N-")


def test_no_word_of_it_says_yes() -> None:
    assert not SAYS_NO & {"yes", "ie", "ydw", "do", "ok", "go", "agree"}
