"""The port by which the person's own *no* stops what waits (design, section 4, rule 6).

Somebody above knows what the person has said; what waits stays as it is for whoever asked, and
cannot be released. A *no* of somebody who has shown who they are ends it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from uuid import UUID

from sqlalchemy import or_, select

from assistedaccess.audit import Action
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.events import publish

from . import rules
from .events import PendingActDecided
from .models import PendingAct
from .rules import State
from .store import record_decision, settle

Source = Callable[[PendingAct], str]

_source: Source | None = None


def register(source: Source) -> None:
    """Register who says, in words for whoever decides, that the person has said no; said twice:
    once."""
    global _source
    _source = source


def find_stop(row: PendingAct) -> str:
    """Why this cannot be released now: the person has said no to it. Empty where they have not."""
    if _source is None or row.person_id is None or row.command in rules.SECOND_LOOKS:
        return ""
    return _source(row)


def lock_waiting(person_id: UUID, named: Collection[UUID] = ()) -> list[PendingAct]:
    """What waits about a person, and what is ``named`` in whatever state, locked in order.

    Looks afterwards are not among it. Whoever releases one of these holds the same lock.
    """
    return list(
        get_session().scalars(
            select(PendingAct)
            .where(
                PendingAct.person_id == person_id,
                PendingAct.command.not_in(rules.SECOND_LOOKS),
                or_(PendingAct.state == State.WAITING, PendingAct.id.in_(named)),
            )
            .order_by(PendingAct.id)
            .with_for_update()
            .execution_options(populate_existing=True)
        )
    )


def end_at_the_persons_word(actor: Actor, row: PendingAct) -> None:
    """End what waits, in the caller's transaction: nothing of it happens, and nobody can have it
    looked at again. What is over already stays as it ended."""
    if row.state != State.WAITING:
        return
    settle(row, State.WITHDRAWN, actor, None)
    record_decision(Action.PENDING_ACT_WITHDRAWN, actor, row, {"by": "the person"})
    publish(PendingActDecided(row.id, row.command, False))
