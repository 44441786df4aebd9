"""The journal: what happened, who did it, for whom, on which authority. It only grows."""

from __future__ import annotations

from assistedaccess.kernel import transactions
from assistedaccess.kernel.actor import PUBLIC
from assistedaccess.kernel.events import ActHeld, ActRefused, subscribe

from .actions import Action
from .explain import record_look
from .journal import Outcome, find_recorded, record, settle_lane, write_events

__all__ = ["Action", "Outcome", "find_recorded", "record", "record_look", "register"]


def register() -> None:
    """Have every transaction end with its events, and every refusal and hold recorded."""
    transactions.before_commit(write_events)
    transactions.on_outcome(settle_lane)
    subscribe(ActRefused, _record_refusal)
    subscribe(ActHeld, _record_hold)


def _record_refusal(event: ActRefused) -> None:
    refusal, call = event.refusal, event.refusal.call
    record(
        Action.ACT_REFUSED,
        actor=call.actor if call else PUBLIC,
        command=call.name if call else None,
        person_id=call.person_id if call else None,
        organisation_id=call.organisation_id if call else None,
        subject=call.subject if call else None,
        authority=call.authority if call else None,
        outcome=Outcome.REFUSED,
        reason=refusal.code,
        details={"words": refusal.words, **({"rules": refusal.rules} if refusal.rules else {})},
    )


def _record_hold(event: ActHeld) -> None:
    held, call = event.held, event.held.call
    record(
        Action.ACT_HELD,
        actor=call.actor if call else PUBLIC,
        command=call.name if call else None,
        person_id=call.person_id if call else None,
        organisation_id=call.organisation_id if call else None,
        subject=call.subject if call else None,
        authority=call.authority if call else None,
        outcome=Outcome.HELD,
        reason=held.reasons[0],
        details={
            "words": held.words,
            "reasons": list(held.reasons),
            **({"rules": held.rules} if held.rules else {}),
        },
    )
