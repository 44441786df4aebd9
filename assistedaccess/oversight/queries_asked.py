"""What whoever looked is asked, and says of it. All of it stands in the journal alone.

A question is the fact that it was asked of a flag; an answer is the fact that it was given of a
look. Who looked is never shown that there is a flag, but by a question (A30).
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, bindparam, exists, select
from sqlalchemy.orm import aliased

from assistedaccess.audit import Action
from assistedaccess.audit.models import AuditDetail, AuditEvent
from assistedaccess.audit.verify import open_detail
from assistedaccess.kernel import clock
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.ids import first_id_at
from assistedaccess.people.models import Person

from .models import Flag
from .rules_flags import LOOKS

ANSWERS = (Action.LOOK_WAS_MISTAKE, Action.LOOK_REASON_GIVEN)
LOOKED_BACK = timedelta(days=30)
"""So long whoever looked can say that it was the wrong record, and finds it in their list."""
MOST = 50


@dataclass(frozen=True)
class OwnLook:
    """A record that somebody opened, for themself: the newest look at each person."""

    person_reference: str
    at: datetime
    is_asked: bool


@dataclass(frozen=True)
class Answered:
    """What is known of a flag's look from whoever looked."""

    asked_at: datetime | None = None
    answered_at: datetime | None = None
    was_mistake: bool = False
    words: str = ""


def find_answered(flag_id: UUID, event_id: UUID | None) -> Answered:
    """Whether who looked was asked, and what they said; two statements at most."""
    about = [flag_id, event_id] if event_id is not None else [flag_id]
    rows = get_session().execute(
        select(AuditEvent.id, AuditEvent.action, AuditEvent.occurred_at)
        .where(
            AuditEvent.subject_id.in_(about),
            AuditEvent.action.in_([str(action) for action in (Action.LOOK_ASKED_ABOUT, *ANSWERS)]),
        )
        .order_by(AuditEvent.id)
    )
    found = {row.action: row for row in rows}
    asked = found.get(str(Action.LOOK_ASKED_ABOUT))
    said = next((found[str(action)] for action in ANSWERS if str(action) in found), None)
    return Answered(
        asked_at=asked.occurred_at if asked else None,
        answered_at=said.occurred_at if said else None,
        was_mistake=bool(said and said.action == Action.LOOK_WAS_MISTAKE),
        words=_read_words(said.id) if said else "",
    )


def _read_words(event_id: UUID) -> str:
    detail = get_session().get(AuditDetail, event_id)
    opened = open_detail(detail) if detail is not None else None
    return str(json.loads(opened[1]).get("words", "")) if opened is not None else ""


def list_asked(actor: Actor) -> list[OwnLook]:
    """The looks of this account that somebody has asked about, and that it has not answered."""
    if actor.account_id is None:
        return []
    rows = get_session().execute(
        select(Person.reference, Flag.raised_at)
        .join(Person, Person.id == Flag.person_id)
        .where(*_waits_for_a_reason())
        .order_by(Flag.id)
        .limit(MOST),
        {"account_id": actor.account_id},
    )
    return [OwnLook(row.reference, row.raised_at, is_asked=True) for row in rows]


def is_asked() -> ColumnElement[bool]:
    """For *Today*: whether there is such a look (casework.today)."""
    return exists().where(*_waits_for_a_reason())


def _waits_for_a_reason() -> tuple[ColumnElement[bool], ...]:
    asked, said = aliased(AuditEvent), aliased(AuditEvent)
    return (
        Flag.account_id == bindparam("account_id"),
        Flag.decided_at.is_(None),
        Flag.kind.in_([str(kind) for kind in LOOKS]),
        exists().where(asked.subject_id == Flag.id, asked.action == str(Action.LOOK_ASKED_ABOUT)),
        ~exists().where(
            said.subject_id == Flag.event_id,
            said.action.in_([str(action) for action in ANSWERS]),
        ),
    )


def list_own_looks(actor: Actor) -> list[OwnLook]:
    """The records that this account opened lately, newest first, each person once."""
    rows = get_session().execute(
        select(Person.reference, AuditEvent.occurred_at)
        .join(Person, Person.id == AuditEvent.person_id)
        .where(
            AuditEvent.account_id == actor.account_id,
            AuditEvent.action == str(Action.PERSON_OPENED),
            AuditEvent.id >= first_id_at(clock.now() - LOOKED_BACK),
        )
        .order_by(AuditEvent.id.desc())
        .limit(10 * MOST)
    )
    newest: dict[str, datetime] = {}
    for row in rows:
        newest.setdefault(row.reference, row.occurred_at)
    return [OwnLook(key, at, is_asked=False) for key, at in list(newest.items())[:MOST]]


def list_looks_at(actor: Actor, person_id: UUID) -> Sequence[UUID]:
    """The looks at a person that this account may speak of: those that wait for an auditor, else
    its last one; locked, so that what is said is said once."""
    session = get_session()
    flagged = session.scalars(
        select(Flag.event_id)
        .where(
            Flag.account_id == actor.account_id,
            Flag.person_id == person_id,
            Flag.decided_at.is_(None),
            Flag.kind.in_([str(kind) for kind in LOOKS]),
        )
        .with_for_update()
    )
    found = [event_id for event_id in flagged if event_id is not None]
    if found:
        return found
    last = session.scalar(
        select(AuditEvent.id)
        .where(
            AuditEvent.person_id == person_id,
            AuditEvent.account_id == actor.account_id,
            AuditEvent.action == str(Action.PERSON_OPENED),
            AuditEvent.id >= first_id_at(clock.now() - LOOKED_BACK),
        )
        .order_by(AuditEvent.id.desc())
        .limit(1)
    )
    return [last] if last is not None else []


def list_said(event_ids: Sequence[UUID]) -> set[UUID]:
    """Of these looks, those of which something was said already."""
    return {
        subject_id
        for subject_id in get_session().scalars(
            select(AuditEvent.subject_id).where(
                AuditEvent.subject_id.in_(event_ids),
                AuditEvent.action.in_([str(action) for action in ANSWERS]),
            )
        )
        if subject_id is not None
    }
