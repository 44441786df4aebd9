"""The port by which ``casework``, which stands above, tells which case a page speaks of."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.errors import NotFound

CaseFinder = Callable[[Actor, str], tuple[UUID, UUID]]

_finder: CaseFinder | None = None


def tell_finder(finder: CaseFinder) -> None:
    """Register who knows (the case's id, its person's id) for a reference; raises NotFound."""
    global _finder
    _finder = finder


def get_case_id(actor: Actor, reference: str, person_id: UUID) -> UUID:
    """The id of that person's case at the actor's organisation. Raises NotFound."""
    if _finder is None:
        raise NotFound
    case_id, of_person = _finder(actor, reference)
    if of_person != person_id:
        raise NotFound
    return case_id
