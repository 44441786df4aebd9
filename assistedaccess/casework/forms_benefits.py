"""What is filled in of a benefits calculator's result."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

from assistedaccess.kernel.form_fields import (
    BaseForm,
    CheckboxField,
    Choice,
    DateField,
    HiddenField,
    MoneyField,
    RadiosField,
    SubmitField,
    TextAreaField,
)
from assistedaccess.kernel.idempotency import new_request_key

from . import rules_benefits as rules

NAMES: dict[str, Any] = {one: link.name for one, link in rules.CALCULATORS.items()}


class BenefitsCheckForm(BaseForm):
    """What it said, and that the person wants it kept."""

    request_key = HiddenField(default=new_request_key, max_length=64)
    calculator = RadiosField(
        _l("Which calculator was it?"),
        name_in_errors=_l("The calculator"),
        choices=[Choice(one, name) for one, name in NAMES.items()],
        required=_l("Select the calculator"),
        small=True,
    )
    weekly_pence = MoneyField(
        _l("How much a week could they get? (optional)"),
        name_in_errors=_l("The amount a week"),
        hint=_l("As the calculator says it. 0 where it says nothing."),
        minimum=0,
        maximum=rules.MOST_A_WEEK,
    )
    may_claim = TextAreaField(
        _l("What does it say they may claim? (optional)"),
        name_in_errors=_l("What they may claim"),
        max_length=rules.LONGEST_MAY_CLAIM,
        rows=3,
    )
    checked_on = DateField(
        _l("When was it asked?"),
        name_in_errors=_l("The day"),
        must_be="today_or_past",
        required=_l("Enter the day"),
    )
    wishes = CheckboxField(_l("The person wants the result kept in their case"))
    save = SubmitField(_l("Keep the result"))
