"""Questions about group sessions: those of some weeks, one of them, its register; and what
explains a look."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, bindparam, func, select

from assistedaccess.access import Role
from assistedaccess.accounts.models import Account
from assistedaccess.audit.explain import Reasons, reasons
from assistedaccess.kernel import clock, encryption
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.errors import NotFound
from assistedaccess.organisations.models import Site
from assistedaccess.people.initials import initials_of
from assistedaccess.people.models import Person
from assistedaccess.people.queries import name_in_lists

from . import rules_groups as rules
from .models import Case
from .models_groups import GroupLeader, GroupSession, RegisterCorrection, RegisterEntry
from .queries import open_text
from .rules_groups import EntryState, GroupKind, GroupState, Reader

WINDOW = timedelta(weeks=4)
MOST_SHOWN = 100
MOST_TO_CHOOSE = 30


@dataclass(frozen=True)
class Leader:
    """A helper who leads."""

    account_id: UUID
    name: str


@dataclass(frozen=True)
class GroupRow:
    """A session. A hidden topic is empty but on the session's own page, for who may open it."""

    id: UUID
    site_id: UUID
    series_id: UUID
    site_name: str
    kind: GroupKind
    state: GroupState
    topic: str
    is_private: bool
    room: str
    starts_at: datetime
    ends_at: datetime
    places: int
    taken: int
    leaders: list[Leader]
    version: int
    may_open: bool

    @property
    def is_full(self) -> bool:
        return self.taken >= self.places

    @property
    def free(self) -> int:
        return max(self.places - self.taken, 0)


@dataclass(frozen=True)
class Correction:
    """What was put right after the register was closed."""

    state: EntryState
    words: str
    added_at: datetime
    added_by_name: str


@dataclass(frozen=True)
class EntryRow:
    """A line of the register: initials and reference; or a first name, where there is no record."""

    id: UUID
    person_reference: str | None
    initials: str
    called: str
    case_reference: str | None
    state: EntryState
    walked_in: bool
    added_at: datetime
    version: int
    corrections: list[Correction] = field(default_factory=list)

    @property
    def now(self) -> EntryState:
        """As it is known today: by the last correction."""
        return self.corrections[-1].state if self.corrections else self.state


def reader_of(actor: Actor) -> Reader:
    """Who asks, for rules_groups.may_open_register."""
    return Reader(actor.account_id, actor.site_id, actor.role == Role.SAFEGUARDING_LEAD)


def count_taken() -> ColumnElement[int]:
    """How many places of the session of the statement around it are taken."""
    counted = (
        select(func.count())
        .select_from(RegisterEntry)
        .where(
            RegisterEntry.session_id == GroupSession.id,
            RegisterEntry.state.in_(rules.TAKES_A_PLACE),
        )
        .correlate(GroupSession)
    )
    return counted.scalar_subquery()


@cache
def _rows() -> Select[*tuple[Any, ...]]:
    return select(GroupSession, Site.name.label("site_name"), count_taken().label("taken")).join(
        Site, Site.id == GroupSession.site_id
    )


def _list(
    actor: Actor, query: Select[*tuple[Any, ...]], *, tells_hidden: bool = False
) -> list[GroupRow]:
    """At most three statements: the sessions, who leads them, and the organisation's key."""
    found = get_session().execute(query).all()
    leaders = list_leaders(row.GroupSession.id for row in found)
    encryption.load_keys({row.GroupSession.organisation_id for row in found})
    return [_row(actor, row, leaders[row.GroupSession.id], tells_hidden) for row in found]


def list_leaders(session_ids: Iterable[UUID]) -> dict[UUID, list[Leader]]:
    """Who leads each of them; one statement."""
    leaders: dict[UUID, list[Leader]] = defaultdict(list)
    ids = list(session_ids)
    if ids:
        found = get_session().execute(
            select(GroupLeader.session_id, Account.id, Account.name)
            .join(Account, Account.id == GroupLeader.account_id)
            .where(GroupLeader.session_id.in_(ids))
            .order_by(Account.name, Account.id)
        )
        for row in found:
            leaders[row.session_id].append(Leader(row.id, row.name))
    return leaders


def _row(actor: Actor, row: Row[Any], leaders: list[Leader], tells_hidden: bool) -> GroupRow:
    found: GroupSession = row.GroupSession
    may_open = rules.may_open_register(
        reader_of(actor),
        is_private=found.is_private,
        site_id=found.site_id,
        leaders={leader.account_id for leader in leaders},
    )
    is_hidden = found.is_private and not (tells_hidden and may_open)
    owner = found.organisation_id
    return GroupRow(
        id=found.id,
        site_id=found.site_id,
        series_id=found.series_id,
        site_name=row.site_name,
        kind=GroupKind(found.kind),
        state=GroupState(found.state),
        topic="" if is_hidden else open_text(owner, "group_session.topic", found.topic),
        is_private=found.is_private,
        room=open_text(owner, "group_session.room", found.room),
        starts_at=found.starts_at,
        ends_at=found.ends_at,
        places=found.places,
        taken=row.taken,
        leaders=leaders,
        version=found.version,
        may_open=may_open,
    )


def list_sessions(actor: Actor, day: date, *, site_id: UUID | None = None) -> list[GroupRow]:
    """The organisation's sessions of the four weeks from ``day``, in order; at most MOST_SHOWN."""
    query = _rows().where(
        GroupSession.organisation_id == actor.organisation_id,
        GroupSession.starts_at >= clock.start_of_day(day),
        GroupSession.starts_at < clock.start_of_day(day + WINDOW),
    )
    if site_id is not None:
        query = query.where(GroupSession.site_id == site_id)
    return _list(actor, query.order_by(GroupSession.starts_at, GroupSession.id).limit(MOST_SHOWN))


def list_to_close(actor: Actor) -> list[GroupRow]:
    """Sessions that this helper led, of which the register is still open, the oldest first."""
    query = (
        _rows()
        .join(GroupLeader, GroupLeader.session_id == GroupSession.id)
        .where(
            GroupLeader.account_id == actor.account_id,
            GroupSession.organisation_id == actor.organisation_id,
            GroupSession.state == GroupState.PLANNED,
            GroupSession.ends_at < clock.now(),
        )
    )
    return _list(
        actor, query.order_by(GroupSession.starts_at, GroupSession.id).limit(MOST_TO_CHOOSE)
    )


def list_to_choose(actor: Actor, case_reference: str) -> list[GroupRow]:
    """The next sessions on which the person of a case may be put, and is not; full ones too."""
    is_on = (
        select(RegisterEntry.id)
        .join(Case, Case.person_id == RegisterEntry.person_id)
        .where(
            RegisterEntry.session_id == GroupSession.id,
            RegisterEntry.state != EntryState.CANCELLED,
            Case.reference == case_reference,
            Case.organisation_id == actor.organisation_id,
        )
        .correlate(GroupSession)
    )
    query = _rows().where(
        GroupSession.organisation_id == actor.organisation_id,
        GroupSession.state == GroupState.PLANNED,
        GroupSession.starts_at > clock.now(),
        ~is_on.exists(),
    )
    return _list(
        actor, query.order_by(GroupSession.starts_at, GroupSession.id).limit(MOST_TO_CHOOSE)
    )


def get_session_row(actor: Actor, session_id: UUID) -> GroupRow:
    """The organisation's session. Raises NotFound."""
    query = _rows().where(
        GroupSession.id == session_id, GroupSession.organisation_id == actor.organisation_id
    )
    rows = _list(actor, query, tells_hidden=True)
    if not rows:
        raise NotFound
    return rows[0]


@dataclass(frozen=True)
class BookedRow:
    """A session still to come for which the person of a case has a place."""

    entry_id: UUID
    session_id: UUID
    starts_at: datetime
    site_name: str
    version: int
    has_later: bool


def list_booked(case_id: UUID) -> list[BookedRow]:
    """The places that were kept from a case, of sessions still to come."""
    found = get_session().execute(
        select(
            RegisterEntry.id,
            RegisterEntry.session_id,
            RegisterEntry.starts_at,
            Site.name,
            RegisterEntry.version,
            GroupSession.series_id,
        )
        .join(GroupSession, GroupSession.id == RegisterEntry.session_id)
        .join(Site, Site.id == GroupSession.site_id)
        .where(
            RegisterEntry.case_id == case_id,
            RegisterEntry.state == EntryState.BOOKED,
            RegisterEntry.starts_at > clock.now(),
        )
        .order_by(RegisterEntry.starts_at)
        .limit(MOST_TO_CHOOSE)
    )
    rows = found.all()
    # In order: of a series, all but the last one are followed by another.
    last = {row.series_id: row.id for row in rows}
    return [BookedRow(*row[:-1], has_later=last[row.series_id] != row.id) for row in rows]


def has_later(series_id: UUID, after: datetime) -> bool:
    """Whether the series goes on after that time."""
    query = select(GroupSession.id).where(
        GroupSession.series_id == series_id,
        GroupSession.state == GroupState.PLANNED,
        GroupSession.starts_at > after,
    )
    return get_session().scalar(query.limit(1)) is not None


def find_next_free(series_id: UUID, after: datetime) -> GroupSession | None:
    """The next session of the same series with a free place."""
    return get_session().scalar(
        select(GroupSession)
        .where(
            GroupSession.series_id == series_id,
            GroupSession.state == GroupState.PLANNED,
            GroupSession.starts_at > after,
            GroupSession.places > count_taken(),
        )
        .order_by(GroupSession.starts_at)
        .limit(1)
    )


@cache
def _entries() -> Select[*tuple[Any, ...]]:
    return (
        select(
            RegisterEntry,
            Person.reference.label("person_reference"),
            name_in_lists().label("initials"),
            Case.reference.label("case_reference"),
        )
        .outerjoin(Person, Person.id == RegisterEntry.person_id)
        .outerjoin(Case, Case.id == RegisterEntry.case_id)
        .where(
            RegisterEntry.session_id == bindparam("session_id"),
            RegisterEntry.state != EntryState.CANCELLED,
        )
        .order_by(RegisterEntry.id)
    )


def list_entries(organisation_id: UUID, session_id: UUID) -> list[EntryRow]:
    """The register, in the order in which people were put on it. At most three statements.

    For whoever may open it; the look is recorded by the command that asks.
    """
    found = get_session().execute(_entries(), {"session_id": session_id}).all()
    corrections = _list_corrections(session_id)
    return [
        EntryRow(
            id=row.RegisterEntry.id,
            person_reference=row.person_reference,
            initials=initials_of(row.initials or "") if row.person_reference else "",
            called=open_text(organisation_id, "register_entry.called", row.RegisterEntry.called),
            case_reference=row.case_reference,
            state=EntryState(row.RegisterEntry.state),
            walked_in=row.RegisterEntry.walked_in,
            added_at=row.RegisterEntry.added_at,
            version=row.RegisterEntry.version,
            corrections=corrections[row.RegisterEntry.id],
        )
        for row in found
    ]


def _list_corrections(session_id: UUID) -> dict[UUID, list[Correction]]:
    found = get_session().execute(
        select(RegisterCorrection, Account.name)
        .join(Account, Account.id == RegisterCorrection.added_by)
        .where(RegisterCorrection.session_id == session_id)
        .order_by(RegisterCorrection.id)
    )
    corrections: dict[UUID, list[Correction]] = defaultdict(list)
    rows = found.all()
    encryption.load_keys(row.RegisterCorrection.sealed_for for row in rows)
    for row in rows:
        each: RegisterCorrection = row.RegisterCorrection
        words = open_text(each.sealed_for, f"register_correction.words.{each.id}", each.words)
        corrections[each.entry_id].append(
            Correction(EntryState(each.state), words, each.added_at, row.name)
        )
    return corrections


def explain_by_register(actor: Actor) -> Reasons | None:
    """Why a look is explained: a place on a session of today that this helper leads, given by a
    colleague. One that somebody gave themself explains nothing. Answers explain.
    """
    return _ON_REGISTER if actor.role == Role.HELPER else None


_ON_REGISTER = (
    reasons("group_session", "register_entry", RegisterEntry.id)
    .join(GroupLeader, GroupLeader.session_id == RegisterEntry.session_id)
    .where(
        RegisterEntry.person_id == bindparam("person_id"),
        RegisterEntry.organisation_id == bindparam("organisation_id"),
        RegisterEntry.added_by != bindparam("account_id"),
        RegisterEntry.starts_at >= bindparam("this_morning"),
        RegisterEntry.starts_at
        < bindparam("tonight", callable_=lambda: clock.end_of_day(clock.today())),
        RegisterEntry.state.in_(rules.TAKES_A_PLACE),
        GroupLeader.account_id == bindparam("account_id"),
    )
)
