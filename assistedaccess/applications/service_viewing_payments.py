"""Looks at payments: recorded, with why, before anything is shown."""

from __future__ import annotations

from assistedaccess.access import Permission, require
from assistedaccess.audit import Action, record_look
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.commands import command, concerns
from assistedaccess.kernel.errors import NotFound
from assistedaccess.people.reach import load_reached

from .queries_payments import PaymentView, load_payment
from .queries_refunds import RefundView, find_payment_of, list_refunds
from .rules_payments import PaymentState
from .rules_refunds import RefundState


def _look(actor: Actor, action: Action, payment: PaymentView, stated: str | None) -> None:
    _person, found = load_reached(actor, payment.person_id, lock=False)
    subject = ("payment", payment.id)
    concerns(subject=subject)
    record_look(
        action,
        actor=actor,
        person_id=payment.person_id,
        subject=subject,
        stated_reason=stated or found.stated,
        needs_details=True,
    )


@command("applications.open_payment")
def open_payment(*, actor: Actor, reference: str, stated_reason: str | None = None) -> PaymentView:
    """The organisation's payment with that reference, the look recorded first."""
    require(actor, Permission.APPLICATION_VIEW)
    payment = load_payment(actor, reference)
    _look(actor, Action.PAYMENT_OPENED, payment, stated_reason)
    return payment


@command("applications.print_payment_receipt")
def print_payment_receipt(
    *, actor: Actor, reference: str, stated_reason: str | None = None
) -> PaymentView:
    """As open_payment, as a receipt for the person. Raises NotFound where nothing was paid."""
    require(actor, Permission.APPLICATION_VIEW)
    payment = load_payment(actor, reference)
    if payment.state != PaymentState.PAID:
        raise NotFound
    _look(actor, Action.PAYMENT_RECEIPT_PRINTED, payment, stated_reason)
    return payment


@command("applications.print_refund_receipt")
def print_refund_receipt(
    *, actor: Actor, reference: str, stated_reason: str | None = None
) -> tuple[PaymentView, RefundView]:
    """What went back of a payment, as a receipt for the person, the look recorded first.

    Raises NotFound until the money has gone back.
    """
    require(actor, Permission.APPLICATION_VIEW)
    refund_id, payment_reference = find_payment_of(actor, reference)
    payment = load_payment(actor, payment_reference)
    refund = next(each for each in list_refunds(payment.id) if each.id == refund_id)
    if refund.state != RefundState.PAID:
        raise NotFound
    _look(actor, Action.PAYMENT_RECEIPT_PRINTED, payment, stated_reason)
    return payment, refund
