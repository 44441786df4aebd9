"""What has not left yet, and is taken off a way that has become unsafe."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import case, select, update

from assistedaccess.audit import Action, record
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.database import get_session

from . import rules
from .models import Notice
from .rules import Channel, Route, State
from .service import begun_anew, route_values


@dataclass(frozen=True)
class Unsent:
    """A notice that has not left yet, by a way that somebody else may see."""

    id: UUID
    contact_point_id: UUID | None
    queued_by_human_id: UUID | None
    is_copy: bool
    is_for_one_address: bool


def list_unsent(person_id: UUID) -> list[Unsent]:
    """What a person is still to be told by text, e-mail or letter, locked; one statement."""
    rows = get_session().execute(
        select(
            Notice.id,
            Notice.contact_point_id,
            Notice.queued_by_human_id,
            Notice.second_of.is_not(None),
            Notice.kind.in_([str(kind) for kind in rules.FOR_ONE_ADDRESS]),
        )
        .where(
            Notice.person_id == person_id,
            Notice.state.in_([*rules.WAITING, State.TO_PRINT]),
            Notice.channel.in_([Channel.TEXT, Channel.EMAIL, Channel.LETTER]),
        )
        .order_by(Notice.id)
        .with_for_update()
    )
    return [Unsent(*row) for row in rows]


def take_off(*, actor: Actor, person_id: UUID, notice_ids: Sequence[UUID], route: Route) -> None:
    """Have notices that have not left yet take another route; one statement.

    Inside the transaction in which the old way has become unsafe. What a restore holds takes the
    other route too, and stays held.
    """
    if not notice_ids:
        return
    stays_held = case((Notice.state == State.HELD, str(State.HELD)), else_=str(State.QUEUED))
    get_session().execute(
        update(Notice)
        .where(Notice.id.in_(notice_ids))
        .values(**route_values(person_id, route), **begun_anew() | {"state": stays_held})
        .execution_options(synchronize_session=False)
    )
    for notice_id in notice_ids:
        record(
            Action.NOTICE_QUEUED,
            actor=actor,
            person_id=person_id,
            subject=("notice", notice_id),
            reason="taken_off",
        )
