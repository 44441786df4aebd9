"""What is typed on the way to a yes at home."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from assistedaccess.kernel.form_fields import (
    BaseForm,
    CheckboxesField,
    DateField,
    HiddenField,
    MoneyField,
    RadiosField,
    SubmitField,
    TextAreaField,
    TextField,
)
from assistedaccess.kernel.idempotency import new_request_key


class SendLinkForm(BaseForm):
    """Where the link goes."""

    request_key = HiddenField(default=new_request_key)
    point = RadiosField(
        _l("Where should the link go?"),
        choices=[],
        required=_l("Select where the link should go"),
    )
    send = SubmitField(_l("Send the link and the code"))


class LinkCodeForm(BaseForm):
    """The code that came with the link."""

    code = TextField(
        _l("The code"),
        hint=_l("It has 6 numbers. It came with the link."),
        required=_l("Enter the code"),
        max_length=20,
        width=10,
        inputmode="numeric",
        spellcheck=False,
        autocomplete="one-time-code",
    )
    go = SubmitField(_l("Go on"))


class YesForm(BaseForm):
    """What the person agrees to, made less where they want, and what they say back."""

    terms_hash = HiddenField()
    powers = CheckboxesField(
        _l("What may they do?"),
        hint=_l("Take away what you do not want."),
        choices=[],
        required=_l("Select what they may do, or say no"),
    )
    until_on = DateField(
        _l("The last day"),
        hint=_l("You can choose an earlier day."),
        must_be="today_or_future",
        required=_l("Enter the last day"),
    )
    money_limit = MoneyField(
        _l("The most they may pay"),
        hint=_l("You can choose less."),
        minimum=1,
        required=_l("Enter the most they may pay"),
    )
    what = TextAreaField(
        _l("What will they do for you?"),
        hint=_l("Say it in your own words."),
        required=_l("Say what they will do"),
        max_length=500,
        rows=2,
    )
    until = TextField(_l("When does it end?"), required=_l("Say when it ends"), max_length=200)
    stop = TextField(
        _l("How can you stop it?"), required=_l("Say how you can stop it"), max_length=200
    )
    own_words = TextField(
        _l("Do you want this?"),
        hint=_l("Say yes in your own words."),
        required=_l("Say yes in your own words, or press no"),
        max_length=200,
    )
    accept = SubmitField(_l("Yes, I want this"))
