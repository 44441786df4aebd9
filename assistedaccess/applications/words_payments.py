"""What is said about money: ways to pay, whose hand, states, why a fee is waived."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from .queries_payments import Fee
from .rules_payments import PaymentState, WaiveReason, Way, Whose, spell_money

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
