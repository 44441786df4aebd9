"""What the person types online."""

from __future__ import annotations

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
)

from .rules_online import Proof


class StartForm(BaseForm):
    """Whose record, and how they show that it is theirs."""

    proof = RadiosField(
        _l("How do you want to show that it is you?"),
        choices=[
            Choice(Proof.CARD, _l("With my access card"), hint=_l("It has 12 numbers.")),
            Choice(Proof.TEXT, _l("With a code by text message")),
            Choice(Proof.LETTER, _l("With a code that came by post")),
        ],
        required=_l("Select how you want to show that it is you"),
    )
    reference = TextField(
        _l("Your number"),
        hint=_l("On your card it begins with Y. On your papers it begins with P."),
        required=_l("Enter your number"),
        max_length=20,
        width=10,
        spellcheck=False,
        autocomplete="off",
    )
    go = SubmitField(_l("Go on"))


class SayNoForm(BaseForm):
    """The number of a message about something that the person did not ask for."""

    reference = TextField(
        _l("The number in the message"),
        hint=_l("It begins with N. For example, N-7K3M-9QTR."),
        required=_l("Enter the number in the message"),
        max_length=20,
        width=10,
        spellcheck=False,
        autocomplete="off",
    )
    stop = SubmitField(_l("Stop it"), warning=True)


class LetterForm(BaseForm):
    """Where there is no code yet: one by post."""

    reference = TextField(
        _l("Your number"),
        hint=_l("It begins with P, and stands on your papers."),
        required=_l("Enter your number"),
        max_length=20,
        width=10,
        spellcheck=False,
        autocomplete="off",
    )
    send = SubmitField(_l("Send me a letter"))


class ProofForm(BaseForm):
    """The number of the card, or the code."""

    code = TextField(
        _l("The number"),
        required=_l("Enter the number"),
        max_length=20,
        width=10,
        inputmode="numeric",
        spellcheck=False,
        autocomplete="one-time-code",
    )
    go = SubmitField(_l("Go on"))


class OnlineStopForm(BaseForm):
    """What to stop."""

    what = RadiosField(
        _l("What do you want to stop?"), choices=[], required=_l("Select what you want to stop")
    )
    stop = SubmitField(_l("Stop it now"), warning=True)


class OnlineObjectionForm(BaseForm):
    """What the person did not agree to."""

    request_key = HiddenField(default=idempotency.new_request_key)
    what = CheckboxesField(_l("What did you not agree to?"), choices=[], small=True)
    words = TextAreaField(
        _l("Tell us in your own words"),
        hint=_l("If you cannot say what it was, we stop everything."),
        max_length=1000,
    )
    send = SubmitField(_l("Stop it and send it"), warning=True)
