"""What of a person's wishes stands, kept on the person's own row, where every command looks."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select, update

from assistedaccess.kernel.database import get_session
from assistedaccess.people.models import Person
from assistedaccess.people.queries_merging import list_records

from .models import DataRequest
from .rules_requests import STANDING, Kind, find_goes_on


def follow(person_id: UUID) -> None:
    """Have the person's row, and every record that leads to it, say what stands now.

    Inside the transaction in which something of it began or ended, with the person's row locked.
    """
    session = get_session()
    records = list_records(person_id)
    rows = session.execute(
        select(DataRequest.kind, DataRequest.goes_on, DataRequest.asked_at).where(
            DataRequest.person_id.in_(records),
            DataRequest.kind.in_([str(kind) for kind in STANDING]),
            DataRequest.ended_at.is_(None),
        )
    ).all()
    session.execute(
        update(Person)
        .where(Person.id.in_(records))
        .values(
            restricted=find_goes_on(
                row.goes_on for row in rows if row.kind == str(Kind.RESTRICTION)
            ),
            left_out_at=min(
                (row.asked_at for row in rows if row.kind == str(Kind.OBJECTION)), default=None
            ),
        )
    )
