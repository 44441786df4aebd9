"""What is typed on the pages of the desk."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from assistedaccess.kernel.form_fields import BaseForm, SelectField, SubmitField, TextField


class GoToForm(BaseForm):
    """Straight to a record whose reference is at hand."""

    reference = TextField(
        _l("Go to a reference"),
        name_in_errors=_l("Reference"),
        hint=_l("For example, C-7K3M-9QTR. Small letters and missing dashes are understood."),
        required=_l("Enter a reference"),
        max_length=20,
        width=10,
        spellcheck=False,
    )
    go = SubmitField(_l("Go"), secondary=True)


class TeamForm(BaseForm):
    """Of which site the manager's view is; sent by GET, because it changes nothing."""

    class Meta(BaseForm.Meta):
        """No token: nothing is changed."""

        csrf = False

    site = SelectField(_l("Where?"), empty=_l("At all sites"))
    show = SubmitField(_l("Show"), secondary=True)
