"""What a helper fills in once the other side has the form of authority."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from assistedaccess.kernel.form_fields import (
    BaseForm,
    Choice,
    DateField,
    HiddenField,
    RadiosField,
    SubmitField,
)
from assistedaccess.kernel.idempotency import new_request_key

from .rules_authority import HowSent
from .words import HOW_SENT


class SentForm(BaseForm):
    """For which service, how it was sent, and until when it counts there."""

    request_key = HiddenField(default=new_request_key)
    service = RadiosField(
        _l("For which service?"), required=_l("Select for which service it was sent")
    )
    how = RadiosField(
        _l("How did they get it?"),
        choices=[Choice(how, HOW_SENT[how]) for how in HowSent],
        required=_l("Select how they got it"),
    )
    runs_out_on = DateField(
        _l("Until when does it count there?"),
        name_in_errors=_l("The last day"),
        hint=_l("What they told you, or the day on the form. Then it has to be sent anew."),
        required=_l("Enter the last day"),
        must_be="today_or_future",
    )
    save = SubmitField(_l("It has been sent"))
