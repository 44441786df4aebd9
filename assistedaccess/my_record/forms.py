"""What is asked before a record is given to the person."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from assistedaccess.kernel.form_fields import (
    BaseForm,
    Choice,
    RadiosField,
    SubmitField,
    YesNoField,
)

from . import words
from .rules import HowAsked, Style


class ReadingForm(BaseForm):
    """How the person asks, whether nobody else hears, and how they take things in."""

    how = RadiosField(
        _l("How does the person ask?"),
        choices=[
            Choice(HowAsked.IN_FRONT, words.HOW_ASKED[HowAsked.IN_FRONT], reveals="in_private"),
            Choice(
                HowAsked.TELEPHONE,
                words.HOW_ASKED[HowAsked.TELEPHONE],
                hint=_l("Somebody else may hear, so some things are left out."),
            ),
        ],
        required=_l("Select how the person asks"),
    )
    in_private = YesNoField(
        _l("Are you alone with the person, and sure that it is them?"),
        hint=_l(
            "Ask everybody else to step away first. What tells where somebody lives or what they "
            "are ill with is told to the person alone. If you are not alone, it is left out."
        ),
        required=_l("Select whether you are alone with the person"),
    )
    style = RadiosField(
        _l("How do they want it?"),
        choices=[Choice(style, label) for style, label in words.STYLES.items()],
        default=Style.ORDINARY,
        required=_l("Select how they want it"),
    )
    language = RadiosField(
        _l("In which language?"),
        choices=[],
        default="en",
        required=_l("Select the language"),
        inline=True,
    )
    show = SubmitField(_l("Show the record"))
