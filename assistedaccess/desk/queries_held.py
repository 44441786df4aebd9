"""Whom a helper of the family helps: the delegations that were given to them by name."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select

from assistedaccess.delegation.models import Delegation
from assistedaccess.kernel import clock
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.database import get_session
from assistedaccess.people.initials import initials_of
from assistedaccess.people.models import Person
from assistedaccess.people.queries import name_in_lists

MOST_HELD = 30


@dataclass(frozen=True)
class HeldRow:
    """One delegation; ``until``: the end of its last day; ``rests``: it cannot be used now."""

    reference: str
    person_reference: str
    initials: str
    until: datetime
    rests: bool


def list_held(actor: Actor) -> list[HeldRow]:
    """What lets this account act for somebody, what ends first at the top; one statement."""
    now = clock.now()
    frozen = Delegation.frozen_at.is_not(None) & or_(
        Delegation.frozen_until.is_(None), Delegation.frozen_until > now
    )
    rests = or_(
        frozen, Delegation.suspended_at.is_not(None), Delegation.check_in_on < clock.today()
    )
    rows = get_session().execute(
        select(
            Delegation.reference,
            Person.reference.label("person_reference"),
            name_in_lists().label("said"),
            Delegation.expires_at,
            rests.label("rests"),
        )
        .join(Person, Person.id == Delegation.person_id)
        .where(
            Delegation.holder_account_id == actor.account_id,
            Delegation.organisation_id == actor.organisation_id,
            Delegation.ended_at.is_(None),
            Delegation.expires_at > now,
            Person.died_on.is_(None),
        )
        .order_by(Delegation.expires_at, Delegation.id)
        .limit(MOST_HELD)
    )
    return [
        HeldRow(row.reference, row.person_reference, initials_of(row.said), row.expires_at,
                bool(row.rests))
        for row in rows
    ]  # fmt: skip
