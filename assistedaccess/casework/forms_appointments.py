"""What a helper fills in about an appointment, and the words for what can be chosen."""

from __future__ import annotations

from datetime import time

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from assistedaccess.kernel.form_fields import (
    BaseForm,
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
from assistedaccess.organisations.rules_hours import UnreadableHours, read_time

from . import rules_appointments as rules
from .rules_appointments import AppointmentKind, AppointmentState, Interpreter

KINDS = {
    AppointmentKind.DESK: _l("At the desk"),
    AppointmentKind.TELEPHONE: _l("By telephone"),
    AppointmentKind.HOME: _l("At the person’s home"),
    AppointmentKind.VIDEO: _l("By video"),
}
STATES = {
    AppointmentState.BOOKED: (_l("Booked"), "blue"),
    AppointmentState.CAME: (_l("Came"), "green"),
    AppointmentState.DID_NOT_COME: (_l("Could not come"), "grey"),
    AppointmentState.CANCELLED: (_l("Cancelled"), "grey"),
}
LENGTHS = {
    15: _l("15 minutes"),
    30: _l("30 minutes"),
    45: _l("45 minutes"),
    60: _l("1 hour"),
    90: _l("1 hour and a half"),
    120: _l("2 hours"),
}
INTERPRETERS = {
    Interpreter.SPOKEN: _l("An interpreter"),
    Interpreter.SIGNED: _l("A sign-language interpreter"),
}


class DayForm(BaseForm):
    """Which of a day's appointments; sent by GET, because it changes nothing."""

    class Meta(BaseForm.Meta):
        """No token: nothing is changed."""

        csrf = False

    who = SelectField(_l("Whose?"), choices=[Choice("all", _l("Everybody’s"))], empty=_l("Mine"))
    where = SelectField(
        _l("Where?"), choices=[Choice("all", _l("At all sites"))], empty=_l("At this site")
    )
    kind = SelectField(
        _l("Of which kind?"),
        choices=[Choice(kind, words) for kind, words in KINDS.items()],
        empty=_l("All kinds"),
    )
    show = SubmitField(_l("Show"))


class TimeForm(BaseForm):
    """When, how long, with whom."""

    day = DateField(
        _l("Which day?"),
        name_in_errors=_l("Day of the appointment"),
        hint=_l("For example, 27 3 2026"),
        required=_l("Enter the day of the appointment"),
        must_be="today_or_future",
    )
    at = TextField(
        _l("What time does it begin?"),
        name_in_errors=_l("The time"),
        hint=_l("For example, 10:30 or 2:15pm"),
        required=_l("Enter the time when it begins"),
        max_length=50,  # what is no time is then said to be none, however it is put
        width=5,
        autocomplete="off",
    )
    minutes = SelectField(
        _l("How long does it take?"),
        choices=[Choice(str(minutes), LENGTHS[minutes]) for minutes in rules.MINUTES],
        default="30",
        required=_l("Select how long it takes"),
    )
    account_id = SelectField(_l("With whom?"), required=_l("Select a colleague"))

    at_time: time | None = None

    def check_together(self) -> None:
        try:
            self.at_time = read_time(self.at.data or "")
        except UnreadableHours:
            self.add_error("at", _("Enter a time, like 10:30 or 2:15pm"))


class BookForm(TimeForm):
    """A time for somebody."""

    kind = RadiosField(
        _l("Where do you meet?"),
        choices=[Choice(kind, words) for kind, words in KINDS.items()],
        default=str(AppointmentKind.DESK),
        required=_l("Select where you meet"),
    )
    interpreter = RadiosField(
        _l("Is an interpreter needed?"),
        hint=_l("To book one becomes a task, due the day before."),
        choices=[
            Choice("no", _l("No")),
            *(Choice(kind, words) for kind, words in INTERPRETERS.items()),
        ],
        default="no",
    )
    note = TextAreaField(
        _l("What to bring, or to know (optional)"),
        name_in_errors=_l("What to bring"),
        max_length=rules.LONGEST_NOTE,
        rows=2,
    )
    request_key = HiddenField(default=new_request_key, max_length=64)
    save = SubmitField(_l("Book the appointment"))


class MoveForm(TimeForm):
    """Another time, or another colleague."""

    version = HiddenField(required=_l("Open the appointment again"), max_length=10)
    save = SubmitField(_l("Save"))


class InterpreterForm(BaseForm):
    """Who interprets."""

    version = HiddenField(required=_l("Open the appointment again"), max_length=10)
    words = TextField(
        _l("Who interprets, or the number of the booking"),
        hint=_l("For example: Language Line, booking 4471"),
        required=_l("Enter who interprets, or the number of the booking"),
        max_length=rules.LONGEST_INTERPRETER,
    )
    save = SubmitField(_l("The interpreter is booked"))
