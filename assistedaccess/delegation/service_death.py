"""A death ends whatever lets somebody act; a mistaken one is undone as if it had not been."""

from __future__ import annotations

from sqlalchemy import select

from assistedaccess.audit import Action, record
from assistedaccess.kernel.database import get_session
from assistedaccess.people.events import DeathUndone, PersonDied

from .models import Delegation
from .rules import EndedHow
from .service_stops import end_replaced


def end_with_death(event: PersonDied) -> None:
    """The person has died: whatever lets somebody act for them ends, and nobody is written to."""
    live = (
        select(Delegation)
        .where(Delegation.person_id == event.person_id, Delegation.ended_at.is_(None))
        .order_by(Delegation.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    for row in get_session().scalars(live).all():
        row.death_id = event.death_id
        end_replaced(event.actor, row, EndedHow.DIED)


def revive_with_person(event: DeathUndone) -> None:
    """The death was a mistake of this very day: what it ended is as it was, stops included.

    What was said meanwhile holds: a stop, an end, the rest of whoever left (models.lasts). Of a
    later day nothing revives: the person gives it anew (docs/adr/0015).
    """
    if not event.is_same_day:
        return
    for row in get_session().scalars(
        select(Delegation)
        .where(Delegation.death_id == event.death_id, Delegation.ended_how == EndedHow.DIED)
        .order_by(Delegation.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ):
        row.ended_at = row.ended_how = row.ended_by = row.death_id = None
        row.version += 1
        record(
            Action.DELEGATION_REVIVED,
            actor=event.actor,
            person_id=row.person_id,
            subject=("delegation", row.id),
            authority=("delegation", row.id),
            reason="death_undone",
        )
    get_session().flush()
