"""What comes beside a way of confirming: the signed form's photograph, a second pair of eyes."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from assistedaccess.kernel.form_fields import (
    BaseForm,
    Choice,
    FileField,
    HiddenField,
    RadiosField,
    SubmitField,
    TextAreaField,
    TextField,
)

from .rules_words import LONGEST_SAID


class ScanForm(BaseForm):
    """The photograph of the signed form."""

    picture = FileField(
        _l("Photograph or scan of the signed form"),
        hint=_l("A JPEG, PNG or WebP picture, smaller than 8 megabytes."),
        accept="image/jpeg,image/png,image/webp",
        required=_l("Select the photograph of the signed form"),
    )
    save = SubmitField(_l("Add the photograph"))


def said_field() -> TextAreaField:
    """What stands behind a no."""
    return TextAreaField(
        _l("What was it like? (optional)"),
        name_in_errors=_l("What it was like"),
        hint=_l("If you say no. Only the safeguarding leads read it."),
        max_length=LONGEST_SAID,
    )


class SeenForm(BaseForm):
    """A second member of staff says what they have seen."""

    terms_hash = HiddenField()
    seen = RadiosField(
        _l("Have you seen this person, and did they tell you yes to all of this?"),
        name_in_errors=_l("Whether the person told you yes"),
        choices=(
            Choice("yes", _l("Yes, I have seen them, and they told me yes")),
            Choice("no", _l("No, they did not tell me yes to this")),
        ),
        required=_l("Speak to the person yourself, then select an answer"),
    )
    said = said_field()
    confirm = SubmitField(_l("Save my answer"))


class AnswerForm(BaseForm):
    """Whoever is named in a yes says whether it was so."""

    answer = RadiosField(
        _l("Was it so?"),
        choices=(Choice("yes", _l("Yes, it was so")), Choice("no", _l("No, it was not so"))),
        required=_l("Select whether it was so"),
    )
    said = said_field()
    save = SubmitField(_l("Save my answer"))


class AskColleagueForm(BaseForm):
    """Which colleague is asked to see the person."""

    email = TextField(
        _l("E-mail address of your colleague"),
        required=_l("Enter the address of your colleague"),
        max_length=200,
        autocomplete="off",
        spellcheck=False,
    )
    ask = SubmitField(_l("Ask this colleague"))


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
