"""Which records are of one human, and the two sides of a merge."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, exists, or_, select
from sqlalchemy.orm import aliased

from assistedaccess.approvals.models import PendingAct
from assistedaccess.approvals.rules import SECOND_LOOKS
from assistedaccess.approvals.rules import State as PendingState
from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.errors import NotFound
from assistedaccess.kernel.ids import read_reference

from .models import AccessCard, ContactPoint, Person
from .models_merge import RecordMerge
from .queries import birth_date, is_sensitive
from .rules_matching import Likely
from .rules_merging import BY_TWO, Side
from .rules_routes import PointKind

# Made once: an alias copies each column, and these stand in statements of nearly every command.
_RECORD, _ASKED = aliased(Person, name="record"), aliased(Person, name="asked")


@dataclass(frozen=True)
class MergeRow:
    """A merge that stands or once stood, as the page of either record tells it."""

    id: UUID
    merged_id: UUID
    merged_reference: str
    kept_id: UUID
    kept_reference: str
    merged_at: datetime
    ended_at: datetime | None


def get_pair(merged: str, kept: str) -> tuple[UUID, UUID]:
    """The ids of two records by their references, however they were typed; one statement.

    Raises NotFound, also where both are one record.
    """
    one, other = read_reference("P", merged), read_reference("P", kept)
    statement = select(Person.reference, Person.id).where(
        Person.reference.in_([one, other]), Person.erased_at.is_(None)
    )
    found = dict(get_session().execute(statement).all())
    if one not in found or other not in found or one == other:
        raise NotFound
    return found[one], found[other]


def records_of(person_id: UUID) -> Select[UUID]:
    """The ids of every record of the same human, whichever of them is asked about: a part of a
    statement, for who counts what one human has."""
    kept = select(_ASKED.merged_into_id).where(_ASKED.id == person_id).scalar_subquery()
    return select(_RECORD.id).where(
        or_(
            _RECORD.id.in_([person_id, kept]),
            _RECORD.merged_into_id.in_([person_id, kept]),
        )
    )


def list_records(person_id: UUID) -> list[UUID]:
    """The same, read: that one first."""
    found = get_session().scalars(records_of(person_id))
    return sorted(found, key=lambda one: (one != person_id, one))


def find_kept_reference(person_id: UUID) -> str | None:
    """The reference of the record to which this one leads; None where it leads nowhere."""
    kept = select(Person.merged_into_id).where(Person.id == person_id).scalar_subquery()
    return get_session().scalar(select(Person.reference).where(Person.id == kept))


def follow(people: list[Person]) -> list[Person]:
    """The same people, each once, by the record that is kept. One more statement at most."""
    wanted = {one.merged_into_id for one in people if one.merged_into_id is not None}
    if not wanted:
        return people
    kept = {
        one.id: one for one in get_session().scalars(select(Person).where(Person.id.in_(wanted)))
    }
    current = [kept[one.merged_into_id] if one.merged_into_id else one for one in people]
    return list({one.id: one for one in current}.values())


def list_merges(person_id: UUID, *, only_live: bool = False) -> list[MergeRow]:
    """The merges of which this record is either side, the latest first."""
    merged, kept = Person.__table__.alias("merged"), Person.__table__.alias("kept")
    statement = (
        select(
            RecordMerge.id,
            RecordMerge.person_id,
            merged.c.reference,
            RecordMerge.kept_person_id,
            kept.c.reference,
            RecordMerge.merged_at,
            RecordMerge.ended_at,
        )
        .join(merged, merged.c.id == RecordMerge.person_id)
        .join(kept, kept.c.id == RecordMerge.kept_person_id)
        .where(
            or_(RecordMerge.person_id == person_id, RecordMerge.kept_person_id == person_id),
            merged.c.erased_at.is_(None),
            kept.c.erased_at.is_(None),
        )
        .order_by(RecordMerge.id.desc())
    )
    if only_live:
        statement = statement.where(RecordMerge.ended_at.is_(None))
    return [MergeRow(*row) for row in get_session().execute(statement)]


def something_waits(*person_ids: UUID) -> bool:
    """Whether an act about one of them waits for a second human, but for the merge itself and for
    the looks that the system opens at what is done."""
    return bool(
        get_session().scalar(
            select(
                exists().where(
                    PendingAct.person_id.in_(person_ids),
                    PendingAct.state == PendingState.WAITING,
                    PendingAct.command.not_in([*SECOND_LOOKS, *BY_TWO]),
                )
            )
        )
    )


def load_sides(*people: Person) -> list[Side]:
    """What is compared of each, and what of their state bears on a merge; two statements."""
    ids = [person.id for person in people]
    session = get_session()
    points = session.execute(
        select(ContactPoint.person_id, ContactPoint.kind, ContactPoint.fingerprint).where(
            ContactPoint.person_id.in_(ids), ContactPoint.ended_at.is_(None)
        )
    ).all()
    other = aliased(Person)
    has_card = exists().where(AccessCard.person_id == Person.id, AccessCard.ended_at.is_(None))
    leads_others = exists().where(other.merged_into_id == Person.id)
    standing = {
        row.id: row
        for row in session.execute(
            select(Person.id, has_card.label("has_card"), leads_others.label("leads_others")).where(
                Person.id.in_(ids)
            )
        )
    }
    return [
        Side(
            reference=person.reference,
            likely=_likely(person, [row for row in points if row.person_id == person.id]),
            language=person.spoken_language,
            hides_address=person.hides_address,
            is_sensitive=is_sensitive(person),
            is_unsafe=person.contact_is_unsafe,
            no_paper=person.no_paper_at_home,
            has_died=person.died_on is not None,
            is_of_helper=person.human_id is not None,
            is_merged=person.merged_into_id is not None,
            leads_others=standing[person.id].leads_others,
            has_way=any(row.person_id == person.id for row in points),
            has_card=standing[person.id].has_card,
        )
        for person in people
    ]


def _likely(person: Person, points: list[Any]) -> Likely:
    return Likely(
        name=person.name,
        known_as=person.known_as,
        birth_date=birth_date(person),
        nino=person.nino_fingerprint,
        postcode=person.postcode_fingerprint,
        contacts=frozenset(
            row.fingerprint
            for row in points
            if row.kind in (PointKind.MOBILE, PointKind.LANDLINE, PointKind.EMAIL)
        ),
        id=person.id,
    )
