"""What is filled in for referrals and the directory of places, and the words for what is chosen."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from assistedaccess.kernel.form_fields import (
    BaseForm,
    CheckboxesField,
    CheckboxField,
    Choice,
    DateField,
    HiddenField,
    RadiosField,
    SelectField,
    SubmitField,
    TextAreaField,
    TextField,
)
from assistedaccess.kernel.idempotency import new_request_key

from . import rules_places
from . import rules_referrals as rules
from .forms_handover import yes_field
from .rules_referrals import Arrival, ReferralKind, ReferralState, SentBack, Shared, Way

KINDS: dict[str, Any] = {
    ReferralKind.FOOD_BANK: _l("Food"),
    ReferralKind.DEBT: _l("Debt or money advice"),
    ReferralKind.HOUSING: _l("Somewhere to live"),
    ReferralKind.REFUGE: _l("A refuge, or help with abuse"),
    ReferralKind.HEALTH: _l("Health"),
    ReferralKind.DIGITAL_SKILLS: _l("Learning to use computers or phones"),
    ReferralKind.OTHER: _l("Something else"),
}
STATES: dict[str, tuple[Any, str]] = {
    ReferralState.MADE: (_l("Made"), "blue"),
    ReferralState.ACCEPTED: (_l("Accepted"), "teal"),
    ReferralState.RETURNED: (_l("Sent back"), "orange"),
    ReferralState.WITHDRAWN: (_l("Taken back"), "grey"),
}
ARRIVALS: dict[str, tuple[Any, str]] = {
    Arrival.ARRIVED: (_l("Arrived"), "green"),
    Arrival.NOT_ARRIVED: (_l("Not arrived"), "grey"),
    Arrival.NOT_KNOWN: (_l("Not known whether they arrived"), "grey"),
}
SHARED: dict[str, Any] = {
    Shared.NAME: _l("Their name"),
    Shared.CONTACT: _l("How to reach them safely"),
    Shared.ABOUT: _l("What it is about"),
    Shared.NEEDS: _l("What help they need"),
}
WAYS: dict[str, Any] = {
    Way.TOLD: _l("We tell them"),
    Way.PAPER: _l("The person takes a paper along"),
}
SENT_BACK: dict[str, Any] = {
    SentBack.NOT_OURS: _l("We do not help with this"),
    SentBack.NO_ROOM: _l("We have no room or no time"),
    SentBack.NOT_REACHED: _l("We could not reach the person"),
    SentBack.NOT_WANTED: _l("The person does not want it any more"),
    SentBack.OTHER: _l("Another reason"),
}
WHY_SENT_BACK: dict[str, Any] = {
    **SENT_BACK,
    SentBack.CLOSED: _l("The organisation has closed"),
}
OTHER_PLACE = "other"
LISTS = {"in": "to_organisation_id", "out": "place_id", "ref": "referral_id"}
"""What a place is chosen from: ``in.ID`` this system, ``out.ID`` the directory, ``ref.ID`` a
referral; and which argument of a command takes its id."""


class PlaceNamingForm(BaseForm):
    """One that names a place: chosen from the lists, or OTHER_PLACE and typed."""

    place: SelectField
    other_place: TextField

    def check_together(self) -> None:
        if self.place.data == OTHER_PLACE and not self.other_place.data:
            self.add_error("other_place", _("Enter the name of the place"))

    def read_place(self) -> dict[str, UUID]:
        """What was chosen, as the command takes it; the field has checked that it was offered."""
        chosen, _dot, key = self.place.data.partition(".")
        return {LISTS[chosen]: UUID(key)} if chosen in LISTS else {}


def other_place_field() -> TextField:
    """The name of a place that stands in no list."""
    return TextField(
        _l("The name of another place (optional)"),
        name_in_errors=_l("The name of the place"),
        hint=_l("Where it is not in the list. Never write where a refuge is."),
        max_length=rules.LONGEST_PLACE,
    )


def private_field() -> CheckboxField:
    """That it is to be read by few (adr/0038)."""
    return CheckboxField(
        _l("Keep it private"),
        hint=_l(
            "Which place it is stands in no list, message or print. Always so for a refuge or help "
            "with abuse."
        ),
    )


class ReferralForm(PlaceNamingForm):
    """Which place, what it gets to know, and the person's yes."""

    request_key = HiddenField(default=new_request_key, max_length=64)
    kind = RadiosField(
        _l("What help do they need?"),
        name_in_errors=_l("What help they need"),
        choices=[Choice(kind, words) for kind, words in KINDS.items()],
        required=_l("Select what help they need"),
        small=True,
    )
    place = SelectField(
        _l("Which place may help them?"),
        name_in_errors=_l("The place"),
        empty=_l("Select a place"),
        required=_l("Select a place"),
    )
    other_place = other_place_field()
    shared = CheckboxesField(
        _l("What may they know?"),
        name_in_errors=_l("What they may know"),
        hint=_l("Ask the person about each. Leave out what they do not choose."),
        choices=[
            Choice(Shared.NAME, SHARED[Shared.NAME]),
            Choice(Shared.CONTACT, SHARED[Shared.CONTACT], reveals=("contact", "mind")),
            Choice(Shared.ABOUT, SHARED[Shared.ABOUT], reveals="about"),
            Choice(Shared.NEEDS, SHARED[Shared.NEEDS], reveals="needs"),
        ],
    )
    contact = RadiosField(
        _l("How can they reach the person safely?"),
        name_in_errors=_l("How they can reach the person"),
        required=_l("Select a safe way to reach the person"),
        small=True,
    )
    mind = TextField(
        _l("What must they mind when they do? (optional)"),
        name_in_errors=_l("What they must mind"),
        hint=_l("For example: only in the morning, leave no message."),
        max_length=rules.LONGEST_MIND,
    )
    about = TextAreaField(
        _l("What is it about?"),
        name_in_errors=_l("What it is about"),
        required=_l("Enter what it is about, or take out the tick"),
        max_length=rules.LONGEST_ABOUT,
        rows=3,
    )
    needs = TextAreaField(
        _l("What help do they need from this place?"),
        name_in_errors=_l("What they need from this place"),
        required=_l("Enter what they need, or take out the tick"),
        max_length=rules.LONGEST_ABOUT,
        rows=3,
    )
    way = RadiosField(
        _l("How does the place get to know?"),
        name_in_errors=_l("How the place gets to know"),
        choices=[
            Choice(Way.TOLD, WAYS[Way.TOLD]),
            Choice(
                Way.PAPER,
                WAYS[Way.PAPER],
                hint=_l("It says where to go, and what they chose here."),
                reveals="wants_paper",
            ),
        ],
        required=_l("Select how they get to know"),
    )
    wants_paper = CheckboxField(
        _l("They want it on paper, and know that somebody may find it"),
        hint=_l("Asked alone. Needed where paper is not safe, or the referral is private."),
    )
    wants_private = private_field()
    how_said = yes_field()
    said_yes = CheckboxField(_l("The person said yes, after I told them this"))
    save = SubmitField(_l("Make the referral"))


class SendBackForm(BaseForm):
    """Why a referral is not taken on."""

    reason = RadiosField(
        _l("Why do you send it back?"),
        choices=[
            Choice(reason, words, reveals="words" if reason is SentBack.OTHER else ())
            for reason, words in SENT_BACK.items()
        ],
        required=_l("Select why you send it back"),
    )
    words = TextAreaField(
        _l("Why?"),
        name_in_errors=_l("Why you send it back"),
        required=_l("Enter why you send it back"),
        max_length=rules.LONGEST_RETURN,
        rows=2,
    )
    save = SubmitField(_l("Send it back"))


class ArrivalForm(BaseForm):
    """Whether the person arrived."""

    arrival = RadiosField(
        _l("Did the person arrive there?"),
        choices=[
            Choice(Arrival.ARRIVED, _l("Yes")),
            Choice(
                Arrival.NOT_ARRIVED,
                _l("No"),
                hint=_l("That happens, and nobody is to blame. Ask what would make it easier."),
            ),
            Choice(Arrival.NOT_KNOWN, _l("Nobody knows")),
        ],
        required=_l("Select whether they arrived"),
    )
    save = SubmitField(_l("Save"))


class PlaceForm(BaseForm):
    """A place in the directory."""

    request_key = HiddenField(default=new_request_key, max_length=64)
    version = HiddenField(default="1", max_length=10)
    name = TextField(
        _l("Name of the place"),
        required=_l("Enter the name"),
        max_length=rules_places.LONGEST_NAME,
    )
    kinds = CheckboxesField(
        _l("What do they help with?"),
        name_in_errors=_l("What they help with"),
        choices=[Choice(kind, words) for kind, words in KINDS.items()],
        required=_l("Select what they help with"),
        small=True,
    )
    area = TextField(
        _l("Which area is it for? (optional)"),
        name_in_errors=_l("The area"),
        max_length=rules_places.LONGEST_NAME,
    )
    reach = TextAreaField(
        _l("How does one reach them?"),
        name_in_errors=_l("How to reach them"),
        hint=_l("Telephone, address, what to bring. Of a refuge the telephone alone."),
        required=_l("Enter how to reach them"),
        max_length=rules_places.LONGEST_WORDS,
        rows=3,
    )
    hours = TextAreaField(
        _l("When are they open? (optional)"),
        name_in_errors=_l("When they are open"),
        max_length=rules_places.LONGEST_WORDS,
        rows=2,
    )
    checked_on = DateField(
        _l("When did somebody last check this with them?"),
        name_in_errors=_l("The day of the check"),
        must_be="today_or_past",
        required=_l("Enter the day of the check"),
    )
    save = SubmitField(_l("Save the place"))


class CameByForm(PlaceNamingForm):
    """Which place sent the person here."""

    request_key = HiddenField(default=new_request_key, max_length=64)
    place = SelectField(
        _l("Which place sent them here?"),
        name_in_errors=_l("The place"),
        empty=_l("Select a place"),
        required=_l("Select a place"),
    )
    other_place = other_place_field()
    kind = RadiosField(
        _l("What does that place help with?"),
        name_in_errors=_l("What that place helps with"),
        choices=[Choice(kind, words) for kind, words in KINDS.items()],
        required=_l("Select what that place helps with"),
        small=True,
    )
    words = TextAreaField(
        _l("What did they say or bring? (optional)"),
        name_in_errors=_l("What they said or brought"),
        max_length=rules.LONGEST_ABOUT,
        rows=3,
    )
    came_on = DateField(
        _l("When did they come?"),
        name_in_errors=_l("The day"),
        must_be="today_or_past",
        required=_l("Enter the day"),
    )
    wants_private = private_field()
    save = SubmitField(_l("Save"))
