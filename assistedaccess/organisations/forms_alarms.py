"""What a manager found out about a sign of a break-in."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from assistedaccess.accounts.rules_alarms import Found
from assistedaccess.kernel.form_fields import (
    BaseForm,
    Choice,
    RadiosField,
    SubmitField,
    TextAreaField,
)

from .service_alarms import LONGEST_WORDS


class SettleAlarmForm(BaseForm):
    """What it was, and how that was found out."""

    found = RadiosField(
        _l("What was it?"),
        choices=[
            Choice(Found.THEMSELVES, _l("It was they themselves, or a mistake")),
            Choice(
                Found.SOMEBODY_ELSE,
                _l("It was somebody else"),
                hint=_l("Suspend them first. Tell whoever looks after data protection."),
            ),
            Choice(Found.NOT_KNOWN, _l("It could not be found out")),
        ],
        required=_l("Select what you found out"),
    )
    words = TextAreaField(
        _l("How did you find it out, and what did you do?"),
        name_in_errors=_l("How you found it out"),
        required=_l("Enter how you found it out"),
        max_length=LONGEST_WORDS,
    )
    send = SubmitField(_l("Put it away"))
