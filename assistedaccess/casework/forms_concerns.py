"""What is asked of whoever is worried about somebody, and of the lead who deals with it."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

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
from assistedaccess.kernel.idempotency import new_request_key

from . import rules_concerns
from .rules_concerns import Capacity, ConcernKind, EntryKind

KINDS = {
    ConcernKind.MONEY: _l("Somebody takes or controls their money"),
    ConcernKind.COERCION: _l("Somebody frightens, controls or hurts them"),
    ConcernKind.NEGLECT: _l("They do not get the care they need"),
    ConcernKind.SELF_NEGLECT: _l("They do not look after themselves"),
    ConcernKind.CHILD: _l("A child may be in danger"),
    ConcernKind.OTHER: _l("Something else"),
}
ANSWERS = {
    Capacity.YES: _l("Yes"),
    Capacity.NO: _l("No"),
    Capacity.NOT_SURE: _l("I am not sure"),
}
ENTRIES = {
    EntryKind.NOTE: _l("A note"),
    EntryKind.REFERRAL: _l("A referral"),
    EntryKind.OUTCOME: _l("The outcome"),
}
_ANSWER_CHOICES = [Choice(answer, words) for answer, words in ANSWERS.items()]


class RaiseConcernForm(BaseForm):
    """One page. Only what was seen has to be written; guesses are not asked for."""

    about = TextField(
        _l("Who is it about? (optional)"),
        name_in_errors=_l("Who it is about"),
        hint=_l("The reference that begins with P, if you have it. Else say who it is."),
        max_length=rules_concerns.LONGEST_ABOUT,
    )
    kinds = CheckboxesField(
        _l("What are you worried about?"),
        name_in_errors=_l("What you are worried about"),
        hint=_l("Select all that apply."),
        choices=[Choice(kind, words) for kind, words in KINDS.items()],
        required=_l("Select what you are worried about"),
        small=True,
    )
    is_urgent = YesNoField(
        _l("Is somebody in danger now?"),
        name_in_errors=_l("Whether somebody is in danger now"),
        hint=_l("If so, ring 999 first."),
        required=_l("Select yes if somebody is in danger now"),
    )
    seen = TextAreaField(
        _l("What did you see or hear?"),
        name_in_errors=_l("What you saw or heard"),
        hint=_l("Only what happened, and when. You do not have to be sure what it means."),
        required=_l("Enter what you saw or heard"),
        max_length=rules_concerns.LONGEST_TOLD,
        rows=4,
    )
    said = TextAreaField(
        _l("What did the person say? (optional)"),
        name_in_errors=_l("What the person said"),
        hint=_l("In their own words. Do not ask them anything if somebody else can hear."),
        max_length=rules_concerns.LONGEST_TOLD,
        rows=3,
    )
    wishes = TextAreaField(
        _l("What do they want to happen? (optional)"),
        name_in_errors=_l("What they want to happen"),
        max_length=rules_concerns.LONGEST_TOLD,
        rows=2,
    )
    capacity = RadiosField(
        _l("Could they decide for themselves today? (optional)"),
        name_in_errors=_l("Whether they could decide"),
        choices=_ANSWER_CHOICES,
        inline=True,
        small=True,
    )
    home_is_safe = RadiosField(
        _l("Is it safe to reach them at home? (optional)"),
        name_in_errors=_l("Whether it is safe to reach them at home"),
        choices=_ANSWER_CHOICES,
        inline=True,
        small=True,
    )
    request_key = HiddenField(default=new_request_key, max_length=64)
    save = SubmitField(_l("Tell the safeguarding lead"))


class ConcernEntryForm(BaseForm):
    """What the lead did or decided."""

    kind = RadiosField(
        _l("What are you writing?"),
        name_in_errors=_l("What you are writing"),
        hint=_l("An outcome closes this. A later note opens it again."),
        choices=[Choice(kind, words) for kind, words in ENTRIES.items()],
        default=str(EntryKind.NOTE),
        required=_l("Select what you are writing"),
        small=True,
    )
    text = TextAreaField(
        _l("What was done or decided?"),
        name_in_errors=_l("What was done or decided"),
        hint=_l("For a referral: to whom, when, and what they answered."),
        required=_l("Enter what was done or decided"),
        max_length=rules_concerns.LONGEST_TOLD,
        rows=4,
    )
    request_key = HiddenField(default=new_request_key, max_length=64)
    save = SubmitField(_l("Save"))
