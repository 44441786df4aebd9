"""Looking at delegations: recorded before anything is shown."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from assistedaccess.access import Permission, require
from assistedaccess.audit import Action, record_look
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.commands import command, concerns
from assistedaccess.kernel.errors import NotFound
from assistedaccess.people.models import Person
from assistedaccess.people.queries import PointView, get_person
from assistedaccess.people.reach import load_reached

from . import queries
from .queries import DelegationRow, Step
from .service_stops import list_numbers_to_ring

ASKED_TO_STOP = "asked_to_stop"
"""The reason of a look that the person's own *stop* gives: nobody asks for another."""


@dataclass(frozen=True)
class PersonDelegations:
    """Who may act for a person, with as much of the person as says that it is them."""

    person_id: UUID
    reference: str
    name: str
    rows: list[DelegationRow]

    @property
    def live(self) -> list[DelegationRow]:
        return [row for row in self.rows if row.state in ("live", "frozen")]


@dataclass(frozen=True)
class OpenedDelegation:
    """One delegation and its life."""

    row: DelegationRow
    person: PersonDelegations
    steps: list[Step]


@command("delegation.open_delegation")
def open_delegation(*, actor: Actor, reference: str) -> OpenedDelegation:
    """Open one delegation. Raises NotFound, ReasonNeeded, OwnRecord, RelativesRecord."""
    require(actor, Permission.DELEGATION_VIEW)
    row = queries.find_delegation(reference)
    if row is None:
        raise NotFound
    person = _look(actor, row.person_id, ("delegation", row.id))
    return OpenedDelegation(row, _shown(person, [row]), queries.list_steps(row.id))


@command("delegation.open_delegations")
def open_delegations(
    *, actor: Actor, person_id: UUID, before: UUID | None = None
) -> PersonDelegations:
    """Open the list of who may act for a person, and who once might; newest first.

    A relative is shown what was given to them: who else helps somebody can say where they went.
    """
    require(actor, Permission.DELEGATION_VIEW)
    person = _look(actor, person_id, ("person", person_id))
    rows = queries.list_delegations(person_id, before=before)
    if actor.is_family:
        rows = [row for row in rows if row.holder_account_id == actor.account_id]
    return _shown(person, rows)


@command("delegation.open_to_stop")
def open_to_stop(
    *, actor: Actor, person_id: UUID | None = None, reference: str | None = None
) -> PersonDelegations:
    """Open what a person wants to stop, at whichever desk they say so.

    By the person (all that is live), or by one delegation's reference (that one, in any state).
    The reason of the look is the person's word itself. Raises NotFound.
    """
    is_one = reference is not None
    require(actor, Permission.YES_TAKE_BACK if is_one else Permission.DELEGATION_END)
    if reference is not None:
        row = queries.find_delegation(reference)
        if row is None:
            raise NotFound
        rows, person, subject = [row], get_person(row.person_id), ("delegation", row.id)
    elif person_id is not None:
        person = get_person(person_id)
        rows = queries.list_delegations(person_id, live_only=True)
        subject = ("person", person_id)
    else:
        raise NotFound
    concerns(person_id=person.id, subject=subject)
    record_look(
        Action.DELEGATION_VIEWED,
        actor=actor,
        person_id=person.id,
        subject=subject,
        stated_reason=ASKED_TO_STOP,
    )
    return _shown(person, rows)


@command("delegation.open_to_lift")
def open_to_lift(*, actor: Actor, person_id: UUID) -> tuple[PersonDelegations, list[PointView]]:
    """Open what a person has stopped, and the numbers on which this helper can hear from them."""
    shown = open_to_stop(actor=actor, person_id=person_id)
    return shown, list_numbers_to_ring(actor, person_id)


def _look(actor: Actor, person_id: UUID, subject: tuple[str, UUID]) -> Person:
    person, found = load_reached(actor, person_id, lock=False)
    concerns(subject=subject)
    record_look(
        Action.DELEGATION_VIEWED,
        actor=actor,
        person_id=person_id,
        subject=subject,
        stated_reason=found.stated,
        needs_details=True,
    )
    return person


def _shown(person: Person, rows: list[DelegationRow]) -> PersonDelegations:
    return PersonDelegations(person.id, person.reference, person.name, rows)
