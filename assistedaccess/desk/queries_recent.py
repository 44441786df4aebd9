"""Whom a helper helped lately: initials and reference, and nothing else."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, Select, bindparam, cast, literal, null, select

from assistedaccess.consent.models import Visit
from assistedaccess.kernel.database import Moment
from assistedaccess.people.initials import initials_of
from assistedaccess.people.models import Person
from assistedaccess.people.queries import name_in_lists

RECENT_FOR = timedelta(days=7)


@dataclass(frozen=True)
class RecentRow:
    """Somebody whom this helper helped lately."""

    person_reference: str
    initials: str
    helped_at: datetime


def list_recent(limit: int) -> Select[*tuple[Any, ...]]:
    """The helper's last visits since the day ``since_day``: a part of the statement of Today."""
    return (
        select(
            literal("recent").label("list"),
            Visit.id.label("id"),
            Person.reference.label("reference"),
            name_in_lists().label("said"),
            Visit.started_at.label("at"),
            cast(null(), Moment()).label("due_at"),
        )
        .join(Person, Person.id == Visit.person_id)
        .where(
            Visit.organisation_id == bindparam("organisation_id"),
            Visit.account_id == bindparam("account_id"),
            Visit.visited_on >= bindparam("since_day"),
            Person.erased_at.is_(None),
        )
        .order_by(Visit.id.desc())
        .limit(limit)
    )


def read_recent(rows: Iterable[Row[Any]], limit: int) -> list[RecentRow]:
    """Each person once, the last one first; the rows come in the order of the visits."""
    last = {row.reference: RecentRow(row.reference, initials_of(row.said), row.at) for row in rows}
    return sorted(last.values(), key=lambda row: row.helped_at, reverse=True)[:limit]
