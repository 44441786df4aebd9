"""Somebody is put on a whole weekly series at once, from one of its sessions on, or taken off it.

What is full, and where the person is elsewhere, is left out and said. They are told once, with
every day; the day before each they are reminded as of any time to meet.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import insert, select, update

from assistedaccess.audit import Action, record
from assistedaccess.audit.once import Once
from assistedaccess.kernel import clock
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.commands import command
from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.errors import InvalidInput, NotFound, StaleVersion
from assistedaccess.kernel.ids import new_id
from assistedaccess.notices.rules import NoticeKind
from assistedaccess.people.models import Person
from assistedaccess.people.reach import tell

from . import rules_groups as rules
from .models_groups import GroupSession, RegisterEntry
from .queries_engagements import list_engagements
from .queries_groups import list_leaders, reader_of
from .rules_groups import EntryState, GroupState
from .service_engagements import say_when
from .service_group_notices import SAID_AS
from .service_groups import lock_session
from .service_register import SUBJECT, find_who_is_put_on, lock_entry


@dataclass(frozen=True)
class SeriesPlaces:
    """On which sessions of a series somebody is now, and on which not: by their beginnings."""

    put_on: list[datetime] = field(default_factory=list)
    full: list[datetime] = field(default_factory=list)
    elsewhere: list[datetime] = field(default_factory=list)


@dataclass(frozen=True)
class SeriesLeft:
    """Off which registers somebody was taken, and the session from which that began."""

    session_id: UUID
    person_id: UUID
    starts: list[datetime]


@command("casework.put_on_series")
def put_on_series(
    *,
    actor: Actor,
    session_id: UUID,
    case_id: UUID | None = None,
    person_reference: str | None = None,
    request_key: str | None = None,
) -> SeriesPlaces:
    """Keep a place on this session and every later one of its series; which, and which not.

    Any helper of the organisation may, as for one session. Raises InvalidInput where no place at
    all could be kept. Sent twice, nothing is kept twice.
    """
    row = lock_session(actor, session_id, is_open_to_all=True)
    typed = (session_id, case_id, person_reference)
    once = Once(actor, "casework.put_on_series", request_key, *typed)
    if once.find(SUBJECT) is not None:
        return SeriesPlaces()
    person_id = find_who_is_put_on(actor, case_id, person_reference)
    get_session().execute(select(Person.id).where(Person.id == person_id).with_for_update())
    found = _lock_series(row)
    entries = get_session().execute(
        select(RegisterEntry.session_id, RegisterEntry.person_id, RegisterEntry.state).where(
            RegisterEntry.session_id.in_([each.id for each in found]),
            RegisterEntry.state != EntryState.CANCELLED,
        )
    )
    lines = entries.all()
    taken = Counter(line.session_id for line in lines if line.state in rules.TAKES_A_PLACE)
    is_on = {line.session_id for line in lines if line.person_id == person_id}
    spans = [(each.starts_at, each.ends_at) for each in found]
    busy = list_engagements(row.organisation_id, spans, person_id=person_id)
    places, free = SeriesPlaces(), []
    for each in found:
        if each.id in is_on:
            continue
        if any(begins < each.ends_at and ends > each.starts_at for begins, ends in busy):
            places.elsewhere.append(each.starts_at)
        elif taken[each.id] >= each.places:
            places.full.append(each.starts_at)
        else:
            places.put_on.append(each.starts_at)
            free.append(each)
    if not free:
        raise InvalidInput(
            "session",
            _("No session of this series has a free place for them, or they are on all of them."),
        )
    made = _insert(actor, free, person_id, case_id)
    tell(actor, person_id, NoticeKind.APPOINTMENT_BOOKED, _say_days(person_id, free))
    once.keep(made)
    return places


def _lock_series(row: GroupSession) -> list[GroupSession]:
    """This session and the later ones of its series that are still to come, in order."""
    return list(
        get_session().scalars(
            select(GroupSession)
            .where(
                GroupSession.series_id == row.series_id,
                GroupSession.starts_at >= row.starts_at,
                GroupSession.starts_at > clock.now(),
                GroupSession.state == GroupState.PLANNED,
            )
            .order_by(GroupSession.starts_at)
            .limit(rules.MOST_WEEKS)
            .with_for_update()
            .execution_options(populate_existing=True)
        )
    )


def _insert(
    actor: Actor, sessions: Sequence[GroupSession], person_id: UUID, case_id: UUID | None
) -> UUID:
    """One statement for all lines; the first one's id."""
    values = [
        {
            "id": new_id(),
            "organisation_id": each.organisation_id,
            "session_id": each.id,
            "person_id": person_id,
            "case_id": case_id,
            "starts_at": each.starts_at,
            "ends_at": each.ends_at,
            "walked_in": False,
            "state": str(EntryState.BOOKED),
            "added_at": clock.now(),
            "added_by": actor.account_id,
            "version": 1,
        }
        for each in sessions
    ]
    get_session().execute(insert(RegisterEntry), values)
    for value, each in zip(values, sessions, strict=True):
        _record(Action.REGISTER_ENTRY_ADDED, actor, person_id, value["id"], each)
    first: UUID = values[0]["id"]  # type: ignore[assignment]
    return first


@command("casework.take_off_series")
def take_off_series(*, actor: Actor, entry_id: UUID, version: int) -> SeriesLeft:
    """Take somebody off this session and every later one of its series; off which, by their
    beginnings.

    As off one session: by who may open the register, or from a case by any helper. Lines of the
    series that this helper may not touch stay. Raises NotFound, RegisterNotYours, StaleVersion.
    """
    found = get_session().get(RegisterEntry, entry_id)
    if found is None or found.organisation_id != actor.organisation_id:
        raise NotFound
    row = lock_session(actor, found.session_id, is_open_to_all=found.case_id is not None)
    entry = lock_entry(actor, entry_id)
    is_as_shown = entry.version == version and entry.state == EntryState.BOOKED
    if not is_as_shown or entry.person_id is None or row.starts_at <= clock.now():
        raise StaleVersion(
            _("Somebody else changed this line after you opened the page, or the session began."),
            next_step=_("Open the register again, see what is new, and decide then."),
        )
    sessions = {each.id: each for each in _lock_series(row)}
    leaders = list_leaders(sessions)
    reader = reader_of(actor)
    lines = get_session().scalars(
        select(RegisterEntry)
        .where(
            RegisterEntry.session_id.in_(sessions),
            RegisterEntry.person_id == entry.person_id,
            RegisterEntry.state == EntryState.BOOKED,
        )
        .order_by(RegisterEntry.starts_at)
        .with_for_update()
    )
    gone = []
    for line in lines.all():
        each = sessions[line.session_id]
        may_open = rules.may_open_register(
            reader,
            is_private=each.is_private,
            site_id=each.site_id,
            leaders={leader.account_id for leader in leaders[each.id]},
        )
        if may_open or line.case_id is not None:
            gone.append(line)
    get_session().execute(
        update(RegisterEntry)
        .where(RegisterEntry.id.in_([line.id for line in gone]))
        .values(
            state=str(EntryState.CANCELLED),
            settled_at=clock.now(),
            settled_by=actor.account_id,
            version=RegisterEntry.version + 1,
        )
        .execution_options(synchronize_session=False)
    )
    for line in gone:
        _record(
            Action.REGISTER_ENTRY_CANCELLED,
            actor,
            entry.person_id,
            line.id,
            sessions[line.session_id],
        )
    days = [sessions[line.session_id] for line in gone]
    tell(actor, entry.person_id, NoticeKind.APPOINTMENT_CANCELLED, _say_days(entry.person_id, days))
    return SeriesLeft(row.id, entry.person_id, [each.starts_at for each in days])


def _say_days(person_id: UUID, sessions: Sequence[GroupSession]) -> dict[str, str]:
    """The facts of one message about all of them: each day with its hour, and where."""
    first, kind = sessions[0], str(SAID_AS[rules.GroupKind(sessions[0].kind)])
    more = [each.starts_at for each in sessions[1:]]
    return say_when(person_id, first.starts_at, first.site_id, kind, *more)


def _record(
    action: Action, actor: Actor, person_id: UUID, entry_id: object, row: GroupSession
) -> None:
    assert isinstance(entry_id, UUID)  # noqa: S101
    record(
        action,
        actor=actor,
        person_id=person_id,
        subject=(SUBJECT, entry_id),
        reason="private" if row.is_private else "series",
    )
