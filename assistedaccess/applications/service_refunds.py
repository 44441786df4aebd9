"""Commands that give a fee back: agreed to by two humans, then handed over by the way it came."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from flask_babel import gettext as _

from assistedaccess.access import Permission, require
from assistedaccess.approvals.describe import Row
from assistedaccess.audit import Action, record
from assistedaccess.audit.explain import check_theirs
from assistedaccess.consent.service import get_person_for_act, tell_person
from assistedaccess.kernel import clock, controls, encryption
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.commands import command, concerns
from assistedaccess.kernel.controls import Act
from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.errors import NotFound
from assistedaccess.kernel.ids import new_id, new_reference
from assistedaccess.kernel.inputs import read_text, read_word
from assistedaccess.kernel.money import spell_money
from assistedaccess.notices.rules import NoticeKind
from assistedaccess.organisations.service import require_may_act
from assistedaccess.people.queries import get_person
from assistedaccess.services.queries import get_service

from . import rules_refunds, rules_till
from .models import Application
from .models_payments import Payment
from .models_refunds import Refund
from .queries_refunds import slip_field, sum_returned, words_field
from .queries_till import load_contents
from .rules_payments import LONGEST_SLIP, PaymentState, Way
from .rules_refunds import RefundClosed, RefundReason, RefundState
from .service_till import check_at_desk, lock_open_till
from .words_payments import REFUND_REASONS


def _lock_payment(actor: Actor, payment_id: UUID) -> Payment:
    row = get_session().get(Payment, payment_id, with_for_update=True, populate_existing=True)
    if row is None or row.organisation_id != actor.organisation_id:
        raise NotFound
    check_theirs(actor, ("payment", row.id))
    concerns(person_id=row.person_id, subject=("payment", row.id))
    return row


@command(rules_refunds.REFUND)
def refund_payment(
    *, actor: Actor, payment_id: UUID, amount_pence: int, reason: str, words: str | None = None
) -> UUID:
    """Give back part of a payment, or all of it; returns the refund's id.

    Always held first (rules_refunds.check_refund): what is done here is done when a second human
    has released it, and asked anew then: no more goes back than came in, whoever asked meanwhile.
    What was paid on the payment page goes back to the card by itself; the rest is handed over.
    Raises Held, NothingToRefund, InvalidInput.
    """
    require(actor, Permission.PAYMENT_TAKE)
    require_may_act(actor)
    check_at_desk(actor)
    why = read_word("reason", reason, RefundReason, _("Select why the money goes back"))
    said = None
    if why is RefundReason.OTHER or (words and words.strip()):
        said = read_text(
            "words", words, rules_refunds.LONGEST_WHY, _("Enter why the money goes back")
        )
    payment = _lock_payment(actor, payment_id)
    get_person_for_act(actor, payment.person_id)
    concerns(subject=("payment", payment.id))
    paid = payment.amount_pence if payment.state == PaymentState.PAID else 0
    returned = sum_returned(payment.id)
    rules_refunds.check_amount(paid, returned, amount_pence)
    row = get_session().get_one(Application, payment.application_id)
    controls.decide(
        Act(
            rules_refunds.REFUND,
            actor,
            person_id=payment.person_id,
            organisation_id=payment.organisation_id,
            service=row.service,
            amount_pence=amount_pence,
            facts={"payment": payment.id, "reason": str(why), "way": payment.way},
        )
    )
    assert actor.account_id is not None  # noqa: S101  (require_may_act refused it)
    by_itself = payment.way == Way.CARD_LINK
    refund_id = new_id()
    sealed = None
    if said is not None:
        sealed = encryption.seal(payment.person_id, words_field(refund_id), said)
    refund = Refund(
        id=refund_id,
        reference=new_reference("X"),
        organisation_id=payment.organisation_id,
        payment_id=payment.id,
        person_id=payment.person_id,
        amount_pence=amount_pence,
        reason=str(why),
        words=sealed,
        state=str(RefundState.SENDING if by_itself else RefundState.AGREED),
        asked_by=actor.account_id,
        agreed_at=clock.now(),
        expected_pence=paid - returned if by_itself else None,
        attempts=0,
        due_at=clock.now() if by_itself else None,
    )
    get_session().add(refund)
    get_session().flush()
    _record(Action.REFUND_AGREED, actor, refund, row.service, str(why))
    return refund.id


def _record(action: Action, actor: Actor, refund: Refund, service: str, reason: str) -> None:
    record(
        action,
        actor=actor,
        person_id=refund.person_id,
        organisation_id=refund.organisation_id,
        subject=("refund", refund.id),
        service=service,
        reason=reason[:60],
        details={"amount_pence": refund.amount_pence, "payment": str(refund.payment_id)},
    )


def lock_refund(refund_id: UUID) -> tuple[Refund, Payment]:
    """A refund, locked, and its payment."""
    row = get_session().get(Refund, refund_id, with_for_update=True, populate_existing=True)
    if row is None:
        raise NotFound
    concerns(
        person_id=row.person_id,
        organisation_id=row.organisation_id,
        subject=("refund", row.id),
    )
    return row, get_session().get_one(Payment, row.payment_id)


@command("applications.pay_refund_out")
def pay_refund_out(*, actor: Actor, refund_id: UUID, slip: str | None = None) -> UUID:
    """Hand over what two humans agreed to: cash out of the till, or back to the card by the
    terminal, or by cheque (``slip``: its number). Said twice: once.

    Raises RefundClosed, NoTillOpen, NotEnoughCash, InvalidInput.
    """
    require(actor, Permission.PAYMENT_TAKE)
    require_may_act(actor)
    check_at_desk(actor)
    refund, payment = lock_refund(refund_id)
    if refund.organisation_id != actor.organisation_id:
        raise NotFound
    if refund.state == RefundState.PAID and refund.settled_by == actor.account_id:
        record(Action.REQUEST_REPEATED, actor=actor, subject=("refund", refund.id))
        return refund.id
    if refund.state != RefundState.AGREED:
        raise RefundClosed(
            _("This money has been handed over, or goes back by itself."),
            next_step=_("Look at the payment for how far it is."),
        )
    if payment.way == Way.CASH:
        till = lock_open_till(actor)
        rules_till.check_cash(load_contents(till), refund.amount_pence)
        refund.till_id = till.id
    else:
        number = read_text("slip", slip, LONGEST_SLIP, _("Enter the number of the slip or cheque"))
        refund.slip = encryption.seal(refund.person_id, slip_field(refund.id), number)
    refund.settled_by = actor.account_id
    settle_returned(actor, refund, payment)
    return refund.id


def settle_returned(actor: Actor, refund: Refund, payment: Payment) -> None:
    """The money has gone back, and the person is told at once by a way of their own."""
    refund.state = str(RefundState.PAID)
    refund.settled_at = clock.now()
    refund.due_at = None
    get_session().flush()
    service = get_session().get_one(Application, payment.application_id).service
    _record(Action.REFUND_PAID, actor, refund, service, payment.way or "")
    tell_person(
        actor=actor,
        person_id=refund.person_id,
        kind=NoticeKind.REFUND_PAID,
        organisation_id=refund.organisation_id,
        facts={
            "service": get_service(service).name(get_person(refund.person_id).language),
            "amount": spell_money(refund.amount_pence),
            "their_reference": refund.reference,
        },
    )


@command("applications.settle_refund")
def settle_refund(
    *,
    actor: Actor,
    refund_id: UUID,
    token: UUID,
    provider_id: str | None,
    status: str,
    failure: str,
    next_at: datetime | None,
) -> UUID:
    """Note what came of asking the provider to give money back. A claim that another has taken over
    settles nothing. ``status``: success, error, or nothing final yet."""
    refund, payment = lock_refund(refund_id)
    if refund.claim_token != token or refund.state != RefundState.SENDING:
        record(Action.REQUEST_REPEATED, actor=actor, subject=("refund", refund_id))
        return refund_id
    refund.claim_token = refund.claimed_until = None
    refund.last_failure = failure[:60] or None
    refund.provider_id = refund.provider_id or provider_id
    if status == "success":
        settle_returned(actor, refund, payment)
        return refund.id
    service = get_session().get_one(Application, payment.application_id).service
    if status == "error" or next_at is None:
        refund.state = str(RefundState.FAILED)
        refund.settled_at = clock.now()
        refund.due_at = None
        get_session().flush()
        _record(Action.REFUND_FAILED, actor, refund, service, failure or status)
        return refund.id
    refund.due_at = next_at
    if refund.provider_id is not None:
        refund.attempts = 0
    get_session().flush()
    _record(Action.REFUND_NOTED, actor, refund, service, failure or status)
    return refund.id


def describe_refund(arguments: Mapping[str, Any]) -> Sequence[Row]:
    """What a reviewer decides on: how much of which payment goes back, and why."""
    payment = get_session().get_one(Payment, arguments["payment_id"])
    row = get_session().get_one(Application, payment.application_id)
    rows: list[Row] = [
        (_("Service"), get_service(row.service).name("en")),
        (_("Application"), row.reference),
        (_("Payment"), payment.reference),
        (_("Paid"), spell_money(payment.amount_pence)),
        (_("To go back"), spell_money(arguments["amount_pence"])),
        (_("Why"), REFUND_REASONS[RefundReason(arguments["reason"])]),
    ]
    if arguments.get("words"):
        rows.append((_("In words"), arguments["words"]))
    return rows


def exclude_taker(
    command_name: str, arguments: Mapping[str, Any], _person_id: UUID | None
) -> set[UUID]:
    """Who took the money does not decide whether it goes back."""
    if command_name != rules_refunds.REFUND:
        return set()
    return {get_session().get_one(Payment, arguments["payment_id"]).begun_by_human}
