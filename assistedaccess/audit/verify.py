"""Check the journal in the database: lanes, signatures, chains, copied columns, tree and details.

What a lane's chain can tell: an event that was altered, removed, moved or put in between, sealed or
not. What the tree adds: that what was sealed is what it was. What neither can tell alone: a journal
that somebody with the installation's keys has written anew; against that stand the checkpoints
kept outside (docs/auditing.md).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sqlalchemy import Select, func, select, tuple_
from sqlalchemy.orm import Session

from assistedaccess.kernel import encryption
from assistedaccess.kernel.database import get_session

from .findings import Kind, Report
from .journal import NOBODY, VERSION, canonical, commit_to, plain
from .keys import list_verifiers
from .lanes import lane_statement
from .models import AuditDetail, AuditEvent, AuditLane
from .models_tree import AuditLeaf
from .notes import Verifier
from .tree import leaf_hash
from .verify_tree import check_tree

BATCH = 2_000
_NOT_IN_BODY = {"body", "signature", "xid"}


def verify_journal(
    progress: Callable[[int, int], None] | None = None, *, since: Iterable[str] = ()
) -> Report:
    """Check every event, and the tree over them. Needs a unit of work that reads.

    ``since`` are checkpoints (signed notes) that were kept outside: this journal must go on from
    each of them. ``progress`` is told (done, total), each event counting twice: as one of its lane,
    and as a leaf.
    """
    report = Report()
    _hold_still(get_session())
    try:
        _check_all(report, progress or (lambda done, total: None), since)
    except (ValueError, TypeError, AttributeError) as error:
        words = "The journal holds what this never wrote, and cannot be checked further: "
        report.add(Kind.ALTERED, f"{words}{error!r}")
    return report


def _check_all(report: Report, tell: Callable[[int, int], None], since: Iterable[str]) -> None:
    session = get_session()
    total = session.scalar(select(func.count()).select_from(AuditEvent)) or 0
    lanes = {lane.id: lane for lane in session.scalars(select(AuditLane))}
    report.lanes = len(lanes)
    verifiers = list_verifiers()
    for lane in lanes.values():
        _check_lane(lane, verifiers, report)
    heads: dict[UUID, _Head] = {}
    for event, leaf in _events(report):
        report.events += 1
        _check_event(event, leaf, lanes.get(event.lane_id), heads, report)
        if report.events % BATCH == 0:
            tell(report.events, 2 * total)
    for lane in lanes.values():
        head = heads.get(lane.id, _Head(0, b"", None))
        if (head.seq, head.hash) != (lane.last_seq, lane.last_hash):
            report.add(
                Kind.MISSING,
                f"Lane {lane.id} ends at event {head.seq}, but its head says {lane.last_seq}: "
                "the newest events were removed or the head was altered.",
                head.leaf,
            )
    check_tree(report, verifiers, since, lambda done, _: tell(total + done, 2 * total))
    _check_details(report)


def _hold_still(session: Session) -> None:
    """See one moment of the database throughout: while this runs, events are being written.

    SQLite does so by itself, and so does a unit of work that has begun already, as well as it can.
    """
    if session.get_bind().dialect.name == "postgresql" and not session.in_transaction():
        session.connection(execution_options={"isolation_level": "REPEATABLE READ"})


@dataclass(frozen=True)
class _Head:
    """Where a lane has got to: its newest event's number, hash, and leaf in the tree."""

    seq: int
    hash: bytes
    leaf: int | None


def _events(report: Report) -> Iterator[tuple[AuditEvent, int | None]]:
    """Every event with its leaf, lane by lane; what cannot even be read is told, and left out."""
    session = get_session()
    place: tuple[UUID, int] | None = None
    while True:
        query = (
            select(AuditEvent, AuditLeaf.leaf_index)
            .outerjoin(AuditLeaf, AuditLeaf.event_id == AuditEvent.id)
            .order_by(AuditEvent.lane_id, AuditEvent.lane_seq)
            .limit(BATCH)
        )
        if place is not None:
            query = query.where(tuple_(AuditEvent.lane_id, AuditEvent.lane_seq) > place)
        try:
            batch = session.execute(query).all()
        except ValueError:
            batch = list(_read_one_by_one(query, report))
        if not batch:
            return
        yield from batch
        place = (batch[-1][0].lane_id, batch[-1][0].lane_seq)
        session.expunge_all()


def _read_one_by_one(query: Select[AuditEvent, int], report: Report) -> Iterator[Any]:
    """The rows of a batch that can be read. SQLite lets anything stand in a column."""
    session = get_session()
    for offset in range(BATCH):
        one = query.limit(1).offset(offset)
        try:
            yield from session.execute(one).all()
        except ValueError as error:
            leaf = session.scalar(one.with_only_columns(AuditLeaf.leaf_index))
            words = f"The event of leaf {leaf} has columns that were altered: {error}."
            report.add(Kind.ALTERED, words, leaf)


def _check_lane(lane: AuditLane, verifiers: list[Verifier], report: Report) -> None:
    statement = lane_statement(lane.id, lane.public_key)
    if not any(_has_signed(each.public_key, lane.endorsement, statement) for each in verifiers):
        words = f"Lane {lane.id} was not let in by this installation's journal key."
        report.add(Kind.KEY, words)


def _has_signed(public_key: bytes, signature: bytes, statement: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, statement)
    except (InvalidSignature, ValueError):  # the second: what stands there is no key at all
        return False
    return True


def _check_event(
    event: AuditEvent,
    leaf: int | None,
    lane: AuditLane | None,
    heads: dict[UUID, _Head],
    report: Report,
) -> None:
    place = "not sealed yet" if leaf is None else f"leaf {leaf}"
    where = f"Event {event.id} ({place}, number {event.lane_seq} of lane {event.lane_id})"
    if lane is None:
        report.add(Kind.KEY, f"{where} stands in a lane that nobody let in.", leaf)
        return
    opening = _Head(0, leaf_hash(lane_statement(lane.id, lane.public_key)), None)
    before = heads.get(event.lane_id, opening)
    heads[event.lane_id] = _Head(event.lane_seq, leaf_hash(event.body), leaf)
    if event.lane_seq != before.seq + 1:
        words = f"{where} follows number {before.seq}: what stood between was removed."
        report.add(Kind.MISSING, words, leaf)
    is_signed = _has_signed(lane.public_key, event.signature, event.body)
    differing = _differing_columns(event) if is_signed else []
    if event.lane_seq == before.seq + 1 and event.previous_hash != before.hash:
        words = f"{where} does not follow from the event before it: one of the two was altered."
        is_this = before.leaf is None or differing or not is_signed
        report.add(Kind.ALTERED, words, leaf if is_this else before.leaf)
    if not is_signed:
        report.add(Kind.ALTERED, f"{where} was altered: its signature does not hold.", leaf)
    elif differing:
        words = f"{where} has altered columns: {', '.join(differing)}."
        report.add(Kind.ALTERED, words, leaf)


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
            select(AuditDetail, AuditEvent.commitment, AuditLeaf.leaf_index)
            .outerjoin(AuditEvent, AuditEvent.id == AuditDetail.event_id)
            .outerjoin(AuditLeaf, AuditLeaf.event_id == AuditDetail.event_id)
            .order_by(AuditDetail.event_id)
            .limit(BATCH)
        )
        if place is not None:
            query = query.where(AuditDetail.event_id > place)
        batch = session.execute(query).all()
        if not batch:
            return
        encryption.load_keys({row[0].sealed_for for row in batch} | {NOBODY})
        for detail, commitment, leaf in batch:
            _check_detail(detail, commitment, leaf, report)
        place = batch[-1][0].event_id
        session.expunge_all()


def _check_detail(
    detail: AuditDetail, commitment: bytes | None, leaf: int | None, report: Report
) -> None:
    where = (
        f"Event {detail.event_id} (leaf {leaf})" if leaf is not None else f"Event {detail.event_id}"
    )
    try:
        opened = open_detail(detail)
    except InvalidTag:
        report.add(Kind.ALTERED, f"{where} has details that were altered.", leaf)
        return
    if opened is None:
        report.erased_details += 1
    elif commitment is None or commit_to(opened[0], opened[1]) != commitment:
        report.add(Kind.ALTERED, f"{where} has details that it did not commit to.", leaf)


def open_detail(detail: AuditDetail) -> tuple[bytes, bytes] | None:
    """The salt and the canonical details of an event, or None where they have been erased."""
    subject, event_id = detail.sealed_for, detail.event_id
    try:
        salt = encryption.unseal_bytes(subject, f"audit_detail.salt.{event_id}", detail.salt)
        text = encryption.unseal_bytes(subject, f"audit_detail.details.{event_id}", detail.details)
    except encryption.KeyForgotten:
        return None
    return salt, text
