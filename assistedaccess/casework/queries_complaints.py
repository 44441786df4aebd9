"""Questions about complaints: for the managers of their place and its auditors, whom none of them
is about."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, ScalarSelect, Select, case, exists, func, or_, select

from assistedaccess.access import Role
from assistedaccess.accounts.models import Account
from assistedaccess.kernel import clock, encryption
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.encryption import KeyForgotten
from assistedaccess.kernel.errors import NotFound
from assistedaccess.kernel.ids import read_reference
from assistedaccess.organisations.models import AuditRemit, Membership, Organisation
from assistedaccess.organisations.rules import Nation
from assistedaccess.people.models import Person

from . import rules_complaints
from .models_complaints import Complaint, ComplaintBar, ComplaintEntry
from .queries import PAGE
from .queries_complaint_ways import ComplaintTelling, has_way, load_telling
from .rules_complaints import About, EntryKind, Outside, Steps, Told

MOST_ENTRIES = 100
MOST_PLACES = 1_000


@dataclass(frozen=True)
class ComplaintRow:
    """A complaint as the list shows it: nothing of what was told."""

    id: UUID
    reference: str
    place: str
    kinds: tuple[About, ...]
    received_on: date
    due_on: date
    is_late: bool
    owner_name: str
    is_own: bool
    stage: int
    outcome: str
    learned: str


@dataclass(frozen=True)
class ComplaintPage:
    """One page of the list; ``after`` is where the next begins."""

    rows: list[ComplaintRow]
    after: UUID | None


@dataclass(frozen=True)
class ComplaintEntryRow:
    """What was written."""

    kind: EntryKind
    stage: int
    text: str
    learned: str
    outcome: str
    how: str
    author_name: str
    written_at: datetime


@dataclass(frozen=True)
class ComplaintDetails:
    """A complaint with all that was told and written. How to reach whoever complained
    (``told.reach``, ``telling``) is for its owner alone."""

    reference: str
    place: str
    kinds: tuple[About, ...]
    way: str
    told: Told
    person_reference: str
    received_on: date
    stage: int
    acknowledge_by: date
    law_by: date | None
    answer_by: date
    acknowledged_at: datetime | None
    answered_at: datetime | None
    outcome: str
    owner_name: str
    is_own: bool
    complained_of: list[str]
    members: list[tuple[str, str]]
    entries: list[ComplaintEntryRow]
    steps: Steps
    outside: list[Outside]
    today: date
    telling: ComplaintTelling | None


@dataclass(frozen=True)
class Progress:
    """How far a complaint is, for whoever asks by its number: no word of it."""

    reference: str
    received_on: date
    acknowledge_by: date
    acknowledged_at: datetime | None
    answer_by: date
    answered_at: datetime | None
    stage: int
    has_way: bool


def find_place(reference: str) -> tuple[UUID, Nation] | None:
    """The open organisation of that reference, and its nation."""
    found = get_session().execute(
        select(Organisation.id, Organisation.nation).where(
            Organisation.reference == reference, Organisation.closed_on.is_(None)
        )
    )
    row = found.one_or_none()
    return (row.id, Nation(row.nation)) if row is not None else None


def list_places() -> list[tuple[str, str]]:
    """Reference and name of every open organisation, for the public page."""
    found = get_session().execute(
        select(Organisation.reference, Organisation.name)
        .where(Organisation.closed_on.is_(None))
        .order_by(Organisation.name_key)
        .limit(MOST_PLACES)
    )
    return [(row.reference, row.name) for row in found]


def get_nation(organisation_id: UUID | None) -> Nation:
    """Whose procedure applies; England's where the place is not known."""
    found = get_session().scalar(
        select(Organisation.nation).where(Organisation.id == organisation_id)
    )
    return Nation(found) if found else Nation.ENGLAND


def get_complaint_reference(complaint_id: UUID) -> str:
    """The number that is told to whoever complained. Raises NotFound."""
    found = get_session().scalar(select(Complaint.reference).where(Complaint.id == complaint_id))
    if found is None:
        raise NotFound
    return found


def _mine(actor: Actor) -> ColumnElement[bool]:
    """Those of a manager's organisation, or of an auditor's remit (and of no known place), or that
    the actor owns; never one that they are kept away from."""
    reached: list[ColumnElement[bool]] = [Complaint.owner_account_id == actor.account_id]
    if actor.role == Role.AUDITOR:
        audited = select(AuditRemit.audited_organisation_id).where(
            AuditRemit.auditing_organisation_id == actor.organisation_id,
            AuditRemit.ended_at.is_(None),
        )
        reached += [Complaint.organisation_id.in_(audited), Complaint.organisation_id.is_(None)]
    else:
        reached.append(Complaint.organisation_id == actor.organisation_id)
    return or_(*reached) & ~_is_barred(actor)


def _is_barred(actor: Actor) -> ColumnElement[bool]:
    return exists().where(
        ComplaintBar.complaint_id == Complaint.id, ComplaintBar.human_id == actor.human_id
    )


def lock_complaint(actor: Actor, reference: str, *, lock: bool) -> Complaint | None:
    """The complaint's row, or None where it is not there or not for this actor."""
    found = read_reference("G", reference)
    if found is None or actor.human_id is None:
        return None
    query = select(Complaint).where(Complaint.reference == found, _mine(actor))
    if lock:
        query = query.with_for_update(of=Complaint).execution_options(populate_existing=True)
    return get_session().scalar(query)


def list_complaints(
    actor: Actor, *, answered: bool = False, after: UUID | None = None, limit: int = PAGE
) -> ComplaintPage:
    """What is open, oldest first; or what was answered, newest first, with what was learned."""
    is_open = Complaint.answered_at.is_(None)
    query = _select_rows().where(_mine(actor), ~is_open if answered else is_open)
    if after is not None:
        query = query.where(Complaint.id < after if answered else Complaint.id > after)
    query = query.order_by(Complaint.id.desc() if answered else Complaint.id).limit(limit + 1)
    found = get_session().execute(query).all()
    shown: list[Complaint] = [row[0] for row in found[:limit]]
    lessons = _load_lessons(shown) if answered else {}
    rows = [
        _as_row(actor, row, place or "", owner or "", lessons.get(row.id, ""))
        for row, place, owner in found[:limit]
    ]
    return ComplaintPage(rows, rows[-1].id if len(found) > limit else None)


def count_late(actor: Actor) -> ScalarSelect[int]:
    """How many open complaints this actor may see are past the day of their next step: a part of
    whatever statement counts more."""
    due_on = case(
        (Complaint.acknowledged_at.is_(None), Complaint.acknowledge_by), else_=Complaint.answer_by
    )
    return (
        select(func.count(Complaint.id))
        .where(_mine(actor), Complaint.answered_at.is_(None), due_on < clock.today())
        .scalar_subquery()
    )


def _select_rows() -> Select[*tuple[Any, ...]]:
    return (
        select(Complaint, Organisation.name, Account.name)
        .outerjoin(Organisation, Organisation.id == Complaint.organisation_id)
        .outerjoin(Account, Account.id == Complaint.owner_account_id)
    )


def _as_row(actor: Actor, row: Complaint, place: str, owner: str, learned: str) -> ComplaintRow:
    due_on = row.answer_by if row.acknowledged_at is not None else row.acknowledge_by
    return ComplaintRow(
        id=row.id,
        reference=row.reference,
        place=place,
        kinds=rules_complaints.split_kinds(row.kinds),
        received_on=row.received_on,
        due_on=due_on,
        is_late=row.answered_at is None and due_on < clock.today(),
        owner_name=owner,
        is_own=actor.is_same_human(row.owner_human_id),
        stage=row.stage,
        outcome=row.outcome or "",
        learned=learned,
    )


def _load_lessons(rows: list[Complaint]) -> dict[UUID, str]:
    """What was learned of each, by the last answer that says it."""
    encryption.load_keys(row.sealed_for for row in rows)
    found = get_session().scalars(
        select(ComplaintEntry)
        .where(
            ComplaintEntry.complaint_id.in_([row.id for row in rows]),
            ComplaintEntry.learned.is_not(None),
        )
        .order_by(ComplaintEntry.id)
    )
    return {entry.complaint_id: open_entry(entry, "learned") for entry in found}


def load_details(actor: Actor, row: Complaint) -> ComplaintDetails:
    """A complaint in full; the look at it has been recorded."""
    session = get_session()
    around = (
        _select_rows()
        .add_columns(Organisation.nation, Person.reference)
        .outerjoin(Person, Person.id == Complaint.person_id)
        .where(Complaint.id == row.id)
    )
    _row, place, owner, home, person_reference = session.execute(around).one()
    kinds = rules_complaints.split_kinds(row.kinds)
    nation = Nation(home) if home else Nation.ENGLAND  # as get_nation
    is_own = actor.is_same_human(row.owner_human_id)
    telling = load_telling(row) if is_own else None  # first: it fetches the keys of both
    told = open_told(row)
    named = session.scalars(
        select(Account.name)
        .join(ComplaintBar, ComplaintBar.human_id == Account.human_id)
        .where(ComplaintBar.complaint_id == row.id, ComplaintBar.named_by.is_not(None))
        .order_by(Account.name)
    )
    return ComplaintDetails(
        reference=row.reference,
        place=place or "",
        kinds=kinds,
        way=row.way,
        told=told if is_own else replace(told, reach=""),
        person_reference=person_reference or "",
        received_on=row.received_on,
        stage=row.stage,
        acknowledge_by=row.acknowledge_by,
        law_by=row.law_by,
        answer_by=row.answer_by,
        acknowledged_at=row.acknowledged_at,
        answered_at=row.answered_at,
        outcome=row.outcome or "",
        owner_name=owner or "",
        is_own=is_own,
        complained_of=sorted(set(named)),
        members=_list_members(row.organisation_id),
        entries=_list_entries(row),
        steps=rules_complaints.STEPS[nation],
        outside=rules_complaints.list_outside(nation if row.organisation_id else None, kinds),
        today=clock.today(),
        telling=telling,
    )


def _list_members(organisation_id: UUID | None) -> list[tuple[str, str]]:
    if organisation_id is None:
        return []
    found = get_session().execute(
        select(Membership.reference, Account.name)
        .join(Account, Account.id == Membership.account_id)
        .where(Membership.organisation_id == organisation_id, Membership.ended_at.is_(None))
        .order_by(Account.name, Membership.id)
        .limit(MOST_PLACES)
    )
    return [(row.reference, row.name) for row in found]


def _list_entries(row: Complaint) -> list[ComplaintEntryRow]:
    found = get_session().execute(
        select(ComplaintEntry, Account.name)
        .join(Account, Account.id == ComplaintEntry.author_id)
        .where(ComplaintEntry.complaint_id == row.id)
        .order_by(ComplaintEntry.id.desc())
        .limit(MOST_ENTRIES)
    )
    return [
        ComplaintEntryRow(
            EntryKind(entry.kind),
            entry.stage,
            open_entry(entry, "text"),
            open_entry(entry, "learned"),
            entry.outcome or "",
            entry.how or "",
            name,
            entry.written_at,
        )
        for entry, name in found
    ]


def open_told(row: Complaint) -> Told:
    """What was told; of an erased person, nothing."""
    try:
        text = encryption.unseal(row.sealed_for, f"complaint.told.{row.id}", row.told)
    except KeyForgotten:
        return Told(words="")
    return Told.read(json.loads(text))


def open_entry(entry: ComplaintEntry, what: str) -> str:
    """The ``text`` of what was written, or what was ``learned``; of who is erased, nothing."""
    sealed = entry.text if what == "text" else entry.learned
    if sealed is None:
        return ""
    field = f"complaint_entry.{what}.{entry.complaint_id}"
    try:
        return encryption.unseal(entry.sealed_for, field, sealed)
    except KeyForgotten:
        return ""


def find_progress(actor: Actor, text: str) -> Progress | None:
    """How far the complaint of that number is; None also for whom it is about."""
    reference = read_reference("G", text)
    query = select(Complaint).where(Complaint.reference == reference, ~_is_barred(actor))
    row = get_session().scalar(query)
    if row is None:
        return None
    return Progress(
        row.reference,
        row.received_on,
        row.acknowledge_by,
        row.acknowledged_at,
        row.answer_by,
        row.answered_at,
        row.stage,
        has_way(row.id),
    )


def lock_by_number(actor: Actor, text: str) -> Complaint | None:
    """The complaint of that number, locked, for who holds it; None also for whom it is about."""
    return get_session().scalar(
        select(Complaint)
        .where(Complaint.reference == read_reference("G", text), ~_is_barred(actor))
        .with_for_update(of=Complaint)
        .execution_options(populate_existing=True)
    )
