"""Commands about group sessions: plan, change and cancel them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, time
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import delete, func, insert, select

from assistedaccess.access import Permission, require
from assistedaccess.audit import Action, record
from assistedaccess.audit.once import Once
from assistedaccess.kernel import clock, encryption
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.commands import command, concerns
from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.errors import InvalidInput, NotFound, Refused, StaleVersion
from assistedaccess.kernel.ids import new_id
from assistedaccess.kernel.inputs import read_text, read_word
from assistedaccess.organisations.service import require_may_act

from . import queries
from . import rules_groups as rules
from .models_groups import GroupLeader, GroupSession, RegisterEntry
from .queries_groups import reader_of
from .rules_appointments import NoSuchTime, TimeHasPassed, TooFarAhead
from .rules_groups import EndsTooEarly, GroupKind, GroupState, Span, TakesTooLong
from .service_engagements import TimeOnNoClock, check_elsewhere
from .service_group_notices import cancel_entries, move_entries

SUBJECT = "group_session"


class RegisterNotYours(Refused):
    """Neither a leader of this session, nor a helper of its site where its topic may be known."""

    reason_code = "register_not_yours"


@dataclass(frozen=True)
class _Frame:
    """What of a session is typed, read and checked."""

    kind: GroupKind
    topic: str
    room: str
    places: int
    leaders: list[UUID]


@command("casework.plan_group_session")
def plan_group_session(
    *,
    actor: Actor,
    topic: str,
    is_private: bool,
    kind: str,
    day: date,
    begins: time,
    ends: time,
    places: int,
    leaders: Sequence[UUID],
    weeks: int = 1,
    room: str | None = None,
    request_key: str | None = None,
) -> UUID:
    """Plan a session at the actor's site, or one a week for ``weeks``; returns the first one's id.

    ``day``, ``begins`` and ``ends`` are by the clocks of the United Kingdom, whichever season.
    Raises InvalidInput where a leader is elsewhere at any of the times, and at ``is_private`` where
    the topic tells what people come for and would not be hidden.
    """
    require(actor, Permission.SITE_WORK)
    require_may_act(actor)
    once = Once(actor, "casework.plan_group_session", request_key, topic, day, begins)
    repeated = once.find(SUBJECT)
    if repeated is not None:
        return repeated
    if actor.site_id is None:
        raise InvalidInput("topic", _("Choose the site at which you work today first"))
    assert actor.organisation_id is not None  # noqa: S101  (require_may_act refused it)
    assert actor.account_id is not None  # noqa: S101
    frame = _read_frame(actor, topic, is_private, kind, places, leaders, room)
    spans = _read_spans(day, begins, ends, weeks)
    check_elsewhere(actor, spans, helpers=frame.leaders, field="begins")
    series_id, now = new_id(), clock.now()
    made = [new_id() for _span in spans]
    common = {
        "organisation_id": actor.organisation_id,
        "site_id": actor.site_id,
        "series_id": series_id,
        "is_private": is_private,
        "state": str(GroupState.PLANNED),
        "planned_at": now,
        "planned_by": actor.account_id,
        "changed_by": actor.account_id,
        "settled_at": None,
        "version": 1,
        **_columns(actor.organisation_id, frame),
    }
    get_session().execute(
        insert(GroupSession),
        [
            {"id": each, "starts_at": starts_at, "ends_at": ends_at, **common}
            for each, (starts_at, ends_at) in zip(made, spans, strict=True)
        ],
    )
    _insert_leaders(actor.organisation_id, made, frame.leaders)
    for each in made:
        record(
            Action.GROUP_SESSION_PLANNED,
            actor=actor,
            subject=(SUBJECT, each),
            reason="private" if is_private else None,
        )
    return once.keep(made[0])


@command("casework.change_group_session")
def change_group_session(
    *,
    actor: Actor,
    session_id: UUID,
    version: int,
    topic: str,
    is_private: bool,
    kind: str,
    day: date,
    begins: time,
    ends: time,
    places: int,
    leaders: Sequence[UUID],
    room: str | None = None,
) -> UUID:
    """Change this one session. Whoever is on its register is told of another time, or way to meet.

    Raises StaleVersion where somebody else changed it, or it has begun.
    """
    row = lock_session(actor, session_id, version=version)
    _check_to_come(row)
    frame = _read_frame(actor, topic, is_private, kind, places, leaders, room)
    taken = _count_taken(row.id)
    if frame.places < taken:
        words = ngettext(
            "%(num)s person is on the register already",
            "%(num)s people are on the register already",
            taken,
        )
        raise InvalidInput("places", words)
    ((starts_at, ends_at),) = _read_spans(day, begins, ends, 1)
    span = (starts_at, ends_at)
    check_elsewhere(actor, [span], helpers=frame.leaders, but=row.id, field="begins")
    before = (row.starts_at, row.ends_at, row.kind)
    for name, value in _columns(row.organisation_id, frame).items():
        setattr(row, name, value)
    row.is_private, row.starts_at, row.ends_at = is_private, starts_at, ends_at
    _touch(actor, row)
    session = get_session()
    session.flush()
    session.execute(delete(GroupLeader).where(GroupLeader.session_id == row.id))
    _insert_leaders(row.organisation_id, [row.id], frame.leaders)
    is_moved = (row.starts_at, row.kind) != (before[0], before[2])
    if (row.starts_at, row.ends_at) != before[:2] or is_moved:
        move_entries(actor, row, is_told=is_moved)
    record(
        Action.GROUP_SESSION_CHANGED,
        actor=actor,
        subject=(SUBJECT, row.id),
        details={"from": f"{before[0].isoformat()} {before[1].isoformat()} {before[2]}"},
    )
    return row.id


@command("casework.cancel_group_session")
def cancel_group_session(
    *, actor: Actor, session_id: UUID, version: int, with_later: bool = False
) -> list[UUID]:
    """Cancel this session, or it and every later one of its series; returns which.

    Whoever was on a register is told by their safe route within TOLD_WITHIN.
    """
    row = lock_session(actor, session_id, version=version)
    _check_to_come(row)
    rows = [row]
    if with_later:
        later = select(GroupSession).where(
            GroupSession.series_id == row.series_id,
            GroupSession.starts_at > row.starts_at,
            GroupSession.state == GroupState.PLANNED,
        )
        rows += get_session().scalars(later.order_by(GroupSession.starts_at).with_for_update())
    now = clock.now()
    for each in rows:
        each.state, each.settled_at = GroupState.CANCELLED, now
        _touch(actor, each)
        record(Action.GROUP_SESSION_CANCELLED, actor=actor, subject=(SUBJECT, each.id))
    get_session().flush()
    cancel_entries(actor, {each.id: each.is_private for each in rows}, now)
    return [each.id for each in rows]


# -- what several of them need


def lock_session(
    actor: Actor, session_id: UUID, *, version: int | None = None, is_open_to_all: bool = False
) -> GroupSession:
    """The session, locked, for a change by whoever may open its register (all: by any helper).

    Raises NotFound, RegisterNotYours; StaleVersion where it is not as the page showed it.
    """
    require(actor, Permission.SITE_WORK)
    require_may_act(actor)
    row = get_session().get(GroupSession, session_id, with_for_update=True, populate_existing=True)
    if row is None or row.organisation_id != actor.organisation_id:
        raise NotFound
    concerns(subject=(SUBJECT, row.id))
    if not is_open_to_all and not may_open(actor, row):
        raise not_yours()
    if version is not None and row.version != version:
        raise StaleVersion(
            _("Somebody else changed this session after you opened the page."),
            next_step=_("Open it again, see what is new, and decide then."),
        )
    return row


def not_yours() -> RegisterNotYours:
    """What is said to a colleague who may not open a register."""
    return RegisterNotYours(
        _(
            "Only those who lead this session open its register and change it. Where what it is "
            "about is not hidden, the helpers of its site do so too."
        ),
        next_step=_("Ask one of those who lead it."),
    )


def may_open(actor: Actor, row: GroupSession) -> bool:
    """Whether the actor, of the session's organisation, may open its register."""
    return rules.may_open_register(
        reader_of(actor),
        is_private=row.is_private,
        site_id=row.site_id,
        leaders=list_leader_ids(row.id),
    )


def list_leader_ids(session_id: UUID) -> set[UUID]:
    """Who leads."""
    query = select(GroupLeader.account_id).where(GroupLeader.session_id == session_id)
    return set(get_session().scalars(query))


def _read_frame(
    actor: Actor,
    topic: str,
    is_private: bool,
    kind: str,
    places: int,
    leaders: Sequence[UUID],
    room: str | None,
) -> _Frame:
    words = read_text(
        "topic", topic, rules.LONGEST_TOPIC, _("Enter what the session is about"), multiline=False
    )
    if rules.names_somebody(words):
        raise InvalidInput(
            "topic", _("Take out names, numbers and addresses: a topic is about nobody")
        )
    if not is_private and rules.tells_what_for(words):
        raise InvalidInput(
            "is_private",
            _("This topic tells what people come for. Select yes, or choose other words."),
        )
    if not 1 <= places <= rules.MOST_PLACES:
        raise InvalidInput("places", _("Enter a number from 1 to %(most)s", most=rules.MOST_PLACES))
    chosen = list(dict.fromkeys(leaders))
    known = {colleague.account_id for colleague in queries.list_colleagues(actor)}
    if not chosen or not set(chosen) <= known:
        raise InvalidInput("leaders", _("Select who leads it"))
    if len(chosen) > rules.MOST_LEADERS:
        raise InvalidInput("leaders", _("Select %(most)s or fewer", most=rules.MOST_LEADERS))
    return _Frame(
        kind=read_word("kind", kind, GroupKind, _("Select where the group meets")),
        topic=words,
        room=read_text("room", room, rules.LONGEST_ROOM, multiline=False),
        places=places,
        leaders=chosen,
    )


def _columns(organisation_id: UUID, frame: _Frame) -> dict[str, object]:
    def seal(column: str, words: str) -> bytes:
        return encryption.seal(organisation_id, f"group_session.{column}", words)

    return {
        "kind": str(frame.kind),
        "topic": seal("topic", frame.topic),
        "room": seal("room", frame.room) if frame.room else None,
        "places": frame.places,
    }


def _read_spans(day: date, begins: time, ends: time, weeks: int) -> list[Span]:
    try:
        return rules.find_weekly_times(day, begins, ends, weeks, clock.now())
    except NoSuchTime as error:
        raise TimeOnNoClock("begins") from error
    except TimeHasPassed as error:
        raise InvalidInput("day", _("The session must begin later than now")) from error
    except TooFarAhead as error:
        raise InvalidInput("day", _("The session must be within a year")) from error
    except EndsTooEarly as error:
        raise InvalidInput("ends", _("It must end 15 minutes after it begins, or later")) from error
    except TakesTooLong as error:
        raise InvalidInput("ends", _("It must take 8 hours or less")) from error
    except ValueError as error:
        raise InvalidInput(
            "weeks", _("Enter a number of weeks from 1 to %(most)s", most=rules.MOST_WEEKS)
        ) from error


def _insert_leaders(
    organisation_id: UUID, session_ids: Sequence[UUID], leaders: Iterable[UUID]
) -> None:
    get_session().execute(
        insert(GroupLeader),
        [
            {"session_id": each, "account_id": leader, "organisation_id": organisation_id}
            for leader in leaders
            for each in session_ids
        ],
    )


def _check_to_come(row: GroupSession) -> None:
    if row.state != GroupState.PLANNED:
        raise StaleVersion(_("This session is over, or does not take place."))
    if row.starts_at <= clock.now():
        raise StaleVersion(
            _("This session has begun."),
            next_step=_("Say of each person whether they came, and close the register."),
        )


def _count_taken(session_id: UUID) -> int:
    query = select(func.count()).where(
        RegisterEntry.session_id == session_id, RegisterEntry.state.in_(rules.TAKES_A_PLACE)
    )
    return get_session().scalar(query) or 0


def _touch(actor: Actor, row: GroupSession) -> None:
    assert actor.account_id is not None  # noqa: S101  (require_may_act refused it)
    row.changed_by = actor.account_id
    row.version += 1
