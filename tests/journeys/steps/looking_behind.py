"""What no page shows a helper: counted in the database, when a journey has to be sure."""

from __future__ import annotations

from sqlalchemy import func, select

from assistedaccess.applications.models import Submission
from assistedaccess.audit.models import AuditEvent
from assistedaccess.kernel.transactions import reading
from assistedaccess.people.models import Person


def count_submissions() -> int:
    """How many applications were sent, by anybody."""
    with reading() as session:
        return session.scalar(select(func.count()).select_from(Submission)) or 0


def list_actions(person_reference: str) -> list[str]:
    """Everything that the journal holds about one person."""
    with reading() as session:
        return list(
            session.scalars(
                select(AuditEvent.action)
                .join(Person, Person.id == AuditEvent.person_id)
                .where(Person.reference == person_reference)
            )
        )
