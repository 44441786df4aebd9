"""What a helper fills in about a yes: to assist, to confirm, to take it back."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from assistedaccess.kernel.form_fields import (
    BaseForm,
    CheckboxField,
    Choice,
    HiddenField,
    RadiosField,
    SelectField,
    SubmitField,
    TextAreaField,
    TextField,
)
from assistedaccess.kernel.idempotency import new_request_key

from . import rules_terms, words
from .rules import HowSaid, VisitChannel

OTHER_SERVICE = "other"


class AssistForm(BaseForm):
    """One page records the yes to help with an ordinary service."""

    request_key = HiddenField(default=new_request_key)
    language = HiddenField()
    service = SelectField(
        _l("What does the person need help with?"),
        name_in_errors=_l("What the person needs help with"),
        required=_l("Select what the person needs help with"),
    )
    purpose = TextAreaField(
        _l("What does the person want done?"),
        name_in_errors=_l("What the person wants done"),
        hint=_l("In their words if you can. For example: apply for a new Blue Badge."),
        required=_l("Enter what the person wants done"),
        max_length=rules_terms.LONGEST_PURPOSE,
        rows=2,
    )
    channel = RadiosField(
        _l("Where is the person?"),
        choices=[
            Choice(VisitChannel.IN_PERSON, _l("Here with me")),
            Choice(VisitChannel.TELEPHONE, _l("On the telephone")),
        ],
        default=str(VisitChannel.IN_PERSON),
        inline=True,
        required=_l("Select where the person is"),
    )
    said_yes = CheckboxField(
        _l("The person said yes, after I told them this"),
        required=_l("Tell the person the words above, and tick the box when they say yes"),
    )
    save = SubmitField(_l("Record the yes"))


def how_said_field() -> RadiosField:
    """How the person gave their word to stop."""
    return RadiosField(
        _l("How did the person tell you?"),
        choices=[
            Choice(HowSaid.IN_FRONT, words.HOW_SAID[HowSaid.IN_FRONT]),
            Choice(HowSaid.TELEPHONE, words.HOW_SAID[HowSaid.TELEPHONE]),
        ],
        required=_l("Select how the person told you"),
    )


class WithdrawForm(BaseForm):
    """The person takes back their yes."""

    how = how_said_field()
    stop = SubmitField(_l("Take the yes back now"), warning=True)


class CodeForm(BaseForm):
    """The code that the person reads out."""

    terms_hash = HiddenField()
    code = TextField(
        _l("Code"),
        hint=_l("6 numbers. The person reads it from their own phone."),
        required=_l("Enter the code"),
        max_length=20,
        inputmode="numeric",
        autocomplete="off",
        spellcheck=False,
        width=10,
    )
    confirm = SubmitField(_l("Confirm"))


class WitnessForm(BaseForm):
    """Who heard the person say yes."""

    terms_hash = HiddenField()
    witness_name = TextField(
        _l("Name of the witness"),
        hint=_l("Somebody who is here and hears the person. Not you, and not the person."),
        required=_l("Enter the name of the witness"),
    )
    witness_role = TextField(
        _l("Who are they?"),
        name_in_errors=_l("Who the witness is"),
        hint=_l("For example: a neighbour, a nurse, or a colleague at this desk."),
        required=_l("Enter who the witness is"),
    )
    witness_email = TextField(
        _l("Their e-mail address, if they work or volunteer here (optional)"),
        name_in_errors=_l("E-mail address"),
        spellcheck=False,
    )
    witness_lives = RadiosField(
        _l("Where does the witness live?"),
        choices=[
            Choice("elsewhere", _l("Not with the person, and not with me")),
            Choice("with_person", _l("With the person")),
            Choice("with_helper", _l("With me, the helper")),
            Choice("not_known", _l("I do not know")),
        ],
        required=_l("Select where the witness lives"),
    )
    witness_paid = RadiosField(
        _l("Does the witness get any of the money that this is about?"),
        choices=[Choice("no", _l("No")), Choice("yes", _l("Yes"))],
        inline=True,
        required=_l("Select whether the witness gets any of the money"),
    )
    heard = CheckboxField(
        _l("The witness heard the person say yes to the words and the list"),
        required=_l("Tick the box when the witness has heard the person say yes"),
    )
    confirm = SubmitField(_l("Confirm"))
