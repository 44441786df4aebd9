"""Questions about safeguarding concerns, for the leads of the organisation that they belong to."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import Uuid, bindparam, exists, or_, select

from assistedaccess.access import Role
from assistedaccess.accounts.models import Account
from assistedaccess.audit.explain import Reasons, reasons
from assistedaccess.kernel import encryption
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.encryption import KeyForgotten
from assistedaccess.kernel.ids import read_reference
from assistedaccess.organisations.models import Organisation
from assistedaccess.organisations.rules import Nation
from assistedaccess.people.initials import initials_of
from assistedaccess.people.models import Person

from . import rules_concerns
from .models_concerns import Concern, ConcernEntry
from .queries import PAGE
from .rules_concerns import ConcernKind, Duty, EntryKind, Told

MOST_ENTRIES = 100


@dataclass(frozen=True)
class ConcernRow:
    """A concern as the list shows it: nothing of what was told."""

    id: UUID
    reference: str
    initials: str
    kinds: tuple[ConcernKind, ...]
    is_urgent: bool
    raised_at: datetime
    opened_at: datetime | None
    closed_at: datetime | None


@dataclass(frozen=True)
class EntryRow:
    """What a lead wrote."""

    kind: EntryKind
    text: str
    author_name: str
    written_at: datetime


@dataclass(frozen=True)
class ConcernDetails:
    """A concern with all that was told and written."""

    reference: str
    person_name: str
    person_reference: str
    kinds: tuple[ConcernKind, ...]
    is_urgent: bool
    told: Told
    raised_at: datetime
    raised_by_name: str
    closed_at: datetime | None
    entries: list[EntryRow]
    duties: list[Duty]


@dataclass(frozen=True)
class ConcernPage:
    """Concerns, the newest first; ``before`` goes on, None at the end."""

    rows: list[ConcernRow]
    before: UUID | None


def find_concern(actor: Actor, reference: str, *, lock: bool = False) -> Concern | None:
    """The concern of that reference, where it is the actor's organisation's."""
    canonical = read_reference("W", reference)
    if canonical is None:
        return None
    query = select(Concern).where(
        Concern.reference == canonical, Concern.organisation_id == actor.organisation_id
    )
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    return get_session().scalars(query).one_or_none()


def list_concerns(
    actor: Actor, *, closed: bool = False, before: UUID | None = None, limit: int = PAGE
) -> ConcernPage:
    """The organisation's concerns that are open (or closed), less those about the lead themself."""
    is_closed = Concern.closed_at.is_not(None) if closed else Concern.closed_at.is_(None)
    query = (
        select(Concern, Person.name)
        .outerjoin(Person, Person.id == Concern.person_id)
        .where(
            Concern.organisation_id == actor.organisation_id,
            is_closed,
            or_(Person.human_id.is_(None), Person.human_id != actor.human_id),
        )
        .order_by(Concern.id.desc())
        .limit(limit + 1)
    )
    if before is not None:
        query = query.where(Concern.id < before)
    found = get_session().execute(query).all()
    encryption.load_keys(row.sealed_for for row, _name in found)
    rows = [
        ConcernRow(
            id=row.id,
            reference=row.reference,
            initials=initials_of(name) if name else "",
            kinds=rules_concerns.split_kinds(open_told(row).kinds),
            is_urgent=row.is_urgent,
            raised_at=row.raised_at,
            opened_at=row.opened_at,
            closed_at=row.closed_at,
        )
        for row, name in found[:limit]
    ]
    return ConcernPage(rows, rows[-1].id if len(found) > limit else None)


def load_details(row: Concern, person: Person | None) -> ConcernDetails:
    """A concern in full; the look at it has been recorded."""
    session = get_session()
    told = open_told(row)
    kinds = rules_concerns.split_kinds(told.kinds)
    names = session.execute(
        select(Account.name, Organisation.nation)
        .select_from(Organisation)
        .outerjoin(Account, Account.id == row.raised_by)
        .where(Organisation.id == row.organisation_id)
    ).one()
    nation = (person.nation if person is not None else None) or names.nation
    entries = session.execute(
        select(ConcernEntry, Account.name)
        .join(Account, Account.id == ConcernEntry.author_id)
        .where(ConcernEntry.concern_id == row.id)
        .order_by(ConcernEntry.id.desc())
        .limit(MOST_ENTRIES)
    )
    return ConcernDetails(
        reference=row.reference,
        person_name=person.name if person is not None else "",
        person_reference=person.reference if person is not None else "",
        kinds=kinds,
        is_urgent=row.is_urgent,
        told=told,
        raised_at=row.raised_at,
        raised_by_name=names.name or "",
        closed_at=row.closed_at,
        entries=[
            EntryRow(EntryKind(entry.kind), _open_entry(entry), name, entry.written_at)
            for entry, name in entries
        ],
        duties=rules_concerns.list_duties(Nation(nation), kinds),
    )


def has_open_call(person_id: UUID, organisation_id: UUID) -> bool:
    """Whether a concern that the person's silent sign raised there has no outcome yet."""
    return bool(
        get_session().scalar(
            select(
                exists().where(
                    Concern.person_id == person_id,
                    Concern.organisation_id == organisation_id,
                    Concern.raised_by.is_(None),
                    Concern.closed_at.is_(None),
                )
            )
        )
    )


def open_told(row: Concern) -> Told:
    """What was told; of an erased person, nothing."""
    try:
        text = encryption.unseal(row.sealed_for, f"concern.told.{row.id}", row.told)
    except KeyForgotten:  # the person was erased: that there was a concern stands, no more
        return Told(seen="")
    told = Told.read(json.loads(text))
    return replace(told, kinds=row.kinds) if row.kinds else told


def _open_entry(entry: ConcernEntry) -> str:
    field = f"concern_entry.text.{entry.concern_id}"
    try:
        return encryption.unseal(entry.sealed_for, field, entry.text)
    except KeyForgotten:
        return ""


def explain_by_concern(actor: Actor) -> Reasons | None:
    """Why a safeguarding lead looks: an open concern of their organisation that somebody else, or
    the person, has raised. Answers explain.

    The code is that of any task, so that the person's own record, which somebody at home may read,
    says no more than of any other look.
    """
    return _OPEN_CONCERN if actor.role == Role.SAFEGUARDING_LEAD else None


_OPEN_CONCERN = reasons("task", "concern", Concern.id).where(
    Concern.person_id == bindparam("person_id"),
    Concern.organisation_id == bindparam("organisation_id"),
    Concern.closed_at.is_(None),
    Concern.raised_by_human.is_distinct_from(bindparam("human_id", type_=Uuid())),
)
