"""Telling whoever complained, in the caller's transaction, and the letters about a complaint.

``casework`` knows the complaint, chooses the route and says who may read and print. A message names
neither a person nor an organisation, so that no list of either shows it: a complaint about a helper
must not stand where this helper looks.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import insert, select

from assistedaccess.audit import Action, record
from assistedaccess.kernel import clock
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.encryption import KeyForgotten
from assistedaccess.kernel.errors import NotFound
from assistedaccess.kernel.ids import new_id, new_reference

from .models import Notice, NoticeEntry
from .queries import load_telling
from .rules import Channel, Route, State
from .rules_complaints import ComplaintMessage
from .sending import publish_settled
from .service import route_values, seal_facts
from .sites import find_desk
from .words import Telling

MOST_SHOWN = 50


def queue_complaint_notice(
    *,
    actor: Actor,
    complaint_id: UUID,
    sealed_for: UUID,
    kind: ComplaintMessage,
    route: Route,
    organisation_id: UUID | None,
    facts: Mapping[str, str],
) -> UUID:
    """Queue one message about a complaint, due now. Returns its id.

    ``sealed_for``: whose key seals it; once that is forgotten, it does not leave. ``facts`` are
    what the sentences use (words_complaints). ``organisation_id``: whose desk is named.
    """
    notice_id, now = new_id(), clock.now()
    desk = find_desk(organisation_id, None) if organisation_id else None
    place = {"place": desk.name, "telephone": desk.telephone} if desk else {}
    notice = {
        "id": notice_id,
        "reference": new_reference("N"),
        "complaint_id": complaint_id,
        "sealed_for": sealed_for,
        "kind": str(kind),
        "is_risky": True,
        **route_values(sealed_for, route),
        "facts": seal_facts(sealed_for, place),
        "queued_at": now,
        "queued_by_account_id": actor.account_id,
        "queued_by_human_id": actor.human_id,
        "state": str(State.QUEUED),
        "due_at": now,
        "attempts": 0,
        "is_rerouted": False,
    }
    entry = {
        "id": new_id(),
        "notice_id": notice_id,
        "kind": str(kind),
        "is_sensitive": False,
        "facts": seal_facts(sealed_for, facts),
        "happened_at": now,
        "human_id": actor.human_id,
    }
    get_session().execute(insert(Notice), [notice])
    get_session().execute(insert(NoticeEntry), [entry])
    record(Action.NOTICE_QUEUED, actor=actor, subject=("notice", notice_id), reason=str(kind))
    return notice_id


@dataclass(frozen=True)
class ComplaintNotice:
    """A message about a complaint, as its owner sees it: what, by which way, and what became of
    it."""

    reference: str
    kind: ComplaintMessage
    channel: Channel
    state: State
    queued_at: datetime
    settled_at: datetime | None


def list_complaint_notices(complaint_id: UUID) -> list[ComplaintNotice]:
    """The messages about a complaint, newest first; for its owner. One statement."""
    found = get_session().scalars(
        select(Notice)
        .where(Notice.complaint_id == complaint_id)
        .order_by(Notice.id.desc())
        .limit(MOST_SHOWN)
    )
    return [
        ComplaintNotice(
            row.reference,
            ComplaintMessage(row.kind),
            Channel(row.channel),
            State(row.state),
            row.queued_at,
            row.posted_at or row.sent_at,
        )
        for row in found
    ]


@dataclass(frozen=True)
class ComplaintLetter:
    """A letter about a complaint: what its words depend on, and where it goes."""

    kind: ComplaintMessage
    state: State
    telling: Telling
    address_lines: tuple[str, ...]
    is_large_print: bool


def load_complaint_letter(complaint_id: UUID, reference: str) -> ComplaintLetter:
    """The letter of that reference; the caller has recorded the look. Raises NotFound, also where
    the way by which it would go is forgotten."""
    row = _get_letter(complaint_id, reference)
    try:
        telling, address = load_telling(row)
    except KeyForgotten as error:
        raise NotFound from error
    return ComplaintLetter(
        ComplaintMessage(row.kind),
        State(row.state),
        telling,
        tuple(address.splitlines()),
        row.is_large_print,
    )


def mark_complaint_letter_posted(actor: Actor, complaint_id: UUID, reference: str) -> None:
    """Note that it was printed and put into the post; said again, nothing changes."""
    row = _get_letter(complaint_id, reference, lock=True)
    if row.state != State.TO_PRINT:
        return
    row.state = str(State.POSTED)
    row.posted_at = clock.now()
    row.posted_by_account_id, row.posted_by_human_id = actor.account_id, actor.human_id
    record(Action.NOTICE_SENT, actor=actor, subject=("notice", row.id), reason="posted")
    publish_settled(row)


def _get_letter(complaint_id: UUID, reference: str, *, lock: bool = False) -> Notice:
    query = select(Notice).where(
        Notice.reference == reference,
        Notice.complaint_id == complaint_id,
        Notice.channel == Channel.LETTER,
        Notice.state.in_([State.TO_PRINT, State.POSTED]),
    )
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    row = get_session().scalar(query)
    if row is None:
        raise NotFound
    return row
