"""The forms of the numbers, and of an establishment."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

from assistedaccess.kernel.form_fields import (
    BaseForm,
    Choice,
    HiddenField,
    IntegerField,
    MoneyField,
    RadiosField,
    SubmitField,
    TelField,
    TextAreaField,
    TextField,
)

from . import words
from .models import EstablishmentKind
from .service_establishments import LONGEST_NAME
from .service_settings import LONGEST_REASON
from .settings import NUMBERS, Settings


class _SettingsForm(BaseForm):
    """Everything but the numbers."""

    base_version = HiddenField()
    reason = TextAreaField(
        _l("Why are they to change?"),
        name_in_errors=_l("Why they are to change"),
        hint=_l("Whoever decides reads this, and it stays beside the numbers."),
        required=_l("Enter why they are to change"),
        max_length=LONGEST_REASON,
    )
    save = SubmitField(_l("Ask for the change"))

    @property
    def numbers(self) -> dict[str, int]:
        """What was filled in, by the names of the settings."""
        return {name: self[name].data for name in NUMBERS}


def _field_of(name: str) -> Any:
    number, asked = NUMBERS[name], words.NUMBERS[name]
    kind = MoneyField if name.endswith("_pence") else IntegerField
    return kind(
        asked.label,
        hint=asked.hint,
        required=_l("Enter a number"),
        minimum=number.least,
        maximum=number.most,
    )


SettingsForm: Any = type(
    "SettingsForm", (_SettingsForm,), {name: _field_of(name) for name in NUMBERS}
)
"""The form, with a field for each number."""


def enter_settings(settings: Settings) -> dict[str, Any]:
    """The settings as the form shows them."""
    return {"base_version": str(settings.version), **settings.numbers}


class EstablishmentForm(BaseForm):
    """What an establishment has in common with the people there."""

    kind = RadiosField(
        _l("What is it?"),
        name_in_errors=_l("What it is"),
        choices=[Choice(kind, words.KINDS[kind]) for kind in EstablishmentKind],
        required=_l("Select what it is"),
    )
    name = TextField(_l("Name"), required=_l("Enter its name"), max_length=LONGEST_NAME)
    postcode = TextField(
        _l("Postcode"),
        hint=_l("Where people live there. For a day centre or an appointee, leave it empty."),
        width=10,
        max_length=10,
    )
    sort_code = TextField(
        _l("Sort code"),
        hint=_l("Of the account that its people are paid into, if there is one."),
        width=10,
        max_length=20,
        inputmode="numeric",
    )
    account_number = TextField(_l("Account number"), width=10, max_length=20, inputmode="numeric")
    roll_number = TextField(_l("Roll number, if it has one"), width=20, max_length=30)
    telephone = TelField(_l("Telephone"), hint=_l("If people there have no number of their own."))
    save = SubmitField(_l("Ask for it"))
