"""record(): one fact into the journal, inside the caller's transaction.

Events are collected while a command runs and written as its transaction's last step, in one batch:
one to three statements, however many facts. They commit with the act, or not at all.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

import rfc8785
from sqlalchemy import bindparam, insert, literal, select
from sqlalchemy.orm import Session

from assistedaccess.kernel import clock, encryption, undo
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.commands import find_call
from assistedaccess.kernel.database import metadata
from assistedaccess.kernel.ids import new_id
from assistedaccess.kernel.transactions import Transaction, get_database, get_transaction

from .actions import Action
from .lanes import MOVE_HEAD, Lane, LaneBroken, give_back, head_to, move_head, take_lane
from .models import AuditDetail, AuditEvent
from .tree import leaf_hash

VERSION = 1
_NOTES = "audit"
NOBODY = UUID(int=0)
"""Whose key seals the details of a fact that concerns no person and no account."""


class Outcome(StrEnum):
    """How the act ended."""

    DONE = "done"
    REFUSED = "refused"
    HELD = "held"


@dataclass
class _Pending:
    """An event that waits for the end of its transaction."""

    id: UUID
    fields: dict[str, Any]
    details: Mapping[str, Any] | None
    sealed_for: UUID


def record(
    action: Action,
    *,
    actor: Actor,
    person_id: UUID | None = None,
    organisation_id: UUID | None = None,
    subject: tuple[str, UUID] | None = None,
    authority: tuple[str, UUID] | None = None,
    service: str | None = None,
    reason: str | None = None,
    outcome: Outcome = Outcome.DONE,
    details: Mapping[str, Any] | None = None,
    command: str | None = None,
) -> UUID:
    """Record that ``actor`` did ``action``, for ``person_id``, on ``authority``; returns its id.

    ``organisation_id`` defaults to the actor's. ``subject`` and ``authority`` are (kind, id);
    ``reason`` is a code. ``details`` may hold what is private (JSON values without floats): it is
    sealed with the person's key (else the account's), and only committed to in the journal.
    """
    transaction = get_transaction()
    transaction.recorded += 1
    call = find_call()
    event_id = new_id()
    fields = {
        "occurred_at": clock.now(),
        "action": str(action),
        "command": command or (call.name if call else None),
        "outcome": str(outcome),
        "reason_code": reason,
        "actor_kind": str(actor.kind),
        "account_id": actor.account_id,
        "human_id": actor.human_id,
        "role": actor.role,
        "organisation_id": organisation_id or actor.organisation_id,
        "site_id": actor.site_id,
        "sign_in_id": actor.sign_in_id,
        "request_id": actor.request_id,
        "person_id": person_id,
        "subject_kind": subject[0] if subject else None,
        "subject_id": subject[1] if subject else None,
        "authority_kind": authority[0] if authority else None,
        "authority_id": authority[1] if authority else None,
        "service": service,
    }
    sealed_for = person_id or actor.account_id or NOBODY
    pending = _Pending(event_id, fields, details, sealed_for)
    transaction.notes.setdefault(_NOTES, []).append(pending)
    undo.note_fact(event_id, fields)
    return event_id


def find_recorded(person_id: UUID) -> UUID | None:
    """The last fact about a person that this transaction has recorded: what a notice tells of.

    That something is told is no such fact, nor what choosing the route for it left behind.
    """
    waiting: list[_Pending] = get_transaction().notes.get(_NOTES, [])
    found, is_about_route = None, False
    for pending in waiting:
        fields = pending.fields
        if fields["person_id"] != person_id:
            continue
        if fields["subject_kind"] == "notice":
            is_about_route = False
        elif fields["action"] == Action.ROUTE_NOT_INDEPENDENT:
            is_about_route = True
        elif not is_about_route:
            found = pending.id
    return found


def was_recorded(action: Action, subject_id: UUID) -> bool:
    """Whether this transaction has recorded that of this subject."""
    waiting: list[_Pending] = get_transaction().notes.get(_NOTES, [])
    return any(
        (pending.fields["action"], pending.fields["subject_id"]) == (str(action), subject_id)
        for pending in waiting
    )


def canonical(event: Mapping[str, Any]) -> bytes:
    """The canonical bytes of an event (RFC 8785): the same on every database."""
    return rfc8785.dumps({key: plain(value) for key, value in event.items() if value is not None})


def plain(value: Any) -> str | int:
    """A column's value as the journal writes it: text or a whole number."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, bool | float):
        raise TypeError("the journal holds text and whole numbers alone")
    return value if isinstance(value, int) else str(value)


def commit_to(salt: bytes, details: bytes) -> bytes:
    """The commitment of canonical details: HMAC-SHA-256 under a random salt of 32 bytes."""
    return hmac.digest(salt, details, "sha256")


# Into the tables, not by their classes: every row has every column, so it is one statement each.
_EVENTS = metadata.tables[AuditEvent.__tablename__]
_INSERT_EVENTS = insert(_EVENTS)
_INSERT_DETAILS = insert(metadata.tables[AuditDetail.__tablename__])


def write_events(transaction: Transaction) -> None:
    """Write what was recorded: the last step of each transaction."""
    waiting: list[_Pending] = transaction.notes.pop(_NOTES, [])
    if not waiting:
        return
    session = transaction.session
    detail_rows = []
    commitments: dict[UUID, bytes] = {}
    for pending in waiting:
        if pending.details is not None:
            salt = secrets.token_bytes(32)
            text = rfc8785.dumps(dict(pending.details))
            commitments[pending.id] = commit_to(salt, text)
            try:
                detail_rows.append(_detail_row(pending, salt, text))
            except encryption.KeyForgotten:
                pass  # about somebody who has been erased: the fact stands, its details do not
    lane = take_lane(session)
    transaction.notes["lane"] = lane
    seq, head = lane.seq, lane.head
    rows = []
    for pending in waiting:
        seq += 1
        row = {
            "id": pending.id,
            "lane_id": lane.id,
            "lane_seq": seq,
            "previous_hash": head,
            "commitment": commitments.get(pending.id),
            **pending.fields,
        }
        row["body"] = canonical({"v": VERSION, **row})
        row["signature"] = lane.key.sign(row["body"])
        head = leaf_hash(row["body"])
        rows.append(row)
    _store(session, lane, rows, head)
    transaction.notes["lane_head"] = (seq, head)
    if detail_rows:
        session.execute(_INSERT_DETAILS, detail_rows)


_COLUMNS = [column for column in _EVENTS.c if column.name != "xid"]
_MOVED = MOVE_HEAD.returning(literal(1)).cte("moved")
_INSERT_NEWEST = (
    insert(_EVENTS)
    .from_select(
        [column.name for column in _COLUMNS],
        select(
            *(bindparam(f"event_{column.name}", type_=column.type) for column in _COLUMNS)
        ).select_from(_MOVED),
    )
    .execution_options(preserve_rowcount=True)
)
"""The newest event and the lane's head in one statement, for PostgreSQL: a third of what an event
costs is the way there and back."""


def _store(session: Session, lane: Lane, rows: list[dict[str, Any]], head: bytes) -> None:
    """Write the events, and move the lane's head to the last of them. Raises LaneBroken."""
    *earlier, newest = rows
    seq = newest["lane_seq"]
    if get_database().is_sqlite or not lane.registered:
        move_head(session, lane, seq, head)
        session.execute(_INSERT_EVENTS, rows)
        return
    connection = session.connection()
    if earlier:
        connection.execute(_INSERT_EVENTS, earlier)
    given = {f"event_{name}": value for name, value in newest.items()}
    if connection.execute(_INSERT_NEWEST, given | head_to(lane, seq, head)).rowcount != 1:
        raise LaneBroken(str(lane.id))


def _detail_row(pending: _Pending, salt: bytes, text: bytes) -> dict[str, Any]:
    subject = pending.sealed_for
    return {
        "event_id": pending.id,
        "sealed_for": subject,
        "salt": encryption.seal(subject, f"audit_detail.salt.{pending.id}", salt),
        "details": encryption.seal(subject, f"audit_detail.details.{pending.id}", text),
    }


def settle_lane(transaction: Transaction, committed: bool) -> None:
    """Move the lane's head in memory to where the database has it, and give the lane back."""
    lane: Lane | None = transaction.notes.pop("lane", None)
    if lane is None:
        return
    if committed:
        lane.seq, lane.head = transaction.notes["lane_head"]
        lane.registered = True
    else:
        lane.in_doubt = True
    give_back(lane)
