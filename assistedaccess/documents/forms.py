"""What a helper fills in about documents and letters."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from assistedaccess.applications.files import ACCEPT
from assistedaccess.kernel.form_fields import (
    BaseForm,
    CheckboxesField,
    Choice,
    DateField,
    FileField,
    HiddenField,
    RadiosField,
    SubmitField,
    TextAreaField,
    TextField,
)
from assistedaccess.kernel.idempotency import new_request_key

from . import rules, words
from .rules import LetterKind


class _ContentForm(BaseForm):
    """Scanned, typed in, or both."""

    file = FileField(
        _l("Scan or photograph (optional)"),
        hint=_l("A JPEG, PNG, HEIC, PDF or DOCX, smaller than 20 MB."),
        accept=ACCEPT,
    )
    text = TextAreaField(
        _l("What it says, typed in (optional)"),
        name_in_errors=_l("What it says"),
        hint=_l("The whole of it, or what matters. One of the two is needed."),
        max_length=rules.LONGEST_TEXT,
        rows=5,
    )
    request_key = HiddenField(default=new_request_key, max_length=64)

    def check_together(self) -> None:
        if self.file.data is None and not self.text.data:
            self.add_error("text", _("Type in what it says, or select the file"))


class DocumentForm(_ContentForm):
    """A document that the person brought."""

    title = TextField(
        _l("What is it?"),
        name_in_errors=_l("What it is"),
        hint=_l("For example: tenancy agreement, letter from the doctor."),
        required=_l("Enter what it is"),
        max_length=rules.LONGEST_TITLE,
    )
    proves = CheckboxesField(
        _l("What does it prove? (optional)"),
        hint=_l("Select all that apply."),
        choices=[Choice(proof, words) for proof, words in words.PROOFS.items()],
        small=True,
    )
    valid_until = DateField(
        _l("Until when? (optional)"),
        name_in_errors=_l("Last day"),
        hint=_l("The day on which it runs out, if there is one."),
    )
    save = SubmitField(_l("Keep the document"))


class ReceivedForm(_ContentForm):
    """A letter that came for the person."""

    title = TextField(
        _l("Who wrote it?"),
        name_in_errors=_l("Who wrote it"),
        required=_l("Enter who wrote it"),
        max_length=rules.LONGEST_TITLE,
    )
    dated_on = DateField(
        _l("What day does the letter name? (optional)"),
        name_in_errors=_l("Date of the letter"),
        must_be="today_or_past",
    )
    answer_by = DateField(
        _l("By when must it be answered? (optional)"),
        name_in_errors=_l("Last day to answer"),
        hint=_l("It becomes a task of whoever looks after the case."),
        must_be="today_or_future",
    )
    save = SubmitField(_l("Take the letter in"))


class ReadForm(BaseForm):
    """How the person came to know what a letter says."""

    version = HiddenField(required=_l("Open the letter again"), max_length=10)
    how = RadiosField(
        _l("How did the person hear it?"),
        choices=[Choice(how, said) for how, said in words.HOW_READ.items()],
        required=_l("Select how the person heard it"),
    )
    save = SubmitField(_l("They know what it says"))


class AnsweredForm(BaseForm):
    """How a letter was answered."""

    version = HiddenField(required=_l("Open the letter again"), max_length=10)
    answer = RadiosField(
        _l("How was it answered?"),
        choices=[Choice(how, said) for how, said in words.ANSWERS.items()],
        required=_l("Select how it was answered"),
    )
    save = SubmitField(_l("Save the answer"))


_REVEALED: dict[str, tuple[str, ...]] = {
    LetterKind.CHALLENGE: ("decided_on",),
    LetterKind.ADDRESS: ("new_address", "moved_on"),
}


class WriteForm(BaseForm):
    """A letter from the person."""

    kind = RadiosField(
        _l("What is the letter for?"),
        choices=[
            Choice(kind, said, reveals=_REVEALED.get(kind, ()))
            for kind, said in words.LETTERS.items()
        ],
        required=_l("Select what the letter is for"),
    )
    decided_on = DateField(
        _l("When was it decided? (optional)"),
        name_in_errors=_l("Day of the decision"),
        must_be="today_or_past",
    )
    new_address = TextAreaField(
        _l("New address"),
        required=_l("Enter the new address"),
        max_length=rules.LONGEST_ADDRESS,
        rows=4,
    )
    moved_on = DateField(
        _l("Since when? (optional)"),
        name_in_errors=_l("Day of the move"),
        must_be="today_or_past",
    )
    recipient = TextAreaField(
        _l("Whom is it to?"),
        name_in_errors=_l("Whom it is to"),
        hint=_l("Name and address, as on their letters."),
        required=_l("Enter whom the letter is to"),
        max_length=rules.LONGEST_RECIPIENT,
        rows=4,
    )
    their_reference = TextField(
        _l("Their number for the person (optional)"),
        name_in_errors=_l("Their number"),
        max_length=rules.LONGEST_THEIR_REFERENCE,
        width=20,
    )
    why = TextAreaField(
        _l("What does the person want to say?"),
        name_in_errors=_l("What they want to say"),
        hint=_l(
            "In their words: what is wrong, or what they want most. A challenge needs it, the "
            "others do not."
        ),
        max_length=rules.LONGEST_WHY,
        rows=5,
    )
    answers_id = HiddenField(max_length=36)
    request_key = HiddenField(default=new_request_key, max_length=64)
    save = SubmitField(_l("Write the letter"))

    def check_together(self) -> None:
        if self.kind.data == LetterKind.CHALLENGE and not self.why.data:
            self.add_error("why", _("Enter what is wrong with it"))


class ChangeForm(BaseForm):
    """Other words."""

    version = HiddenField(required=_l("Open the letter again"), max_length=10)
    text = TextAreaField(
        _l("The letter"),
        hint=_l("Whoever changes it reads it to the person anew."),
        required=_l("Enter the letter"),
        max_length=rules.LONGEST_TEXT,
        rows=20,
    )
    save_text = SubmitField(_l("Save the letter"), secondary=True)


class SendForm(BaseForm):
    """How a letter leaves the desk."""

    version = HiddenField(required=_l("Open the letter again"), max_length=10)
    how = RadiosField(
        _l("How does it leave?"),
        choices=[Choice(how, said) for how, said in words.HOW_SENT.items()],
        required=_l("Select how it leaves"),
    )
    save = SubmitField(_l("It is sent"))
