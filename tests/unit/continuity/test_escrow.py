"""Two shares give the key back; one says nothing, and a slip of the typing is noticed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistedaccess.continuity.escrow import BadShare, join, read_share, split

KEYS = st.binary(min_size=32, max_size=32)


@given(KEYS, st.booleans())
def test_both_shares_give_the_key_however_they_are_typed(key: bytes, swapped: bool) -> None:
    texts = [share.text() for share in split(key)]
    head, gap, body = texts[0].partition("\n\n")
    texts[0] = head + gap + body.lower().replace(" ", "   ").replace("\n", "\r\n")
    one, other = (read_share(text) for text in (reversed(texts) if swapped else texts))
    assert join(one, other) == key


def test_one_share_alone_is_as_good_as_random() -> None:
    """The same key gives another first share each time; the second is random because that is."""
    key = bytes(32)
    firsts, seconds = zip(*(split(key) for _ in range(200)), strict=True)
    for shares in (firsts, seconds):
        assert len({share.secret for share in shares}) == 200
        ones = sum(bin(byte).count("1") for share in shares for byte in share.secret)
        assert abs(ones - 200 * 128) < 6 * (200 * 64) ** 0.5  # six standard deviations of a coin's
        assert key.hex() not in shares[0].text()
    assert firsts[0].secret.hex() not in repr(firsts[0])


@given(KEYS)
def test_the_last_letter_is_checked_to_its_last_bit(key: bytes) -> None:
    text = split(key)[0].text().rstrip("\n")
    others = set("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567") - {text[-1]}
    for letter in others:
        with pytest.raises(BadShare):
            read_share(text[:-1] + letter)


@given(KEYS, st.data())
def test_what_is_mistyped_or_of_another_copy_is_no_key(key: bytes, data: st.DataObject) -> None:
    one, other = split(key)
    text = one.text()
    at = data.draw(st.integers(text.index("\n\n") + 2, len(text) - 1))
    letter = data.draw(st.sampled_from("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"))
    mistyped = text[:at] + letter + text[at + 1 :]
    if "".join(mistyped.split()) != "".join(text.split()):
        with pytest.raises(BadShare):
            read_share(mistyped)
    for wrong in (one, split(key)[1], split(bytes(32))[1]):
        with pytest.raises(BadShare):
            join(one, wrong)
    assert join(one, other) == key
    for bad in ("", "something", text.replace("pair", "pear"), text.replace("of 2", "of 3")):
        with pytest.raises(BadShare):
            read_share(bad)
