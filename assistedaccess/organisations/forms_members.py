"""The forms of members, and of what helpers declare."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from assistedaccess.kernel import clock
from assistedaccess.kernel.form_fields import (
    BaseForm,
    CheckboxesField,
    Choice,
    DateField,
    EmailField,
    RadiosField,
    SubmitField,
    TextField,
)

from . import words
from .forms import VersionedForm, choices_of
from .rules import EARLIEST, LATEST, Course


class _DatesForm(VersionedForm):
    """From when until when, and where."""

    starts_on = DateField(
        _l("First day"),
        hint=_l("For example, 27 3 2027."),
        earliest=EARLIEST,
        latest=LATEST,
        required=_l("Enter the first day"),
    )
    ends_on = DateField(
        _l("Last day"),
        hint=_l("They cannot act after this day. Leave it empty if no end is agreed."),
        latest=LATEST,
    )
    sites = CheckboxesField(_l("Where do they help?"))

    def check_together(self) -> None:
        first, last = self.starts_on.data, self.ends_on.data
        if last is None:
            return
        if first is not None and last < first:
            self.add_error("ends_on", _("The last day must not be before the first day"))
        elif last < clock.today():
            self.add_error("ends_on", _("The last day must be today or in the future"))


class InviteForm(_DatesForm):
    """Invite somebody, and ask for the roles that they shall hold."""

    name = TextField(_l("Full name"), required=_l("Enter their name"))
    email = EmailField(_l("Email address"), required=_l("Enter their email address"))
    other_email = EmailField(
        _l("Another account that they have here (optional)"),
        name_in_errors=_l("The other account"),
        hint=_l("Its email address. Nobody decides on their own work by using another account."),
    )
    kind = RadiosField(
        _l("What ties them to the organisation?"),
        choices=[
            Choice(kind, label, hint=words.MEMBERSHIP_HINTS[kind])
            for kind, label in words.MEMBERSHIP_KINDS.items()
        ],
        required=_l("Select staff, volunteer or family helper"),
    )
    roles = CheckboxesField(
        _l("Which roles shall they hold?"),
        hint=_l("A second person decides. You can also ask for a role later."),
    )
    save = SubmitField(_l("Invite"))


class MemberForm(_DatesForm):
    """Change the dates and sites of a member."""

    save = SubmitField(_l("Save"))


class TrainingForm(BaseForm):
    """Record a completed course."""

    course = RadiosField(
        _l("Which training?"),
        choices=choices_of(words.COURSES),
        required=_l("Select the training"),
    )
    completed_on = DateField(
        _l("When was it completed?"),
        name_in_errors=_l("The date of the training"),
        must_be="today_or_past",
        earliest=EARLIEST,
        required=_l("Enter when it was completed"),
    )
    save = SubmitField(_l("Record training"))

    def offer(self, required: list[str]) -> None:
        """Name first what the organisation asks."""
        order = [*required, *(course for course in Course if course not in required)]
        self.course.choices = [
            Choice(
                course,
                words.COURSES[course],
                hint=_("The organisation asks for it") if course in required else None,
            )
            for course in order
        ]


class CheckForm(BaseForm):
    """Record a background check that one has seen."""

    level = RadiosField(_l("Which check did you see?"), required=_l("Select the kind of check"))
    checked_on = DateField(
        _l("Date on the certificate"),
        must_be="today_or_past",
        earliest=EARLIEST,
        required=_l("Enter the date on the certificate"),
    )
    certificate = TextField(
        _l("Number of the certificate"),
        hint=_l("Leave it empty if you do not keep it. Never write down what stands on it."),
        max_length=60,
        width=20,
    )
    save = SubmitField(_l("Record check"))


class RoleForm(BaseForm):
    """Ask for a role."""

    role = RadiosField(_l("Which role?"), required=_l("Select the role"))
    save = SubmitField(_l("Ask for this role"))


class RelativeForm(BaseForm):
    """Declare a relative or friend."""

    name = TextField(
        _l("Their full name"), required=_l("Enter the name of your relative or friend")
    )
    relation = RadiosField(
        _l("How are you related?"),
        choices=choices_of(words.RELATIONS),
        required=_l("Select how you are related"),
    )
    person_reference = TextField(
        _l("Their reference, if they are helped here"),
        hint=_l("For example, P-7K3M-9QTR. Leave it empty if you do not know it."),
        max_length=20,
        width=20,
    )
    save = SubmitField(_l("Declare"))

    def values(self) -> dict[str, Any]:
        """What the command takes."""
        return {
            "name": self.name.data,
            "relation": self.relation.data,
            "person_reference": self.person_reference.data,
        }


class BankAccountForm(BaseForm):
    """Declare a bank account of one's own."""

    sort_code = TextField(
        _l("Sort code"),
        hint=_l("For example, 30 94 30."),
        max_length=12,
        width=5,
        inputmode="numeric",
        required=_l("Enter the sort code"),
    )
    account_number = TextField(
        _l("Account number"),
        hint=_l("Between 6 and 8 digits."),
        max_length=12,
        width=10,
        inputmode="numeric",
        required=_l("Enter the account number"),
    )
    roll_number = TextField(
        _l("Building society roll number, if there is one"), max_length=20, width=10
    )
    save = SubmitField(_l("Declare"))

    def values(self) -> dict[str, Any]:
        """What the command takes."""
        return {
            "sort_code": self.sort_code.data,
            "account_number": self.account_number.data,
            "roll_number": self.roll_number.data,
        }


class ContactPointForm(BaseForm):
    """Declare a phone number or e-mail address of one's own."""

    contact_point = TextField(
        _l("Your telephone number or email address"),
        max_length=254,
        spellcheck=False,
        required=_l("Enter a telephone number or an email address"),
    )
    save = SubmitField(_l("Declare"))

    def values(self) -> dict[str, Any]:
        """What the command takes."""
        return {"contact_point": self.contact_point.data}
