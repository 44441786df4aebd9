"""The holds of an organisation, for its managers: times and ends, and nothing of anybody."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import aliased

from assistedaccess.approvals.models import PendingAct
from assistedaccess.approvals.rules import SECOND_LOOKS, State
from assistedaccess.kernel import clock
from assistedaccess.kernel.database import get_session

from .rules_holds import Hold, Summary, find_since, summarise


def summarise_holds(organisation_id: UUID) -> Summary:
    """What ended in the last twelve months, and what waits; one statement.

    What waits for looks afterwards held nobody up, and is not among it.
    """
    before = aliased(PendingAct)
    since = clock.start_of_day(find_since(clock.today()))
    rows = get_session().execute(
        select(PendingAct.asked_at, PendingAct.decided_at, PendingAct.state, before.state)
        .outerjoin(before, before.id == PendingAct.follows_id)
        .where(
            PendingAct.organisation_id == organisation_id,
            PendingAct.command.not_in(SECOND_LOOKS),
            or_(PendingAct.decided_at.is_(None), PendingAct.decided_at >= since),
        )
    )
    holds = [
        Hold(asked, decided, state, was == State.REFUSED) for asked, decided, state, was in rows
    ]
    return summarise(holds, clock.now())
