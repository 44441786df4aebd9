"""What goes out for a person in some days: what went, and what was asked for and waits.

A fee that the person pays with their own hand is not counted, nor is a voucher (L07).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from functools import cache
from typing import Any

from sqlalchemy import Select, bindparam, func, select

from assistedaccess.applications import rules_emergency, rules_payments
from assistedaccess.applications.models_emergency import EmergencyGift
from assistedaccess.applications.models_payments import Payment
from assistedaccess.applications.rules_emergency import HelpKind
from assistedaccess.applications.rules_payments import PaymentState, Whose
from assistedaccess.applications.service_links import BEGIN
from assistedaccess.approvals.models import PendingAct
from assistedaccess.approvals.rules import State
from assistedaccess.approvals.sealing import open_arguments
from assistedaccess.kernel import clock
from assistedaccess.kernel.controls import Act
from assistedaccess.kernel.database import get_session, spelt

from .settings import Settings

COUNTED = (HelpKind.STANDING_PAYEE, HelpKind.CASH, HelpKind.GOODS)
"""Money, and what is bought for it: a supplier of goods may be in it (A06, helper and supplier)."""

MOST_WAITING = 50


def is_counted(command: str, facts: Mapping[str, Any]) -> bool:
    """Whether what a command pays or gives is added up."""
    if command == rules_emergency.GIVE:
        return facts.get("kind") in COUNTED
    return facts.get("whose") == Whose.DELEGATED


def sum_lately(act: Act, settings: Settings) -> int:
    """What went out for the act's person of late by helpers' hands, and what of it waits, in pence.

    Two statements, and the key of the person where something waits.
    """
    since = clock.now() - timedelta(days=settings["money_days"])
    given = {"person": act.person_id, "since": since}
    paid, gave = get_session().execute(_select_gone(), given).one()
    waits = 0
    for row in get_session().scalars(_select_waiting(), given):
        asked = open_arguments(row) or {}
        if is_counted(row.command, asked):
            waits += int(asked.get("amount_pence") or 0)
    return int(paid or 0) + int(gave or 0) + waits


@cache
def _select_gone() -> Select[*tuple[Any, ...]]:
    paid = select(func.sum(Payment.amount_pence)).where(
        Payment.person_id == bindparam("person"),
        Payment.begun_at >= bindparam("since"),
        Payment.whose == Whose.DELEGATED,
        Payment.state.in_((PaymentState.OPEN, PaymentState.PAID)),
    )
    gave = select(func.sum(EmergencyGift.amount_pence)).where(
        EmergencyGift.person_id == bindparam("person"),
        EmergencyGift.given_at >= bindparam("since"),
        EmergencyGift.kind.in_(COUNTED),
    )
    return select(paid.scalar_subquery(), gave.scalar_subquery())


@cache
def _select_waiting() -> Select[PendingAct]:
    return (
        select(PendingAct)
        .where(
            PendingAct.person_id == bindparam("person"),
            PendingAct.state == spelt(State.WAITING),
            PendingAct.asked_at >= bindparam("since"),
            PendingAct.command.in_((rules_payments.TAKE, BEGIN, rules_emergency.GIVE)),
        )
        .order_by(PendingAct.id.desc())
        .limit(spelt(MOST_WAITING))
    )
