"""The person's own numbers and addresses by which they can say yes, and what each is worth."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, ScalarSelect, and_, exists, func, or_, select
from sqlalchemy.orm import aliased

from assistedaccess.kernel import clock, encryption
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.database import get_session
from assistedaccess.organisations.models import DeclaredInterest
from assistedaccess.organisations.queries_interests import (
    counting_interests_since,
    interest_counts,
)

from .models import ContactPoint, IdentityEvidence, Person
from .queries import PointView, get_person, list_contact_points
from .routes import entered_by
from .rules import EvidenceKind
from .rules_routes import INDEPENDENT_AFTER, PointKind, Whose, is_unproven

OWN_WORD = (EvidenceKind.KNOWN_HERE, EvidenceKind.ASKED_ONLY)
"""Evidence that is nothing but the word of who writes it down: no paper, and nobody who vouches."""


@dataclass(frozen=True)
class OwnPoint:
    """A number or an e-mail address of the person's own that is safe; ``value`` in clear.

    ``by_helper``: the helper's human put it into the record. ``is_new``: somebody did lately, and
    nothing shows that the person was there (rules_routes.is_unproven). ``is_shared``: others use
    it, by the person's word or because it stands in somebody else's record too.
    """

    id: UUID
    kind: PointKind
    value: str
    is_from_today: bool
    by_helper: bool
    is_new: bool
    is_shared: bool


def list_own_points(
    actor: Actor, person: Person, kinds: Collection[PointKind], *, most: int
) -> list[OwnPoint]:
    """Those of these kinds, best first; one or two statements. None where contact is not safe.

    Not one that the helper declared as their own, nor one that whoever wrote it down as the
    person's did (SCENARIOS, A27); a shared one is weighed as shared, as a wife's who helps (L08).
    """
    if person.contact_is_unsafe:
        return []
    writers = and_(
        DeclaredInterest.human_id == ContactPoint.created_by_human_id,
        ContactPoint.whose == Whose.OWN,
    )
    is_helpers = exists().where(
        or_(DeclaredInterest.human_id == actor.human_id, writers),
        interest_counts(counting_interests_since()),
        DeclaredInterest.fingerprint == ContactPoint.fingerprint,
    )
    rows = get_session().execute(
        select(
            ContactPoint,
            entered_by(actor.human_id),
            _since_when(),
            _proven_at(),
            _is_others_too(),
        )
        .where(
            ContactPoint.person_id == person.id,
            ContactPoint.kind.in_([str(kind) for kind in kinds]),
            ContactPoint.whose.in_([Whose.OWN.value, Whose.SHARED.value]),
            ContactPoint.is_safe,
            ContactPoint.ended_at.is_(None),
            ~is_helpers,
        )
        .order_by(ContactPoint.id)
        .limit(most)
    )
    today = clock.start_of_day(clock.today())
    points = [
        OwnPoint(
            id=row.id,
            kind=PointKind(row.kind),
            value=encryption.unseal(person.id, "contact_point.value", row.value),
            is_from_today=row.created_at >= today,
            by_helper=bool(by_helper),
            is_new=is_unproven(since or row.created_at, proven_at, now=clock.now()),
            is_shared=bool(is_others_too) or row.whose != Whose.OWN,
        )
        for row, by_helper, since, proven_at, is_others_too in rows
    ]
    return sorted(points, key=lambda point: (point.by_helper, point.is_new, point.is_shared))


def list_independent_numbers(person_id: UUID, humans: Collection[UUID]) -> list[PointView]:
    """The person's own safe telephones that none of ``humans`` entered, and that are older than
    INDEPENDENT_AFTER: a call to one of them reaches nobody whom they chose (SCENARIOS, *ind.*)."""
    if get_person(person_id).contact_is_unsafe:
        return []
    return [
        point
        for point in list_contact_points(person_id)
        if point.kind in (PointKind.MOBILE, PointKind.LANDLINE)
        and point.whose == Whose.OWN
        and point.is_safe
        and point.created_by_human_id not in humans
        and point.created_at <= clock.now() - INDEPENDENT_AFTER
    ]


def _since_when() -> ScalarSelect[datetime]:
    """Since when the line that it took over from has that very number: to mend what is said of a
    number makes no new one of it. Nothing where it took over from none, or from another number."""
    mended = aliased(ContactPoint)
    return (
        select(mended.created_at)
        .where(
            mended.id == ContactPoint.replaces_id,
            mended.fingerprint == ContactPoint.fingerprint,
        )
        .scalar_subquery()
    )


def _proven_at() -> ScalarSelect[datetime]:
    """When whoever entered it last wrote down what shows who the person is."""
    return (
        select(func.max(IdentityEvidence.seen_at))
        .where(
            IdentityEvidence.person_id == ContactPoint.person_id,
            IdentityEvidence.seen_by_human_id == ContactPoint.created_by_human_id,
            IdentityEvidence.ended_at.is_(None),
            IdentityEvidence.level > 0,
            IdentityEvidence.kind.not_in(OWN_WORD),
        )
        .scalar_subquery()
    )


def _is_others_too() -> ColumnElement[bool]:
    """Whether it stands in somebody else's record, too, whatever is said of whose it is."""
    elsewhere, somebody = aliased(ContactPoint), aliased(Person)
    return exists().where(
        elsewhere.fingerprint == ContactPoint.fingerprint,
        elsewhere.person_id != ContactPoint.person_id,
        elsewhere.ended_at.is_(None),
        somebody.id == elsewhere.person_id,
        somebody.merged_into_id.is_(None),
        somebody.died_on.is_(None),
    )
