"""What is asked before a person is given all that is held about them."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from assistedaccess.kernel import idempotency
from assistedaccess.kernel.form_fields import BaseForm, HiddenField, SubmitField, YesNoField
from assistedaccess.my_record.forms import ask_language


class PackForm(BaseForm):
    """That the person is here, alone with the helper, and is who they say."""

    request_key = HiddenField(default=idempotency.new_request_key)
    in_private = YesNoField(
        _l("Is the person here, are you alone with them, and are you sure that it is them?"),
        hint=_l("Ask everybody else to step away first. The pack says everything, on paper."),
        required=_l("Select whether you are alone with the person"),
    )
    language = ask_language()
    show = SubmitField(_l("Show the access pack"))

    def check_together(self) -> None:
        if self.in_private.data is False:
            self.add_error(
                "in_private",
                _(
                    "The pack is given to the person alone. Give them their record instead, "
                    "or agree a time when they can come alone."
                ),
            )
