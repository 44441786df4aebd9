"""The command that takes back what was just done (kernel.undo)."""

from __future__ import annotations

from uuid import UUID

from assistedaccess.access import Permission, require
from assistedaccess.audit import Action, record
from assistedaccess.audit.once import Once
from assistedaccess.kernel import undo
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.commands import command, concerns
from assistedaccess.organisations.service import require_may_act
from assistedaccess.people.reach import reach_person

SUBJECT = "undo_offer"


@command("desk.undo_act")
def undo_act(*, actor: Actor, offer_id: UUID, request_key: str | None = None) -> UUID:
    """Put back what the actor's own act changed, and say so of each fact of it; returns its offer.

    The same answer however often it is asked. Messages that wait to tell of it are taken back.
    Raises NotUndone: too late, somebody went on with it, or the person was told.
    """
    once = Once(actor, "desk.undo_act", request_key, offer_id)
    repeated = once.find(SUBJECT)
    if repeated is not None:
        return repeated
    offer, rule = undo.lock_offer(actor, offer_id)
    require(actor, Permission(rule.permission))
    require_may_act(actor)
    facts = undo.list_facts(offer)
    concerns(person_id=facts[0].person_id, subject=facts[0].subject)
    if offer.undone_at is not None:
        record(Action.REQUEST_REPEATED, actor=actor, subject=(SUBJECT, offer.id))
        return once.keep(offer.id)
    for person_id in {fact.person_id for fact in facts if fact.person_id is not None}:
        reach_person(actor, person_id)  # not where they have become a relative since
    undo.take_back(actor, offer, rule)
    for fact in facts:
        record(
            Action.ACT_UNDONE,
            actor=actor,
            person_id=fact.person_id,
            organisation_id=fact.organisation_id,
            subject=fact.subject,
            reason=fact.action,
            details={"event": str(fact.id), "command": offer.command},
        )
    return once.keep(offer.id)
