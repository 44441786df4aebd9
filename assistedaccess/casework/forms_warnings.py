"""What a helper fills in about a lone-worker warning."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from assistedaccess.kernel.form_fields import (
    BaseForm,
    DateField,
    HiddenField,
    SubmitField,
    TextAreaField,
    YesNoField,
)
from assistedaccess.kernel.idempotency import new_request_key

from . import rules_warnings as rules


class WarningForm(BaseForm):
    """What whoever visits this person at home must mind."""

    words = TextAreaField(
        _l("What must somebody know who visits this person at home?"),
        name_in_errors=_l("What a visitor must know"),
        hint=_l(
            "Only what they need to be safe. For example: a dog that bites; meet at the library "
            "instead while the brother stays there."
        ),
        required=_l("Enter what a visitor must know"),
        max_length=rules.LONGEST_WORDS,
        rows=3,
    )
    basis = TextAreaField(
        _l("How do you know?"),
        name_in_errors=_l("How you know"),
        hint=_l("What happened, when, and who saw it. A feeling is not enough."),
        required=_l("Enter how you know"),
        max_length=rules.LONGEST_WORDS,
        rows=2,
    )
    expires_on = DateField(
        _l("What is its last day?"),
        name_in_errors=_l("Last day"),
        hint=_l("A year from today at most. If it is still so then, somebody writes it anew."),
        must_be="today_or_future",
        required=_l("Enter the last day"),
    )
    is_told = YesNoField(
        _l("Does the person know that this is written down?"),
        no_reveals="not_told_why",
        required=_l("Select yes if the person knows that this is written down"),
    )
    not_told_why = TextAreaField(
        _l("Why would it not be safe to tell them?"),
        name_in_errors=_l("Why it would not be safe"),
        required=_l("Enter why it would not be safe to tell them"),
        max_length=rules.LONGEST_WORDS,
        rows=2,
    )
    request_key = HiddenField(default=new_request_key, max_length=64)
    save = SubmitField(_l("Save the warning"))


class EndWarningForm(BaseForm):
    """Why a warning is not needed any more."""

    reason = TextAreaField(
        _l("Why is it not needed any more?"),
        name_in_errors=_l("Why it is not needed"),
        required=_l("Enter why it is not needed any more"),
        max_length=rules.LONGEST_WORDS,
        rows=2,
    )
    save = SubmitField(_l("End the warning"))
