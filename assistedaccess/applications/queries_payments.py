"""An application's fee, and what came in for it. Not a recorded look in itself."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import Select, bindparam, func, or_, select

from assistedaccess.accounts.models import Account
from assistedaccess.kernel import clock, encryption
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.encryption import KeyForgotten
from assistedaccess.kernel.errors import NotFound
from assistedaccess.kernel.ids import read_reference
from assistedaccess.organisations.models import Organisation
from assistedaccess.people.models import Person
from assistedaccess.services.queries import NATION_CODES, get_service

from .models import Application
from .models_payments import Payment
from .models_refunds import Refund
from .queries_drafts import Draft
from .rules import State
from .rules_changes import Purpose
from .rules_payments import FeeAccount, PaymentState, find_fee
from .rules_refunds import RefundReason, RefundState


@dataclass(frozen=True)
class PaymentRow:
    """A line of an application's payments. ``way`` and ``whose`` are None where it was waived."""

    id: UUID
    reference: str
    amount_pence: int
    way: str | None
    whose: str | None
    state: str
    waive_reason: str | None
    begun_at: datetime
    begun_by_name: str
    settled_at: datetime | None
    returned_pence: int
    asked_again_pence: int


@cache
def _payments() -> Select[*tuple[Any, ...]]:
    returned = (
        select(func.coalesce(func.sum(Refund.amount_pence), 0))
        .where(Refund.payment_id == Payment.id, Refund.state != RefundState.FAILED)
        .correlate(Payment)
    )
    again = [reason for reason in RefundReason if reason.asks_again]
    return (
        select(
            Payment.id,
            Payment.reference,
            Payment.amount_pence,
            Payment.way,
            Payment.whose,
            Payment.state,
            Payment.waive_reason,
            Payment.begun_at,
            Account.name.label("begun_by_name"),
            Payment.settled_at,
            returned.scalar_subquery().label("returned_pence"),
            returned.where(Refund.reason.in_(again)).scalar_subquery().label("asked_again_pence"),
        )
        .join(Account, Account.id == Payment.begun_by)
        .where(Payment.application_id == bindparam("application_id"))
        .order_by(Payment.id)
    )


def list_payments(application_id: UUID) -> list[PaymentRow]:
    """What came in for an application that the caller may see, the oldest first; one statement."""
    found = get_session().execute(_payments(), {"application_id": application_id})
    return [PaymentRow(**row._mapping) for row in found]


def add_up(fee_pence: int, payments: Iterable[PaymentRow]) -> FeeAccount:
    """The account of a fee."""
    sums = dict.fromkeys(PaymentState, 0)
    returned = asked_again = 0
    for payment in payments:
        sums[PaymentState(payment.state)] += payment.amount_pence
        returned += payment.returned_pence
        asked_again += payment.asked_again_pence
    return FeeAccount(
        fee_pence=fee_pence,
        paid_pence=sums[PaymentState.PAID],
        open_pence=sums[PaymentState.OPEN],
        waived_pence=sums[PaymentState.WAIVED],
        returned_pence=returned,
        asked_again_pence=asked_again,
    )


def costs_nothing(row: Application | Draft) -> bool:
    """Whether nothing is to be paid, whatever was answered: once withdrawn, or for a change."""
    return row.state == State.WITHDRAWN or row.purpose != Purpose.CLAIM


def fee_of(draft: Draft) -> int:
    """What an application costs, as it stands."""
    if costs_nothing(draft):
        return 0
    return find_fee(
        draft.definition,
        get_service(draft.service).entry,
        draft.journey.answers if draft.definition.fees else {},
        draft.moment,
        NATION_CODES.get(draft.nation or ""),
    )


@dataclass(frozen=True)
class Fee:
    """The fee of an application as its pages show it."""

    account: FeeAccount
    payments: list[PaymentRow]


def load_fee(draft: Draft) -> Fee:
    """The fee of an application that the caller may see; two statements."""
    payments = list_payments(draft.id)
    return Fee(add_up(fee_of(draft), payments), payments)


# -- one payment


@dataclass(frozen=True)
class PaymentView:
    """All of one payment. ``slip``: what terminal or cheque says, or why it was waived."""

    id: UUID
    reference: str
    application_id: UUID
    application_reference: str
    service: str
    person_id: UUID
    person_reference: str
    person_name: str
    is_paper_unsafe: bool
    amount_pence: int
    way: str | None
    whose: str | None
    state: str
    waive_reason: str | None
    slip: str
    begun_at: datetime
    begun_by_name: str
    settled_at: datetime | None
    taken_at_organisation: str


def load_payment(actor: Actor, reference: str) -> PaymentView:
    """The organisation's payment with that reference; two statements. Raises NotFound."""
    row = (
        get_session()
        .execute(
            select(
                Payment,
                Application.reference.label("application_reference"),
                Application.service,
                Person.reference.label("person_reference"),
                Person.name.label("person_name"),
                or_(Person.no_paper_at_home, Person.contact_is_unsafe).label("is_paper_unsafe"),
                Account.name.label("begun_by_name"),
                Organisation.name.label("taken_at_organisation"),
            )
            .join(Application, Application.id == Payment.application_id)
            .join(Person, Person.id == Payment.person_id)
            .join(Account, Account.id == Payment.begun_by)
            .join(Organisation, Organisation.id == Payment.organisation_id)
            .where(
                Payment.reference == (read_reference("B", reference) or ""),
                Payment.organisation_id == actor.organisation_id,
            )
        )
        .one_or_none()
    )
    if row is None:
        raise NotFound
    payment: Payment = row.Payment
    same = ("id", "reference", "application_id", "person_id", "amount_pence", "way", "whose")
    more = ("state", "waive_reason", "begun_at", "settled_at")
    return PaymentView(
        **{name: getattr(payment, name) for name in (*same, *more)},
        application_reference=row.application_reference,
        service=row.service,
        person_reference=row.person_reference,
        person_name=row.person_name,
        is_paper_unsafe=bool(row.is_paper_unsafe),
        slip=open_slip(payment),
        begun_by_name=row.begun_by_name,
        taken_at_organisation=row.taken_at_organisation,
    )


def slip_field(payment_id: UUID) -> str:
    """Under which name a payment's slip is sealed."""
    return f"payment.slip.{payment_id}"


def open_slip(payment: Payment) -> str:
    """What was typed beside a payment."""
    if payment.slip is None:
        return ""
    try:
        opened = encryption.unseal(payment.person_id, slip_field(payment.id), payment.slip)
    except KeyForgotten:
        return "–"
    return str(json.loads(opened))


def get_payment_reference(payment_id: UUID) -> str:
    """The reference of a payment that the caller has just made."""
    return get_session().get_one(Payment, payment_id).reference


def get_payment_id(actor: Actor, reference: str) -> UUID:
    """The id of the organisation's payment with that reference. Raises NotFound."""
    found: UUID | None = get_session().scalar(
        select(Payment.id).where(
            Payment.reference == (read_reference("B", reference) or ""),
            Payment.organisation_id == actor.organisation_id,
        )
    )
    if found is None:
        raise NotFound
    return found


def count_waived(human_id: UUID | None, within: timedelta) -> int:
    """How many fees this human has waived of late, whatever account they used."""
    return (
        get_session().scalar(
            select(func.count())
            .select_from(Payment)
            .where(
                Payment.begun_by_human == human_id,
                Payment.state == PaymentState.WAIVED,
                Payment.begun_at > clock.now() - within,
            )
        )
        or 0
    )
