"""What is filled in about a group session and its register, and the words for what is chosen."""

from __future__ import annotations

from datetime import time

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from assistedaccess.kernel.form_fields import (
    BaseForm,
    CheckboxesField,
    CheckboxField,
    Choice,
    DateField,
    HiddenField,
    IntegerField,
    RadiosField,
    SelectField,
    SubmitField,
    TextField,
    YesNoField,
)
from assistedaccess.kernel.idempotency import new_request_key
from assistedaccess.organisations.rules_hours import UnreadableHours, read_time

from . import rules as case_rules
from . import rules_groups as rules
from .rules_groups import EntryState, GroupKind, GroupState

KINDS = {
    GroupKind.ROOM: _l("In a room"),
    GroupKind.VIDEO: _l("By video"),
}
STATES = {
    GroupState.PLANNED: (_l("Planned"), "blue"),
    GroupState.CLOSED: (_l("Register closed"), "green"),
    GroupState.CANCELLED: (_l("Cancelled"), "grey"),
}
ENTRY_STATES = {
    EntryState.BOOKED: (_l("Expected"), "blue"),
    EntryState.CAME: (_l("Came"), "green"),
    EntryState.LEFT_EARLY: (_l("Left early"), "green"),
    EntryState.DID_NOT_COME: (_l("Could not come"), "grey"),
    EntryState.CANCELLED: (_l("Taken off"), "grey"),
}


class SessionsForm(BaseForm):
    """Which sessions; sent by GET, because it changes nothing."""

    class Meta(BaseForm.Meta):
        """No token: nothing is changed."""

        csrf = False

    where = SelectField(
        _l("Where?"), choices=[Choice("all", _l("At all sites"))], empty=_l("At this site")
    )
    show = SubmitField(_l("Show"))


class GroupForm(BaseForm):
    """A session: what, where, when, for how many, led by whom."""

    topic = TextField(
        _l("What is it about?"),
        name_in_errors=_l("What it is about"),
        hint=_l("For example: Help with forms. Nothing about one person."),
        required=_l("Enter what the session is about"),
        max_length=rules.LONGEST_TOPIC,
    )
    is_private = YesNoField(
        _l("Would it tell something about somebody that they are there?"),
        hint=_l(
            "Debt, health, abuse or a crime, for example. Then only those who lead it see what it "
            "is about and who comes."
        ),
        yes=_l("Yes, hide what it is about"),
        no=_l("No, anybody may come for anything"),
        required=_l("Select yes if it would tell something about somebody"),
    )
    kind = RadiosField(
        _l("Where does the group meet?"),
        choices=[Choice(kind, words) for kind, words in KINDS.items()],
        default=str(GroupKind.ROOM),
        required=_l("Select where the group meets"),
    )
    room = TextField(
        _l("Which room? (optional)"), name_in_errors=_l("Room"), max_length=rules.LONGEST_ROOM
    )
    day = DateField(
        _l("Which day?"),
        name_in_errors=_l("Day of the session"),
        hint=_l("For example, 27 3 2026"),
        required=_l("Enter the day of the session"),
        must_be="today_or_future",
    )
    begins = TextField(
        _l("What time does it begin?"),
        name_in_errors=_l("The time when it begins"),
        hint=_l("For example, 10 or 2:15pm"),
        required=_l("Enter the time when it begins"),
        max_length=50,
        width=5,
        autocomplete="off",
    )
    ends = TextField(
        _l("What time does it end?"),
        name_in_errors=_l("The time when it ends"),
        required=_l("Enter the time when it ends"),
        max_length=50,
        width=5,
        autocomplete="off",
    )
    places = IntegerField(
        _l("How many people can come?"),
        name_in_errors=_l("How many people can come"),
        required=_l("Enter how many people can come"),
        minimum=1,
        maximum=rules.MOST_PLACES,
        width=3,
    )
    leaders = CheckboxesField(_l("Who leads it?"), required=_l("Select who leads it"))

    begins_at: time | None = None
    ends_at: time | None = None

    def check_together(self) -> None:
        self.begins_at = self._read(self.begins)
        self.ends_at = self._read(self.ends)

    def _read(self, field: TextField) -> time | None:
        try:
            return read_time(field.data or "")
        except UnreadableHours:
            self.add_error(field.name, _("Enter a time, like 10:30 or 2:15pm"))
            return None


class PlanForm(GroupForm):
    """A new session, or one a week."""

    weeks = IntegerField(
        _l("For how many weeks?"),
        name_in_errors=_l("For how many weeks"),
        hint=_l("1 for one session; 10 for ten, at the same time each week"),
        required=_l("Enter for how many weeks"),
        default=1,
        minimum=1,
        maximum=rules.MOST_WEEKS,
        width=3,
    )
    request_key = HiddenField(default=new_request_key, max_length=64)
    save = SubmitField(_l("Plan it"))


class ChangeForm(GroupForm):
    """Another room, time or leader of one session."""

    version = HiddenField(required=_l("Open the session again"), max_length=10)
    save = SubmitField(_l("Save"))


class CancelForm(BaseForm):
    """That it does not take place."""

    version = HiddenField(required=_l("Open the session again"), max_length=10)
    with_later = CheckboxField(_l("The later sessions of this series do not take place either"))
    save = SubmitField(_l("Cancel the session"), warning=True)


class ReferenceForm(BaseForm):
    """Who is put on the register."""

    person_reference = TextField(
        _l("Reference of the person"),
        hint=_l("For example, P-7K3M-9QTR. They are told when and where."),
        required=_l("Enter the person’s reference"),
        max_length=20,
        width=10,
        autocomplete="off",
        spellcheck=False,
    )
    with_later = CheckboxField(_l("On each later one of its series too"))
    request_key = HiddenField(default=new_request_key, max_length=64)
    put_on = SubmitField(_l("Put them on the register"))


class WalkInForm(BaseForm):
    """Who is here and was not expected."""

    walk_in_reference = TextField(
        _l("Reference, if they have one"),
        name_in_errors=_l("Reference"),
        max_length=20,
        width=10,
        autocomplete="off",
        spellcheck=False,
    )
    called = TextField(
        _l("First name, if they have no reference"),
        name_in_errors=_l("First name"),
        hint=_l("It is taken out when the register is closed."),
        max_length=case_rules.LONGEST_NAME,
        width=20,
        autocomplete="off",
        spellcheck=False,
    )
    request_key = HiddenField(default=new_request_key, max_length=64)
    walk_in = SubmitField(_l("They are here"))

    def check_together(self) -> None:
        if not self.walk_in_reference.data and not self.called.data:
            self.add_error("called", _("Enter a reference, or a first name"))


class ChooseSessionForm(BaseForm):
    """On which session the person of a case is put."""

    session = RadiosField(_l("Which session?"), required=_l("Select a session"))
    with_later = CheckboxField(_l("Each later one of its series too"))
    request_key = HiddenField(default=new_request_key, max_length=64)
    save = SubmitField(_l("Put them on the register"))


class CorrectForm(BaseForm):
    """What a closed register should have said."""

    state = RadiosField(
        _l("What happened?"),
        choices=[
            Choice(state, ENTRY_STATES[state][0])
            for state in (EntryState.CAME, EntryState.LEFT_EARLY, EntryState.DID_NOT_COME)
        ]
        + [Choice(EntryState.CANCELLED, _l("They should not be on this register"))],
        required=_l("Select what happened"),
    )
    words = TextField(
        _l("How do you know?"),
        name_in_errors=_l("How you know"),
        required=_l("Enter how you know"),
        max_length=rules.LONGEST_WHY,
    )
    request_key = HiddenField(default=new_request_key, max_length=64)
    save = SubmitField(_l("Add the correction"))
