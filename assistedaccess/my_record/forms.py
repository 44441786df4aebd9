"""What is asked before a record is given, of what was not agreed to, and for the answer."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

from assistedaccess.kernel import idempotency
from assistedaccess.kernel.form_fields import (
    BaseForm,
    CheckboxesField,
    Choice,
    HiddenField,
    RadiosField,
    SubmitField,
    TextAreaField,
    TextField,
    YesNoField,
)

from .rules import HowAsked, Style
from .rules_objections import Outcome

LONGEST_PROOF = 8000
"""Letters of a proof: a journal of 2^60 entries, and a checkpoint with several signatures."""


def ask_language() -> Any:
    """A field for the language, whose choices come with the page (views.offer_languages)."""
    return RadiosField(
        _l("In which language?"),
        choices=[],
        default="en",
        required=_l("Select the language"),
        inline=True,
    )


class ReadingForm(BaseForm):
    """How the person asks, whether nobody else hears, and how they take things in."""

    request_key = HiddenField(default=idempotency.new_request_key)
    how = RadiosField(
        _l("How does the person ask?"),
        choices=[
            Choice(HowAsked.IN_FRONT, _l("The person is here"), reveals="in_private"),
            Choice(
                HowAsked.TELEPHONE,
                _l("The person is on the telephone"),
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
        choices=[
            Choice(Style.ORDINARY, _l("Ordinary print")),
            Choice(Style.LARGE_PRINT, _l("Large print")),
            Choice(Style.EASY_READ, _l("Easy read, with pictures")),
            Choice(Style.AUDIO, _l("Words to listen to")),
        ],
        default=Style.ORDINARY,
        required=_l("Select how they want it"),
    )
    language = ask_language()
    show = SubmitField(_l("Show the record"))


class ObjectionForm(BaseForm):
    """What the person did not agree to."""

    request_key = HiddenField(default=idempotency.new_request_key)
    what = CheckboxesField(
        _l("What did the person not agree to?"),
        hint=_l("Select all that they name. If they cannot say, everything is stopped."),
        choices=[],
        small=True,
    )
    words = TextAreaField(
        _l("What they say, in their own words"),
        hint=_l("Write it down as they say it. Nobody at your organisation reads it later."),
        max_length=1000,
    )
    is_proven = YesNoField(
        _l("Are you sure that it is them?"),
        hint=_l("If not, the stop holds for 72 hours, unless they confirm it."),
        required=_l("Select whether you are sure that it is them"),
    )
    send = SubmitField(_l("Stop it and send it on"), warning=True)


class AnswerForm(BaseForm):
    """What somebody from elsewhere found."""

    outcome = RadiosField(
        _l("What did you find?"),
        choices=[
            Choice(Outcome.NOT_AGREED, _l("The person is right: they had not agreed to it")),
            Choice(Outcome.AGREED, _l("They had agreed to it, and it was kept to")),
            Choice(Outcome.NOT_CLEAR, _l("It cannot be found out")),
        ],
        required=_l("Select what you found"),
    )
    answer = TextAreaField(
        _l("Your answer to the person"),
        hint=_l("Short words, short sentences. Say what you looked at and what you found."),
        required=_l("Enter the answer to the person"),
        max_length=1000,
    )
    send = SubmitField(_l("Send the answer"))


class CheckProofForm(BaseForm):
    """The text in the square of dots on a receipt, as a telephone reads it."""

    proof = TextAreaField(
        _l("The text of the proof"),
        hint=_l("Read the square of dots on the receipt with a phone, and paste all of its text."),
        required=_l("Enter the text of the proof"),
        max_length=LONGEST_PROOF,
        rows=8,
        spellcheck=False,
        autocomplete="off",
    )
    check = SubmitField(_l("Check"))


class CheckForm(BaseForm):
    """The code on a receipt. Not called a code: such fields are kept out of error pages."""

    receipt = TextField(
        _l("The code on the receipt"),
        hint=_l("For example, 7K3M9-QTR2V. Small letters and a missing dash are understood."),
        required=_l("Enter the code on the receipt"),
        max_length=40,
        width=10,
        spellcheck=False,
        autocomplete="off",
    )
    check = SubmitField(_l("Check"))
