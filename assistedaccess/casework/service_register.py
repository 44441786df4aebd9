"""Commands about the register of a group session: put somebody on it, say who came, close it.

Until its leader closes it, a line is mended where somebody clicked the wrong button. Afterwards it
is only added to: a correction stands beside what stood there, and says why.
"""

from __future__ import annotations

from uuid import UUID

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import func, select, update

from assistedaccess.audit import Action, record
from assistedaccess.audit.once import Once
from assistedaccess.kernel import clock, encryption
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.commands import command, concerns
from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.errors import InvalidInput, NotFound, StaleVersion
from assistedaccess.kernel.ids import new_id
from assistedaccess.kernel.inputs import read_text, read_word
from assistedaccess.notices.rules import NoticeKind
from assistedaccess.people.models import Person
from assistedaccess.people.queries import read_person
from assistedaccess.people.reach import (
    check_alive,
    check_may_begin,
    check_may_go_on,
    reach_person,
    tell,
)

from . import rules as case_rules
from . import rules_groups as rules
from .models_groups import GroupSession, RegisterCorrection, RegisterEntry
from .queries_groups import find_next_free
from .rules_appointments import may_be_settled
from .rules_groups import EntryState, GroupState
from .service import lock_case
from .service_engagements import check_elsewhere, spell_time
from .service_group_notices import list_facts
from .service_groups import RegisterNotYours, list_leader_ids, lock_session

SUBJECT = "register_entry"


class SessionFull(InvalidInput):
    """Every place is taken. ``next_id``: the next session of the series with a free one."""

    def __init__(self, words: str, next_id: UUID | None) -> None:
        super().__init__("session", words)
        self.next_id = next_id


@command("casework.put_on_register")
def put_on_register(
    *,
    actor: Actor,
    session_id: UUID,
    case_id: UUID | None = None,
    person_reference: str | None = None,
    request_key: str | None = None,
) -> UUID:
    """Keep a place for somebody, from their case or by their reference; they are told when.

    Any helper of the organisation may, so that somebody is put on a register that the helper may
    not open. Raises SessionFull, InvalidInput where the person is elsewhere then or on it already.
    """
    row = lock_session(actor, session_id, is_open_to_all=True)
    typed = (session_id, case_id, person_reference)
    once = Once(actor, "casework.put_on_register", request_key, *typed)
    repeated = once.find(SUBJECT)
    if repeated is not None:
        return repeated
    if row.state != GroupState.PLANNED or row.starts_at <= clock.now():
        raise StaleVersion(
            _("This session has begun, or does not take place."),
            next_step=_("Choose another one."),
        )
    person_id = find_who_is_put_on(actor, case_id, person_reference)
    _check_not_on_it(row.id, person_id)
    check_elsewhere(
        actor, [(row.starts_at, row.ends_at)], person_id=person_id, but=row.id, field="session"
    )
    _check_room(row)
    entry = _add(actor, row, person_id=person_id, case_id=case_id)
    _record(Action.REGISTER_ENTRY_ADDED, actor, row, entry)
    tell(actor, person_id, NoticeKind.APPOINTMENT_BOOKED, list_facts(entry, row))
    return once.keep(entry.id)


def find_who_is_put_on(actor: Actor, case_id: UUID | None, person_reference: str | None) -> UUID:
    """The person of an open case, else of a reference, locked, if a place may be kept for them."""
    if case_id is None:
        person_id = _find_person(person_reference)
        _check_may_be_added(reach_person(actor, person_id, lock=True))
        return person_id
    case = lock_case(actor, case_id)
    if case.state == case_rules.CaseState.CLOSED:
        raise StaleVersion(_("This case is closed."), next_step=_("Reopen it first."))
    check_may_go_on(reach_person(actor, case.person_id, lock=True))
    return case.person_id


@command("casework.add_walk_in")
def add_walk_in(
    *,
    actor: Actor,
    session_id: UUID,
    person_reference: str | None = None,
    called: str | None = None,
    request_key: str | None = None,
) -> UUID:
    """Write down somebody who is here and was not expected: by reference, or a first name.

    From the session's day on, also where it is full: whoever leads it sees that and decides, and a
    register says who was there. Of a closed register its leaders alone, who forgot somebody: the
    time at which that was added stands there.
    """
    row = lock_session(actor, session_id)
    once = Once(actor, "casework.add_walk_in", request_key, session_id, person_reference, called)
    repeated = once.find(SUBJECT)
    if repeated is not None:
        return repeated
    if row.state == GroupState.CANCELLED or not may_be_settled(row.starts_at, clock.now()):
        raise StaleVersion(
            _("The day of this session has not come yet, or it does not take place."),
            next_step=_("Put the person on the register instead."),
        )
    if row.state == GroupState.CLOSED:
        _check_leads(actor, row)
    name, person_id = "", None
    if person_reference:
        person_id = _find_person(person_reference)
        _check_may_be_added(reach_person(actor, person_id, lock=True))
        _check_not_on_it(row.id, person_id)
    else:
        missing = _("Enter a reference, or a first name")
        name = read_text("called", called, case_rules.LONGEST_NAME, missing, multiline=False)
    entry = _add(actor, row, person_id=person_id, called=name)
    _record(Action.REGISTER_ENTRY_ADDED, actor, row, entry, "walked_in")
    return once.keep(entry.id)


@command("casework.settle_register_entry")
def settle_register_entry(*, actor: Actor, entry_id: UUID, version: int, state: str) -> UUID:
    """Say that somebody came, left early, or did not come; or take them off the register.

    Nobody is blamed for any of it, and none is told to anybody. Whoever is taken off before the
    session is told. Helpers of the person's case may take them off without opening the register.
    """
    found = get_session().get(RegisterEntry, entry_id)
    if found is None or found.organisation_id != actor.organisation_id:
        raise NotFound
    chosen = _read_state(state)
    is_taken_off = chosen is EntryState.CANCELLED
    may_without = is_taken_off and found.case_id is not None
    row = lock_session(actor, found.session_id, is_open_to_all=may_without)
    entry = lock_entry(actor, entry_id)
    if row.state != GroupState.PLANNED:
        raise StaleVersion(
            _("The register of this session is closed."),
            next_step=_("Its leader can add a correction."),
        )
    if entry.version != version or entry.state == EntryState.CANCELLED:
        raise StaleVersion(
            _("Somebody else changed this line after you opened the page."),
            next_step=_("Open the register again, see what is new, and decide then."),
        )
    if not is_taken_off and not may_be_settled(row.starts_at, clock.now()):
        raise StaleVersion(_("The day of this session has not come yet."))
    was_booked = entry.state == EntryState.BOOKED
    entry.state = chosen
    entry.settled_at, entry.settled_by = clock.now(), actor.account_id
    entry.version += 1
    get_session().flush()
    _record(_ACTIONS[chosen], actor, row, entry)
    if is_taken_off and was_booked and entry.person_id and row.starts_at > clock.now():
        tell(actor, entry.person_id, NoticeKind.APPOINTMENT_CANCELLED, list_facts(entry, row))
    return row.id


_ACTIONS = {
    EntryState.CAME: Action.REGISTER_ENTRY_CAME,
    EntryState.LEFT_EARLY: Action.REGISTER_ENTRY_LEFT,
    EntryState.DID_NOT_COME: Action.REGISTER_ENTRY_MISSED,
    EntryState.CANCELLED: Action.REGISTER_ENTRY_CANCELLED,
}


@command("casework.close_register")
def close_register(*, actor: Actor, session_id: UUID, version: int) -> UUID:
    """Close the register: a leader's word that it is so. First names without a record are emptied.

    Raises StaleVersion before the session's day, and while of somebody nothing is said.
    """
    row = lock_session(actor, session_id, version=version)
    _check_leads(actor, row)
    if row.state != GroupState.PLANNED or not may_be_settled(row.starts_at, clock.now()):
        raise StaleVersion(_("This register is closed already, or its day has not come yet."))
    session = get_session()
    unsaid = session.scalar(
        select(func.count()).where(
            RegisterEntry.session_id == row.id, RegisterEntry.state == EntryState.BOOKED
        )
    )
    if unsaid:
        words = ngettext(
            "Of %(num)s person nothing is said yet.",
            "Of %(num)s people nothing is said yet.",
            unsaid,
        )
        raise StaleVersion(words, next_step=_("Say of each person whether they came."))
    row.state, row.settled_at = GroupState.CLOSED, clock.now()
    assert actor.account_id is not None  # noqa: S101  (require_may_act refused it)
    row.changed_by = actor.account_id
    row.version += 1
    session.flush()
    session.execute(
        update(RegisterEntry)
        .where(RegisterEntry.session_id == row.id, RegisterEntry.called.is_not(None))
        .values(called=None)
        .execution_options(synchronize_session=False)
    )
    record(Action.REGISTER_CLOSED, actor=actor, subject=("group_session", row.id))
    return row.id


@command("casework.correct_register_entry")
def correct_register_entry(
    *, actor: Actor, entry_id: UUID, state: str, words: str, request_key: str | None = None
) -> UUID:
    """Say what a closed register should have said of one line, and why. What stood there stays."""
    once = Once(actor, "casework.correct_register_entry", request_key, entry_id, state, words)
    found = get_session().get(RegisterEntry, entry_id)
    if found is None or found.organisation_id != actor.organisation_id:
        raise NotFound
    chosen = _read_state(state)
    row = lock_session(actor, found.session_id)
    repeated = once.find("register_correction")
    if repeated is not None:
        return row.id
    entry = lock_entry(actor, entry_id)
    _check_leads(actor, row)
    if row.state != GroupState.CLOSED:
        raise StaleVersion(_("This register is not closed: change the line itself."))
    why = read_text("words", words, rules.LONGEST_WHY, _("Enter how you know"))
    made, sealed_for = new_id(), entry.person_id or row.organisation_id
    assert actor.account_id is not None  # noqa: S101  (require_may_act refused it)
    get_session().add(
        RegisterCorrection(
            id=made,
            organisation_id=row.organisation_id,
            session_id=row.id,
            entry_id=entry.id,
            person_id=entry.person_id,
            sealed_for=sealed_for,
            state=chosen,
            words=encryption.seal(sealed_for, f"register_correction.words.{made}", why),
            added_at=clock.now(),
            added_by=actor.account_id,
        )
    )
    _record(Action.REGISTER_ENTRY_CORRECTED, actor, row, entry)
    once.keep(made)
    return row.id


# -- what several of them need


def _find_person(reference: str | None) -> UUID:
    if not reference:
        raise InvalidInput("person_reference", _("Enter the person’s reference"))
    return read_person("person_reference", reference)


def _read_state(state: str) -> EntryState:
    """What is said to have happened. Raises InvalidInput: that nothing is said yet is no answer."""
    missing = _("Select what happened")
    chosen = read_word("state", state, EntryState, missing)
    if chosen is EntryState.BOOKED:
        raise InvalidInput("state", missing)
    return chosen


def _check_may_be_added(person: Person) -> None:
    check_alive(person)
    check_may_begin(person)


def _check_not_on_it(session_id: UUID, person_id: UUID) -> None:
    found = get_session().scalar(
        select(RegisterEntry.id).where(
            RegisterEntry.session_id == session_id,
            RegisterEntry.person_id == person_id,
            RegisterEntry.state != EntryState.CANCELLED,
        )
    )
    if found is not None:
        raise InvalidInput("session", _("The person is on this register already"))


def _check_room(row: GroupSession) -> None:
    """Raise SessionFull, with the next of the series, where no place is free."""
    taken = get_session().scalar(
        select(func.count()).where(
            RegisterEntry.session_id == row.id, RegisterEntry.state.in_(rules.TAKES_A_PLACE)
        )
    )
    if (taken or 0) < row.places:
        return
    later = find_next_free(row.series_id, row.starts_at)
    if later is None:
        raise SessionFull(_("This session is full. No later one has a free place."), None)
    when = spell_time(later.starts_at)
    raise SessionFull(
        _("This session is full. The next one with a free place is on %(when)s.", when=when),
        later.id,
    )


def _check_leads(actor: Actor, row: GroupSession) -> None:
    if actor.account_id not in list_leader_ids(row.id):
        raise RegisterNotYours(
            _("Only somebody who leads this session can do this."),
            next_step=_("Ask one of them."),
        )


def _add(
    actor: Actor,
    row: GroupSession,
    *,
    person_id: UUID | None,
    case_id: UUID | None = None,
    called: str | None = None,
) -> RegisterEntry:
    """A line of the register; with ``called``, though it be empty, of somebody who is here now."""
    assert actor.account_id is not None  # noqa: S101  (require_may_act refused it)
    is_here = called is not None
    now = clock.now()
    entry = RegisterEntry(
        id=new_id(),
        organisation_id=row.organisation_id,
        session_id=row.id,
        person_id=person_id,
        case_id=case_id,
        called=encryption.seal(row.organisation_id, "register_entry.called", called)
        if called and row.state == GroupState.PLANNED
        else None,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        walked_in=is_here,
        state=EntryState.CAME if is_here else EntryState.BOOKED,
        added_at=now,
        added_by=actor.account_id,
        settled_at=now if is_here else None,
        settled_by=actor.account_id if is_here else None,
        version=1,
    )
    get_session().add(entry)
    get_session().flush()
    return entry


def lock_entry(actor: Actor, entry_id: UUID) -> RegisterEntry:
    """The line, locked after its session, where the helper is a stranger to whoever it is of."""
    entry = get_session().get(RegisterEntry, entry_id, with_for_update=True, populate_existing=True)
    if entry is None:
        raise NotFound
    if entry.person_id is not None:
        reach_person(actor, entry.person_id)
    concerns(subject=(SUBJECT, entry.id))
    return entry


def _record(
    action: Action,
    actor: Actor,
    row: GroupSession,
    entry: RegisterEntry,
    reason: str | None = None,
) -> None:
    record(
        action,
        actor=actor,
        person_id=entry.person_id,
        subject=(SUBJECT, entry.id),
        reason="private" if row.is_private else reason,
    )
