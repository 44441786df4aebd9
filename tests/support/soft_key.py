"""A hardware key made of software, which signs whatever a test wants it to sign, right or wrong."""

from __future__ import annotations

import hashlib
import json
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Any

import cbor2
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256

ORIGIN = "http://localhost"
PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40


def to_text(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def to_bytes(text: str) -> bytes:
    return urlsafe_b64decode(text + "==")


class SoftKey:
    """One key (ES256). ``count`` goes up with each signature, where it ``counts``."""

    def __init__(self, *, counts: bool = True) -> None:
        self.credential_id = secrets.token_bytes(32)
        self.count = 0
        self.counts = counts
        self._key = ec.generate_private_key(ec.SECP256R1())

    def make(self, options: dict[str, Any], *, origin: str = ORIGIN, site: str = "") -> str:
        """What a browser sends after navigator.credentials.create()."""
        data = self._data(site or options["rp"]["id"], PRESENT | VERIFIED | ATTESTED)
        size = len(self.credential_id).to_bytes(2, "big")
        data += bytes(range(16)) + size + self.credential_id + self.public_key()
        response = {
            "clientDataJSON": _client_data("webauthn.create", options, origin),
            "attestationObject": cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data}),
        }
        return self._write(response)

    def answer(
        self,
        options: dict[str, Any],
        *,
        origin: str = ORIGIN,
        site: str = "",
        kind: str = "webauthn.get",
        flags: int = PRESENT | VERIFIED,
        spoil: bool = False,
    ) -> str:
        """What a browser sends after navigator.credentials.get()."""
        self.count += self.counts
        data = self._data(site or options["rpId"], flags)
        client = _client_data(kind, options, origin)
        signature = self._key.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(SHA256()))
        if spoil:
            data = data[:-1] + bytes([data[-1] ^ 1])
        response = {"clientDataJSON": client, "authenticatorData": data, "signature": signature}
        return self._write(response)

    def public_key(self) -> bytes:
        """In COSE (RFC 9053, section 7.1)."""
        numbers = self._key.public_key().public_numbers()
        x, y = (number.to_bytes(32, "big") for number in (numbers.x, numbers.y))
        return cbor2.dumps({1: 2, 3: -7, -1: 1, -2: x, -3: y})

    def _data(self, site: str, flags: int) -> bytes:
        head = hashlib.sha256(site.encode()).digest() + bytes([flags])
        return head + self.count.to_bytes(4, "big")

    def _write(self, response: dict[str, bytes]) -> str:
        key_id = to_text(self.credential_id)
        texts = {name: to_text(value) for name, value in response.items()}
        return json.dumps({"id": key_id, "rawId": key_id, "type": "public-key", "response": texts})


def _client_data(kind: str, options: dict[str, Any], origin: str) -> bytes:
    said = {"type": kind, "challenge": options["challenge"], "origin": origin}
    return json.dumps(said).encode()
