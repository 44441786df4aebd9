"""What others may want to know of reviews: told inside the decision's transaction."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class PendingActDecided:
    """A pending act is over. ``result`` is what the command returned, where it was released."""

    pending_act_id: UUID
    command: str
    released: bool
    result: object = None
