"""Outcomes for tests, by the commands: help elsewhere with which an application went off."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from assistedaccess.applications import service_helping, service_outcomes
from assistedaccess.applications.models_outcomes import AwaitedOutcome
from assistedaccess.kernel import clock
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.transactions import reading

from .applications import Scene


def send(scene: Scene, *, in_case: bool = True, **fields: Any) -> UUID:
    """An application that went off elsewhere today; the id by which its outcome is awaited."""
    given = {
        "service": "pension-credit",
        "asked": "Claim Pension Credit",
        "word": "here",
        "said_yes": True,
        "was_sent": True,
        "case_id": scene.case.id if in_case else None,
        **fields,
    }
    made = service_helping.make_record_of_help(
        actor=scene.helper, person_id=scene.person_id, **given
    )
    return made.id


def get(awaited_id: UUID) -> AwaitedOutcome:
    """Where it stands."""
    with reading() as session:
        row = session.get_one(AwaitedOutcome, awaited_id)
        session.expunge(row)
        return row


def hear(
    actor: Actor, awaited_id: UUID, kind: str, happened_on: date | None = None, **fields: Any
) -> UUID:
    """Write down what was heard, of today unless said otherwise."""
    return service_outcomes.hear_outcome(
        actor=actor,
        awaited_id=awaited_id,
        kind=kind,
        happened_on=happened_on or clock.today(),
        **{"version": get(awaited_id).version, **fields},
    )
