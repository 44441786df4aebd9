"""What is asked of whoever complains, of whoever writes it down, and of whoever answers."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

from assistedaccess.kernel.form_fields import (
    BaseForm,
    CheckboxesField,
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
from assistedaccess.kernel.idempotency import new_request_key
from assistedaccess.notices.rules import Channel, State
from assistedaccess.notices.rules_complaints import ComplaintMessage

from . import rules_complaints
from .rules_complaints import About, EntryKind, HowTold, Outcome, TellBy, Way

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
    EntryKind.EXTENDED: _l("We need more time"),
    EntryKind.ANSWERED: _l("The answer"),
    EntryKind.ASKED_AGAIN: _l("They are not content with the answer"),
}


TELL_BYS = {
    TellBy.TEXT: _l("By text message"),
    TellBy.EMAIL: _l("By email"),
    TellBy.LETTER: _l("By letter"),
}
FIELDS = {TellBy.TEXT: "mobile", TellBy.EMAIL: "email", TellBy.LETTER: "postal"}
"""In which field of the forms the address of each way is typed."""
MESSAGES = {
    ComplaintMessage.RECEIVED: _l("That we have it"),
    ComplaintMessage.EXTENDED: _l("That it takes longer"),
    ComplaintMessage.ASKED_AGAIN: _l("That somebody else looks at it again"),
    ComplaintMessage.ANSWERED: _l("That there is an answer"),
}
CHANNELS: dict[str, Any] = {
    **{str(kind): words for kind, words in TELL_BYS.items()},
    Channel.IN_PERSON: _l("In person"),
    Channel.NONE: _l("In no way"),
}
STATES = {
    State.QUEUED: (_l("On its way"), "blue"),
    State.SENDING: (_l("On its way"), "blue"),
    State.RETRYING: (_l("Tried again soon"), "yellow"),
    State.SENT: (_l("Sent"), "green"),
    State.DELIVERED: (_l("Delivered"), "green"),
    State.FAILED: (_l("Not delivered"), "red"),
    State.TO_PRINT: (_l("Print and post it"), "orange"),
    State.POSTED: (_l("Posted"), "green"),
    State.IN_PERSON: (_l("Tell them yourself"), "orange"),
    State.NOT_SENT: (_l("Not sent"), "red"),
    State.HELD: (_l("Held after a repair of the system"), "yellow"),
}


class _WayFields:
    """How whoever complains wishes to be told. Every field may be left as it is."""

    mobile = TelField(
        _l("Mobile number"),
        required=_l("Enter a mobile number"),
    )
    email = EmailField(
        _l("Email address"),
        required=_l("Enter an email address"),
    )
    postal = TextAreaField(
        _l("Address for the letter"),
        required=_l("Enter the address"),
        max_length=700,
        rows=4,
        autocomplete="off",
    )

    @property
    def way_to_tell(self) -> dict[str, str]:
        """The way as the commands take it; ``reach`` where it is another one, in words."""
        form: Any = self
        chosen = form.tell_by.data or ""
        typed = form[FIELDS[TellBy(chosen)]].data or "" if chosen in FIELDS else ""
        known = {"tell_by": chosen, "address": typed} if chosen in FIELDS else {}
        return {**known, "reach": form.reach.data or ""}

    def show_error(self, field: str, words: object) -> None:
        """At the field where it was typed; at the question where a field is not shown."""
        form: Any = self
        form.add_error(field if field in form else "tell_by", words)


def _list_ways(other: object, none: object) -> list[Choice]:
    return [
        *(Choice(kind, TELL_BYS[kind], reveals=FIELDS[kind]) for kind in TellBy),
        Choice("other", other, reveals="reach"),
        Choice("none", none),
    ]


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


class MakeComplaintForm(_WayFields, _ComplaintForm):
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
    tell_by = RadiosField(
        _l("How shall we tell you what becomes of it?"),
        name_in_errors=_l("How we shall tell you"),
        hint=_l(
            "Choose a way that nobody sees but you. A text does not say what it is about. Whoever "
            "deals with the complaint sees it, and nobody else."
        ),
        choices=_list_ways(_l("In another way"), _l("Not at all: I ask with the number I get")),
        default="none",
        small=True,
    )
    reach = TextField(
        _l("How can we reach you?"),
        name_in_errors=_l("How we can reach you"),
        hint=_l("For example a telephone number, and when it is safe to ring."),
        required=_l("Enter how we can reach you"),
        max_length=rules_complaints.LONGEST_SHORT,
        autocomplete="off",
    )
    request_key = HiddenField(default=new_request_key, max_length=64)
    send = SubmitField(_l("Send the complaint"))


class TakeDownComplaintForm(_WayFields, _ComplaintForm):
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
    tell_by = RadiosField(
        _l("How is it safe to tell them what becomes of it?"),
        name_in_errors=_l("How it is safe to tell them"),
        hint=_l(
            "Ask whether anybody else sees it. If they have a record, they are told in the way "
            "that their record says is safe."
        ),
        choices=_list_ways(_l("In another way"), _l("Not at all: they ask with the number")),
        default="none",
        small=True,
    )
    reach = TextField(
        _l("How can they be reached?"),
        name_in_errors=_l("How they can be reached"),
        required=_l("Enter how they can be reached"),
        max_length=rules_complaints.LONGEST_SHORT,
        autocomplete="off",
    )
    request_key = HiddenField(default=new_request_key, max_length=64)
    save = SubmitField(_l("Save the complaint"))


class NoMoreMessagesForm(BaseForm):
    """Whoever stands there with the number wants no more messages."""

    number = HiddenField(max_length=20)


class WriteToComplaintForm(BaseForm):
    """What the owner did: a note, that it was acknowledged, that they ask again."""

    kind = RadiosField(
        _l("What are you writing?"),
        name_in_errors=_l("What you are writing"),
        choices=[
            Choice(EntryKind.NOTE, ENTRIES[EntryKind.NOTE]),
            Choice(EntryKind.ACKNOWLEDGED, ENTRIES[EntryKind.ACKNOWLEDGED], reveals="how"),
            Choice(
                EntryKind.EXTENDED,
                ENTRIES[EntryKind.EXTENDED],
                hint=_l("Once: as many working days again. Write down why."),
            ),
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
