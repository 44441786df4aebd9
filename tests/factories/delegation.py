"""Delegations, granted on a yes before a witness."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from assistedaccess.consent import service_asking
from assistedaccess.delegation import queries, service, service_life
from assistedaccess.delegation.authority import Authority
from assistedaccess.delegation.models import Delegation
from assistedaccess.kernel import clock
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.errors import Refused
from assistedaccess.kernel.idempotency import new_request_key
from assistedaccess.kernel.transactions import reading, run_transaction

from . import consent


def grant(helper: Actor, person_id: UUID, said: dict[str, Any] | None = None, **terms: Any) -> UUID:
    """A delegation in force; ``terms`` as consent.ask takes them, ``said`` as keep_said does."""
    consent_id = consent.represent(helper, person_id, said, **terms)
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


def told(person_id: UUID, kind: str) -> list[dict[str, str]]:
    """The facts of each notice of that kind."""
    return [facts for found, facts in consent.list_told(person_id) if found == kind]


def confirm(actor: Actor, request_id: UUID, *, is_read: bool = False) -> UUID:
    """The person hears it, says it back, and confirms: the new edition."""
    if is_read:
        terms_hash = consent.hash_of(request_id)
        service_asking.end_reading(actor=actor, request_id=request_id, terms_hash=terms_hash)
        service_asking.keep_said(
            actor=actor, request_id=request_id, terms_hash=terms_hash, **consent.SAID
        )
    else:
        consent.read_and_say(actor, request_id)
    answer = consent.confirm(actor, request_id)
    assert answer.consent_id is not None
    return service.grant_delegation(actor=actor, consent_id=answer.consent_id)


def ask_edition(actor: Actor, delegation_id: UUID, **terms: Any) -> UUID:
    """Begin to ask for another edition: the request."""
    asked = {
        "language": "en",
        "holder_kind": "account",
        "services": [consent.SERVICE],
        "powers": ["see"],
        "until_on": clock.today() + timedelta(days=60),
        "purpose": "Only look after it",
        **terms,
    }
    return service_life.begin_edition(
        actor=actor, delegation_id=delegation_id, request_key=new_request_key(), **asked
    )


def amend(actor: Actor, delegation_id: UUID, **terms: Any) -> UUID:
    """Another edition, with the person's yes."""
    return confirm(actor, ask_edition(actor, delegation_id, **terms))


def renew(actor: Actor, delegation_id: UUID) -> UUID:
    """The same again, with the person's yes."""
    request_id = service_life.begin_renewal(
        actor=actor, delegation_id=delegation_id, request_key=new_request_key()
    )
    return confirm(actor, request_id, is_read=True)


def refusal(*args: Any, **more: Any) -> str:
    """Why authorise() refuses; it has words and a next step."""
    with pytest.raises(Refused) as raised:
        authorise(*args, **more)
    assert raised.value.words
    assert raised.value.next_step
    return raised.value.reason_code
