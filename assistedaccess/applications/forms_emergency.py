"""What is asked where a fund helps at once."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from assistedaccess.kernel.form_fields import (
    BaseForm,
    Choice,
    HiddenField,
    MoneyField,
    RadiosField,
    SubmitField,
    TextAreaField,
)
from assistedaccess.kernel.idempotency import new_request_key

from . import rules_emergency, words_payments
from .forms_payments import number_field
from .rules_emergency import HelpKind


class GiveForm(BaseForm):
    """What is given, how much, what for."""

    request_key = HiddenField(default=new_request_key)
    kind = RadiosField(
        _l("What is given?"),
        name_in_errors=_l("What is given"),
        choices=[
            Choice(
                kind,
                words_payments.HELP_KINDS[kind],
                hint=words_payments.HELP_HINTS.get(kind),
            )
            for kind in HelpKind
        ],
        required=_l("Select what is given"),
    )
    serial = number_field(
        _l("Number on the voucher, where it is one"),
        name_in_errors=_l("The number on the voucher"),
        max_length=rules_emergency.LONGEST_SERIAL,
    )
    amount = MoneyField(
        _l("How much is it worth?"),
        name_in_errors=_l("How much it is worth"),
        required=_l("Enter how much it is worth"),
        minimum=1,
        maximum=1_000_000,
    )
    need = TextAreaField(
        _l("What does the person need it for?"),
        name_in_errors=_l("What the person needs it for"),
        required=_l("Enter what the person needs it for"),
        max_length=rules_emergency.LONGEST_NEED,
        rows=2,
    )
    give = SubmitField(_l("Give it"))
