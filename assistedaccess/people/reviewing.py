"""What people answers for approvals: who a person is, and who may not decide about them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import select

from assistedaccess.kernel.database import get_session
from assistedaccess.organisations.models import DeclaredInterest
from assistedaccess.organisations.queries_interests import (
    counting_interests_since,
    interest_counts,
)

from .models import Person


def name_person(person_id: UUID) -> tuple[str, str] | None:
    """Name and reference, for the reviewer who was drawn and whose look is recorded."""
    row = (
        get_session()
        .execute(select(Person.name, Person.reference).where(Person.id == person_id))
        .one_or_none()
    )
    return (row.name, row.reference) if row is not None else None


def exclude_concerned(
    _command: str, _arguments: Mapping[str, Any], person_id: UUID | None
) -> set[UUID]:
    """The person themself, where they help too, and whoever declared them as a relative."""
    if person_id is None:
        return set()
    own = select(Person.human_id).where(Person.id == person_id, Person.human_id.is_not(None))
    declared = (
        select(DeclaredInterest.human_id)
        .join(Person, Person.reference == DeclaredInterest.person_reference)
        .where(Person.id == person_id, interest_counts(counting_interests_since()))
    )
    return {human_id for human_id in get_session().scalars(own.union(declared)) if human_id}
