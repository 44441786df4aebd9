"""What the scan sees of accounts, contact points and papers: for whom else each stands. A batch is
one statement each, equality on keyed hashes alone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import exists, select
from sqlalchemy.orm import aliased

from assistedaccess.applications.models import Application, Evidence
from assistedaccess.applications.models_payee import PaymentDetails
from assistedaccess.applications.name_check import NameCheck
from assistedaccess.applications.rules_payee import Whose as WhoseAccount
from assistedaccess.approvals.models import PendingAct
from assistedaccess.approvals.rules import State
from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.ids import first_id_at
from assistedaccess.people.models import ContactPoint, IdentityEvidence, Person
from assistedaccess.people.rules_routes import Whose as WhosePoint

from .facts import Tie, count_unrelated
from .models import Establishment
from .queries_surroundings import surname
from .reasons import Reason
from .signals_seen import Seen

MOST = 5_000
"""So many rows of a batch at most: an account on more people than that is registered, or found."""
NEWCOMERS = timedelta(days=90)
LATELY = timedelta(days=30)


class Held:
    """For whom a value stands, and which human told each."""

    def __init__(self) -> None:
        self.ties: dict[UUID, Tie] = {}
        self.hands: dict[UUID, UUID | None] = {}

    def add(self, row: Any, is_shared: bool) -> None:
        tie = Tie(row.person_id, surname(row.name_key or ""), row.place, is_shared)
        self.ties.setdefault(row.person_id, tie)
        self.hands.setdefault(row.person_id, row.human_id)

    @property
    def people(self) -> int:
        return count_unrelated(self.ties.values())

    @property
    def are_two_at_one_place(self) -> bool:
        """Whether they are two at one postcode: a tenancy may bear both their names."""
        places = {tie.place for tie in self.ties.values()}
        return len(self.ties) == 2 and len(places) == 1 and None not in places

    def by_hand(self, human_id: UUID | None) -> float:
        mine = sum(1 for hand in self.hands.values() if hand is not None and hand == human_id)
        return mine / len(self.hands)


def see_accounts(events: Sequence[Any]) -> dict[UUID, Seen]:
    """For whom else the newest accounts of these events' people stand."""
    own, other = aliased(PaymentDetails), aliased(PaymentDetails)
    is_registered = exists().where(
        Establishment.account == own.fingerprint, Establishment.ended_at.is_(None)
    )
    query = (
        select(
            own.person_id.label("of"),
            own.fingerprint.label("value"),
            own.name_check,
            other.person_id,
            other.told_by_human.label("human_id"),
            other.whose,
            Person.name_key,
            Person.postcode_fingerprint.label("place"),
        )
        .join(other, other.fingerprint == own.fingerprint)
        .join(Person, Person.id == other.person_id)
        .where(own.person_id.in_(_people(events)), ~is_registered)
        .order_by(other.told_at.desc())
        .limit(MOST)
    )
    held: dict[tuple[UUID, bytes], Held] = defaultdict(Held)
    fits: dict[tuple[UUID, bytes], bool] = {}
    for row in get_session().execute(query):
        held[row.of, row.value].add(row, row.whose == WhoseAccount.JOINT)
        fits[row.of, row.value] = row.name_check != NameCheck.NO_MATCH
    return _worst(
        events,
        held,
        lambda key, one, event: Seen(
            kind="change_payee",
            people_on_account=one.people,
            account_by_hand=one.by_hand(event.human_id),
            name_fits=fits[key],
        ),
    )


def see_contacts(events: Sequence[Any]) -> dict[UUID, Seen]:
    """For whom else the contact points of these events' people stand."""
    own, other = aliased(ContactPoint), aliased(ContactPoint)
    is_registered = exists().where(
        Establishment.contact == own.fingerprint, Establishment.ended_at.is_(None)
    )
    query = (
        select(
            own.person_id.label("of"),
            own.fingerprint.label("value"),
            other.person_id,
            other.created_by_human_id.label("human_id"),
            other.whose,
            Person.name_key,
            Person.postcode_fingerprint.label("place"),
        )
        .join(other, other.fingerprint == own.fingerprint)
        .join(Person, Person.id == other.person_id)
        .where(
            own.person_id.in_(_people(events)),
            own.ended_at.is_(None),
            other.ended_at.is_(None),
            own.kind.in_(("mobile", "landline", "email")),
            other.whose != WhosePoint.TRUSTED,
            ~is_registered,
        )
        .limit(MOST)
    )
    held: dict[tuple[UUID, bytes], Held] = defaultdict(Held)
    for row in get_session().execute(query):
        held[row.of, row.value].add(row, row.whose == WhosePoint.SHARED)
    return _worst(
        events,
        held,
        lambda key, one, event: Seen(
            kind="change_contact",
            people_on_phone=one.people,
            phone_by_hand=one.by_hand(event.human_id),
        ),
    )


def _worst(events: Sequence[Any], held: dict[Any, Held], make: Any) -> dict[UUID, Seen]:
    """By event, what was seen of the value of its person that stands for most others."""
    by_person: dict[UUID, list[Any]] = defaultdict(list)
    for key in held:
        by_person[key[0]].append(key)
    found = {}
    for event in events:
        keys = by_person.get(event.person_id, [])
        if keys:
            key = max(keys, key=lambda each: held[each].people)
            found[event.id] = make(key, held[key], event)
    return found


def see_papers(events: Sequence[Any]) -> dict[UUID, Seen]:
    """For whom else the same file was handed in, and through whose hands."""
    own, other = aliased(Evidence), aliased(Evidence)
    mine, theirs = aliased(Application), aliased(Application)
    query = (
        select(
            own.id.label("of"),
            mine.person_id.label("own_person"),
            other.added_by.label("human_id"),
            other.added_at,
            theirs.person_id,
            Person.name_key,
            Person.postcode_fingerprint.label("place"),
        )
        .join(mine, mine.id == own.application_id)
        .join(other, other.fingerprint == own.fingerprint)
        .join(theirs, theirs.id == other.application_id)
        .join(Person, Person.id == theirs.person_id)
        .where(own.id.in_({event.subject_id for event in events}))
        .limit(MOST)
    )
    held: dict[UUID, Held] = defaultdict(Held)
    lately: dict[UUID, Held] = defaultdict(Held)
    since = max(event.occurred_at for event in events) - LATELY
    for row in get_session().execute(query):
        held[row.of].add(row, False)
        if row.added_at >= since:
            lately[row.of].add(row, False)
    return {
        event.id: Seen(
            kind="apply",
            people_on_document=(
                0 if (found := held[event.subject_id]).are_two_at_one_place else found.people - 1
            ),
            document_by_hand=held[event.subject_id].by_hand(event.account_id),
            document_in_30_days=lately[event.subject_id].people,
        )
        for event in events
        if event.subject_id in held
    }


def see_newcomers(events: Sequence[Any]) -> dict[UUID, Seen]:
    """How many, at the postcode of each newcomer, nobody else has seen since they were registered
    in 90 days: by the same human, or all that there are, where two humans registered them (A10:
    two who see each other's). Residents of a registered establishment are not counted."""
    first = min(event.occurred_at for event in events) - NEWCOMERS
    own = aliased(Person)
    shown = exists().where(
        IdentityEvidence.person_id == Person.id,
        IdentityEvidence.ended_at.is_(None),
        IdentityEvidence.seen_by_human_id != Person.created_by_human_id,
    )
    at_home = exists().where(
        Establishment.place == Person.postcode_fingerprint, Establishment.ended_at.is_(None)
    )
    places = select(own.postcode_fingerprint).where(
        own.id.in_(_people(events)), own.postcode_fingerprint.is_not(None)
    )
    query = (
        select(
            Person.id.label("person_id"),
            Person.name_key,
            Person.postcode_fingerprint.label("place"),
            Person.created_by_human_id.label("human_id"),
        )
        .where(
            Person.postcode_fingerprint.in_(places), Person.created_at >= first, ~shown, ~at_home
        )
        .limit(MOST)
    )
    homes: dict[bytes, list[tuple[UUID, Tie]]] = defaultdict(list)
    place_of: dict[UUID, bytes] = {}
    for row in get_session().execute(query):
        tie = Tie(row.person_id, surname(row.name_key or ""), row.place)
        homes[row.place].append((row.human_id, tie))
        place_of[row.person_id] = row.place
    found = {}
    for event in events:
        place = place_of.get(event.person_id)
        if place is not None:
            near = count_unseen(event.human_id, homes[place])
            found[event.id] = Seen(
                kind="register", ghosts_of_helper=near, newcomers_at_address=near
            )
    return found


def count_unseen(human_id: UUID | None, newcomers: Sequence[tuple[UUID, Tie]]) -> int:
    """Of the newcomers of one postcode, as (who registered them, who they are), how many
    households are this human's; all of them, where they are the work of two humans at most."""
    few = len({hand for hand, _tie in newcomers}) <= 2
    return count_unrelated(tie for hand, tie in newcomers if few or hand == human_id)


def see_unconfirmed(events: Sequence[Any]) -> dict[UUID, Seen]:
    """For how many people whom nobody else has seen the money waits, or was refused, in 90 days,
    that the same human wanted paid (A10, at as many addresses). Whom a second human has let
    through is not counted (L05)."""
    first = min(event.occurred_at for event in events) - NEWCOMERS
    query = select(PendingAct.human_id, PendingAct.person_id, PendingAct.reasons).where(
        PendingAct.human_id.in_({event.human_id for event in events if event.human_id}),
        PendingAct.id >= first_id_at(first),
        PendingAct.state != State.RELEASED,
    )
    theirs: dict[UUID | None, set[UUID | None]] = defaultdict(set)
    for row in get_session().execute(query.limit(MOST)):
        if Reason.IDENTITY_UNCONFIRMED in row.reasons:
            theirs[row.human_id].add(row.person_id)
    return {
        event.id: Seen(
            kind="pay", is_unconfirmed=True, ghosts_of_helper=len(theirs[event.human_id])
        )
        for event in events
    }


def _people(events: Iterable[Any]) -> set[UUID]:
    return {event.person_id for event in events if event.person_id is not None}
