"""What an administrator sends: a definition as a file, and why it should be used."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from assistedaccess.kernel.form_fields import (
    BaseForm,
    FileField,
    HiddenField,
    SubmitField,
    TextAreaField,
)

from .service_forms import LONGEST_REASON


class UploadForm(BaseForm):
    """One file."""

    definition = FileField(
        _l("Form definition"),
        hint=_l("A JSON file of the digital form builder, at most 1 MB."),
        accept=".json,application/json",
        required=_l("Select a form definition"),
    )
    upload = SubmitField(_l("Upload and check"))


class PutInForceForm(BaseForm):
    """``replaces`` is the version in use that the page showed the difference to."""

    replaces = HiddenField()
    reason = TextAreaField(
        _l("Why should this version be used?"),
        name_in_errors=_l("The reason"),
        hint=_l("A second administrator reads it, and auditors do."),
        max_length=LONGEST_REASON,
        rows=3,
        required=_l("Enter why this version should be used"),
    )
    ask = SubmitField(_l("Ask a second administrator"))
