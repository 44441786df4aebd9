"""What the provider of messages says afterwards: delivered, or not, once, thrice, in any order."""

from __future__ import annotations

from sqlalchemy import select

from assistedaccess.audit import Action, record
from assistedaccess.kernel import clock
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.commands import command, concerns
from assistedaccess.kernel.database import get_session

from . import rules
from .models import Notice
from .rules import Delivery
from .sending import publish_settled


@command("notices.note_delivery")
def note_delivery(*, actor: Actor, reference: str, provider_id: str, status: str) -> str:
    """Note what became of a message; returns the notice's state, or nothing for an unknown one.

    A message that could not be delivered is tried by another route, as one that could not be sent.
    One that the provider has delivered although we had given it up is not sent again.
    """
    said = rules.STATUSES.get(status)
    row = (
        get_session()
        .scalars(
            select(Notice)
            .where(Notice.reference == reference)
            .with_for_update()
            .execution_options(populate_existing=True)
        )
        .one_or_none()
    )
    if row is None or said is None:
        record(Action.NOTICE_DELIVERY_NOTED, actor=actor, reason="ignored")
        return ""
    concerns(person_id=row.person_id, subject=("notice", row.id))
    after = rules.settle_delivery(
        row.state, known_id=row.provider_reference, said_id=provider_id, said=said
    )
    record(
        Action.NOTICE_DELIVERY_NOTED,
        actor=actor,
        person_id=row.person_id,
        organisation_id=row.organisation_id,
        subject=("notice", row.id),
        reason=str(said) if after is not None else "already_known",
    )
    if after is None:
        return row.state
    row.state = str(after)
    row.claim_token = row.claimed_until = None
    row.digest_key = None
    if said is Delivery.DELIVERED:
        row.sent_at = row.sent_at or clock.now()
        row.provider_reference = row.provider_reference or provider_id[:120] or None
        row.last_failure = None
    else:
        row.last_failure = status[:60]
    publish_settled(row)
    return str(after)
