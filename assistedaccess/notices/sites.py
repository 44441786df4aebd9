"""The port by which notices learn the name and the number of the desk where something was done.

``organisations`` knows them and stands above; whoever registers is asked as a notice is queued.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class Desk:
    """Where to ask: the name of the site, else of the organisation, and its telephone number."""

    name: str = ""
    telephone: str = ""


DeskSource = Callable[[UUID | None, UUID | None], Desk]

_source: DeskSource | None = None


def register_desk_source(source: DeskSource) -> None:
    """``source(organisation_id, site_id)`` says what to print; at most one statement."""
    global _source
    _source = source


def find_desk(organisation_id: UUID | None, site_id: UUID | None) -> Desk:
    """The desk to name in a notice; a nameless one while nobody knows."""
    return _source(organisation_id, site_id) if _source is not None else Desk()
