"""What a helper fills in around a form: how to help, what was said back, who declares."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from assistedaccess.kernel.form_fields import (
    BaseForm,
    CheckboxField,
    Choice,
    DateField,
    HiddenField,
    RadiosField,
    SubmitField,
    TextAreaField,
    TextField,
)
from assistedaccess.kernel.idempotency import new_request_key

from . import rules, words
from .delivery import WayOut
from .rules import SaidBack, WithdrawReason, Word

OTHER_SERVICE = "other"
RECORD = "record"


ASSISTING = Choice(
    "assisting",
    _l("Fill in the form here, with the person beside me"),
    hint=_l("The person decides what is said. You type."),
)
REPRESENTING = Choice(
    "representing",
    _l("Fill in the form here, for the person"),
    hint=_l("Only under what the person agreed before, with its limits."),
)


class StartForm(BaseForm):
    """Which service, and in which way."""

    request_key = HiddenField(default=new_request_key)
    service = RadiosField(
        _l("Which service is it?"),
        name_in_errors=_l("The service"),
        required=_l("Select a service"),
    )
    way = RadiosField(
        _l("How will you help?"),
        choices=[
            ASSISTING,
            REPRESENTING,
            Choice(
                RECORD,
                _l("Help on the service’s own website, and record it"),
                hint=_l("One page. No answers are kept."),
            ),
        ],
        required=_l("Select how you will help"),
    )
    go_on = SubmitField(_l("Continue"))


class ChangeWayForm(BaseForm):
    """In which way a draft goes on."""

    way = RadiosField(
        _l("How will you go on?"),
        choices=[ASSISTING, REPRESENTING],
        required=_l("Select how you will go on"),
    )
    save = SubmitField(_l("Continue"))


class WithdrawForm(BaseForm):
    """Why a draft is given up."""

    reason = RadiosField(
        _l("Why is it withdrawn?"),
        choices=[Choice(reason, words.WITHDRAW_REASONS[reason]) for reason in WithdrawReason],
        required=_l("Select why it is withdrawn"),
    )
    withdraw = SubmitField(_l("Withdraw the application"), warning=True)


class ReadBackForm(BaseForm):
    """What the person said to their answers."""

    version = HiddenField()
    page = HiddenField()
    answer = RadiosField(
        _l("What did the person say?"),
        name_in_errors=_l("What the person said"),
        required=_l("Select what the person said"),
    )
    correction = TextAreaField(
        _l("What has to be corrected?"),
        name_in_errors=_l("What has to be corrected"),
        required=_l("Enter what has to be corrected"),
        max_length=rules.LONGEST_CORRECTION,
        rows=3,
    )
    save = SubmitField(_l("Save and continue"))

    def offer(self, answers: list[SaidBack]) -> None:
        """Offer these answers."""
        self.answer.choices = [
            Choice(
                answer,
                words.SAID_BACK[answer],
                reveals="correction" if answer is SaidBack.CORRECTION else (),
            )
            for answer in answers
        ]


class DeclarationForm(BaseForm):
    """Who says that it is true; and with that it is sent."""

    version = HiddenField()
    declarer = RadiosField(
        _l("Who declares that the answers are true?"),
        name_in_errors=_l("Who declares"),
        required=_l("Select who declares that the answers are true"),
    )
    declarer_words = TextField(
        _l("If it is somebody else: their name, and what shows that they may declare"),
        name_in_errors=_l("Their name, and what shows that they may declare"),
        hint=_l("For example: Mary Shaw, letter from the department of 3 May 2026"),
        max_length=rules.LONGEST_DECLARER,
    )
    agreed = CheckboxField(
        _l("I read these words out, and they said that they are true"),
        required=_l("Read the words out, and tick the box when they say that they are true"),
    )
    written_on = DateField(
        _l("If it was written and signed on paper before: the day (optional)"),
        name_in_errors=_l("Day of the paper"),
        hint=_l("It is then marked as typed in late. For example, 27 3 2026"),
        must_be="past",
    )
    send = SubmitField(_l("Declare and submit"))

    def offer(self, declarers: list[rules.Declarer]) -> None:
        """Offer these to declare."""
        self.declarer.choices = [Choice(who, words.DECLARERS[who]) for who in declarers]
        if not any(who.is_somebody_else for who in declarers):
            del self.declarer_words

    def check_together(self) -> None:
        who = rules.Declarer(self.declarer.data)
        if who.is_somebody_else and not self.declarer_words.data:
            words_missing = _("Enter their name, and what shows that they may declare")
            self.add_error("declarer_words", words_missing)


class WayOutForm(BaseForm):
    """How a submission gets to the other side."""

    way = RadiosField(
        _l("How does it get there?"),
        name_in_errors=_l("How it gets there"),
        required=_l("Select how it gets there"),
    )
    save = SubmitField(_l("Continue"))

    def offer(self, ways: list[WayOut]) -> None:
        """Offer these ways."""
        self.way.choices = [Choice(way, words.WAYS_OUT[way]) for way in ways]


class TypingForm(BaseForm):
    """What comes back once all answers are in the other side's form. The ticks are the page's."""

    their_reference = TextField(
        _l("Reference that the other side gave"),
        name_in_errors=_l("The other side’s reference"),
        max_length=rules.LONGEST_THEIR_REFERENCE,
        spellcheck=False,
        width=20,
    )
    has_none = CheckboxField(_l("It gave no reference"))
    done = SubmitField(_l("All of it is in"))
    later = SubmitField(_l("Keep the ticks and go on later"), secondary=True)


class HelpForm(BaseForm):
    """One page records help on somebody else's website."""

    request_key = HiddenField(default=new_request_key)
    language = HiddenField()
    service = RadiosField(
        _l("Which service was it?"),
        name_in_errors=_l("The service"),
        required=_l("Select a service"),
    )
    other_service = TextField(
        _l("What is the service called?"),
        name_in_errors=_l("What the service is called"),
        required=_l("Enter what the service is called"),
        max_length=rules.LONGEST_SERVICE_NAME,
    )
    asked = TextAreaField(
        _l("What did the person ask you to do?"),
        name_in_errors=_l("What the person asked you to do"),
        hint=_l("In their words if you can. Do not write down a password or PIN."),
        required=_l("Enter what the person asked you to do"),
        max_length=rules.LONGEST_ASKED,
        rows=2,
    )
    word = RadiosField(
        _l("On whose word?"),
        name_in_errors=_l("On whose word"),
        choices=[
            Choice(Word.HERE, _l("The person’s, who is here")),
            Choice(Word.TELEPHONE, _l("The person’s, on the telephone")),
            Choice(Word.DELEGATION, _l("Under what the person agreed before (representing)")),
        ],
        required=_l("Select on whose word you helped"),
    )
    said_yes = CheckboxField(_l("The person said yes, after I told them this"))
    was_sent = CheckboxField(_l("An application or claim was sent"))
    their_reference = TextField(
        _l("The service’s reference (optional)"),
        name_in_errors=_l("The service’s reference"),
        max_length=rules.LONGEST_THEIR_REFERENCE,
        spellcheck=False,
        width=20,
    )
    note = TextAreaField(
        _l("Note (optional)"),
        name_in_errors=_l("Note"),
        max_length=rules.LONGEST_NOTE,
        rows=3,
    )
    save = SubmitField(_l("Record the help"))
