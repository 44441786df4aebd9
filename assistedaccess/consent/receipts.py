"""The short code on a receipt, by which anybody can check at /check whether it holds.

It is derived from the consent by a key of the installation, so that a second print has the same
code, and stored as a keyed hash alone: reading the table gives no code that could be shown. Fifty
bits, and an address has few tries, so that nobody finds one by guessing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite

from assistedaccess.accounts import attempts
from assistedaccess.accounts.rules import Limit
from assistedaccess.kernel import clock, encryption
from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.errors import TooManyAttempts
from assistedaccess.kernel.ids import ALPHABET

from .models import Consent, ReceiptCode

CHARACTERS = 10
TRIES = Limit(tries=30, window=timedelta(hours=1))
"""From one address: a housing office checks a few a day; fifty bits are not guessed like this."""
KIND = "receipt_code"
_MISREADINGS = str.maketrans({"I": "1", "L": "1", "O": "0", "U": "V"})


def draw_code(kind: str, row_id: UUID) -> str:
    """The code of one receipt of that kind: ``7K3M9-QTR2V``; the same on every print."""
    raw = int.from_bytes(encryption.fingerprint(kind, str(row_id))[:8], "big")
    drawn = "".join(ALPHABET[raw >> 5 * place & 31] for place in range(CHARACTERS))
    return f"{drawn[:5]}-{drawn[5:]}"


def hash_code(kind: str, text: str) -> bytes:
    """The keyed hash by which a code of that kind is stored, and found however it was typed."""
    return encryption.fingerprint(f"{kind}_as_typed", read_code(text))


def spell_code(consent_id: UUID) -> str:
    """The code of a consent's receipt."""
    return draw_code(KIND, consent_id)


def read_code(text: str) -> str:
    """What was typed, as it is stored: no case, no dashes, the usual misreadings forgiven."""
    kept = "".join(c for c in text.upper() if c.isascii() and c.isalnum())
    return kept.translate(_MISREADINGS)[: 2 * CHARACTERS]


def issue_code(consent_id: UUID) -> str:
    """The code for a receipt that is printed now, inside the command that prints it."""
    code = spell_code(consent_id)
    session = get_session()
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    session.execute(
        insert(ReceiptCode)
        .values(consent_id=consent_id, code=hash_code(KIND, code), issued_at=clock.now())
        .on_conflict_do_nothing()
    )
    return code


def count_check(address: str) -> None:
    """Count one more code that is checked from an address. Raises TooManyAttempts."""
    wait = attempts.take_turn("check", address, TRIES)
    if wait:
        raise TooManyAttempts(
            _("Many codes were checked from here in the last hour."),
            retry_after=wait,
            next_step=_("Wait a while, or ask the desk that printed the receipt."),
        )


@dataclass(frozen=True)
class Receipted:
    """As much of a consent as tells whether its receipt holds."""

    consent_id: UUID
    person_id: UUID
    mode: str
    recorded_at: datetime
    until_on: date
    withdrawn_at: datetime | None


def find_receipted(text: str) -> Receipted | None:
    """The consent whose receipt bears the code that was typed; one statement, found or not."""
    row = (
        get_session()
        .execute(
            select(
                Consent.id,
                Consent.person_id,
                Consent.mode,
                Consent.recorded_at,
                Consent.until_on,
                Consent.withdrawn_at,
            )
            .join(ReceiptCode, ReceiptCode.consent_id == Consent.id)
            .where(ReceiptCode.code == hash_code(KIND, text))
        )
        .one_or_none()
    )
    return Receipted(*row) if row is not None else None
