"""How far a submission is on its way to the other side."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import Select, bindparam, select

from assistedaccess.accounts.models import Account
from assistedaccess.casework.queries import open_text
from assistedaccess.kernel.database import get_session

from .delivery import Standing, WayOut
from .models import Delivery


@dataclass(frozen=True)
class DeliveryView:
    """A delivery as its page shows it; ``their_reference`` empty where there is none."""

    way: WayOut
    standing: Standing
    ticked: tuple[str, ...]
    their_reference: str
    attempts: int
    due_at: datetime
    last_failure: str | None
    done_at: datetime | None
    done_by_name: str | None


@cache
def _delivery() -> Select[*tuple[Any, ...]]:
    return (
        select(Delivery, Account.name)
        .outerjoin(Account, Account.id == Delivery.done_by)
        .where(Delivery.application_id == bindparam("application_id"))
        .execution_options(populate_existing=True)
    )


def find_delivery(application_id: UUID, person_id: UUID) -> DeliveryView | None:
    """The delivery of an application that the caller may see; None before a way was chosen."""
    found = get_session().execute(_delivery(), {"application_id": application_id}).one_or_none()
    if found is None:
        return None
    row: Delivery = found.Delivery
    return DeliveryView(
        WayOut(row.way),
        Standing(row.standing),
        tuple(row.ticked),
        _open_reference(row, person_id),
        row.attempts,
        row.due_at,
        row.last_failure,
        row.done_at,
        found.name,
    )


def _open_reference(row: Delivery, person_id: UUID) -> str:
    field = f"delivery.their_reference.{row.application_id}"
    return open_text(person_id, field, row.their_reference)
