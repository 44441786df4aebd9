"""The encrypted file gives back what it was given, or nothing."""

from __future__ import annotations

import io
import tempfile
from unittest import mock

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistedaccess.continuity import envelope
from assistedaccess.continuity.envelope import Damaged, OtherKey, Reader, Writer

KEY = b"k" * 32
SMALL = 16
"""A chunk of this size makes many of a few bytes."""


def seal(blocks: list[bytes]) -> bytes:
    with tempfile.TemporaryFile() as file:
        writer = Writer(file, KEY)
        for block in blocks:
            writer.write(block)
        writer.finish()
        file.seek(0)
        return file.read()


def open_all(data: bytes, size: int = -1) -> bytes:
    reader = Reader(io.BytesIO(data), [b"o" * 32, KEY])
    parts = []
    while part := reader.read(size):
        parts.append(part)
    reader.read_to_end()
    return b"".join(parts)


@given(st.lists(st.binary(max_size=50), max_size=6), st.integers(1, 40) | st.just(-1))
def test_what_was_written_is_read(blocks: list[bytes], size: int) -> None:
    with mock.patch.object(envelope, "CHUNK", SMALL):
        assert open_all(seal(blocks), size) == b"".join(blocks)


@given(st.binary(max_size=100), st.data())
def test_nothing_can_be_altered_left_out_moved_or_added(plain: bytes, data: st.DataObject) -> None:
    with mock.patch.object(envelope, "CHUNK", SMALL):
        whole = seal([plain])
        body = whole.index(b"}\n") + 2
        chunks = [whole[at : at + SMALL + 16] for at in range(body, len(whole), SMALL + 16)]
        what = data.draw(st.sampled_from(["bit", "cut", "leave out", "swap", "repeat", "add"]))
        if what == "bit":
            at = data.draw(st.integers(0, len(whole) - 1))
            other = bytes([whole[at] ^ (1 << data.draw(st.integers(0, 7)))])
            altered = whole[:at] + other + whole[at + 1 :]
        elif what == "cut":
            altered = whole[: data.draw(st.integers(0, len(whole) - 1))]
        else:
            first = data.draw(st.integers(0, len(chunks) - 1))
            second = data.draw(st.integers(0, len(chunks) - 1))
            if what == "leave out":
                del chunks[first]
            elif what == "swap":
                chunks[first], chunks[second] = chunks[second], chunks[first]
            elif what == "repeat":
                chunks.insert(first, chunks[second])
            else:
                chunks.append(data.draw(st.binary(min_size=1, max_size=40)))
            altered = whole[:body] + b"".join(chunks)
        if altered == whole:
            return
        with pytest.raises((Damaged, OtherKey)):
            open_all(altered)


def test_two_files_of_the_same_have_nothing_in_common_and_no_other_key_opens_one() -> None:
    first, second = seal([b"the same"]), seal([b"the same"])
    assert first[-24:] != second[-24:]
    with pytest.raises(OtherKey) as caught:
        Reader(io.BytesIO(first), [b"o" * 32])
    assert caught.value.key_id == envelope.key_id(KEY)
