"""What an auditor may ask of the journal."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from assistedaccess.kernel.form_fields import (
    BaseForm,
    DateField,
    SelectField,
    SubmitField,
    TextField,
)


class AskForm(BaseForm):
    """Every question is optional; those that are given hold together."""

    person = TextField(
        _l("Person’s reference"),
        hint=_l("For example, P-7K3M-9QTR"),
        max_length=20,
        width=10,
        spellcheck=False,
    )
    helper = TextField(_l("Helper’s name, or a part of it"), max_length=100)
    organisation = SelectField(_l("Organisation"), empty=_l("Any that you may audit"))
    action = SelectField(_l("What was done"), empty=_l("Anything"))
    outcome = SelectField(_l("How it ended"), empty=_l("Any way"))
    from_on = DateField(_l("From"), hint=_l("For example, 27 3 2026"))
    until_on = DateField(_l("Until"), hint=_l("The last day that counts"))
    ask = SubmitField(_l("Show what happened"))
