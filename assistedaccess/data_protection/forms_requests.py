"""What a person asks about their data, and the answer."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from assistedaccess.kernel import idempotency
from assistedaccess.kernel.form_fields import (
    BaseForm,
    CheckboxField,
    Choice,
    HiddenField,
    RadiosField,
    SubmitField,
    TextAreaField,
)

from . import words
from .rules_requests import Kind
from .service_requests import LONGEST_WORDS


class DataRequestForm(BaseForm):
    """What is asked, in the person's own words."""

    request_key = HiddenField(default=idempotency.new_request_key)
    kind = RadiosField(
        _l("What does the person ask?"),
        choices=[
            Choice(
                kind,
                label,
                hint=words.HINTS[kind],
                reveals="goes_on" if kind is Kind.RESTRICTION else (),
            )
            for kind, label in words.KINDS.items()
        ],
        required=_l("Select what the person asks"),
    )
    goes_on = RadiosField(
        _l("Ask them: what goes on?"),
        choices=[
            Choice(what, label, hint=words.GOES_ON_HINTS[what])
            for what, label in words.GOES_ON.items()
        ],
        required=_l("Select what goes on"),
    )
    words = TextAreaField(
        _l("What they ask, in their own words"),
        name_in_errors=_l("What they ask"),
        required=_l("Enter what the person asks, in their own words"),
        max_length=LONGEST_WORDS,
    )
    send = SubmitField(_l("Write it down"))


class DataAnswerForm(BaseForm):
    """What was done about it."""

    outcome = RadiosField(
        _l("What was done?"),
        choices=[Choice(outcome, label) for outcome, label in words.OUTCOMES.items()],
        required=_l("Select what was done"),
    )
    answer = TextAreaField(
        _l("Your answer to the person"),
        hint=_l(
            "Short words, short sentences. Say what was done, and what must stay and why. Any desk "
            "can read it to them."
        ),
        required=_l("Enter the answer to the person"),
        max_length=LONGEST_WORDS,
    )
    send = SubmitField(_l("Send the answer"))


class UseAgainForm(BaseForm):
    """The person's own word that their record is used again, or that they are counted again."""

    said = CheckboxField(
        _l("The person says so now, here or on the telephone, and nobody makes them"),
        required=_l("Ask the person, and confirm that they say so"),
    )
    send = SubmitField(_l("Use it again"))


class SayEndForm(BaseForm):
    """Why the organisation wants to use the record again."""

    request_key = HiddenField(default=idempotency.new_request_key)
    why = TextAreaField(
        _l("Why, in words for the person"),
        hint=_l("Short words, short sentences. Any desk can read it to them."),
        name_in_errors=_l("Why"),
        required=_l("Enter why the record is to be used again"),
        max_length=LONGEST_WORDS,
    )
    send = SubmitField(_l("Tell the person"))


class EndRestrictionForm(BaseForm):
    """The second human's half."""

    send = SubmitField(_l("Use the record again"), warning=True)
