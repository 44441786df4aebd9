"""What an auditor asks, decides and writes down; what anybody may tell; what a manager answers."""

from __future__ import annotations

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
from assistedaccess.organisations.rules_hours import UnreadableHours

from .rules import Explained, Kind
from .rules_findings import EntryKind, ReferredTo
from .rules_flags import Decision
from .rules_time import begin_at, end_at, read_at


def check_moments(form: BaseForm, since: str, until: str) -> None:
    """Say what is wrong with the two moments in ``since_on``, ``since_at``, ``until_on`` and
    ``until_at``: a time that is none, one without its day, an end that is not after the
    beginning."""
    for name in (since, until):
        day, at = form[f"{name}_on"], form[f"{name}_at"]
        try:
            if read_at(at.data) is not None and day.data is None:
                form.add_error(day.name, _("Enter the day of this time"))
        except UnreadableHours:
            form.add_error(at.name, _("Enter a time, like 10:30 or 2:15pm"))
    first, last = form[f"{since}_on"].data, form[f"{until}_on"].data
    if form.errors or first is None or last is None:
        return
    if last < first:
        form.add_error(f"{until}_on", _("“Until” must be the same day as “From”, or later"))
    elif end_at(last, read_at(form[f"{until}_at"].data)) <= begin_at(
        first, read_at(form[f"{since}_at"].data)
    ):
        form.add_error(f"{until}_at", _("The second moment must be after the first"))


class AskForm(BaseForm):
    """Every question is optional; those that are given hold together."""

    person = TextField(
        _l("Person’s reference"),
        hint=_l("For example, P-7K3M-9QTR"),
        max_length=20,
        width=10,
        spellcheck=False,
    )
    helper = TextField(_l("Helper’s name, or a part of it"), max_length=100)
    organisation = SelectField(_l("Organisation"), empty=_l("Any that you may audit"))
    kind = SelectField(
        _l("Looks or acts"),
        empty=_l("Both"),
        choices=[
            Choice(Kind.LOOKS, _l("Somebody looked at something")),
            Choice(Kind.ACTS, _l("Somebody did something")),
        ],
    )
    explained = SelectField(
        _l("What stands behind a look"),
        empty=_l("Anything"),
        choices=[
            Choice(Explained.NOT, _l("The records do not explain it")),
            Choice(Explained.BROKE_GLASS, _l("The glass was broken")),
            Choice(Explained.STATED, _l("A reason was typed")),
            Choice(Explained.BY_RECORDS, _l("The records explain it")),
            Choice(Explained.NOT_ASKED, _l("No reason is asked, as for a list")),
        ],
    )
    action = SelectField(_l("What was done"), empty=_l("Anything"))
    outcome = SelectField(_l("How it ended"), empty=_l("Any way"))
    service = SelectField(_l("Service"), empty=_l("Any"))
    delegation = TextField(
        _l("Delegation’s reference"),
        hint=_l("For example, D-7K3M-9QTR"),
        max_length=20,
        width=10,
        spellcheck=False,
    )
    contact = TextField(
        _l("Telephone number or e-mail address"),
        hint=_l("Finds whoever gave it as theirs, and who wrote it down. It is not kept."),
        max_length=200,
        spellcheck=False,
        autocomplete="off",
    )
    payee = TextField(
        _l("Account that money is paid to"),
        hint=_l(
            "Sort code, account number, and the roll number where there is one. For example, "
            "08-99-99 66374958. Finds whatever names it as payee, and which helper declared it as "
            "their own. It is not kept."
        ),
        max_length=60,
        spellcheck=False,
        autocomplete="off",
    )
    from_on = DateField(_l("From"), hint=_l("For example, 27 3 2026"))
    from_at = TextField(
        _l("From what time"),
        hint=_l("For example, 9:30. Empty: from midnight."),
        max_length=20,
        width=5,
    )
    until_on = DateField(_l("Until"), hint=_l("The last day that counts"))
    until_at = TextField(
        _l("Until what time"), hint=_l("Empty: until the end of that day."), max_length=20, width=5
    )
    ask = SubmitField(_l("Show what happened"))

    def check_together(self) -> None:
        check_moments(self, "from", "until")


class SaveQuestionForm(BaseForm):
    """A name under which a question is kept."""

    request_key = HiddenField(default=new_request_key, max_length=64)
    name = TextField(
        _l("Keep this question as"),
        name_in_errors=_l("Name of the question"),
        required=_l("Enter a name for the question"),
        max_length=80,
    )
    save = SubmitField(_l("Keep it"), secondary=True)


class TipForm(BaseForm):
    """What somebody tells. Nothing but what is wrong has to be said."""

    request_key = HiddenField(default=new_request_key, max_length=64)
    words = TextAreaField(
        _l("What is wrong?"),
        hint=_l(
            "Say what happened, when and where, as well as you can. You do not have to be sure, "
            "and you do not have to say who you are."
        ),
        name_in_errors=_l("What is wrong"),
        rows=8,
        max_length=4000,
        required=_l("Enter what is wrong"),
        autocomplete="off",
    )
    organisation = SelectField(
        _l("Where did it happen?"), empty=_l("I do not know, or somewhere else")
    )
    teller = TextField(
        _l("How can we ask you more?"),
        hint=_l(
            "Leave this empty if you wish. Give a name, or a number or address that is safe, "
            "only if you want to."
        ),
        name_in_errors=_l("How we can ask you"),
        max_length=300,
        autocomplete="off",
    )
    send = SubmitField(_l("Send"))


class MessageForm(BaseForm):
    """The number that whoever told something was given."""

    class Meta(BaseForm.Meta):
        """It changes nothing."""

        csrf = False

    number = TextField(
        _l("Number of a message"),
        hint=_l(
            "For example, T-7K3M-9QTR. Whoever sent a message was given its number. It is found "
            "after its decision too."
        ),
        max_length=20,
        width=10,
        spellcheck=False,
    )
    open = SubmitField(_l("Open the message"), secondary=True)


class DecideForm(BaseForm):
    """What an auditor makes of a flag. A finding is opened on a page of its own."""

    request_key = HiddenField(default=new_request_key, max_length=64)
    decision = RadiosField(
        _l("What do you make of it?"),
        choices=[
            Choice(Decision.IN_ORDER, _l("It was in order")),
            Choice(Decision.CANNOT_TELL, _l("I looked into it and cannot tell")),
        ],
        required=_l("Select what you make of it"),
    )
    words = TextAreaField(_l("Why"), rows=3, max_length=2000, required=_l("Enter why"))
    save = SubmitField(_l("Decide"))


class OpenFindingForm(BaseForm):
    """A case file for something that seems wrong."""

    request_key = HiddenField(default=new_request_key, max_length=64)
    organisation = SelectField(
        _l("Organisation that it is about"),
        empty=_l("Select one"),
        required=_l("Select the organisation"),
    )
    title = TextField(
        _l("What is it about, in a few words?"),
        name_in_errors=_l("What it is about"),
        max_length=200,
        required=_l("Enter what it is about"),
    )
    what = TextAreaField(
        _l("What was found"), rows=6, max_length=8000, required=_l("Enter what was found")
    )
    due_on = DateField(
        _l("Until when do you want to be done?"),
        name_in_errors=_l("The day"),
        must_be="today_or_future",
    )
    save = SubmitField(_l("Open the finding"))


class AddForm(BaseForm):
    """One more thing in a finding."""

    request_key = HiddenField(default=new_request_key, max_length=64)
    kind = RadiosField(
        _l("What do you add?"),
        choices=[
            Choice(EntryKind.NOTE, _l("A note")),
            Choice(
                EntryKind.QUESTION,
                _l("A question to the organisation"),
                hint=_l("Its managers see the question and nothing else."),
                reveals="answer_by",
            ),
            Choice(EntryKind.CONCLUSION, _l("What you conclude")),
            Choice(EntryKind.REFERRED, _l("It is handed on"), reveals="referred_to"),
            Choice(EntryKind.DEADLINE, _l("Another deadline"), reveals="due_on"),
            Choice(EntryKind.CLOSED, _l("The finding is closed")),
        ],
        required=_l("Select what you add"),
    )
    answer_by = DateField(_l("Answer by"), must_be="today_or_future")
    referred_to = RadiosField(
        _l("To whom?"),
        name_in_errors=_l("To whom it is handed on"),
        choices=[
            Choice(ReferredTo.ORGANISATION, _l("The organisation itself")),
            Choice(ReferredTo.INFORMATION_COMMISSIONER, _l("The Information Commissioner")),
            Choice(ReferredTo.POLICE, _l("The police")),
            Choice(ReferredTo.SAFEGUARDING, _l("The safeguarding board")),
            Choice(ReferredTo.OMBUDSMAN, _l("An ombudsman")),
            Choice(ReferredTo.OTHER, _l("Somebody else, named below")),
        ],
        required=_l("Select to whom it is handed on"),
    )
    due_on = DateField(
        _l("The deadline"), must_be="today_or_future", required=_l("Enter the deadline")
    )
    text = TextAreaField(_l("In words"), rows=5, max_length=8000, required=_l("Enter the words"))
    save = SubmitField(_l("Add to the finding"))


class PinForm(BaseForm):
    """An event as evidence in a finding that is open."""

    request_key = HiddenField(default=new_request_key, max_length=64)
    finding = SelectField(_l("Finding"), empty=_l("Select one"), required=_l("Select the finding"))
    why = TextAreaField(_l("What it shows"), rows=2, max_length=2000)
    save = SubmitField(_l("Use it as evidence"))


class AnswerForm(BaseForm):
    """What an organisation answers to an auditor."""

    request_key = HiddenField(default=new_request_key, max_length=64)
    text = TextAreaField(
        _l("Your answer"), rows=8, max_length=8000, required=_l("Enter your answer")
    )
    save = SubmitField(_l("Send the answer"))


class LookForm(BaseForm):
    """What whoever opened a record says of it."""

    why = RadiosField(
        _l("Why did you open it?"),
        choices=[
            Choice("mistake", _l("It was the wrong record, or a slip")),
            Choice("reason", _l("I had a reason")),
        ],
        required=_l("Select why you opened it"),
    )
    words = TextAreaField(
        _l("The reason"),
        hint=_l("Not needed for a slip. Nobody at your organisation reads it, but auditors do."),
        rows=3,
        max_length=1000,
    )
    save = SubmitField(_l("Send"))


class WhoSawForm(BaseForm):
    """Two moments; a time that is left out is the beginning, or the end, of its day."""

    since_on = DateField(_l("From"), required=_l("Enter the first day"))
    since_at = TextField(
        _l("From what time"),
        hint=_l("For example, 9:30. Empty: from midnight."),
        max_length=20,
        width=5,
    )
    until_on = DateField(_l("Until"), required=_l("Enter the last day"))
    until_at = TextField(
        _l("Until what time"), hint=_l("Empty: until the end of that day."), max_length=20, width=5
    )
    organisation = SelectField(_l("Organisation"), empty=_l("Any that you may audit"))
    person = TextField(
        _l("Person’s reference"),
        hint=_l("For example, P-7K3M-9QTR"),
        max_length=20,
        width=10,
        spellcheck=False,
    )
    ask = SubmitField(_l("Show who saw what"))

    def check_together(self) -> None:
        check_moments(self, "since", "until")
