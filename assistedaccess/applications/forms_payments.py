"""What is asked where money changes hands. There is no field for a card's number anywhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import lazy_gettext as _l

from assistedaccess.kernel.form_fields import (
    BaseForm,
    Choice,
    HiddenField,
    MoneyField,
    RadiosField,
    SubmitField,
    TextAreaField,
    TextField,
)
from assistedaccess.kernel.idempotency import new_request_key

from . import rules_payments, rules_till, words_payments
from .rules_payments import WaiveReason, Way, Whose
from .rules_refunds import RefundReason

_REVEALS = {Way.CARD_TERMINAL: "terminal_slip", Way.CHEQUE: "cheque_number"}
_HINTS = {
    Way.CARD_LINK: _l("You get a link. It opens on their phone, or on a screen at the desk."),
    Way.CARD_TERMINAL: _l(
        "They put their card into the terminal. You never see or type its number."
    ),
    Way.CASH: _l("It goes into the till."),
    Way.CHEQUE: _l("It goes into the till."),
}


def number_field(label: object, *, max_length: int, width: int = 20, **more: Any) -> TextField:
    """A number that is read off a slip, a cheque, a voucher or a receipt: nobody's browser has it
    stored, and no dictionary knows it."""
    return TextField(
        label,
        max_length=max_length,
        width=width,
        spellcheck=False,
        autocomplete="off",
        **more,
    )


def list_reasons(words: Mapping[str, Any], other: str) -> list[Choice]:
    """Reasons to choose from, of which ``other`` asks for words."""
    return [
        Choice(reason, said, reveals="words" if reason == other else ())
        for reason, said in words.items()
    ]


class PayForm(BaseForm):
    """How a fee is paid, and by whose hand."""

    request_key = HiddenField(default=new_request_key)
    amount = HiddenField()
    whose = RadiosField(
        _l("Who pays it?"),
        name_in_errors=_l("Who pays it"),
        choices=[
            Choice(
                Whose.OWN,
                words_payments.WHOSE[Whose.OWN],
                hint=_l("They are here, or somebody with them pays. You only take it."),
            ),
            Choice(
                Whose.DELEGATED,
                words_payments.WHOSE[Whose.DELEGATED],
                hint=_l("Only where they agreed before that you may pay, and up to the limit."),
            ),
        ],
        required=_l("Select who pays it"),
    )
    way = RadiosField(
        _l("How is it paid?"),
        name_in_errors=_l("How it is paid"),
        required=_l("Select how it is paid"),
    )
    terminal_slip = number_field(
        _l("Number on the terminal’s slip"),
        hint=_l("The transaction or authorisation number. Not the number of the card."),
        required=_l("Enter the number on the terminal’s slip"),
        max_length=rules_payments.LONGEST_SLIP,
    )
    cheque_number = number_field(
        _l("Number of the cheque"),
        required=_l("Enter the number of the cheque"),
        max_length=rules_payments.LONGEST_SLIP,
        width=10,
    )
    take = SubmitField(_l("Record the payment"))

    def offer(self, ways: Sequence[Way]) -> None:
        """Offer these ways to pay."""
        self.way.choices = [
            Choice(
                way,
                words_payments.WAYS[way],
                hint=_HINTS.get(way),
                reveals=_REVEALS.get(way, ()),
            )
            for way in ways
        ]


class WaiveForm(BaseForm):
    """Why a fee is not asked for."""

    request_key = HiddenField(default=new_request_key)
    amount = HiddenField()
    reason = RadiosField(
        _l("Why is it not asked for?"),
        name_in_errors=_l("Why it is not asked for"),
        choices=list_reasons(words_payments.WAIVE_REASONS, WaiveReason.OTHER),
        required=_l("Select why it is not asked for"),
    )
    words = TextAreaField(
        _l("The reason"),
        required=_l("Enter the reason"),
        max_length=rules_payments.LONGEST_WHY,
        rows=2,
    )
    waive = SubmitField(_l("Waive the fee"))


class CheckPaymentForm(BaseForm):
    """The code of a receipt for money."""

    receipt = number_field(
        _l("Code on the receipt"),
        hint=_l("For example, 7K3M9-QTR2V"),
        required=_l("Enter the code on the receipt"),
        max_length=40,
    )
    check = SubmitField(_l("Check"))


class OpenTillForm(BaseForm):
    """What lies in a till when it is opened."""

    float = MoneyField(
        _l("Change that is in the till now"),
        hint=_l("Count it. Enter 0 where it is empty."),
        required=_l("Enter how much change is in the till"),
        maximum=rules_till.MOST_PENCE,
    )
    open = SubmitField(_l("Open the till"))


class CountForm(BaseForm):
    """What somebody finds in a till."""

    cash = MoneyField(
        _l("Notes and coins"),
        hint=_l("All of it, with the change that was there in the morning. Enter 0 for none."),
        required=_l("Enter how much there is in notes and coins"),
        maximum=rules_till.MOST_PENCE,
    )
    cheques = MoneyField(
        _l("Cheques"),
        hint=_l("What they come to together. Enter 0 for none."),
        required=_l("Enter what the cheques come to"),
        maximum=rules_till.MOST_PENCE,
    )
    save = SubmitField(_l("This is what I counted"))


class CheckTillForm(CountForm):
    """The second count. ``reason`` is shown once the counts are not what they should be."""

    page_order = ("cash", "cheques", "reason")

    reason = TextAreaField(
        _l("Why is it not what it should be?"),
        name_in_errors=_l("Why it is not what it should be"),
        hint=_l("What you know, and what you do not know. Nobody is accused."),
        max_length=rules_till.LONGEST_REASON,
        rows=3,
    )


class RefundForm(BaseForm):
    """How much of a fee goes back, and why."""

    amount = MoneyField(
        _l("How much goes back?"),
        name_in_errors=_l("How much goes back"),
        required=_l("Enter how much goes back"),
        minimum=1,
        maximum=rules_till.MOST_PENCE,
    )
    reason = RadiosField(
        _l("Why?"),
        name_in_errors=_l("Why it goes back"),
        choices=list_reasons(words_payments.REFUND_REASONS, RefundReason.OTHER),
        required=_l("Select why the money goes back"),
    )
    words = TextAreaField(
        _l("The reason"),
        required=_l("Enter why the money goes back"),
        max_length=rules_payments.LONGEST_WHY,
        rows=2,
    )
    ask = SubmitField(_l("Ask for it to go back"))


class PayOutForm(BaseForm):
    """That money was handed over. The number of a slip or cheque where it is not cash."""

    slip = number_field(
        _l("Number of the terminal’s slip, or of the cheque"),
        hint=_l("Not the number of the card."),
        max_length=rules_payments.LONGEST_SLIP,
    )
    done = SubmitField(_l("I have handed it over"))
