"""The world's people ask for their record."""

from __future__ import annotations

from . import record
from .world import Side


def add(side: Side) -> None:
    """The person at the desk is given their record, alone."""
    reading_id = record.begin(side.actors["helper"], side.ids["person"])
    side.ids["reading"] = reading_id
    side.values["reading_id"] = str(reading_id)
