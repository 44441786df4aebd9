"""Questions about the directory of places outside this system: an organisation's own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select

from assistedaccess.kernel import clock
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.errors import NotFound

from .models_referrals import OutsidePlace
from .rules_places import is_out_of_date, split_kinds
from .rules_referrals import ReferralKind

MOST = 500


@dataclass(frozen=True)
class PlaceView:
    """An entry of the directory."""

    id: UUID
    name: str
    kinds: tuple[ReferralKind, ...]
    area: str
    reach: str
    hours: str
    checked_on: date
    is_out_of_date: bool
    version: int


def list_outside_places(actor: Actor) -> list[PlaceView]:
    """What stands in the organisation's directory, by name; one statement."""
    query = (
        select(OutsidePlace)
        .where(
            OutsidePlace.organisation_id == actor.organisation_id,
            OutsidePlace.removed_at.is_(None),
        )
        .order_by(OutsidePlace.name, OutsidePlace.id)
        .limit(MOST)
    )
    return [_view(row) for row in get_session().scalars(query)]


def get_outside_place(actor: Actor, place_id: UUID, *, lock: bool = False) -> OutsidePlace:
    """An entry of the organisation's own directory that stands. Raises NotFound."""
    row = get_session().get(
        OutsidePlace, place_id, with_for_update=lock or None, populate_existing=lock
    )
    if row is None or row.organisation_id != actor.organisation_id or row.removed_at is not None:
        raise NotFound
    return row


def view_outside_place(actor: Actor, place_id: UUID) -> PlaceView:
    """The same, as a page shows it."""
    return _view(get_outside_place(actor, place_id))


def _view(row: OutsidePlace) -> PlaceView:
    return PlaceView(
        id=row.id,
        name=row.name,
        kinds=split_kinds(row.kinds),
        area=row.area,
        reach=row.reach,
        hours=row.hours,
        checked_on=row.checked_on,
        is_out_of_date=is_out_of_date(row.checked_on, clock.today()),
        version=row.version,
    )
