"""What waits about a person: told to them at once, and theirs to stop at any desk."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from assistedaccess.applications import (
    rules_emergency,
    rules_payee,
    rules_payments,
    rules_refunds,
)
from assistedaccess.approvals.describe import find_title
from assistedaccess.approvals.models import PendingAct
from assistedaccess.approvals.rules import SECOND_LOOKS, State
from assistedaccess.approvals.sealing import open_arguments
from assistedaccess.audit import Action
from assistedaccess.audit.journal import was_recorded
from assistedaccess.consent.service import name_helper, tell_person
from assistedaccess.delegation.rules_legal import RECORD_INSTRUMENT
from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.events import ActHeld
from assistedaccess.notices.rules import NoticeKind

from .rules import Telling

TOLD = {
    "people.add_contact_point": "contact",
    "people.change_contact_point": "contact",
    "people.end_contact_point": "contact",
    "people.change_address": "address",
    rules_payments.TAKE: "money",
    rules_refunds.REFUND: "money",
    rules_emergency.GIVE: "money",
    RECORD_INSTRUMENT: "power",
}
"""The commands that ask for something risky, and what it is about. A grant and payment details have
a notice of their own. A look that waits is told as any look, once there is one."""

SAID_ALONE = frozenset({"people.set_safe_contact", "people.mark_contact_point_unsafe"})
"""A wish for silence, and the word that a number is not safe."""

NOT_THEIRS = SECOND_LOOKS | {"people.state_reason", rules_payee.RESTORE}
"""What is not theirs to stop, and not listed: that somebody is worried about them is shown by no
history (words_untold), and what their own no has begun is told of as such."""

MOST = 20


@dataclass(frozen=True)
class Waits:
    """Something that waits for a second human; nothing of it has happened."""

    id: UUID
    title: str
    asked_at: datetime


def endangers(command: str, arguments: Mapping[str, Any]) -> bool:
    """Whether hearing that this waits may harm: the person fears somebody who may read or hear it.

    Also a way to reach them that is put in for one that is not to know, or is not safe itself, and
    an address that is kept out of every list. Once it has happened it is told where that is right.
    """
    return (
        command in SAID_ALONE
        or bool(arguments.get("old_is_unsafe") or arguments.get("hides_address"))
        or arguments.get("is_safe") is False
    )


def tell_of_hold(event: ActHeld) -> None:
    """Tell the person at once that somebody asked for it, by a route out of the helper's reach.

    The same thing asked again while it waits is told once, and what endangers not at all.
    """
    call = event.held.call
    while call is not None and call.name not in TOLD:
        call = call.outer
    reference = event.held.pending_reference
    if call is None or not reference or endangers(call.name, call.arguments):
        return
    row = get_session().scalars(select(PendingAct).filter_by(reference=reference)).one()
    if row.person_id is None or row.organisation_id is None:
        return
    if not was_recorded(Action.PENDING_ACT_STORED, row.id):
        return
    tell_person(
        actor=call.actor,
        person_id=row.person_id,
        kind=NoticeKind.ACT_WAITS,
        organisation_id=row.organisation_id,
        facts={"helper": name_helper(call.actor), "kind": TOLD[call.name]},
    )


def list_waiting(person_id: UUID, telling: Telling) -> list[Waits]:
    """What waits about a person and is theirs to stop, newest first; one statement.

    What endangers is told to the person alone, in front of the helper.
    """
    rows = get_session().scalars(
        select(PendingAct)
        .where(
            PendingAct.person_id == person_id,
            PendingAct.state == State.WAITING,
            PendingAct.command.not_in(NOT_THEIRS),
        )
        .order_by(PendingAct.id.desc())
        .limit(MOST)
    )
    return [
        Waits(row.id, str(find_title(row.command)), row.asked_at)
        for row in rows
        if telling.tells_sensitive or not endangers(row.command, open_arguments(row) or {})
    ]
