"""What has not left yet, and is taken off a way that has become unsafe."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import case, or_, select, update

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
    """What a person is still to be told by text, e-mail or letter, locked; one statement.

    What is about a complaint of theirs too: it takes no other way, and its owner learns so.
    """
    rows = get_session().execute(
        select(
            Notice.id,
            Notice.contact_point_id,
            Notice.queued_by_human_id,
            Notice.second_of.is_not(None),
            or_(
                Notice.kind.in_([str(kind) for kind in rules.FOR_ONE_ADDRESS]),
                Notice.complaint_id.is_not(None),
            ),
        )
        .where(
            or_(Notice.person_id == person_id, Notice.sealed_for == person_id),
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
    taken = get_session().execute(
        update(Notice)
        .where(Notice.id.in_(notice_ids))
        .values(**route_values(person_id, route), **begun_anew() | {"state": stays_held})
        .returning(Notice.id, Notice.complaint_id)
        .execution_options(synchronize_session=False)
    )
    for notice_id, complaint_id in sorted(taken):
        record(
            Action.NOTICE_QUEUED,
            actor=actor,
            person_id=None if complaint_id else person_id,
            subject=("notice", notice_id),
            reason="taken_off",
        )
