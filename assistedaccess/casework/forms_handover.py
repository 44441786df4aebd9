"""What is filled in when a case is handed over, and the words for what can be chosen."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from assistedaccess.kernel.form_fields import (
    BaseForm,
    CheckboxesField,
    CheckboxField,
    Choice,
    HiddenField,
    RadiosField,
    SelectField,
    SubmitField,
    TextAreaField,
)
from assistedaccess.kernel.idempotency import new_request_key

from . import rules_handover as rules
from .queries_handover import Place
from .rules_handover import HandOverState, HowSaid, Part, ReturnReason

STATES = {
    HandOverState.OFFERED: (_l("Waits to be taken"), "yellow"),
    HandOverState.TAKEN: (_l("Taken"), "green"),
    HandOverState.RETURNED: (_l("Returned"), "red"),
    HandOverState.WITHDRAWN: (_l("Taken back"), "grey"),
}
PARTS = {
    Part.NOTES: _l("The notes of this case. Never a sensitive one."),
    Part.TASKS: _l("What is still to do"),
}
RETURN_REASONS = {
    ReturnReason.NOT_OURS: _l("We do not help with this"),
    ReturnReason.NO_TIME: _l("We cannot do it in time"),
    ReturnReason.NOT_REACHED: _l("We could not reach the person"),
    ReturnReason.NOT_WANTED: _l("The person does not want it any more"),
    ReturnReason.OTHER: _l("Another reason"),
}


def name_place(place: Place) -> str:
    """An organisation of this system as it is offered, with a mark where nothing is agreed."""
    if place.has_agreement:
        return place.name
    return _("%(name)s (no data sharing agreement)", name=place.name)


WHY_RETURNED = {**RETURN_REASONS, ReturnReason.CLOSED: _l("The organisation has closed")}


def yes_field() -> RadiosField:
    """How the person said their yes to what another organisation gets to know."""
    return RadiosField(
        _l("How did the person say yes?"),
        name_in_errors=_l("How the person said yes"),
        choices=[
            Choice(HowSaid.HERE, _l("They are here")),
            Choice(HowSaid.TELEPHONE, _l("On the telephone")),
        ],
        required=_l("Select how the person said yes"),
    )


class OfferForm(BaseForm):
    """To whom, what they may know, and the person's yes."""

    request_key = HiddenField(default=new_request_key, max_length=64)
    to_organisation_id = SelectField(
        _l("Which organisation goes on with it?"),
        name_in_errors=_l("The organisation"),
        empty=_l("Select an organisation"),
        required=_l("Select an organisation"),
    )
    parts = CheckboxesField(
        _l("What else may they know? (optional)"),
        name_in_errors=_l("What they may know"),
        hint=_l("They always get to know what is needed, why the person needs help, since when."),
        choices=[Choice(part, words) for part, words in PARTS.items()],
        small=True,
    )
    is_warm = CheckboxField(
        _l("They see it before they take it"),
        hint=_l("You both see it until then. Otherwise they see only the service and the dates."),
    )
    message = TextAreaField(
        _l("What do they need to know to decide? (optional)"),
        name_in_errors=_l("What they need to know"),
        hint=_l("They read it before they take the case. Do not use the person’s name."),
        max_length=rules.LONGEST_MESSAGE,
        rows=3,
    )
    how_said = yes_field()
    said_yes = CheckboxField(_l("The person said yes, after I told them this"))
    save = SubmitField(_l("Offer the case"))


class ReturnForm(BaseForm):
    """Why the case is not taken."""

    reason = RadiosField(
        _l("Why do you not take it?"),
        choices=[
            Choice(reason, words, reveals="words" if reason is ReturnReason.OTHER else ())
            for reason, words in RETURN_REASONS.items()
        ],
        required=_l("Select why you do not take it"),
    )
    words = TextAreaField(
        _l("Why?"),
        name_in_errors=_l("Why you do not take it"),
        required=_l("Enter why you do not take it"),
        max_length=rules.LONGEST_RETURN,
        rows=2,
    )
    save = SubmitField(_l("Return the case"))
