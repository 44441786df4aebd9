"""What waits about a person: told to them at once, and theirs to stop at any desk."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext as _l
from sqlalchemy import and_, select
from sqlalchemy.orm import aliased

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
from assistedaccess.consent.models import Consent
from assistedaccess.consent.service import name_helper, tell_person
from assistedaccess.delegation.rules_legal import RECORD_INSTRUMENT
from assistedaccess.delegation.service import GRANT_COMMAND
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

ASKED: Mapping[str, Any] = {
    GRANT_COMMAND: _l("to act for you"),
    RECORD_INSTRUMENT: _l("to act for you by law"),
    rules_payee.KEEP: _l("to say where your money goes"),
    "applications.submit_application": _l("to change where your money goes"),
    rules_payments.TAKE: _l("to pay from your money"),
    rules_payments.WAIVE: _l("to let you off a fee"),
    rules_refunds.REFUND: _l("to give you a fee back"),
    rules_emergency.GIVE: _l("to give you help at once"),
    "people.add_contact_point": _l("to add a way to reach you"),
    "people.change_contact_point": _l("to change how we reach you"),
    "people.end_contact_point": _l("to stop using a way to reach you"),
    "people.mark_contact_point_unsafe": _l("to say that a way to reach you is not safe"),
    "people.set_safe_contact": _l("to tell you less"),
    "people.change_address": _l("to change where you live"),
    "people.merge_records": _l("to put two records of yours together"),
    "people.undo_merge": _l("to take two records of yours apart"),
    "people.undo_death": _l("to open this record again"),
}
"""What was asked for, said to the person; of anything else its title."""

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
    """What waits about a person and is theirs to stop, newest first; two statements at most.

    What endangers is told to the person alone, in front of the helper. What rests on a yes that was
    taken back is not waited for any more: it can only be refused.
    """
    waiting = (
        select(PendingAct)
        .where(
            PendingAct.person_id == person_id,
            PendingAct.state == State.WAITING,
            PendingAct.command.not_in(NOT_THEIRS),
        )
        .order_by(PendingAct.id.desc())
        .limit(MOST)
    )
    act = aliased(PendingAct, waiting.subquery())
    is_over = and_(Consent.person_id == act.person_id, Consent.withdrawn_at >= act.asked_at)
    found = get_session().execute(
        select(act, Consent.id).outerjoin(Consent, is_over).order_by(act.id.desc())
    )
    rows = found.all()
    taken_back = {consent_id for _row, consent_id in rows if consent_id is not None}
    return [
        Waits(row.id, str(ASKED.get(row.command) or find_title(row.command)), row.asked_at)
        for row in dict.fromkeys(row for row, _id in rows)
        if _is_told(row, taken_back, telling)
    ]


def _is_told(row: PendingAct, taken_back: Collection[UUID], telling: Telling) -> bool:
    """What was asked for is opened only where it matters: its key is a statement more."""
    if telling.tells_sensitive and not taken_back:
        return True
    arguments = open_arguments(row) or {}
    is_over = arguments.get("consent_id") in taken_back
    return not is_over and (telling.tells_sensitive or not endangers(row.command, arguments))
