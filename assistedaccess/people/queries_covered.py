"""As much of a person's record as a reader may see who may not see all of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from uuid import UUID

from sqlalchemy import or_, select

from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.partial_date import PartialDate

from .models import ContactPoint, Person
from .queries import PersonView, PointView, is_sensitive, point_view
from .rules import GoesOn, IdentityLevel
from .rules_routes import EndReason, PointKind


def is_typed_by(point: ContactPoint, human_id: UUID | None) -> bool:
    """Whether this human typed it and goes on to see it, though it has been marked as not safe."""
    return point.created_by_human_id == human_id and point.end_reason == EndReason.NOT_SAFE


def list_typed_by(human_id: UUID | None, person_id: UUID) -> list[PointView]:
    """The numbers and e-mail addresses that this human typed, as they typed them: in use, or not
    in use since somebody marked them as not safe. One statement."""
    rows = get_session().scalars(
        select(ContactPoint)
        .where(
            ContactPoint.person_id == person_id,
            ContactPoint.created_by_human_id == human_id,
            ContactPoint.kind.in_([PointKind.MOBILE, PointKind.LANDLINE, PointKind.EMAIL]),
            ContactPoint.is_safe,
            or_(ContactPoint.ended_at.is_(None), ContactPoint.end_reason == EndReason.NOT_SAFE),
        )
        .order_by(ContactPoint.id)
    )
    return [replace(point_view(row), ended_at=None, end_reason=None) for row in rows]


def make_family_view(view: PersonView, typed: Iterable[PointView] = ()) -> PersonView:
    """What a relative or friend sees of it: nothing of whom the person is careful with.

    It may be them (ADR 0048): neither what was said about safe contact, nor where somebody lives
    who keeps that out of sight, nor that anything is kept. It reads as a record in which nobody
    ever wrote down the address, or the number, that is not for use. What they ``typed`` themself
    they know: it stays where they put it, since a number that is gone says who was asked about it.
    """
    points = [] if view.contact_is_unsafe else [p for p in view.contact_points if p.is_safe]
    points += [one for one in typed if one.id not in {point.id for point in points}]
    if view.hides_address or view.no_paper_at_home:
        points = [point for point in points if point.kind != PointKind.POSTAL]
    if view.hides_address:
        view = replace(view, housing="not_known", address=None, hides_address=False)
    return replace(
        view,
        contact_is_unsafe=False,
        no_messages_left=False,
        no_paper_at_home=False,
        preferred_contact=None,
        best_times="",
        safe_words="",
        contact_points=tuple(points),
        is_protected=False,
        ask_again_on=None,
    )


def make_covered_view(person: Person, level: IdentityLevel) -> PersonView:
    """As much of a person as says that it is them, and what their safety asks for; no more."""
    return PersonView(
        id=person.id,
        reference=person.reference,
        name=person.name,
        known_as=person.known_as,
        birth_date=PartialDate(person.birth_year, None, None),
        nation=person.nation,
        housing="not_known",
        address=None,
        hides_address=person.hides_address,
        national_insurance_number=None,
        language=person.language,
        spoken_language=person.spoken_language,
        needs_interpreter=person.needs_interpreter,
        formats=(),
        support_needs="",
        hearing=(),
        contact_is_unsafe=person.contact_is_unsafe,
        no_messages_left=False,
        no_paper_at_home=False,
        preferred_contact=None,
        best_times="",
        safe_words="",
        identity_level=level,
        died_on=person.died_on,
        created_at=person.created_at,
        changed_at=person.changed_at,
        version=person.version,
        is_protected=is_sensitive(person),
        restricted=GoesOn(person.restricted) if person.restricted else None,
        is_covered=True,
    )
