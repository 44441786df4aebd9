"""What is asked before a change is reported: what has changed, and since when."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from assistedaccess.kernel.form_fields import (
    BaseForm,
    DateField,
    HiddenField,
    SubmitField,
    TextAreaField,
)
from assistedaccess.kernel.idempotency import new_request_key

from .rules_changes import LONGEST_WHAT


class BeginForm(BaseForm):
    """Begin; the change's own form asks the rest."""

    request_key = HiddenField(default=new_request_key)
    begin = SubmitField(_l("Report a change"))


class ToldForm(BaseForm):
    """What has changed, in the person's words, and since when."""

    request_key = HiddenField(default=new_request_key)
    version = HiddenField()
    what = TextAreaField(
        _l("What has changed?"),
        name_in_errors=_l("What has changed"),
        hint=_l("In the person’s words if you can. For example: I have moved to another flat."),
        required=_l("Enter what has changed"),
        max_length=LONGEST_WHAT,
        rows=3,
    )
    since_on = DateField(
        _l("Since when?"),
        name_in_errors=_l("Since when"),
        hint=_l("For example, 27 3 2026. If it has not happened yet, the day when it will."),
        required=_l("Enter since when it is so"),
    )
    save = SubmitField(_l("Save and continue"))
