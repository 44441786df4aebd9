"""Numbers and addresses by which people are reached and known, in one spelling each. Pure."""

from __future__ import annotations

import json
import re
from dataclasses import asdict, dataclass

import phonenumbers

from assistedaccess.kernel.canonical import COUNTRY, canonical_email, canonical_phone

LONGEST_LINE = 100
ADDRESS_FIELDS = ("line_1", "line_2", "town", "county", "postcode")

# HMRC, National Insurance Manual NIM39110: two letters, six digits, a suffix A to D. D, F, I, Q, U
# and V are in neither place of the prefix, O not in the second; some prefixes are never used.
_NINO = re.compile(
    r"(?!BG|GB|KN|NK|NT|TN|ZZ)[ABCEGHJ-PRSTW-Z][ABCEGHJ-NPRSTW-Z][0-9]{6}[A-D]", re.ASCII
)

# The outward and inward parts as the postcode address file guide of Royal Mail has them.
_POSTCODE = re.compile(
    r"(GIR|[A-PR-UWYZ](?:[0-9]{1,2}|[A-HK-Y][0-9]{1,2}|[0-9][A-HJKPSTUW]|[A-HK-Y][0-9][ABEHMNPRVWXY]))"
    r"([0-9][ABD-HJLNP-UW-Z]{2})",
    re.ASCII,
)

# Ofcom's ranges for drama: real in shape, never anybody's. phonenumbers calls some of them invalid.
_DRAMA = re.compile(
    r"\+44(7700900[0-9]{3}|1632960[0-9]{3}|2079460[0-9]{3}|1[0-9]{2,3}4960[0-9]{3})"
)


# QQ is never issued, which is why examples and demonstrations use it.
_EXAMPLE_NINO = re.compile(r"QQ[0-9]{6}[A-D]", re.ASCII)


def canonical_nino(text: str, *, allow_examples: bool = False) -> str | None:
    """A National Insurance number as ``AB123456C``, or None where it can be none.

    ``allow_examples``: numbers that begin with QQ too, which nobody has.
    """
    spelt = re.sub(r"[\s.\-–]", "", text).upper()
    if allow_examples and _EXAMPLE_NINO.fullmatch(spelt):
        return spelt
    return spelt if _NINO.fullmatch(spelt) else None


def show_nino(nino: str) -> str:
    """The number as it is printed on letters: ``AB 12 34 56 C``."""
    return f"{nino[:2]} {nino[2:4]} {nino[4:6]} {nino[6:8]} {nino[8:]}"


def canonical_postcode(text: str) -> str | None:
    """A United Kingdom postcode as ``SW1A 2AA``, or None where it can be none."""
    spelt = re.sub(r"[\s.\-–]", "", text).upper()
    found = _POSTCODE.fullmatch(spelt)
    return f"{found[1]} {found[2]}" if found else None


def outward_code(postcode: str) -> str:
    """The first part of a postcode: a district, not a street."""
    return postcode.split(" ", 1)[0]


def read_phone(text: str, *, allow_drama: bool) -> str | None:
    """A telephone number that exists as far as its range goes, in E.164; None for any other."""
    number = canonical_phone(text)
    if number is None:
        return None
    if _DRAMA.fullmatch(number):
        return number if allow_drama else None
    parsed = phonenumbers.parse(number, COUNTRY)
    return number if phonenumbers.is_valid_number(parsed) else None


def is_mobile(number: str) -> bool:
    """Whether a number in E.164 can take a text message, as far as its range tells."""
    if number.startswith("+447700900"):
        return True
    kind = phonenumbers.number_type(phonenumbers.parse(number, COUNTRY))
    return kind in (
        phonenumbers.PhoneNumberType.MOBILE,
        phonenumbers.PhoneNumberType.FIXED_LINE_OR_MOBILE,
    )


def show_phone(number: str) -> str:
    """A number in E.164 as people here write it: ``07700 900123``; abroad with its country."""
    parsed = phonenumbers.parse(number, COUNTRY)
    here = parsed.country_code == phonenumbers.country_code_for_region(COUNTRY)
    kind = phonenumbers.PhoneNumberFormat
    return phonenumbers.format_number(parsed, kind.NATIONAL if here else kind.INTERNATIONAL)


def read_email(text: str) -> str | None:
    """An e-mail address as it was typed, where it can be one; nothing is looked up."""
    return text.strip() if canonical_email(text) else None


@dataclass(frozen=True)
class Address:
    """A United Kingdom address. ``postcode`` is canonical, or empty where nobody knows it."""

    line_1: str
    line_2: str = ""
    town: str = ""
    county: str = ""
    postcode: str = ""

    @property
    def lines(self) -> tuple[str, ...]:
        return tuple(line for line in asdict(self).values() if line)

    def to_text(self) -> str:
        """As it is sealed."""
        return json.dumps(asdict(self), ensure_ascii=False, sort_keys=True)

    @classmethod
    def from_text(cls, text: str) -> Address:
        """What to_text wrote."""
        return cls(**json.loads(text))

    def canonical(self) -> str:
        """One spelling, to find the same address elsewhere: case, commas and spaces set aside."""
        words = re.sub(r"[^\w]+", " ", " ".join(self.lines).casefold())
        return " ".join(words.split())
