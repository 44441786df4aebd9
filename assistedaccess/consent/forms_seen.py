"""What comes beside a way of confirming: the signed form's photograph, a second pair of eyes."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from assistedaccess.kernel.form_fields import (
    BaseForm,
    CheckboxField,
    FileField,
    HiddenField,
    SubmitField,
    TextField,
)


class ScanForm(BaseForm):
    """The photograph of the signed form."""

    picture = FileField(
        _l("Photograph or scan of the signed form"),
        hint=_l("A JPEG, PNG or WebP picture, smaller than 8 megabytes."),
        accept="image/jpeg,image/png,image/webp",
        required=_l("Select the photograph of the signed form"),
    )
    save = SubmitField(_l("Add the photograph"))


class SeenForm(BaseForm):
    """A second member of staff says what they have seen."""

    terms_hash = HiddenField()
    seen = CheckboxField(
        _l("I have seen this person, and they told me yes to all of this"),
        required=_l("Speak to the person yourself, then tick the box"),
    )
    confirm = SubmitField(_l("Confirm that I have seen the person"))


class FindAskingForm(BaseForm):
    """The number of what a colleague is asking a person."""

    reference = TextField(
        _l("Number of the list"),
        hint=_l("Your colleague sees it on their screen. It begins with K."),
        required=_l("Enter the number of the list"),
        max_length=20,
        spellcheck=False,
        width=20,
    )
    save = SubmitField(_l("Continue"))
