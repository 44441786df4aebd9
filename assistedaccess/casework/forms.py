"""What a helper fills in about a case, and the words for what can be chosen there."""

from __future__ import annotations

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

from . import rules
from .rules import CloseReason, WhyHelp
from .rules_closings import Alone, Given

WHY_HELP = {
    WhyHelp.NO_DEVICE: _l("No phone, tablet or computer that they can use"),
    WhyHelp.NO_CONNECTION: _l("No internet connection, or cannot afford it"),
    WhyHelp.NO_SKILL: _l("Not confident with doing things online"),
    WhyHelp.DISABILITY: _l("A disability or health condition"),
    WhyHelp.LANGUAGE: _l("Language, reading or writing"),
    WhyHelp.TRUST: _l("Does not trust online services"),
    WhyHelp.OTHER: _l("Another reason"),
}
CLOSE_REASONS = {
    CloseReason.DONE: _l("It is done"),
    CloseReason.NOT_WANTED: _l("The person does not want it any more"),
    CloseReason.DONE_ELSEWHERE: _l("Somebody else is doing it"),
    CloseReason.LOST_TOUCH: _l("We could not reach the person"),
    CloseReason.NOT_POSSIBLE: _l("It cannot be done"),
    CloseReason.MISTAKE: _l("The case was opened by mistake"),
}


class OpenCaseForm(BaseForm):
    """One page opens a case; the rest can wait."""

    need = TextAreaField(
        _l("What needs to be done?"),
        name_in_errors=_l("What needs to be done"),
        hint=_l("In the person’s words if you can. For example: renew my Blue Badge."),
        required=_l("Enter what needs to be done"),
        max_length=rules.LONGEST_NEED,
        rows=3,
    )
    service = SelectField(
        _l("Which service is it about? (optional)"),
        name_in_errors=_l("Service"),
        hint=_l("Some services keep the date of first contact as the date of the claim."),
        empty=_l("Not known yet, or something else"),
    )
    why_help = CheckboxesField(
        _l("Why does the person need help?"),
        hint=_l("Select all that apply."),
        choices=[Choice(reason, words) for reason, words in WHY_HELP.items()],
        required=_l("Select why the person needs help"),
        small=True,
    )
    first_contact = RadiosField(
        _l("When did the person first ask for this?"),
        hint=_l("For some benefits, money is paid from this day."),
        choices=[
            Choice("today", _l("Today")),
            Choice("earlier", _l("Earlier"), reveals=("first_contact_on", "first_contact_basis")),
        ],
        default="today",
        required=_l("Select when the person first asked"),
    )
    first_contact_on = DateField(
        _l("Date of first contact"),
        hint=_l("For example, 27 3 2026"),
        must_be="past",
        required=_l("Enter the date of first contact"),
    )
    first_contact_basis = TextField(
        _l("How do you know?"),
        name_in_errors=_l("How you know"),
        hint=_l("For example: they telephoned, Jo wrote it in the call book."),
        required=_l("Enter how you know the date of first contact"),
        max_length=rules.LONGEST_BASIS,
    )
    first_task = TextField(
        _l("First thing to do (optional)"),
        name_in_errors=_l("First thing to do"),
        hint=_l("For example: ring the council about the photo. Do not use the person’s name."),
        max_length=rules.LONGEST_TASK,
    )
    first_task_due_on = DateField(
        _l("Do it by (optional)"),
        name_in_errors=_l("Date of the task"),
        must_be="today_or_future",
    )
    request_key = HiddenField(default=new_request_key, max_length=64)
    save = SubmitField(_l("Open the case"))

    def check_together(self) -> None:
        if self.first_task.data and not self.first_task_due_on.data:
            self.add_error("first_task_due_on", _("Enter the date by which it has to be done"))
        if self.first_task_due_on.data and not self.first_task.data:
            self.add_error("first_task", _("Enter what has to be done by that date"))


class NoteForm(BaseForm):
    """A note: never changed once it is saved."""

    text = TextAreaField(
        _l("Note"),
        hint=_l("A note cannot be changed later, only added to."),
        required=_l("Enter the note"),
        max_length=rules.LONGEST_NOTE,
        rows=4,
    )
    is_sensitive = CheckboxField(
        _l("This note is sensitive"),
        hint=_l(
            "Only you, whoever the case is assigned to and the safeguarding lead can read it. "
            "Others see that there is one."
        ),
    )
    request_key = HiddenField(default=new_request_key, max_length=64)
    save = SubmitField(_l("Save the note"))


class TaskForm(BaseForm):
    """Something to do, by a day, by somebody."""

    what = TextField(
        _l("What has to be done?"),
        name_in_errors=_l("What has to be done"),
        hint=_l("It is shown on Today, so do not use the person’s name."),
        required=_l("Enter what has to be done"),
        max_length=rules.LONGEST_TASK,
    )
    what_due_on = DateField(
        _l("By when?"),
        name_in_errors=_l("Date of the task"),
        hint=_l("For example, 27 3 2026"),
        required=_l("Enter the date by which it has to be done"),
        must_be="today_or_future",
    )
    assigned_to = SelectField(_l("Who does it?"), required=_l("Select who does it"))
    request_key = HiddenField(default=new_request_key, max_length=64)
    save = SubmitField(_l("Add the task"))


class AssignForm(BaseForm):
    """Who looks after the case from now on."""

    assigned_to = SelectField(
        _l("Who looks after this case?"),
        name_in_errors=_l("Who looks after the case"),
        hint=_l("Tasks that the present colleague has not done go with it."),
        required=_l("Select a colleague"),
    )
    version = HiddenField(required=_l("Open the case again"), max_length=10)
    save = SubmitField(_l("Save"))


class CloseForm(BaseForm):
    """Why the case ends."""

    reason = RadiosField(
        _l("Why is the case closed?"),
        choices=[Choice(reason, words) for reason, words in CLOSE_REASONS.items()],
        required=_l("Select why the case is closed"),
        small=True,
    )
    alone = RadiosField(
        _l("Could they do it alone next time? (optional)"),
        name_in_errors=_l("Whether they could do it alone"),
        choices=[
            Choice(Alone.YES, _l("Yes")),
            Choice(Alone.WITH_PRACTICE, _l("With some practice")),
            Choice(Alone.NO, _l("No")),
        ],
        inline=True,
        small=True,
    )
    minutes = RadiosField(
        _l("About how long did it take in all? (optional)"),
        name_in_errors=_l("How long it took"),
        choices=[
            Choice("15", _l("15 minutes")),
            Choice("30", _l("30 minutes")),
            Choice("60", _l("1 hour")),
            Choice("120", _l("2 hours")),
            Choice("240", _l("4 hours or more")),
        ],
        inline=True,
        small=True,
    )
    given = RadiosField(
        _l("How did you mostly help? (optional)"),
        name_in_errors=_l("How you helped"),
        choices=[
            Choice(Given.SHOWED, _l("Showed them")),
            Choice(Given.TOGETHER, _l("Did it together")),
            Choice(Given.FOR_THEM, _l("Did it for them")),
        ],
        inline=True,
        small=True,
    )
    wants_skills = CheckboxField(_l("They want to learn to do it online"))
    version = HiddenField(required=_l("Open the case again"), max_length=10)
    save = SubmitField(_l("Close the case"))


class VersionForm(BaseForm):
    """A button on a page that showed one version of the case."""

    version = HiddenField(required=_l("Open the case again"), max_length=10)


class WaitingForm(BaseForm):
    """Somebody has come in."""

    request_key = HiddenField(default=new_request_key, max_length=64)
    called = TextField(
        _l("First name or ticket number"),
        hint=_l("As you will call them. It is forgotten when the day is over."),
        required=_l("Enter a first name or a ticket number"),
        max_length=rules.LONGEST_NAME,
        width=20,
    )
    person_reference = TextField(
        _l("Their reference, if they have it with them"),
        name_in_errors=_l("Reference"),
        hint=_l("For example, P-7K3M-9QTR. Whoever calls them is then led to their record."),
        max_length=60,
        width=10,
        spellcheck=False,
        autocomplete="off",
    )
    save = SubmitField(_l("Add to the queue"))
