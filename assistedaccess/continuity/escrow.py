"""An escrow copy of the master key, in two shares: both give the key, one says nothing about it.

The first share is 32 random bytes, the second is the key with those added to it, bit by bit
(exclusive or): each alone is as good as random. They are text, so that they can be printed and
typed: letters and digits that are not mistaken for one another (base 32, RFC 4648), with a check of
each line's typing at the end.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
import secrets
from dataclasses import dataclass

from assistedaccess.kernel.master_keys import KEY_BYTES, key_id

TITLE = "Assisted Access: share {number} of 2 of a master key"
WORDS = (
    "Both shares together open everything that the installation holds. One alone opens nothing.\n"
    "Keep the two with two people, in two buildings, and neither beside the machine or a backup.\n"
)
CHECK_BYTES = 4
GROUP = 4


class BadShare(ValueError):
    """It is no share, was mistyped, or does not belong to the other one."""


@dataclass(frozen=True)
class Share:
    """One half. ``pair`` is what the two of one copy have in common."""

    number: int
    key_id: str
    pair: str
    secret: bytes

    def __repr__(self) -> str:
        return f"<Share {self.number} of {self.key_id}>"

    @property
    def check(self) -> bytes:
        said = f"{self.number}|{self.key_id}|{self.pair}|".encode() + self.secret
        return hashlib.sha256(said).digest()[:CHECK_BYTES]

    def text(self) -> str:
        """What is printed or kept in a file."""
        letters = _spell(self.secret + self.check)
        groups = [letters[at : at + GROUP] for at in range(0, len(letters), GROUP)]
        lines = [" ".join(groups[at : at + 5]) for at in range(0, len(groups), 5)]
        return (
            f"{TITLE.format(number=self.number)}\n{WORDS}key {self.key_id}\npair {self.pair}\n\n"
            + "".join(f"{line}\n" for line in lines)
        )


def split(master_key: bytes) -> tuple[Share, Share]:
    """Two shares of a key; another two each time."""
    name, pair = key_id(master_key), secrets.token_hex(4)
    first = secrets.token_bytes(KEY_BYTES)
    return Share(1, name, pair, first), Share(2, name, pair, _mix(master_key, first))


def read_share(text: str) -> Share:
    """A share as it was printed or typed: small letters and other spaces do. Raises BadShare."""
    head, _, body = text.replace("\r", "").strip().partition("\n\n")
    number = re.search(r"share ([12]) of 2", head)
    name = re.search(r"^key ([0-9a-f]{16})$", head, re.MULTILINE)
    pair = re.search(r"^pair ([0-9a-f]{8})$", head, re.MULTILINE)
    if not (number and name and pair):
        raise BadShare("this is no share of a master key")
    letters = "".join(body.split()).upper()
    try:
        data = base64.b32decode(letters + "=" * (-len(letters) % 8))
    except (binascii.Error, ValueError):
        raise BadShare("it holds something that is in no share: look for 0, 1, 8 or 9") from None
    share = Share(int(number[1]), name[1], pair[1], data[:KEY_BYTES])
    if _spell(data) != letters:  # the last letter has two bits that no byte is made of
        raise BadShare("it was altered or mistyped: its last letter does not fit")
    if len(data) != KEY_BYTES + CHECK_BYTES or data[KEY_BYTES:] != share.check:
        raise BadShare("it was altered or mistyped: its check does not fit")
    return share


def join(one: Share, other: Share) -> bytes:
    """The master key. Raises BadShare where the two do not belong together."""
    if one.pair != other.pair or {one.number, other.number} != {1, 2}:
        raise BadShare("the two shares do not belong together")
    key = _mix(one.secret, other.secret)
    if key_id(key) != one.key_id:
        raise BadShare("the two shares do not give the key that they name")
    return key


def _spell(data: bytes) -> str:
    return base64.b32encode(data).decode().rstrip("=")


def _mix(one: bytes, other: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(one, other, strict=True))
