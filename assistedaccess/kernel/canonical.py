"""One spelling for what people write in many ways, so that fingerprints of equals are equal.

Use ``fingerprint(CONTACT_POINT, canonical_phone(text))`` and
``fingerprint(BANK_ACCOUNT, canonical_bank_account(...))``, whoever stores them.
"""

from __future__ import annotations

import phonenumbers
from email_validator import EmailNotValidError, validate_email

CONTACT_POINT = "contact_point"
BANK_ACCOUNT = "bank_account"
COUNTRY = "GB"


def canonical_phone(text: str) -> str | None:
    """A telephone number in E.164 (``+447700900123``), or None where it can be none.

    Only length and shape are asked: Ofcom's numbers for drama are no valid ones, and are allowed.
    """
    try:
        number = phonenumbers.parse(text, COUNTRY)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def canonical_email(text: str) -> str | None:
    """An e-mail address in lower case, less what follows a plus; None where it can be none.

    For comparing alone. Strictly the part before the @ may depend on its case; no provider of note
    lets it, and most deliver name+anything to name (RFC 5233): one letter box, however many people
    it is said to be of (SCENARIOS, A27).
    """
    try:
        address = validate_email(text, check_deliverability=False).normalized.casefold()
    except EmailNotValidError:
        return None
    name, _at, domain = address.rpartition("@")
    return f"{name.partition('+')[0] or name}@{domain}"


def canonical_bank_account(sort_code: str, number: str, roll_number: str = "") -> str | None:
    """Sort code, account number and roll number as one text, or None where they can be none.

    Six digits and eight; shorter account numbers, of six or seven, get zeros in front (Pay.UK's
    rule for them). Building societies share sort code and number between customers: the roll
    number is part of the account's identity.
    """
    sort_digits = "".join(c for c in sort_code if c.isascii() and c.isdigit())
    digits = "".join(c for c in number if c.isascii() and c.isdigit())
    others = "".join(c for c in sort_code + number if not (c.isascii() and c.isdigit()))
    if others.strip(" -–") or len(sort_digits) != 6 or not 6 <= len(digits) <= 8:
        return None
    roll = "".join(c for c in roll_number.upper() if c.isalnum())
    if len(roll) > 18:
        return None
    return f"{sort_digits} {digits:0>8} {roll}".strip()
