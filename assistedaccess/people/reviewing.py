"""What people answers for approvals: who a person is, and who may not decide about them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select, union

from assistedaccess.kernel import clock
from assistedaccess.kernel.database import get_session
from assistedaccess.organisations.models import DeclaredInterest
from assistedaccess.organisations.queries_interests import (
    counting_interests_since,
    interest_counts,
)

from .models import ContactPoint, Person
from .rules_routes import INDEPENDENT_AFTER
from .service_silence import select_silencers


def name_person(person_id: UUID) -> tuple[str, str] | None:
    """Name and reference, for the reviewer who was drawn and whose look is recorded."""
    row = (
        get_session()
        .execute(select(Person.name, Person.reference).where(Person.id == person_id))
        .one_or_none()
    )
    return (row.name, row.reference) if row is not None else None


def list_close(person_id: UUID | None) -> set[UUID]:
    """The person themself, where they help too, and whoever declared them as a relative."""
    if person_id is None:
        return set()
    close = union(*_select_close(person_id))
    return {human_id for human_id in get_session().scalars(close) if human_id}


def _select_close(person_id: UUID) -> tuple[Select[Any], Select[Any]]:
    own = select(Person.human_id).where(Person.id == person_id, Person.human_id.is_not(None))
    declared = (
        select(DeclaredInterest.human_id)
        .join(Person, Person.reference == DeclaredInterest.person_reference)
        .where(Person.id == person_id, interest_counts(counting_interests_since()))
    )
    return own, declared


def exclude_concerned(
    _command: str, _arguments: Mapping[str, Any], person_id: UUID | None
) -> set[UUID]:
    """Whoever is close to the person (list_close), and whoever had them told less, or gave or took
    away a way to reach them within INDEPENDENT_AFTER: a reviewer prepares nothing, before the draw
    or after it (A44)."""
    if person_id is None:
        return set()
    since = clock.now() - INDEPENDENT_AFTER
    gave = select(ContactPoint.created_by_human_id).where(
        ContactPoint.person_id == person_id, ContactPoint.created_at > since
    )
    took = select(ContactPoint.ended_by_human_id).where(
        ContactPoint.person_id == person_id, ContactPoint.ended_at > since
    )
    concerned = union(*_select_close(person_id), gave, took, select_silencers(person_id))
    return {human_id for human_id in get_session().scalars(concerned) if human_id}
