"""The forms of organisations and sites."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from assistedaccess.kernel.form_fields import (
    BaseForm,
    CheckboxesField,
    CheckboxField,
    Choice,
    HiddenField,
    IntegerField,
    RadiosField,
    SubmitField,
    TelField,
    TextAreaField,
    TextField,
)
from assistedaccess.kernel.idempotency import new_request_key

from . import words
from .rules_hours import WEEKDAYS, UnreadableHours, pack_week, read_hours, unpack_week, write_hours
from .service_organisations import MOST_MONTHS


def choices_of(named: dict[str, object]) -> list[Choice]:
    """Choices for a closed list of words."""
    return [Choice(str(word), label) for word, label in named.items()]


class VersionedForm(BaseForm):
    """A form about a record that somebody else may change meanwhile."""

    version = HiddenField()

    @property
    def read_version(self) -> int:
        """The version that the page showed; 0, which is never right, where it was tampered with."""
        text = self.version.data or ""
        return int(text) if text.isdecimal() and len(text) < 9 else 0


class OrganisationForm(VersionedForm):
    """Add or change an organisation."""

    request_key = HiddenField(default=new_request_key, max_length=64)
    name = TextField(_l("Name"), required=_l("Enter the organisation's name"))
    kind = RadiosField(
        _l("What kind of organisation is it?"),
        choices=choices_of(words.KINDS),
        required=_l("Select what kind of organisation it is"),
    )
    nation = RadiosField(
        _l("In which nation does it work?"),
        choices=choices_of(words.NATIONS),
        required=_l("Select the nation"),
    )
    required_courses = CheckboxesField(
        _l("Which training must helpers have?"),
        hint=_l("They cannot act before it is recorded, or after it has lapsed."),
        choices=choices_of(words.COURSES),
    )
    training_valid_months = IntegerField(
        _l("How many months does training count?"),
        name_in_errors=_l("Months that training counts"),
        minimum=1,
        maximum=MOST_MONTHS,
        width=3,
        default=12,
        required=_l("Enter how many months training counts"),
    )
    required_check = RadiosField(
        _l("Which background check must staff and volunteers have?"),
        hint=_l(
            "Handling money always needs the check with the barred list. No check is asked of "
            "family helpers."
        ),
        choices=[
            Choice("none", _l("None")),
            *choices_of(words.check_words("")),
        ],
        required=_l("Select which background check they must have"),
    )
    check_valid_months = IntegerField(
        _l("How many months does a check count?"),
        name_in_errors=_l("Months that a check counts"),
        minimum=1,
        maximum=MOST_MONTHS,
        width=3,
        default=36,
        required=_l("Enter how many months a check counts"),
    )
    regulated_help = CheckboxesField(
        _l("Which regulated advice is it registered to give?"),
        hint=_l("Nobody else’s helpers can begin what the catalogue says is regulated."),
        choices=choices_of(words.REGULATED_HELP),
    )
    is_pool = CheckboxField(_l("Its reviewers also decide for other organisations"))
    save = SubmitField(_l("Save"))

    def values(self) -> dict[str, Any]:
        """What the commands take."""
        check = self.required_check.data
        return {
            "name": self.name.data,
            "kind": self.kind.data,
            "nation": self.nation.data,
            "required_courses": self.required_courses.data,
            "training_valid_months": self.training_valid_months.data,
            "required_check": None if check == "none" else check,
            "check_valid_months": self.check_valid_months.data,
            "is_pool": self.is_pool.data,
            "regulated_help": self.regulated_help.data,
        }


class HoursField(TextField):
    """The opening hours of one weekday; data is the text, which rules_hours reads."""

    def check_form(self, form: Any) -> None:
        super().check_form(form)
        try:
            read_hours(self.data or "")
        except UnreadableHours:
            raise ValueError(
                _("%(name)s: enter opening hours, like 9:30 to 17:00", name=self.name_in_errors)
            ) from None


class SiteForm(VersionedForm):
    """Add or change a site."""

    name = TextField(_l("Name of the site"), required=_l("Enter the site's name"))
    address = TextAreaField(
        _l("Address"), max_length=500, rows=4, required=_l("Enter the site's address")
    )
    phone = TelField(_l("Telephone number"))
    ward = TextField(
        _l("Ward (optional)"),
        name_in_errors=_l("Ward"),
        hint=_l("The electoral ward in which it stands, for the report to funders."),
        max_length=100,
    )
    monday = HoursField(_l("Monday"), max_length=60, width=20)
    tuesday = HoursField(_l("Tuesday"), max_length=60, width=20)
    wednesday = HoursField(_l("Wednesday"), max_length=60, width=20)
    thursday = HoursField(_l("Thursday"), max_length=60, width=20)
    friday = HoursField(_l("Friday"), max_length=60, width=20)
    saturday = HoursField(_l("Saturday"), max_length=60, width=20)
    sunday = HoursField(_l("Sunday"), max_length=60, width=20)
    is_closed = CheckboxField(_l("This site is closed for good"))
    save = SubmitField(_l("Save"))

    @property
    def hours(self) -> dict[str, Any]:
        """The opening hours as the commands take them."""
        return pack_week({day: read_hours(self[day].data or "") for day in WEEKDAYS})

    def show_hours(self, packed: dict[str, Any]) -> None:
        """Put stored opening hours into the boxes."""
        for day, spans in unpack_week(packed).items():
            self[day].data = write_hours(spans)


class ReasonForm(BaseForm):
    """A reason, for what is done to a member or an organisation at once."""

    reason = TextAreaField(
        _l("Reason"),
        hint=_l("It is recorded. Write only what is needed."),
        max_length=500,
        rows=4,
        required=_l("Enter the reason"),
    )
    save = SubmitField(_l("Confirm"), warning=True)


class AuditRemitForm(BaseForm):
    """Whose auditors may read this organisation's journal."""

    auditing = TextField(
        _l("Reference of the organisation whose auditors may read"),
        hint=_l("For example, O-7K3M-9QTR. It cannot be the same organisation."),
        max_length=20,
        width=20,
        required=_l("Enter the organisation's reference"),
    )
    save = SubmitField(_l("Let them read"))
