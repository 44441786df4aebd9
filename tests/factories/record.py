"""A person's record, begun and opened at a desk."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from assistedaccess.kernel.actor import Actor
from assistedaccess.my_record import service
from assistedaccess.my_record.service import OpenedReading

from .people import reference_of


def begin(actor: Actor, person_id: UUID, **more: Any) -> UUID:
    """A reading in front of the helper, alone unless said otherwise; its id."""
    asked = {"how": "in_front", "in_private": True, "style": "ordinary", **more}
    return service.begin_reading(actor=actor, person_id=person_id, **asked)


def read(actor: Actor, person_id: UUID, **more: Any) -> OpenedReading:
    """The record as it is told."""
    return service.open_reading(
        actor=actor,
        reference=reference_of(person_id),
        reading_id=begin(actor, person_id, **more),
    )
