"""What a team loses if nobody acts, and in which order. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID


class Loss(StrEnum):
    """What is lost when its day passes, the dearest first.

    A claim's date is money that never comes back, the last day of a challenge mostly too; a letter
    that nobody read may hold a last day that nobody knows; somebody stands before a shut door; a
    task can be done tomorrow.
    """

    CLAIM = "claim"
    LAST_DAY = "last_day"
    LETTER = "letter"
    APPOINTMENT = "appointment"
    GROUP = "group"
    TASK = "task"


DATES = (Loss.CLAIM, Loss.LAST_DAY)
"""A day after which something is lost for good: these stand before all else."""


@dataclass(frozen=True)
class LossRow:
    """One thing of a colleague's. ``is_here``: its owner has signed in today.

    ``case_reference`` and ``initials`` are empty for what belongs to no case.
    """

    kind: Loss
    id: UUID
    case_reference: str
    initials: str
    day: date
    at: datetime | None
    owner: str
    is_here: bool


def sort_losses(rows: Iterable[LossRow], today: date) -> list[LossRow]:
    """What is lost first stands first; of one day, what costs most.

    What is late is done today, if it is done: it does not stand before what is lost today.
    """
    order = list(Loss)
    return sorted(
        rows,
        key=lambda row: (
            max(row.day, today),
            order.index(row.kind),
            row.day,
            str(row.at),
            row.id,
        ),
    )


def is_left(row: LossRow, today: date) -> bool:
    """Whether a colleague who is not here today left this, and somebody has to take it today."""
    return not row.is_here and row.day <= today
