"""What is said about money: ways to pay, whose hand, states, why a fee is waived."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from assistedaccess.kernel.money import spell_money

from .queries_payments import Fee
from .rules_emergency import HelpKind
from .rules_payments import PaymentState, WaiveReason, Way, Whose
from .rules_refunds import RefundReason, RefundState

WAYS: dict[str, Any] = {
    Way.CARD_LINK: _l("By card, on the payment page"),
    Way.CARD_TERMINAL: _l("By card, at the card terminal"),
    Way.CASH: _l("In cash"),
    Way.CHEQUE: _l("By cheque"),
}
WHOSE: dict[str, Any] = {
    Whose.OWN: _l("The person pays it themself"),
    Whose.DELEGATED: _l("I pay it for the person, with their money"),
}
PAID_BY: dict[str, Any] = {
    Whose.OWN: _l("The person themself"),
    Whose.DELEGATED: _l("The helper, for the person, with their money"),
}
STATES: dict[str, tuple[Any, str]] = {
    PaymentState.OPEN: (_l("On its way"), "blue"),
    PaymentState.PAID: (_l("Paid"), "green"),
    PaymentState.FAILED: (_l("Not paid"), "grey"),
    PaymentState.WAIVED: (_l("Waived"), "teal"),
}
WAIVE_REASONS: dict[str, Any] = {
    WaiveReason.NOT_CHARGED: _l("The council does not ask for it here"),
    WaiveReason.HARDSHIP: _l("The person cannot pay it"),
    WaiveReason.OUR_MISTAKE: _l("We made a mistake"),
    WaiveReason.CRIME: _l("What it replaces was stolen or taken by force"),
    WaiveReason.OTHER: _l("Another reason"),
}
REFUND_REASONS: dict[str, Any] = {
    RefundReason.PAID_TWICE: _l("It was paid twice"),
    RefundReason.WRONG_AMOUNT: _l("It was the wrong amount"),
    RefundReason.NOT_DUE: _l("Nothing was to be paid, or nothing came of the application"),
    RefundReason.OTHER: _l("Another reason"),
}
REFUND_STATES: dict[str, tuple[Any, str]] = {
    RefundState.AGREED: (_l("To be handed over"), "orange"),
    RefundState.SENDING: (_l("On its way to the card"), "blue"),
    RefundState.PAID: (_l("Given back"), "green"),
    RefundState.FAILED: (_l("Did not go through"), "red"),
}
HELP_KINDS: dict[str, Any] = {
    HelpKind.FOOD_VOUCHER: _l("Food voucher"),
    HelpKind.FUEL_VOUCHER: _l("Voucher for gas or electricity"),
    HelpKind.GOODS: _l("Things that are needed"),
    HelpKind.STANDING_PAYEE: _l("Money to where the council pays the person already"),
    HelpKind.CASH: _l("Cash"),
}
HELP_HINTS: dict[str, Any] = {
    HelpKind.GOODS: _l("Such as bedding, or a cooker."),
    HelpKind.STANDING_PAYEE: _l("No account is typed here. Finance pays it to the account it has."),
    HelpKind.CASH: _l("Out of the till. A second person looks at it first."),
}
SLIPS: dict[str, Any] = {
    Way.CARD_TERMINAL: _l("Number on the slip"),
    Way.CHEQUE: _l("Number of the cheque"),
}


def say_fee(fee: Fee) -> str:
    """Where the fee of an application stands, in a few words."""
    account = fee.account
    if account.open_pence:
        return _("%(amount)s on its way", amount=spell_money(account.open_pence))
    if not account.is_settled:
        return _("%(amount)s to pay", amount=spell_money(account.outstanding_pence))
    if account.overpaid_pence:
        return _("%(amount)s to give back", amount=spell_money(account.overpaid_pence))
    if account.paid_pence:
        return _("%(amount)s paid", amount=spell_money(account.paid_pence))
    return _("Waived") if account.waived_pence else _("Free")
