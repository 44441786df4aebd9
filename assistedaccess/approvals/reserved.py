"""The port by which a feature reserves the acts of one person for one role, while it has to.

Whoever asked for such an act, and whoever was to decide on it, learns nothing of it: to them it
waits like any other.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import or_, select

from assistedaccess.kernel.database import get_session

from . import draw
from .describe import Row
from .models import PendingAct
from .rules import SECOND_LOOKS, EndOfDraw, State
from .sealing import open_arguments


@dataclass(frozen=True)
class Reservation:
    """``is_reserved`` says of a person and an organisation whether ``role`` alone decides now.

    ``words`` are the rows that whoever decides reads before all else.
    """

    role: str
    is_reserved: Callable[[UUID, UUID], bool]
    words: Callable[[], Sequence[Row]]


_reservations: list[Reservation] = []


def register_reservation(reservation: Reservation) -> None:
    """Have ``reservation`` asked about each act that is to wait; said twice: once."""
    if reservation not in _reservations:
        _reservations.append(reservation)


def find_role(command: str, person_id: UUID | None, organisation_id: UUID | None) -> str | None:
    """The one role that may decide on what is held now, where somebody has reserved it."""
    if person_id is None or organisation_id is None or command in SECOND_LOOKS:
        return None
    for reservation in _reservations:
        if reservation.is_reserved(person_id, organisation_id):
            return reservation.role
    return None


def list_words(role: str | None) -> list[Row]:
    """What who decides in that role has to know first."""
    return [row for one in _reservations if one.role == role for row in one.words()]


def reserve_waiting(person_id: UUID, organisation_id: UUID, role: str) -> None:
    """Give what already waits for this person at this organisation to ``role``.

    The clock that was shown goes on. What was drawn before is off, also for who has it open now.
    """
    rows = get_session().scalars(
        select(PendingAct)
        .where(
            PendingAct.person_id == person_id,
            PendingAct.organisation_id == organisation_id,
            PendingAct.state == State.WAITING,
            PendingAct.command.not_in(SECOND_LOOKS),
            or_(PendingAct.deciding_role.is_(None), PendingAct.deciding_role != role),
        )
        .order_by(PendingAct.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    for row in list(rows):
        due_at = row.due_at
        draw.end_draw(row, EndOfDraw.NOT_LIVE)
        draw.undraw(row)
        row.deciding_role = role
        draw.draw_reviewer(row, open_arguments(row))
        row.due_at = due_at


def has_waiting(person_id: UUID, organisation_id: UUID, role: str) -> bool:
    """Whether something of this person still waits there for who holds ``role``."""
    found = get_session().scalar(
        select(PendingAct.id)
        .where(
            PendingAct.person_id == person_id,
            PendingAct.organisation_id == organisation_id,
            PendingAct.state == State.WAITING,
            PendingAct.deciding_role == role,
        )
        .limit(1)
    )
    return found is not None
