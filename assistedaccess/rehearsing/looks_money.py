"""Whether a step moved money, and where a person's money goes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from sqlalchemy import func, select

from assistedaccess.applications.models_emergency import EmergencyGift
from assistedaccess.applications.models_payee import PaymentDetails
from assistedaccess.applications.models_payments import Payment
from assistedaccess.applications.models_refunds import Refund
from assistedaccess.kernel import canonical, encryption
from assistedaccess.kernel.transactions import reading

from .looks import Outcome, looks_at
from .stage import Stage

MONEY = (Payment, Refund, EmergencyGift, PaymentDetails)


def count_money() -> dict[str, int]:
    """How many rows of each kind of money there are, to see whether a step had an effect."""
    with reading() as session:
        return {
            model.__tablename__: session.scalar(select(func.count()).select_from(model)) or 0
            for model in MONEY
        }


@looks_at("money")
def _money(stage: Stage, value: str, outcome: Outcome) -> Iterator[str]:
    now = count_money()
    changed = [name for name, count in now.items() if count != outcome.money_before.get(name)]
    if value == "no effect" and changed:
        yield f"expected no effect on the money; there is more of: {', '.join(changed)}"
    if value == "effect" and not changed:
        yield "expected an effect on the money; there is none"


@looks_at("paid_into")
def _paid_into(stage: Stage, value: dict[str, Any], outcome: Outcome) -> Iterator[str]:
    with reading() as session:
        row = session.scalars(
            select(PaymentDetails)
            .filter_by(person_id=stage.person(value["person"]), ended_at=None)
            .order_by(PaymentDetails.told_at.desc(), PaymentDetails.application_id.desc())
        ).first()
        if row is None:
            if not value.get("is_without"):  # a claim without an account keeps no payment details
                yield "expected payment details; there are none"
            return
        if bool(value.get("is_stopped")) != (row.stopped_at is not None):
            yield f"expected the money {'to rest' if row.stopped_at is None else 'to go on'}"
        is_without = value.get("is_without")
        if is_without and row.account is not None:
            yield "expected to be paid without an account; there is one"
        if is_without is False and row.account is None:
            yield "expected to be paid into an account; there is none"
        if "account" in value:
            yield from _compare_account(row, value["account"])


def _compare_account(row: PaymentDetails, bank: dict[str, str]) -> Iterator[str]:
    parts = (bank.get(part, "") for part in ("sort_code", "number", "roll"))
    written = canonical.canonical_bank_account(*parts)
    if row.account is None or row.fingerprint != encryption.fingerprint(
        canonical.BANK_ACCOUNT, written or ""
    ):
        yield f"expected the money to go to {written}; it goes elsewhere"
        return
    field = f"payment_details.account.{row.application_id}"
    holder = json.loads(encryption.unseal(row.person_id, field, row.account))["holder"]
    if "holder" in bank and _plain(bank["holder"]) != _plain(holder):
        yield f"expected the account to be in the name “{bank['holder']}”; it is “{holder}”"


def _plain(name: str) -> str:
    return " ".join(name.casefold().split())
