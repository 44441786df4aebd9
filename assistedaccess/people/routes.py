"""The route by which a person is told: the rule of rules_routes over the person's own rows."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import BindParameter, ColumnElement, Select, bindparam, exists, or_, select
from sqlalchemy.orm import aliased

from assistedaccess.audit import Action, record
from assistedaccess.audit.models import AuditEvent
from assistedaccess.kernel import clock, encryption
from assistedaccess.kernel.actor import SYSTEM, Actor
from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.events import publish
from assistedaccess.kernel.ids import first_id_at
from assistedaccess.kernel.transactions import find_transaction
from assistedaccess.notices.rules import Channel, Route
from assistedaccess.notices.service_unsent import list_unsent, take_off
from assistedaccess.organisations.models import DeclaredInterest
from assistedaccess.organisations.queries_interests import (
    counting_interests_since,
    interest_counts,
)

from . import rules_routes
from .events import RouteNotIndependent
from .models import ContactPoint, Person
from .queries import get_person
from .queries_merging import list_records
from .rules import Format, split_formats
from .rules_routes import Chosen, Point, PointKind, Whose, Wishes

_NOTE = "people.routes_not_independent"


def choose_route(person_id: UUID, actor: Actor, *, since: datetime | None = None) -> Route:
    """By which way to tell the person of what ``actor`` does: safest, live, not this helper's.

    A point that this helper's human made, changed or declared as their own, or that is not older
    than ``since`` (the visit; by default today), is chosen only where there is nothing else; the
    route is then not independent, and inside a transaction that is recorded and RouteNotIndependent
    published. Channel ``in_person``: it is not safe to contact them, or there is no way to.
    """
    person, points = _load(person_id, actor)
    return _first(person, points, actor, since)[0]


def choose_routes(person_id: UUID, actor: Actor) -> tuple[Route, tuple[Route, ...]]:
    """Both choose_route and second_routes, for what is told by all of them; one statement less."""
    person, points = _load(person_id, actor)
    route, chosen = _first(person, points, actor, None)
    return route, _seconds(person, points, actor, chosen, None)


def _first(
    person: Person, points: _Points, actor: Actor, since: datetime | None
) -> tuple[Route, Chosen]:
    chosen = _choose(person, points, actor, since)
    if not chosen.independent and not person.contact_is_unsafe and person.died_on is None:
        _tell_not_independent(person.id, actor, chosen)
    return _route(person, points, chosen), chosen


def second_routes(
    person_id: UUID, actor: Actor, *, since: datetime | None = None
) -> tuple[Route, ...]:
    """The ways that a risky act is told beside the first: contact points changed or ended lately,
    and a copy to whomever the person trusts with one.

    Not those of which the person, asked alone, said that telling them is unsafe.
    """
    person, points = _load(person_id, actor)
    return _seconds(person, points, actor, _choose(person, points, actor, since), since)


def _seconds(
    person: Person, points: _Points, actor: Actor, first: Chosen, since: datetime | None
) -> tuple[Route, ...]:
    seconds = rules_routes.choose_seconds(
        [point for point, _ in points.values()],
        _wishes(person),
        first=first,
        human_id=actor.human_id,
        since=since or _start_of_today(),
        now=clock.now(),
        slept=_has_slept(person),
    )
    copies = rules_routes.choose_copies(
        [point for point, _ in points.values()], _wishes(person), human_id=actor.human_id
    )
    return tuple(_route(person, points, second) for second in (*seconds, *copies))


def _has_slept(person: Person) -> bool:
    """Whether nothing was done for the person from long ago until lately: before this began. To
    look at a record wakes it for nobody. One statement, of a record that is old enough."""
    now = clock.now()
    if now - person.created_at < rules_routes.SLEPT:
        return False
    done = select(AuditEvent.id).where(
        AuditEvent.person_id == person.id,
        AuditEvent.id >= first_id_at(now - rules_routes.SLEPT),
        AuditEvent.id < first_id_at(now - rules_routes.OLD_ROUTE),
        AuditEvent.actor_kind.in_(("account", "person")),
        AuditEvent.action.not_in((Action.PERSON_OPENED, Action.PERSON_DUPLICATE_SHOWN)),
    )
    return get_session().scalar(done.limit(1)) is None


def list_letter_routes(person_id: UUID, actor: Actor) -> list[Route]:
    """Where a letter may go that this helper has no hand in, best first: home, or a chosen desk."""
    person, points = _load(person_id, actor)
    wishes = _wishes(person)
    if wishes.has_died or wishes.contact_is_unsafe:
        return []
    ranked = rules_routes.rank(
        [point for point, _ in points.values()],
        wishes,
        human_id=actor.human_id,
        since=_start_of_today(),
    )
    return [
        _route(person, points, chosen)
        for chosen in ranked
        if chosen.channel is Channel.LETTER and chosen.independent and not chosen.is_brief
    ]


def choose_other_route(person_id: UUID, *, human_id: UUID | None, failed: UUID | None) -> Route:
    """The next best way where the message to the point ``failed`` could not be delivered.

    ``human_id`` is the helper's whose act is told.
    """
    actor = replace(SYSTEM, human_id=human_id)
    person, points = _load(person_id, actor)
    if failed is not None:
        points.pop(failed, None)
    return _route(person, points, _choose(person, points, actor, None))


def call_back_unsent(person_id: UUID, actor: Actor) -> None:
    """Take what has not left yet off the ways that are not safe any more; tell it by the next best.

    For the command in which a way became unsafe: a digest of this morning would else reach in the
    evening whoever the person is afraid of. A copy is not told again, and a code to nobody else.
    """
    person, points = _load(person_id, SYSTEM)
    safe = {
        point_id
        for point_id, (point, _row) in points.items()
        if rules_routes.may_still_be_told(point, _wishes(person))
    }
    for told_id in list_records(person_id):  # what runs under a merged record is told here too
        lost = [one for one in list_unsent(told_id) if one.contact_point_id not in safe]
        for human_id in dict.fromkeys(one.queued_by_human_id for one in lost):
            theirs = [one for one in lost if one.queued_by_human_id == human_id]
            route = choose_other_route(person_id, human_id=human_id, failed=None)
            nowhere = replace(route, channel=str(Channel.NONE), contact_point_id=None, address=None)
            for to, is_dropped in ((route, False), (nowhere, True)):
                ids = [
                    one.id
                    for one in theirs
                    if (one.is_copy or one.is_for_one_address) is is_dropped
                ]
                take_off(actor=actor, person_id=told_id, notice_ids=ids, route=to)


def _start_of_today() -> datetime:
    return clock.start_of_day(clock.today())


_Points = dict[UUID, tuple[Point, ContactPoint]]


def entered_by(human_id: UUID | BindParameter[UUID] | None) -> ColumnElement[bool]:
    """Whether that human entered what a contact point says, in this row or an earlier one: a
    colleague who mends the line does not vouch for the number."""
    earlier = aliased(ContactPoint)
    return exists().where(
        earlier.person_id == ContactPoint.person_id,
        earlier.fingerprint == ContactPoint.fingerprint,
        earlier.created_by_human_id == human_id,
    )


@cache
def _select_points() -> Select[*tuple[Any, ...]]:
    """A person's contact points, live and lately ended, and which are in the helper's hands."""
    declared = exists().where(
        DeclaredInterest.human_id == bindparam("human_id"),
        interest_counts(bindparam("interests_since")),
        DeclaredInterest.fingerprint == ContactPoint.fingerprint,
    )
    in_their_hands = or_(declared, entered_by(bindparam("human_id")))
    return select(ContactPoint, in_their_hands.label("is_helpers")).where(
        ContactPoint.person_id == bindparam("person_id"),
        or_(ContactPoint.ended_at.is_(None), ContactPoint.ended_at > bindparam("ended_since")),
    )


def _load(person_id: UUID, actor: Actor) -> tuple[Person, _Points]:
    person = get_person(person_id)
    if person.merged_into_id is not None:
        # One human, one set of ways: what they said of them last stands with the record kept.
        person = get_person(person.merged_into_id)
    get_session().flush()  # what this transaction has just added counts
    given = {
        "human_id": actor.human_id,
        "person_id": person.id,
        "interests_since": counting_interests_since(),
        "ended_since": clock.now() - rules_routes.OLD_ROUTE,
    }
    rows = get_session().execute(_select_points(), given)
    points = {}
    for row, is_helpers in rows:
        point = Point(
            id=row.id,
            kind=PointKind(row.kind),
            whose=Whose(row.whose),
            is_safe=row.is_safe,
            created_at=row.created_at,
            created_by_human_id=row.created_by_human_id,
            ended_at=row.ended_at,
            ended_by_human_id=row.ended_by_human_id,
            may_be_told=row.may_be_told,
            is_helpers=bool(is_helpers),
        )
        points[row.id] = (point, row)
    return person, points


def _wishes(person: Person) -> Wishes:
    return Wishes(
        has_died=person.died_on is not None,
        contact_is_unsafe=person.contact_is_unsafe,
        no_paper_at_home=person.no_paper_at_home,
        preferred=PointKind(person.preferred_contact) if person.preferred_contact else None,
    )


def _choose(person: Person, points: _Points, actor: Actor, since: datetime | None) -> Chosen:
    return rules_routes.choose(
        [point for point, _ in points.values()],
        _wishes(person),
        human_id=actor.human_id,
        since=since or _start_of_today(),
    )


def _route(person: Person, points: _Points, chosen: Chosen) -> Route:
    address = None
    if chosen.point is not None:
        row = points[chosen.point.id][1]
        address = encryption.unseal(person.id, "contact_point.value", row.value)
    is_copy = chosen.point is not None and chosen.point.whose is Whose.TRUSTED
    return Route(
        channel=str(chosen.channel),
        contact_point_id=chosen.point.id if chosen.point else None,
        address=address,
        language=person.language,
        independent=chosen.independent,
        name="" if is_copy else person.name,
        copy_of=person.name if is_copy else "",
        brief=is_copy or chosen.is_brief,
        large_print=Format.LARGE_PRINT in split_formats(person.formats),
    )


def _tell_not_independent(person_id: UUID, actor: Actor, chosen: Chosen) -> None:
    transaction = find_transaction()
    if transaction is None or not actor.is_account:
        return  # a page that only shows the route, or an act of the system's own
    told: set[UUID] = transaction.notes.setdefault(_NOTE, set())
    if person_id in told:
        return
    told.add(person_id)
    point_id = chosen.point.id if chosen.point else None
    record(
        Action.ROUTE_NOT_INDEPENDENT,
        actor=actor,
        person_id=person_id,
        subject=("contact_point", point_id) if point_id else ("person", person_id),
        reason=str(chosen.channel if chosen.channel is not Channel.NONE else Channel.IN_PERSON),
    )
    publish(RouteNotIndependent(person_id, actor, point_id))
