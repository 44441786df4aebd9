"""The forms about how a person is reached, and where they live."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from assistedaccess.kernel.form_fields import (
    BaseForm,
    CheckboxField,
    Choice,
    DateField,
    EmailField,
    HiddenField,
    RadiosField,
    SelectField,
    SubmitField,
    TelField,
    TextAreaField,
    TextField,
)

from .rules_identifiers import LONGEST_LINE

WHOSE = [
    Choice("own", _l("The person’s own")),
    Choice("shared", _l("Shared with the household")),
    Choice("other", _l("Somebody else’s")),
    Choice(
        "trusted",
        _l("Somebody’s whom they trust to get a copy"),
        hint=_l("They are told that something was done, and not what. It is no way to the person."),
    ),
]


def kind_names() -> dict[str, str]:
    """What each kind of contact point is called on a page."""
    return {
        "mobile": _("Mobile number"),
        "landline": _("Landline number"),
        "email": _("Email address"),
        "postal": _("Address for letters"),
        "held_at_desk": _("Letters held at a desk"),
    }


def list_housing(*more: str) -> list[Choice]:
    """Where somebody may live; an address reveals its lines and the fields ``more``."""
    lines = ("line_1", "line_2", "town", "county", "postcode", *more, "hides_address")
    return [
        Choice("address", _l("At a UK address"), reveals=lines),
        Choice("no_fixed_address", _l("No fixed address")),
        Choice("not_known", _l("Not known, or not wanted")),
    ]


PREFERRED = [
    Choice("mobile", _l("Text message")),
    Choice("email", _l("Email")),
    Choice("postal", _l("Letter to their home")),
    Choice("held_at_desk", _l("Letter held at a desk")),
]
ADDRESS_HELP = {
    "line_1": _l("Address line 1"),
    "line_2": _l("Address line 2 (optional)"),
    "town": _l("Town or city"),
    "county": _l("County (optional)"),
    "postcode": _l("Postcode"),
}


class AddressFields:
    """Where the person lives."""

    housing = RadiosField(
        _l("Where do they live?"),
        choices=list_housing(),
        default="not_known",
        required=_l("Select where the person lives"),
    )
    line_1 = TextField(
        ADDRESS_HELP["line_1"],
        required=_l("Enter the first line of the address"),
        max_length=LONGEST_LINE,
        autocomplete="off",
    )
    line_2 = TextField(ADDRESS_HELP["line_2"], max_length=LONGEST_LINE, autocomplete="off")
    town = TextField(ADDRESS_HELP["town"], max_length=LONGEST_LINE, autocomplete="off", width=20)
    county = TextField(
        ADDRESS_HELP["county"], max_length=LONGEST_LINE, autocomplete="off", width=20
    )
    postcode = TextField(
        ADDRESS_HELP["postcode"], max_length=20, autocomplete="off", width=10, spellcheck=False
    )

    hides_address = CheckboxField(_l("Keep where they live out of every list"))

    @property
    def address(self) -> dict[str, str] | None:
        """The address as the commands take it."""
        form: Any = self
        if form.housing.data != "address":
            return None
        return {field: form[field].data or "" for field in ADDRESS_HELP}


class SafeContactFields:
    """How it is safe to contact the person."""

    contact_is_unsafe = CheckboxField(
        _l("It is not safe to contact them. Tell them things in person only")
    )
    no_messages_left = CheckboxField(_l("Never leave a message, on a machine or with somebody"))
    no_paper_at_home = CheckboxField(_l("No paper at home: no letters, no printouts to take away"))
    preferred_contact = SelectField(
        _l("How would they rather be told? (optional)"),
        choices=PREFERRED,
        empty=_l("They do not mind"),
    )
    best_times = TextField(
        _l("Best times to reach them (optional)"),
        name_in_errors=_l("Best times to reach them"),
        max_length=500,
        autocomplete="off",
    )
    safe_words = TextAreaField(
        _l("Anything else about safe contact (optional)"),
        name_in_errors=_l("Anything else about safe contact"),
        hint=_l("For example, words to use when somebody else answers."),
        rows=3,
        max_length=2000,
    )

    @property
    def safe_contact(self) -> dict[str, Any]:
        """The arguments of the commands for these fields."""
        form: Any = self
        names = (
            "contact_is_unsafe",
            "no_messages_left",
            "no_paper_at_home",
            "preferred_contact",
            "best_times",
            "safe_words",
        )
        return {name: form[name].data for name in names}


class WordFields:
    """On whose word it is changed: theirs, there and then, or the helper's who represents them."""

    there = RadiosField(
        _l("Is the person here, or on the telephone?"),
        choices=[
            Choice("yes", _l("Yes, and they ask for this")),
            Choice(
                "no",
                _l("No, I do it for them"),
                hint=_l("If they have not let you do this, a second person asks them first."),
            ),
        ],
        required=_l("Select whether the person is here, or on the telephone"),
    )

    @property
    def person_is_there(self) -> bool:
        """As the commands take it."""
        form: Any = self
        return bool(form.there.data == "yes")


class ChangeAddressForm(WordFields, AddressFields, BaseForm):
    """Change where the person lives."""

    version = HiddenField()
    old_is_unsafe = CheckboxField(
        _l("I asked the person alone: it is not safe to write to the old address about this")
    )
    save = SubmitField(_l("Save"))


class SafeContactForm(SafeContactFields, BaseForm):
    """Change how it is safe to contact the person."""

    version = HiddenField()
    person_was_alone = CheckboxField(
        _l("I asked the person alone: it is not safe to tell them of this change")
    )
    reason = TextAreaField(
        _l("If it is not their own wish, said alone: why should they be told less?"),
        name_in_errors=_l("Why they should be told less"),
        hint=_l("A second person then has to agree. Until then they are told as before."),
        max_length=2_000,
        rows=3,
    )
    until_on = DateField(
        _l("And until when?"),
        name_in_errors=_l("Until when they should be told less"),
        hint=_l("90 days at most. For example, 27 3 2027"),
        must_be="future",
    )
    save = SubmitField(_l("Save"))


class _PointFields:
    mobile = TelField(_l("Mobile number"), required=_l("Enter the mobile number"))
    landline = TelField(_l("Landline number"), required=_l("Enter the landline number"))
    email = EmailField(_l("Email address"), required=_l("Enter the email address"))
    postal = TextAreaField(
        _l("Address for letters"),
        hint=_l("Line by line, with the postcode last."),
        required=_l("Enter the address for letters"),
        rows=5,
        max_length=700,
    )
    held_at_desk = TextAreaField(
        _l("Name and address of the desk"),
        hint=_l("A library, a day centre: where the person can ask for it."),
        required=_l("Enter the name and address of the desk"),
        rows=4,
        max_length=700,
    )
    whose = RadiosField(
        _l("Whose is it?"), choices=WHOSE, default="own", required=_l("Select whose it is")
    )
    is_safe = RadiosField(
        _l("Is it safe to use?"),
        choices=[
            Choice("yes", _l("Yes")),
            Choice("no", _l("No, keep it only so that nobody uses it")),
        ],
        default="yes",
        required=_l("Select whether it is safe to use"),
    )


class AddContactPointForm(WordFields, _PointFields, BaseForm):
    """One more way to reach the person."""

    kind = RadiosField(
        _l("What kind is it?"),
        choices=[
            Choice("mobile", _l("Mobile number"), reveals="mobile"),
            Choice("landline", _l("Landline number"), reveals="landline"),
            Choice("email", _l("Email address"), reveals="email"),
            Choice("postal", _l("Address for letters"), reveals="postal"),
            Choice("held_at_desk", _l("Letters held at a desk"), reveals="held_at_desk"),
        ],
        required=_l("Select what kind it is"),
    )
    save = SubmitField(_l("Add"))

    @property
    def value(self) -> str:
        """What was entered for the chosen kind."""
        return str(self[self.kind.data].data)


class ChangeContactPointForm(WordFields, _PointFields, BaseForm):
    """A new one in the place of an old one; only the field of its kind is kept."""

    old_is_unsafe = CheckboxField(
        _l("I asked the person alone: it is not safe to tell the old one of this change")
    )
    save = SubmitField(_l("Save"))

    def __init__(self, *args: Any, kind: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind = kind
        for other in ("mobile", "landline", "email", "postal", "held_at_desk"):
            if other != kind:
                del self[other]

    @property
    def value(self) -> str:
        """What was entered."""
        return str(self[self.kind].data)


WHY_ENDED = [
    Choice("gone", _l("It does not work, or is not theirs any more")),
    Choice("mistake", _l("It was a mistake")),
    Choice("not_safe", _l("It is not safe: keep it only so that nobody uses it")),
]


class EndContactPointForm(WordFields, BaseForm):
    """Why a contact point is no longer used."""

    reason = RadiosField(
        _l("Why is it no longer used?"),
        choices=WHY_ENDED,
        required=_l("Select why it is no longer used"),
    )
    old_is_unsafe = CheckboxField(
        _l("I asked the person alone: it is not safe to tell it of this change")
    )
    save = SubmitField(_l("Stop using it"))
