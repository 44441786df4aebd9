"""What the report asks of a manager."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from assistedaccess.kernel.form_fields import BaseForm, MoneyField, SubmitField

from .rules_report import MOST_AN_HOUR


class HourlyCostForm(BaseForm):
    """One amount; empty takes it away."""

    hourly_cost = MoneyField(
        _l("What does an hour of help cost you? (optional)"),
        name_in_errors=_l("What an hour costs"),
        hint=_l("Pay and what comes with it, rooms, this service. Leave it empty to take it away."),
        minimum=1,
        maximum=MOST_AN_HOUR,
    )
    save = SubmitField(_l("Save"))
