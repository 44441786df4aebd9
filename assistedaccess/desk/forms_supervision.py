"""The short form of supervision by sample."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from assistedaccess.kernel.form_fields import (
    BaseForm,
    Choice,
    RadiosField,
    SubmitField,
    TextAreaField,
)

from .rules_supervision import LONGEST_WORDS, Answer, Outcome, Question

QUESTIONS = {
    Question.ASKED: _l("Does it say what the person asked for, and that they agreed?"),
    Question.RIGHT: _l("Was the right thing done for this need, in time?"),
    Question.TOLD: _l("Was the person told what was done, and what comes next?"),
    Question.CARRY_ON: _l("Could a colleague carry on from what is written?"),
    Question.RESPECT: _l("Could the person read what is written about them?"),
}
ANSWERS = {
    Answer.YES: _l("Yes"),
    Answer.NO: _l("No"),
    Answer.CANNOT_TELL: _l("I cannot tell"),
}
OUTCOMES = {
    Outcome.GOOD: _l("Good work"),
    Outcome.TALK: _l("Something to talk about with the helper"),
    Outcome.WORRY: _l("Something that worries me"),
}
_CHOICES = [Choice(answer, words) for answer, words in ANSWERS.items()]


def _ask(question: Question) -> RadiosField:
    return RadiosField(
        QUESTIONS[question],
        choices=_CHOICES,
        required=_l("Answer each question"),
        inline=True,
        small=True,
    )


class SupervisionFormForm(BaseForm):
    """Five questions, what follows, and words where something is not good."""

    asked = _ask(Question.ASKED)
    right = _ask(Question.RIGHT)
    told = _ask(Question.TOLD)
    carry_on = _ask(Question.CARRY_ON)
    respect = _ask(Question.RESPECT)
    outcome = RadiosField(
        _l("What follows?"),
        name_in_errors=_l("What follows"),
        choices=[
            Choice(Outcome.GOOD, OUTCOMES[Outcome.GOOD]),
            Choice(Outcome.TALK, OUTCOMES[Outcome.TALK]),
            Choice(
                Outcome.WORRY,
                OUTCOMES[Outcome.WORRY],
                hint=_l("If somebody may be in danger, tell the safeguarding lead too."),
            ),
        ],
        required=_l("Select what follows"),
        small=True,
    )
    words = TextAreaField(
        _l("In words (optional where it is good)"),
        name_in_errors=_l("In words"),
        max_length=LONGEST_WORDS,
        rows=3,
    )
    save = SubmitField(_l("Save"))


class DrawForm(BaseForm):
    """The button that draws."""

    draw = SubmitField(_l("Draw the cases of last month"))


ENTRIES = {
    "notice": _l("Message to the person"),
    "note": _l("Note"),
    "task": _l("Task"),
    "appointment": _l("Appointment"),
    "register_entry": _l("Place in a group session"),
    "change": _l("Change of the case"),
    "consent": _l("The person said yes"),
    "application": _l("Application"),
    "help": _l("Help on another website"),
    "outcome": _l("What became of it"),
    "payment": _l("Fee"),
    "refund": _l("Money that goes back"),
    "gift": _l("Emergency help"),
    "document": _l("Document, or letter that came for them"),
    "letter": _l("Letter from the person"),
    "referral": _l("Referral to another place"),
    "referral_in": _l("Sent here by another place"),
    "benefits_check": _l("Result of a benefits calculator"),
}
"""What an entry is, for whoever cannot open it: each kind that sources.CASE_STORY has."""
