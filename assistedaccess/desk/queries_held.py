"""Whom a helper of the family helps: the delegations that were given to them by name."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, select

from assistedaccess.delegation.models import Delegation
from assistedaccess.delegation.queries import IS_LIVE
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
    rows = get_session().execute(
        select(
            Delegation.reference,
            Person.reference.label("person_reference"),
            name_in_lists(to_family=True).label("said"),
            Delegation.expires_at,
            IS_LIVE.label("is_live"),
        )
        .join(Person, Person.id == Delegation.person_id)
        .where(
            Delegation.holder_account_id == actor.account_id,
            Delegation.organisation_id == actor.organisation_id,
            Delegation.ended_at.is_(None),
            Delegation.expires_at > bindparam("now"),
            Person.died_on.is_(None),
        )
        .order_by(Delegation.expires_at, Delegation.id)
        .limit(MOST_HELD),
        {"now": clock.now(), "today": clock.today()},
    )
    return [
        HeldRow(
            row.reference,
            row.person_reference,
            initials_of(row.said),
            row.expires_at,
            rests=not row.is_live,
        )
        for row in rows
    ]
