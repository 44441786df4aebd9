"""What is filled in after a moment alone with the person."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from assistedaccess.kernel.form_fields import (
    BaseForm,
    CheckboxField,
    Choice,
    HiddenField,
    RadiosField,
    SubmitField,
    TextField,
)
from assistedaccess.kernel.idempotency import new_request_key

from .rules_private import LONGEST_WORD


class PrivateMomentForm(BaseForm):
    """That there was one, and what sign was agreed. What the person told is asked nowhere."""

    request_key = HiddenField(default=new_request_key)
    was_alone = CheckboxField(
        _l("I spoke with the person alone. Nobody else could see or hear us"),
        required=_l("Speak with the person alone first"),
    )
    sign = RadiosField(
        _l("Did you agree a silent sign?"),
        hint=_l("With it, the person can say yes in front of anybody, and nothing takes effect."),
        choices=[
            Choice("keep", _l("No, or it stays as it is")),
            Choice(
                "word",
                _l("A word"),
                hint=_l("They put it into any answer that is written down for a yes."),
                reveals="word",
            ),
            Choice(
                "card",
                _l("The number below"),
                hint=_l(
                    "They read out the number below the one that is asked for on their card. "
                    "Below number 12 comes number 1."
                ),
            ),
            Choice("remove", _l("Take the sign away")),
        ],
        default="keep",
        required=_l("Select what you agreed"),
    )
    word = TextField(
        _l("The word"),
        hint=_l(
            "One word that they remember and that sounds ordinary, such as a colour or a flower. "
            "Nobody can read it here again."
        ),
        required=_l("Enter the word"),
        max_length=LONGEST_WORD,
        autocomplete="off",
        spellcheck=False,
        width=20,
    )
    save = SubmitField(_l("Save"))
