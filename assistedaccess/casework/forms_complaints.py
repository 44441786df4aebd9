"""What is asked of whoever complains, of whoever writes it down, and of whoever answers."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from assistedaccess.kernel.form_fields import (
    BaseForm,
    CheckboxesField,
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

from . import rules_complaints
from .rules_complaints import About, EntryKind, HowTold, Outcome, Way

ABOUTS = {
    About.SERVICE: _l("How I was helped, or not helped"),
    About.HELPER: _l("What a member of staff or a helper did"),
    About.DATA: _l("What was kept about me, or who saw it"),
}
WAYS = {
    Way.IN_PERSON: _l("They said it here"),
    Way.TELEPHONE: _l("By telephone"),
    Way.LETTER: _l("In a letter"),
    Way.EMAIL: _l("By email"),
    Way.OTHER: _l("In another way"),
    Way.ONLINE: _l("On the public page"),
}
HOWS = {
    HowTold.IN_PERSON: _l("In person"),
    HowTold.TELEPHONE: _l("By telephone"),
    HowTold.LETTER: _l("By letter"),
    HowTold.EMAIL: _l("By email"),
    HowTold.KEPT: _l("There is no safe way: it waits until they ask with the number"),
}
OUTCOMES = {
    Outcome.UPHELD: _l("They are right"),
    Outcome.PARTLY: _l("They are right in part"),
    Outcome.NOT_UPHELD: _l("Nothing was done wrong"),
}
ENTRIES = {
    EntryKind.NOTE: _l("A note"),
    EntryKind.ACKNOWLEDGED: _l("They were told that we have it"),
    EntryKind.ANSWERED: _l("The answer"),
    EntryKind.ASKED_AGAIN: _l("They are not content with the answer"),
}


class _ComplaintForm(BaseForm):
    """What everybody who complains may tell. Only what went wrong has to be said."""

    kinds = CheckboxesField(
        _l("What is it about?"),
        name_in_errors=_l("What it is about"),
        hint=_l("Select all that apply."),
        choices=[Choice(kind, words) for kind, words in ABOUTS.items()],
        required=_l("Select what it is about"),
        small=True,
    )
    words = TextAreaField(
        _l("What went wrong?"),
        name_in_errors=_l("What went wrong"),
        hint=_l("What happened, and when. Your own words are right."),
        required=_l("Enter what went wrong"),
        max_length=rules_complaints.LONGEST_TOLD,
        rows=6,
    )
    who = TextField(
        _l("Who is it about? (optional)"),
        name_in_errors=_l("Who it is about"),
        hint=_l("A name, if you know one. That person will not deal with it, or see it."),
        max_length=rules_complaints.LONGEST_SHORT,
        autocomplete="off",
    )
    wanted = TextAreaField(
        _l("What would put it right? (optional)"),
        name_in_errors=_l("What would put it right"),
        max_length=rules_complaints.LONGEST_TOLD,
        rows=2,
    )


class MakeComplaintForm(_ComplaintForm):
    """The public page."""

    organisation = SelectField(
        _l("At which place? (optional)"),
        name_in_errors=_l("The place"),
        empty=_l("I do not know, or would rather not say"),
    )
    name = TextField(
        _l("Your name (optional)"),
        name_in_errors=_l("Your name"),
        hint=_l("Leave it empty if you would rather not say."),
        max_length=rules_complaints.LONGEST_SHORT,
        autocomplete="off",
    )
    reach = TextField(
        _l("How can we answer you? (optional)"),
        name_in_errors=_l("How we can answer you"),
        hint=_l(
            "A telephone number or an address that is safe. If you leave this empty, keep the "
            "number that you will be given, and ask with it at any desk."
        ),
        max_length=rules_complaints.LONGEST_SHORT,
        autocomplete="off",
    )
    request_key = HiddenField(default=new_request_key, max_length=64)
    send = SubmitField(_l("Send the complaint"))


class TakeDownComplaintForm(_ComplaintForm):
    """For somebody who speaks, rings or writes."""

    way = RadiosField(
        _l("How did it come?"),
        name_in_errors=_l("How it came"),
        choices=[Choice(way, words) for way, words in WAYS.items() if way != Way.ONLINE],
        default=str(Way.IN_PERSON),
        required=_l("Select how it came"),
        small=True,
    )
    received_on = DateField(
        _l("Which day did it come?"),
        name_in_errors=_l("The day it came"),
        hint=_l("The time to answer runs from this day."),
        must_be="today_or_past",
        required=_l("Enter the day it came"),
    )
    about = TextField(
        _l("Their reference (optional)"),
        name_in_errors=_l("Their reference"),
        hint=_l("The one that begins with P, if they have a record and want it named."),
        max_length=20,
        width=10,
        spellcheck=False,
        autocomplete="off",
    )
    name = TextField(
        _l("Their name (optional)"),
        name_in_errors=_l("Their name"),
        max_length=rules_complaints.LONGEST_SHORT,
        autocomplete="off",
    )
    reach = TextField(
        _l("How is it safe to answer them? (optional)"),
        name_in_errors=_l("How it is safe to answer them"),
        max_length=rules_complaints.LONGEST_SHORT,
        autocomplete="off",
    )
    request_key = HiddenField(default=new_request_key, max_length=64)
    save = SubmitField(_l("Save the complaint"))


class WriteToComplaintForm(BaseForm):
    """What the owner did: a note, that it was acknowledged, that they ask again."""

    kind = RadiosField(
        _l("What are you writing?"),
        name_in_errors=_l("What you are writing"),
        choices=[
            Choice(EntryKind.NOTE, ENTRIES[EntryKind.NOTE]),
            Choice(EntryKind.ACKNOWLEDGED, ENTRIES[EntryKind.ACKNOWLEDGED], reveals="how"),
            Choice(
                EntryKind.ASKED_AGAIN,
                ENTRIES[EntryKind.ASKED_AGAIN],
                hint=_l("Somebody else then looks at it once more."),
            ),
        ],
        default=str(EntryKind.NOTE),
        required=_l("Select what you are writing"),
        small=True,
    )
    how = RadiosField(
        _l("How were they told?"),
        name_in_errors=_l("How they were told"),
        choices=[Choice(how, words) for how, words in HOWS.items()],
        required=_l("Select how they were told"),
        small=True,
    )
    text = TextAreaField(
        _l("In words"),
        required=_l("Enter what was done or said"),
        max_length=rules_complaints.LONGEST_TOLD,
        rows=4,
    )
    request_key = HiddenField(default=new_request_key, max_length=64)
    save = SubmitField(_l("Save"))


class AnswerComplaintForm(BaseForm):
    """The answer, and what is done differently from now on."""

    outcome = RadiosField(
        _l("What did you find?"),
        name_in_errors=_l("What you found"),
        choices=[Choice(outcome, words) for outcome, words in OUTCOMES.items()],
        required=_l("Select what you found"),
        small=True,
    )
    answer = TextAreaField(
        _l("The answer to them"),
        hint=_l("In plain words: what you found, that you are sorry where you are, what you do."),
        required=_l("Enter the answer"),
        max_length=rules_complaints.LONGEST_TOLD,
        rows=8,
    )
    learned = TextAreaField(
        _l("What is done differently from now on? (optional)"),
        name_in_errors=_l("What is done differently"),
        hint=_l("Your team reads this. Name nobody."),
        max_length=rules_complaints.LONGEST_TOLD,
        rows=3,
    )
    how = RadiosField(
        _l("How do you tell them?"),
        name_in_errors=_l("How you tell them"),
        choices=[Choice(how, words) for how, words in HOWS.items()],
        required=_l("Select how you tell them"),
        small=True,
    )
    save = SubmitField(_l("Save the answer"))


class NameComplainedOfForm(BaseForm):
    """Which member it is about."""

    member = SelectField(
        _l("Whom is it about?"),
        name_in_errors=_l("Whom it is about"),
        hint=_l("From then on this human cannot open it, whichever account they use."),
        empty=_l("Select one"),
        required=_l("Select whom it is about"),
    )
    save = SubmitField(_l("Keep them away from it"))


class AskComplaintForm(BaseForm):
    """Whoever stands at a desk with a number."""

    number = TextField(
        _l("The number of the complaint"),
        hint=_l("It begins with G."),
        required=_l("Enter the number of the complaint"),
        max_length=20,
        width=10,
        spellcheck=False,
        autocomplete="off",
    )
    ask = SubmitField(_l("Show how far it is"))
