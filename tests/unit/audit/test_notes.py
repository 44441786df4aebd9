"""Notes and checkpoints are those of C2SP: what others wrote is read, altered ones are refused."""

from __future__ import annotations

import base64

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from assistedaccess.audit.notes import (
    BadNote,
    checkpoint_text,
    make_verifier,
    open_note,
    read_checkpoint,
    read_verifier,
    sign_note,
)

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
NAME = "journal.example.org/log"
VERIFIER = make_verifier(NAME, KEY)
TEXT = checkpoint_text(NAME, 7, bytes(32))
NOTE = sign_note(TEXT, NAME, KEY)

# Known to every user of Go's checksum database.
GOSUM = "sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8"


def test_gos_own_verifier_key_is_read() -> None:
    assert str(read_verifier(GOSUM)) == GOSUM
    assert read_verifier(GOSUM).name == "sum.golang.org"


def test_a_note_is_opened_by_who_knows_the_key() -> None:
    assert open_note(NOTE, [VERIFIER]) == (TEXT, [VERIFIER])
    assert read_checkpoint(TEXT, NAME) == (7, bytes(32))


def test_a_second_signature_is_let_pass() -> None:
    witness = Ed25519PrivateKey.generate()
    line = sign_note(TEXT, "witness.example", witness).rpartition("\n\n")[2]
    assert open_note(NOTE + line, [VERIFIER]) == (TEXT, [VERIFIER])
    other = base64.b64encode(b"abcd" + bytes(2420)).decode()  # as long as ML-DSA-44's
    assert open_note(f"{NOTE}— {NAME} {other}\n", [VERIFIER])[1] == [VERIFIER]
    both = [VERIFIER, make_verifier("witness.example", witness)]
    assert open_note(NOTE + line, both)[1] == both


@given(st.data())
def test_no_altered_note_is_opened(data: st.DataObject) -> None:
    raw = NOTE.encode()
    at = data.draw(st.integers(0, len(raw) - 1))
    changed = bytes([raw[at] ^ 1 << data.draw(st.integers(0, 7))])
    altered = (raw[:at] + changed + raw[at + 1 :]).decode(errors="replace")
    with pytest.raises(BadNote):
        open_note(altered, [VERIFIER])


@pytest.mark.parametrize(
    "note",
    ["", "\n", "\n\n", TEXT, TEXT + "\n", NOTE[:-1], NOTE + "\n", NOTE.replace("— ", "- "),
     NOTE.replace("\n", "\r\n"), NOTE.replace("— ", "—  "), NOTE + "— x y z\n", NOTE + "— x y\n",
     NOTE + f"— {NAME} AAAA\n", TEXT + "\n" + "".join([NOTE.rpartition("\n\n")[2]] * 101)],
)  # fmt: skip
def test_what_is_no_note_is_refused(note: str) -> None:
    with pytest.raises(BadNote):
        open_note(note, [VERIFIER])


def test_nobody_elses_signature_counts() -> None:
    other = make_verifier(NAME, Ed25519PrivateKey.generate())
    with pytest.raises(BadNote, match="no key"):
        open_note(NOTE, [other])


@pytest.mark.parametrize(
    "text",
    ["", "a\n7\n", TEXT[:-1], TEXT + "\n", f"\n{TEXT}", f"{NAME}\n07\n{'A' * 43}=\n",
     f"{NAME}\n-1\n{'A' * 43}=\n", f"{NAME}\n٧\n{'A' * 43}=\n", f"{NAME}\n7\nAAAA\n",
     f"{NAME}\n7\n{'A' * 42}B=\n", f"other\n7\n{'A' * 43}=\n"],
)  # fmt: skip
def test_what_is_no_checkpoint_is_refused(text: str) -> None:
    with pytest.raises(BadNote):
        read_checkpoint(text, NAME)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a+b",
        GOSUM.replace("033d", "033e"),
        GOSUM[:-1],
        GOSUM.replace("+Ac4", "+Bc4"),
        "a b" + GOSUM,
    ],
)
def test_what_is_no_verifier_is_refused(text: str) -> None:
    with pytest.raises(BadNote):
        read_verifier(text)


@pytest.mark.parametrize("name", ["", "a b", "a+b", "a\u2003b"])
def test_a_key_name_has_no_space_and_no_plus(name: str) -> None:
    with pytest.raises(BadNote):
        make_verifier(name, KEY)


def test_a_text_ends_in_a_newline() -> None:
    with pytest.raises(BadNote):
        sign_note("a", NAME, KEY)
