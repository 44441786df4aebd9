"""The encrypted file: chunks of AES-256-GCM whose order and end are authenticated too.

The STREAM construction (Hoang, Reyhanitabar, Rogaway, Vizár, "Online Authenticated-Encryption and
its Nonce-Reuse Misuse-Resistance", 2015): the nonce of each chunk is its number and whether it is
the last one, so that a chunk that is altered, moved, left out or put in between opens nowhere, and
neither does a file that ends too early. A key is for one file alone: derived from the master key
and a random salt in the file's header, to which every chunk is bound.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
from collections.abc import Iterable
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from assistedaccess.kernel.master_keys import KEY_BYTES, key_id

MAGIC = b"assistedaccess backup 1\n"
CHUNK = 1 << 20
"""Bytes of plain text in each chunk but the last, which may have fewer."""
TAG = 16
LONGEST_HEADER = 4096


class Damaged(Exception):
    """The file is no backup, or not the one that was written: nothing of it can be trusted."""


class OtherKey(Exception):
    """The backup was made under another master key; ``key_id`` says which."""

    def __init__(self, needed: str) -> None:
        super().__init__(needed)
        self.key_id = needed


def _cipher(master_key: bytes, salt: bytes) -> AESGCM:
    derived = HKDF(hashes.SHA256(), KEY_BYTES, salt=salt, info=b"assistedaccess backup 1")
    return AESGCM(derived.derive(master_key))


def _nonce(number: int, is_last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([is_last])


class Writer:
    """A file to write to; what reaches ``out`` is encrypted. ``finish`` makes it whole."""

    def __init__(self, out: BinaryIO, master_key: bytes) -> None:
        salt = secrets.token_bytes(KEY_BYTES)
        said = {"key": key_id(master_key), "salt": salt.hex()}
        header = MAGIC + json.dumps(said, sort_keys=True).encode() + b"\n"
        self._out = out
        self._cipher = _cipher(master_key, salt)
        self._bound_to = hashlib.sha256(header).digest()
        self._waiting = bytearray()
        self._number = 0
        out.write(header)

    def write(self, data: bytes) -> int:
        """Take ``data``; a chunk goes out when it is known not to be the last."""
        self._waiting += data
        while len(self._waiting) > CHUNK:
            self._put(bytes(self._waiting[:CHUNK]), is_last=False)
            del self._waiting[:CHUNK]
        return len(data)

    def finish(self) -> None:
        """Write the last chunk, without which the file is damaged, and have the disk keep it."""
        self._put(bytes(self._waiting), is_last=True)
        self._out.flush()
        os.fsync(self._out.fileno())

    def _put(self, plain: bytes, *, is_last: bool) -> None:
        nonce = _nonce(self._number, is_last)
        self._out.write(self._cipher.encrypt(nonce, plain, self._bound_to))
        self._number += 1


class Reader:
    """What a Writer was given. Nothing that ``read`` gives was altered; only after the end was
    reached is it known that nothing is missing.

    Raises Damaged, and OtherKey where none of ``master_keys`` is the file's.
    """

    def __init__(self, file: BinaryIO, master_keys: Iterable[bytes]) -> None:
        self._file = file
        header = self._read_header()
        try:
            said = json.loads(header[len(MAGIC) :])
            needed, salt = str(said["key"]), bytes.fromhex(said["salt"])
        except (ValueError, KeyError, TypeError):
            raise Damaged("its beginning is no header of a backup") from None
        fitting = [key for key in master_keys if key_id(key) == needed]
        if not fitting:
            raise OtherKey(needed)
        self._cipher = _cipher(fitting[0], salt)
        self._bound_to = hashlib.sha256(header).digest()
        self._number = 0
        self._plain = memoryview(b"")
        self._ahead: bytes | None = file.read(CHUNK + TAG)

    def read(self, size: int = -1) -> bytes:
        """Up to ``size`` bytes (all of them where negative); fewer only at the end."""
        parts = []
        while size:
            if not self._plain and not self._open_next():
                break
            part = self._plain if size < 0 else self._plain[:size]
            self._plain = self._plain[len(part) :]
            size -= len(part) if size > 0 else 0
            parts.append(bytes(part))
        return b"".join(parts)

    def read_to_end(self) -> None:
        """Read and drop what is left: raises Damaged where the file does not end as it should."""
        while self.read(CHUNK):
            pass

    def _read_header(self) -> bytes:
        if self._file.read(len(MAGIC)) != MAGIC:
            raise Damaged("it does not begin as a backup does")
        line = self._file.readline(LONGEST_HEADER)
        return MAGIC + line

    def _open_next(self) -> bool:
        if self._ahead is None:
            return False
        chunk, following = self._ahead, self._file.read(CHUNK + TAG)
        try:
            nonce = _nonce(self._number, not following)
            self._plain = memoryview(self._cipher.decrypt(nonce, chunk, self._bound_to))
        except (InvalidTag, ValueError):
            words = f"part {self._number + 1} of it was altered, or something is missing"
            raise Damaged(words) from None
        self._number += 1
        self._ahead = following or None
        return bool(self._plain)
