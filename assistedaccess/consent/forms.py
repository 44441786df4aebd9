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
    save_and_print = SubmitField(_l("Record the yes and print the receipt"), secondary=True)


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
