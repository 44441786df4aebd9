"""Looks and acts by day: counted as they are sealed, in the sealer's own transaction, so that none
is missed and none counted twice; and, of what is not sealed yet, from the journal itself."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, case, func, select
from sqlalchemy.dialects import postgresql, sqlite

from assistedaccess.audit.models import AuditEvent
from assistedaccess.audit.models_tree import AuditLeaf
from assistedaccess.audit.sealing import EventsSealed
from assistedaccess.kernel import clock
from assistedaccess.kernel.database import get_session

from . import picked
from .models_tally import NOBODY, JournalTally


@dataclass(frozen=True)
class Counts:
    """Looks that the records explain, that they do not, for which no reason is asked; and acts."""

    explained: int = 0
    unexplained: int = 0
    not_asked: int = 0
    acts: int = 0

    def __add__(self, other: Counts) -> Counts:
        return Counts(*(mine + more for mine, more in zip(self.bar, other.bar, strict=True)))

    @property
    def bar(self) -> tuple[int, int, int, int]:
        return self.explained, self.unexplained, self.not_asked, self.acts


COLUMNS = tuple(Counts.__dataclass_fields__)


def counts_of(row: Any) -> Counts:
    """The counts of a row that has COLUMNS."""
    return Counts(*(getattr(row, name) for name in COLUMNS))


def count_events() -> Select[Any]:
    """A query of COLUMNS and of the ``hour``, for day_of; to be grouped by it.

    By hours in UTC, which both databases can tell: clocks in the United Kingdom differ from it by
    whole hours.
    """
    if get_session().get_bind().dialect.name == "sqlite":
        hour = func.strftime("%Y-%m-%d %H", AuditEvent.occurred_at)
    else:
        hour = func.to_char(func.timezone("UTC", AuditEvent.occurred_at), "YYYY-MM-DD HH24")
    return select(*_COUNTS, hour.label("hour"))


def _sum(name: str, condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0).label(name)


_COUNTS: list[ColumnElement[Any]] = [
    _sum("explained", picked.IS_LOOK & picked.IS_EXPLAINED),
    _sum("unexplained", picked.IS_LOOK & picked.IS_NOT_EXPLAINED),
    _sum("not_asked", picked.IS_NOT_ASKED),
    _sum("acts", ~picked.IS_LOOK),
]


def day_of(hour: str) -> date:
    """The day in the United Kingdom of an ``hour`` of count_events."""
    return clock.local(datetime.strptime(hour, "%Y-%m-%d %H").replace(tzinfo=UTC)).date()


_BY = ("organisation_id", "site_id", "account_id", "human_id")


def count_sealed(sealed: EventsSealed) -> None:
    """Add a batch to the tally; two statements."""
    session = get_session()
    by = [getattr(AuditEvent, name) for name in _BY]
    query = (
        count_events()
        .add_columns(*by)
        .select_from(AuditLeaf)
        .join(AuditEvent, AuditEvent.id == AuditLeaf.event_id)
        .where(AuditLeaf.leaf_index >= sealed.first, AuditLeaf.leaf_index < sealed.end)
        .group_by("hour", *by)
    )
    found: dict[tuple[UUID | date, ...], Counts] = defaultdict(Counts)
    for row in session.execute(query):
        organisation_id, *others = (getattr(row, name) or NOBODY for name in _BY)
        found[organisation_id, day_of(row.hour), *others] += counts_of(row)
    key = [column.name for column in JournalTally.__table__.primary_key]
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    put = insert(JournalTally)
    put = put.on_conflict_do_update(
        index_elements=key,
        set_={name: getattr(JournalTally, name) + put.excluded[name] for name in COLUMNS},
    )
    session.execute(
        put,
        [
            dict(zip([*key, *COLUMNS], [*those, *counts.bar], strict=True))
            for those, counts in found.items()
        ],
    )
