"""The installation's master keys: the one that wraps what is new, and older ones that still open.

While one key takes the place of another, both are there. They may stand in a file that changes
while processes run (``assistedaccess keys rotate``): each looks at it before it wraps anything, and
reads it anew when it meets something that its own keys do not open. So nothing has to be restarted.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

FORMAT = b"\x01"
NONCE_BYTES = 12
KEY_BYTES = 32


class WrongMasterKey(Exception):
    """The master key is not the one that this installation's data were sealed under."""


def encrypt(cipher: AESGCM, plain: bytes, bound_to: str) -> bytes:
    """``plain`` by AES-256-GCM, bound to what it is for."""
    nonce = secrets.token_bytes(NONCE_BYTES)
    return FORMAT + nonce + cipher.encrypt(nonce, plain, bound_to.encode())


def decrypt(cipher: AESGCM, sealed: bytes, bound_to: str) -> bytes:
    """What encrypt was given. Raises InvalidTag."""
    if sealed[:1] != FORMAT:
        raise InvalidTag
    nonce, body = sealed[1 : 1 + NONCE_BYTES], sealed[1 + NONCE_BYTES :]
    return cipher.decrypt(nonce, body, bound_to.encode())


def key_id(master_key: bytes) -> str:
    """What a master key may be called by in public: it says nothing about the key itself."""
    derived = HKDF(hashes.SHA256(), 8, salt=None, info=b"assistedaccess key id 1")
    return derived.derive(master_key).hex()


def _cipher(master_key: bytes) -> AESGCM:
    if len(master_key) != KEY_BYTES:
        raise ValueError("a master key has 32 bytes")
    derived = HKDF(hashes.SHA256(), KEY_BYTES, salt=None, info=b"assistedaccess wrap 1")
    return AESGCM(derived.derive(master_key))


class MasterKeys:
    """``keys`` (32 bytes each): the first wraps, all of them open. ``read`` reads ``file`` anew."""

    def __init__(
        self,
        keys: tuple[bytes, ...],
        file: Path | None = None,
        read: Callable[[Path], tuple[bytes, ...]] | None = None,
    ) -> None:
        self._file = file
        self._read = read
        self._seen = self._look()
        self._ciphers = [_cipher(key) for key in keys]

    def wrap(self, plain: bytes, bound_to: str) -> bytes:
        """``plain`` under the newest key."""
        self._take_up_changes()
        return encrypt(self._ciphers[0], plain, bound_to)

    def unwrap(self, wrapped: bytes, bound_to: str) -> bytes:
        """What wrap was given. Raises WrongMasterKey."""
        found = self._open(wrapped, bound_to)
        if found is None and self._take_up_changes():
            found = self._open(wrapped, bound_to)
        if found is None:
            raise WrongMasterKey
        return found

    def is_newest(self, wrapped: bytes, bound_to: str) -> bool:
        """Whether the newest key has wrapped it."""
        try:
            decrypt(self._ciphers[0], wrapped, bound_to)
        except InvalidTag:
            return False
        return True

    def _open(self, wrapped: bytes, bound_to: str) -> bytes | None:
        for cipher in self._ciphers:
            try:
                return decrypt(cipher, wrapped, bound_to)
            except InvalidTag:
                continue
        return None

    def _look(self) -> tuple[int, int, int] | None:
        if self._file is None:
            return None
        try:
            found = os.stat(self._file)
        except OSError:  # what was read from it goes on to serve
            return None
        return found.st_ino, found.st_mtime_ns, found.st_size

    def _take_up_changes(self) -> bool:
        seen = self._look()
        if self._file is None or self._read is None or seen is None or seen == self._seen:
            return False
        self._seen = seen
        try:
            self._ciphers = [_cipher(key) for key in self._read(self._file)]
        except Exception:  # a slip of whoever edits it stops the next start, not who is served now
            return False
        return True
