"""A payment card's number: it never enters this system, in whichever field it is typed.

PCI DSS 4.0, requirement 3: what is never stored need not be protected. A card is typed into the
provider's own page or into the terminal, by whoever holds it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from flask_babel import gettext as _
from stdnum import luhn

SHORTEST, LONGEST = 13, 19
"""Digits of a primary account number (ISO/IEC 7812-1)."""

_RUN = re.compile(r"\d(?:[ \t.\-‐-―−]{0,3}\d)+")
"""Digits with no more between them than people write into a long number."""
_GROUP = re.compile(r"\d+")
_IDENTIFIER = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
"""A key of our own, such as a file's among the answers: one in two thousand reads as a card."""


def holds_card_number(text: str) -> bool:
    """Whether ``text`` holds what looks like the number of a payment card.

    13 to 19 digits, alone or in groups, that begin as a card's do (2 to 6) and whose check digit is
    right (Luhn, ISO/IEC 7812-1 annex B). A telephone number begins with 0, and passes; so does a
    text that is a key of ours and nothing else.
    """
    if _IDENTIFIER.fullmatch(text):
        return False
    plain = "".join(_plain_digit(c) for c in unicodedata.normalize("NFKC", text))
    return any(_is_card(number) for number in _list_numbers(plain))


def _plain_digit(character: str) -> str:
    return str(unicodedata.decimal(character)) if character.isdecimal() else character


def _list_numbers(text: str) -> Iterator[str]:
    """Each row of neighbouring groups of digits that is as long as a card's number."""
    for run in _RUN.finditer(text):
        groups = _GROUP.findall(run.group())
        for first in range(len(groups)):
            number = ""
            for group in groups[first:]:
                number += group
                if len(number) > LONGEST:
                    break
                if len(number) >= SHORTEST:
                    yield number


def _is_card(number: str) -> bool:
    return number[0] in "23456" and bool(luhn.is_valid(number))


def words_for_card() -> str:
    """What is said at a field that seems to hold one."""
    return str(
        _(
            "This looks like the number of a bank card. It was taken out and is kept nowhere. "
            "A card goes into the card terminal or the payment page alone"
        )
    )
