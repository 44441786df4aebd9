"""Signed notes (C2SP signed-note) with Ed25519, and the checkpoint that is written as one.

A note is text that ends in a newline, an empty line, and signature lines. Only signatures by keys
that the reader knows count; others are left alone, so that witnesses and a second kind of
signature can be added without anything here being changed.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

ED25519 = b"\x01"
"""The signature type of C2SP signed-note, in front of the public key."""
MOST_SIGNATURES = 100


class BadNote(ValueError):
    """The text is no note, or not one that a known key has signed. The message says which."""


@dataclass(frozen=True)
class Verifier:
    """Who may sign: a key name and an Ed25519 public key of 32 bytes."""

    name: str
    public_key: bytes

    @property
    def key_hash(self) -> bytes:
        """The key's id: the first four bytes of a hash of name, type and key."""
        said = self.name.encode() + b"\n" + ED25519 + self.public_key
        return hashlib.sha256(said).digest()[:4]

    def __str__(self) -> str:
        """The verifier key as Go's sumdb/note writes it: name+hash+base64."""
        return f"{self.name}+{self.key_hash.hex()}+{_base64(ED25519 + self.public_key)}"


def read_verifier(text: str) -> Verifier:
    """The verifier that ``name+hash+base64`` names. Raises BadNote."""
    parts = text.strip().split("+", 2)
    if len(parts) != 3 or not _is_name(parts[0]):
        raise BadNote("this is no verifier key: name+hash+base64 is wanted")
    key = _from_base64(parts[2])
    if len(key) != 33 or key[:1] != ED25519:
        raise BadNote("this is no Ed25519 verifier key")
    verifier = Verifier(parts[0], key[1:])
    if verifier.key_hash.hex() != parts[1]:
        raise BadNote("the verifier key's hash is not that of its name and key")
    return verifier


def make_verifier(name: str, key: Ed25519PrivateKey) -> Verifier:
    """The verifier of what ``key`` signs under ``name``."""
    if not _is_name(name):
        raise BadNote("a key name holds no space and no plus sign")
    return Verifier(name, key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw))


def sign_note(text: str, name: str, key: Ed25519PrivateKey) -> str:
    """``text`` as a note that ``key`` has signed. The text must end in a newline."""
    if not text.endswith("\n"):
        raise BadNote("a note's text ends in a newline")
    signature = make_verifier(name, key).key_hash + key.sign(text.encode())
    return f"{text}\n— {name} {_base64(signature)}\n"


def open_note(note: str, verifiers: Iterable[Verifier]) -> tuple[str, list[Verifier]]:
    """The note's text, and who of ``verifiers`` has signed it.

    Raises BadNote when none has, or when a signature that says it is by one of them is not.
    """
    if any(ord(character) < 0x20 and character != "\n" for character in note):
        raise BadNote("a note holds no control characters")
    text, gap, signatures = note.rpartition("\n\n")
    if not gap or not signatures.endswith("\n"):
        raise BadNote("this is no signed note")
    text += "\n"
    lines = signatures[:-1].split("\n")
    if len(lines) > MOST_SIGNATURES:
        raise BadNote("the note has too many signatures")
    known = {(verifier.name, verifier.key_hash): verifier for verifier in verifiers}
    signers: list[Verifier] = []
    for line in lines:
        dash, name, given = (*line.split(" "), "", "", "")[:3]
        if dash != "—" or not _is_name(name) or line.count(" ") != 2:
            raise BadNote("a signature line is not one")
        signature = _from_base64(given)
        if len(signature) < 5:
            raise BadNote("a signature is too short")
        verifier = known.get((name, signature[:4]))
        if verifier is None or verifier in signers:
            continue
        try:
            key = Ed25519PublicKey.from_public_bytes(verifier.public_key)
            key.verify(signature[4:], text.encode())
        except (InvalidSignature, ValueError):  # the second: what was known is no key at all
            raise BadNote(f"the signature of {name} does not hold") from None
        signers.append(verifier)
    if not signers:
        raise BadNote("no key that is known here has signed the note")
    return text, signers


def checkpoint_text(origin: str, size: int, root: bytes) -> str:
    """The text of a checkpoint (C2SP tlog-checkpoint): origin, size, root hash."""
    return f"{origin}\n{size}\n{_base64(root)}\n"


def read_checkpoint(text: str, origin: str | None = None) -> tuple[int, bytes]:
    """Size and root of a checkpoint's text, of the journal ``origin`` where that is given.

    Extension lines are let pass. Raises BadNote.
    """
    lines = text.split("\n")
    if len(lines) < 4 or lines[-1] or not all(lines[:-1]):
        raise BadNote("a checkpoint has an origin, a size and a root hash")
    if origin is not None and lines[0] != origin:
        raise BadNote(f"the checkpoint is of another journal: {lines[0]}")
    size = lines[1]
    if not (size.isascii() and size.isdigit()) or (size[0] == "0" and size != "0"):
        raise BadNote("a checkpoint's size is a number")
    root = _from_base64(lines[2])
    if len(root) != 32:
        raise BadNote("a root hash has 32 bytes")
    return int(size), root


def _is_name(name: str) -> bool:
    return bool(name) and "+" not in name and not any(c.isspace() for c in name)


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _from_base64(text: str) -> bytes:
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise BadNote("this is no base64") from None
    if _base64(data) != text:  # bits left over would let one thing be written in two ways
        raise BadNote("this is no base64 as it is written")
    return data
