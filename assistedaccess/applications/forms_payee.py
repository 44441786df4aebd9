"""What is asked before where money is paid is changed, and of the person by somebody else."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from assistedaccess.consent.rules import HowSaid
from assistedaccess.kernel.form_fields import (
    BaseForm,
    Choice,
    HiddenField,
    RadiosField,
    SubmitField,
    YesNoField,
)
from assistedaccess.kernel.idempotency import new_request_key


class BeginPayeeForm(BaseForm):
    """Begin; the form asks the rest."""

    request_key = HiddenField(default=new_request_key)
    begin = SubmitField(_l("Change where the money is paid"))


class ConfirmPayeeForm(BaseForm):
    """What the person said to a colleague, without the helper there."""

    version = HiddenField()
    how = RadiosField(
        _l("How did you speak with the person, without the helper?"),
        name_in_errors=_l("How you spoke with the person"),
        choices=[
            Choice(HowSaid.IN_FRONT, _l("They were in front of me")),
            Choice(HowSaid.TELEPHONE, _l("I rang one of the numbers above")),
        ],
        required=_l("Select how you spoke with the person"),
    )
    said_yes = YesNoField(
        _l("Do they want their money to be paid there?"),
        required=_l("Select yes if they want their money to be paid there"),
    )
    save = SubmitField(_l("Record what they said"))
