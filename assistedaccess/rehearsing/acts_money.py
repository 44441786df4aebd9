"""Money at a desk: fees, refunds, emergency help and the till."""

from __future__ import annotations

from typing import Annotated, Any

from assistedaccess.applications import (
    service_emergency,
    service_links,
    service_payments,
    service_refunds,
    service_till,
)
from assistedaccess.applications.rules_emergency import HelpKind
from assistedaccess.applications.rules_payments import WaiveReason, Way, Whose
from assistedaccess.applications.rules_refunds import RefundReason
from assistedaccess.consent.rules import Power
from assistedaccess.kernel.idempotency import new_request_key

from .acts_applications import OfApplication
from .acts_cases import OfCase, open_a_case
from .kinds import ByAccount, Money, OfPerson, Text, choice
from .language_world import THING
from .register import act
from .stage import Stage

MONEY = "Money at the desk"
OfPayment = Annotated[str | None, THING["payment"]]
OfRefund = Annotated[str | None, THING["refund"]]
OfTill = Annotated[str | None, THING["till"]]


@act(MONEY, makes="payment")
def pay(
    stage: Stage,
    by: ByAccount,
    person: OfPerson,
    amount: Money = 1_000,
    way: Annotated[str, choice(Way)] = "card_terminal",
    whose: Annotated[str, choice(Whose)] = "own",
    slip: Text = "",
    cheque: Text = "",
    application: OfApplication = None,
) -> Any:
    """Take the fee of an application: the person's own money, or (`whose: delegated`) paid by the
    helper out of a delegation's limit."""
    actor = stage.actor(by, "helper")
    application_id = stage.find("application", application, person)
    if way == Way.CARD_LINK:
        made = service_links.begin_link(
            actor=actor,
            application_id=application_id,
            amount_pence=amount,
            whose=whose,
            request_key=new_request_key(),
        )
    else:
        made = service_payments.take_payment(
            actor=actor,
            application_id=application_id,
            amount_pence=amount,
            way=way,
            whose=whose,
            terminal_slip=(slip or "000123") if way == Way.CARD_TERMINAL else None,
            cheque_number=(cheque or "100001") if way == Way.CHEQUE else None,
            request_key=new_request_key(),
        )
    return stage.keep("payment", made, person)


@act(MONEY)
def waive_fee(
    stage: Stage,
    by: ByAccount,
    person: OfPerson,
    amount: Money = 1_000,
    reason: Annotated[str, choice(WaiveReason)] = "hardship",
    words: Text = "Lives on very little",
    application: OfApplication = None,
) -> None:
    """Let somebody off a fee."""
    service_payments.waive_fee(
        actor=stage.actor(by, "helper"),
        application_id=stage.find("application", application, person),
        amount_pence=amount,
        reason=reason,
        words=words,
        request_key=new_request_key(),
    )


@act(MONEY, makes="refund")
def refund(
    stage: Stage,
    by: ByAccount,
    person: OfPerson,
    amount: Money,
    reason: Annotated[str, choice(RefundReason)] = "wrong_amount",
    words: Text = "",
    payment: OfPayment = None,
) -> Any:
    """Ask that money of a payment is given back."""
    made = service_refunds.refund_payment(
        actor=stage.actor(by, "helper"),
        payment_id=stage.find("payment", payment, person),
        amount_pence=amount,
        reason=reason,
        words=words or ("It was agreed so" if reason == "other" else None),
    )
    return stage.keep("refund", made, person)


@act(MONEY)
def pay_refund_out(
    stage: Stage, by: ByAccount, person: OfPerson, slip: Text = "", refund: OfRefund = None
) -> None:
    """Hand back the money of a refund that was agreed."""
    service_refunds.pay_refund_out(
        actor=stage.actor(by, "helper"),
        refund_id=stage.find("refund", refund, person),
        slip=slip or "000124",
    )


@act(MONEY, needs=[Power.SUBMIT])
def give_emergency_help(
    stage: Stage,
    by: ByAccount,
    person: OfPerson,
    kind: Annotated[str, choice(HelpKind)] = "food_voucher",
    amount: Money = 4_000,
    need: Text = "No food in the house until Friday",
    serial: Text = "",
    case: OfCase = None,
) -> None:
    """Give a voucher, goods, money to where the person is paid already, or cash. Without a case at
    this desk one is opened."""
    actor = stage.actor(by, "helper")
    held = stage.find_case(actor, person)
    case_id = stage.things["case", case] if case else held
    with_serial = HelpKind(kind).has_serial
    made = service_emergency.give_emergency_help(
        actor=actor,
        case_id=case_id or open_a_case(stage, actor, person, need=need),
        kind=kind,
        amount_pence=amount,
        need=need,
        serial=(serial or new_request_key()[:20]) if with_serial else None,
        request_key=new_request_key(),
    )
    stage.keep("gift", made, person)


@act(MONEY, makes="till")
def open_till(stage: Stage, by: ByAccount, change: Money = 2_000) -> Any:
    """Open the till of the desk, with so much change in it."""
    made = service_till.open_till(actor=stage.actor(by, "helper"), float_pence=change)
    return stage.keep("till", made)


@act(MONEY)
def count_till(
    stage: Stage, by: ByAccount, cash: Money, cheques: Money = 0, till: OfTill = None
) -> None:
    """Count the till, blind."""
    service_till.count_till(
        actor=stage.actor(by, "helper", "manager"),
        till_id=stage.find("till", till),
        cash_pence=cash,
        cheques_pence=cheques,
    )


@act(MONEY)
def check_till(
    stage: Stage,
    by: ByAccount,
    cash: Money,
    cheques: Money = 0,
    reason: Text = "",
    till: OfTill = None,
) -> None:
    """A second human counts it too."""
    service_till.check_till(
        actor=stage.actor(by, "manager", "helper"),
        till_id=stage.find("till", till),
        cash_pence=cash,
        cheques_pence=cheques,
        reason=reason or None,
    )
