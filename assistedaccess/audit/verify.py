"""Check the journal in the database: lanes, signatures, chains, and every copied column.

What a lane's chain can tell: an event that was altered, removed, moved or put in between. What it
cannot tell alone: a lane cut short by somebody who also holds the installation's keys; against
that stand the checkpoints kept outside (docs/auditing.md).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sqlalchemy import func, select, tuple_

from assistedaccess.kernel import encryption
from assistedaccess.kernel.database import get_session

from .journal import NOBODY, VERSION, canonical, commit_to, plain
from .keys import list_verifiers
from .lanes import lane_statement
from .models import AuditDetail, AuditEvent, AuditLane
from .notes import Verifier
from .tree import leaf_hash

BATCH = 2_000
_NOT_IN_BODY = {"body", "signature", "xid"}


@dataclass
class Report:
    """What verify_journal found. ``faults`` are sentences, the first bad event first."""

    events: int = 0
    lanes: int = 0
    erased_details: int = 0
    faults: list[str] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        return not self.faults

    def as_dict(self) -> dict[str, Any]:
        """The shape of ``audit verify --json``."""
        return {
            "ok": self.ok,
            "events": self.events,
            "lanes": self.lanes,
            "erased_details": self.erased_details,
            "faults": self.faults,
        }

    def words(self) -> str:
        """The report in words."""
        counted = f"{self.events} events in {self.lanes} lanes"
        if self.ok:
            return f"The journal holds: {counted}."
        return "\n".join([f"The journal does not hold: {counted}.", *self.faults])


def verify_journal(progress: Callable[[int, int], None] | None = None) -> Report:
    """Check every event; ``progress`` is told (done, total). Needs a unit of work that reads."""
    report = Report()
    session = get_session()
    total = session.scalar(select(func.count()).select_from(AuditEvent)) or 0
    lanes = {lane.id: lane for lane in session.scalars(select(AuditLane))}
    report.lanes = len(lanes)
    verifiers = list_verifiers()
    for lane in lanes.values():
        _check_lane(lane, verifiers, report)
    heads: dict[UUID, tuple[int, bytes]] = {}
    for event in _events():
        report.events += 1
        _check_event(event, lanes.get(event.lane_id), heads, report)
        if progress and report.events % BATCH == 0:
            progress(report.events, total)
    for lane in lanes.values():
        seq, head = heads.get(lane.id, (0, b""))
        if (seq, head) != (lane.last_seq, lane.last_hash):
            report.faults.append(
                f"Lane {lane.id} ends at event {seq}, but its head says {lane.last_seq}: "
                "the newest events were removed or the head was altered."
            )
    _check_details(report)
    return report


def _events() -> Iterator[AuditEvent]:
    session = get_session()
    place: tuple[UUID, int] | None = None
    while True:
        query = select(AuditEvent).order_by(AuditEvent.lane_id, AuditEvent.lane_seq).limit(BATCH)
        if place is not None:
            query = query.where(tuple_(AuditEvent.lane_id, AuditEvent.lane_seq) > place)
        batch = session.scalars(query).all()
        if not batch:
            return
        yield from batch
        place = (batch[-1].lane_id, batch[-1].lane_seq)
        session.expunge_all()


def _check_lane(lane: AuditLane, verifiers: list[Verifier], report: Report) -> None:
    statement = lane_statement(lane.id, lane.public_key)
    if not any(_has_signed(verifier, lane.endorsement, statement) for verifier in verifiers):
        report.faults.append(f"Lane {lane.id} was not let in by this installation's journal key.")


def _has_signed(verifier: Verifier, signature: bytes, statement: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(verifier.public_key).verify(signature, statement)
    except InvalidSignature:
        return False
    return True


def _check_event(
    event: AuditEvent,
    lane: AuditLane | None,
    heads: dict[UUID, tuple[int, bytes]],
    report: Report,
) -> None:
    where = f"Event {event.id} (lane {event.lane_id}, number {event.lane_seq})"
    if lane is None:
        report.faults.append(f"{where} stands in a lane that nobody let in.")
        return
    opening = (0, leaf_hash(lane_statement(lane.id, lane.public_key)))
    seq, head = heads.get(event.lane_id, opening)
    heads[event.lane_id] = (event.lane_seq, leaf_hash(event.body))
    if event.lane_seq != seq + 1:
        report.faults.append(f"{where} follows number {seq}: what stood between was removed.")
    elif event.previous_hash != head:
        report.faults.append(f"{where} does not follow from the event before it: that was altered.")
    try:
        Ed25519PublicKey.from_public_bytes(lane.public_key).verify(event.signature, event.body)
    except InvalidSignature:
        report.faults.append(f"{where} was altered: its signature does not hold.")
        return
    differing = _differing_columns(event)
    if differing:
        report.faults.append(f"{where} has altered columns: {', '.join(differing)}.")


def _differing_columns(event: AuditEvent) -> list[str]:
    said = json.loads(event.body)
    columns = [c.name for c in AuditEvent.__table__.columns if c.name not in _NOT_IN_BODY]
    copied = {name: getattr(event, name) for name in columns}
    if canonical({"v": VERSION, **copied}) == event.body:
        return []
    return [
        name
        for name in columns
        if (None if copied[name] is None else plain(copied[name])) != said.get(name)
    ] or ["body"]


def _check_details(report: Report) -> None:
    """Open every detail that can still be opened, and compare it with its commitment."""
    session = get_session()
    place: UUID | None = None
    while True:
        query = (
            select(AuditDetail, AuditEvent.commitment)
            .outerjoin(AuditEvent, AuditEvent.id == AuditDetail.event_id)
            .order_by(AuditDetail.event_id)
            .limit(BATCH)
        )
        if place is not None:
            query = query.where(AuditDetail.event_id > place)
        batch = session.execute(query).all()
        if not batch:
            return
        encryption.load_keys({detail.sealed_for for detail, _ in batch} | {NOBODY})
        for detail, commitment in batch:
            _check_detail(detail, commitment, report)
        place = batch[-1][0].event_id
        session.expunge_all()


def _check_detail(detail: AuditDetail, commitment: bytes | None, report: Report) -> None:
    try:
        opened = open_detail(detail)
    except InvalidTag:
        report.faults.append(f"Event {detail.event_id} has details that were altered.")
        return
    if opened is None:
        report.erased_details += 1
    elif commitment is None or commit_to(opened[0], opened[1]) != commitment:
        report.faults.append(f"Event {detail.event_id} has details that it did not commit to.")


def open_detail(detail: AuditDetail) -> tuple[bytes, bytes] | None:
    """The salt and the canonical details of an event, or None where they have been erased."""
    subject, event_id = detail.sealed_for, detail.event_id
    try:
        salt = encryption.unseal_bytes(subject, f"audit_detail.salt.{event_id}", detail.salt)
        text = encryption.unseal_bytes(subject, f"audit_detail.details.{event_id}", detail.details)
    except encryption.KeyForgotten:
        return None
    return salt, text
