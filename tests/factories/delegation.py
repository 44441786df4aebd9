"""Delegations, granted on a yes before a witness."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from assistedaccess.delegation import queries, service
from assistedaccess.delegation.authority import Authority
from assistedaccess.delegation.models import Delegation
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.transactions import reading, run_transaction

from . import consent


def grant(helper: Actor, person_id: UUID, **terms: Any) -> UUID:
    """A delegation in force; ``terms`` as consent.ask takes them."""
    consent_id = consent.represent(helper, person_id, **terms)
    return service.grant_delegation(actor=helper, consent_id=consent_id)


def authorise(
    actor: Actor,
    person_id: UUID,
    power: str = "submit",
    service_key: str = consent.SERVICE,
    **more: Any,
) -> Authority:
    """Ask for an authority, in a transaction of its own."""
    return run_transaction(
        lambda: service.authorise(
            actor=actor, person_id=person_id, service=service_key, power=power, **more
        )
    )


def reserve(
    actor: Actor,
    person_id: UUID,
    amount_pence: int,
    subject: UUID,
    service_key: str = consent.SERVICE,
) -> service.Reserved:
    """Set money aside, in a transaction of its own."""
    return run_transaction(
        lambda: service.reserve(
            actor=actor,
            person_id=person_id,
            service=service_key,
            amount_pence=amount_pence,
            subject=("application", subject),
        )
    )


def get_delegation(delegation_id: UUID) -> Delegation:
    """A delegation's row, to look at."""
    with reading() as session:
        row = session.get_one(Delegation, delegation_id)
        session.expunge(row)
        return row


def get_row(delegation_id: UUID) -> queries.DelegationRow:
    """A delegation as pages show it."""
    with reading():
        reference = get_delegation(delegation_id).reference
        row = queries.find_delegation(reference)
    assert row is not None
    return row
