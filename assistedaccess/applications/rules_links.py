"""A payment on the provider's own page: what the provider says of it, and what that changes. Pure.

Source of the states and codes: GOV.UK Pay, API reference, payment status lifecycle and errors
caused by payment statuses (docs.payments.service.gov.uk/api_reference).
"""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from flask_babel import lazy_gettext as _l

from .rules_payments import PaymentState


class Said(StrEnum):
    """Where a payment stands with the provider. The last four are final there."""

    CREATED = "created"
    STARTED = "started"
    SUBMITTED = "submitted"
    CAPTURABLE = "capturable"
    SUCCESS = "success"
    FAILED = "failed"
    CANCELLED = "cancelled"
    ERROR = "error"

    @property
    def is_final(self) -> bool:
        return self in (Said.SUCCESS, Said.FAILED, Said.CANCELLED, Said.ERROR)


class LinkStanding(StrEnum):
    """What is to be done about a link: *wanted* of the provider; *open*: looked after until the
    provider says the last word; *over*."""

    WANTED = "wanted"
    OPEN = "open"
    OVER = "over"


LINK_LIVES = timedelta(minutes=90)
"""How long somebody has to pay (P0020)."""
LOOK_EACH = timedelta(minutes=1)
LOOK_LATER = timedelta(hours=1)
GIVE_UP_AFTER = timedelta(hours=24)
"""When a payment that the provider does not know (404) counts as one that was never made."""

CODES: dict[str, Any] = {
    "P0010": _l("The card was not accepted. Another card may work."),
    "P0020": _l("The time was up before it was paid."),
    "P0030": _l("The person stopped it on the payment page."),
    "P0040": _l("It was stopped here."),
    "P0050": _l("The payment page had a fault. No money was taken."),
}


def settle(known: str, said: Said) -> PaymentState | None:
    """The state of a payment once the provider has said this, or None where it changes nothing.

    However often and in whatever order it is said, a payment ends in one state: money that came in
    wins over everything that was said before or comes after.
    """
    if known == PaymentState.PAID:
        return None
    if said is Said.SUCCESS:
        return PaymentState.PAID
    if said.is_final and known == PaymentState.OPEN:
        return PaymentState.FAILED
    return None


def next_look(begun_at: datetime, now: datetime) -> datetime:
    """When to ask the provider again: each minute while the link lives, then each hour."""
    return now + (LOOK_EACH if now < begun_at + LINK_LIVES else LOOK_LATER)


def say_code(code: str | None) -> Any:
    """Why nothing was paid, to be said to the person; empty where nobody knows."""
    return CODES.get(code or "", "")
