"""Proofs that an event is in the journal (C2SP tlog-proof), made from stored tiles.

A proof carries the checkpoint that it leads to. Whoever has the event's canonical bytes, or only
their hash, and the journal's verifier key needs nothing else, and nobody's word.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import Select, bindparam, func, select, tuple_

from assistedaccess.kernel.database import get_session, metadata
from assistedaccess.kernel.errors import NotFound

from .actions import Action
from .checkpoints import Checkpoint, find_checkpoint
from .keys import list_verifiers
from .models import AuditEvent
from .models_tree import AuditCheckpoint, AuditLeaf, AuditTile
from .notes import BadNote, Verifier, open_note, read_checkpoint
from .tree import HASH, WIDTH, Reader, leaf_hash, prove_inclusion, root_from_inclusion

S = TypeVar("S", bound=Select[*tuple[Any, ...]])
HEADER = "c2sp.org/tlog-proof@v1"


class NotSealed(NotFound):
    """The event is in the journal, but not in the tree yet: it will be within seconds."""


@dataclass(frozen=True)
class Proof:
    """A proof, read: the leaf's index, the path to the root, the checkpoint's note."""

    index: int
    path: Sequence[bytes]
    note: str
    extra: bytes | None = None

    def __str__(self) -> str:
        """The proof as C2SP tlog-proof writes it."""
        lines = [HEADER]
        if self.extra is not None:
            lines.append(f"extra {_base64(self.extra)}")
        lines.append(f"index {self.index}")
        lines += [_base64(each) for each in self.path]
        return "\n".join([*lines, "", self.note])


@dataclass(frozen=True)
class Checked:
    """What a proof that holds says: leaf ``leaf`` (a hash) is number ``index`` of ``size``."""

    index: int
    size: int
    leaf: bytes
    signer: Verifier


def prove(
    event_id: UUID, *, checkpoint: Checkpoint | None = None, extra: bytes | None = None
) -> str:
    """The proof that the event is in the tree of ``checkpoint``, or of the newest that there is.

    ``extra`` goes along and is vouched for by nobody. Raises NotSealed while no checkpoint has it.
    """
    index = get_session().scalar(_FIND_LEAF, {"event": event_id})
    checkpoint = checkpoint or find_checkpoint()
    if index is None or checkpoint is None or index >= checkpoint.size:
        raise NotSealed
    path = prove_inclusion(
        read_tiles(tiles_on_path(index, checkpoint.size)), index, checkpoint.size
    )
    return str(Proof(index, path, checkpoint.note, extra))


_TILES = metadata.tables[AuditTile.__tablename__]
_READ_TILES = select(_TILES.c.level, _TILES.c.number, _TILES.c.hashes).where(
    tuple_(_TILES.c.level, _TILES.c.number).in_(bindparam("places", expanding=True))
)
_FIND_LEAF = select(AuditLeaf.leaf_index).where(AuditLeaf.event_id == bindparam("event"))


def tiles_on_path(index: int, size: int) -> set[tuple[int, int]]:
    """The tiles, (level, number) each, that a proof of one leaf takes: those above the leaf, and
    those at the tree's right edge. To be fetched by read_tiles, for many leaves at once."""
    wanted = set()
    level, above, edge = 0, index, size - 1
    while True:
        above, edge = above // WIDTH, edge // WIDTH
        wanted |= {(level, above), (level, edge)}
        if edge == 0:
            break
        level += 1
    return wanted


def read_tiles(wanted: Iterable[tuple[int, int]]) -> Reader:
    """A reader of ``wanted`` tiles, (level, number) each, fetched in one statement."""
    rows = get_session().execute(_READ_TILES, {"places": list(wanted)})
    tiles = {(row.level, row.number): row.hashes for row in rows}
    return lambda level, number: tiles[level, number]


def find_event(reference: str) -> UUID | None:
    """The event that ``reference`` names: its id, or its leaf's index in the tree."""
    session = get_session()
    if reference.isascii() and reference.isdigit() and len(reference) < 19:
        return session.scalar(
            select(AuditLeaf.event_id).where(AuditLeaf.leaf_index == int(reference))
        )
    try:
        event_id = UUID(reference)
    except ValueError:
        return None
    return session.scalar(select(AuditEvent.id).where(AuditEvent.id == event_id))


def read_proof(text: str) -> Proof:
    """A proof as it is written. Raises BadNote where the text is none."""
    head, gap, note = text.partition("\n\n")
    lines = head.split("\n")
    if not gap or lines.pop(0) != HEADER:
        raise BadNote("this is no proof of a journal")
    extra = None
    if lines and lines[0].startswith("extra "):
        extra = _from_base64(lines.pop(0)[6:])
    word, _, number = (lines.pop(0) if lines else "").partition(" ")
    if word != "index" or not number.isascii() or not number.isdigit():
        raise BadNote("the proof does not say where")
    if str(int(number)) != number or len(number) > 19:
        raise BadNote("the proof does not say where")
    path = [_from_base64(line) for line in lines]
    if any(len(each) != HASH for each in path):
        raise BadNote("the proof's path is not one")
    return Proof(int(number), path, note, extra)


def check_proof(text: str, leaf: bytes, verifiers: Iterable[Verifier] | None = None) -> Checked:
    """Whether ``text`` proves that the event with leaf hash ``leaf`` is in the journal.

    ``verifiers`` are those of this installation's journal when not given, which takes a unit of
    work; with them, nothing but the text is looked at. Raises BadNote when it proves nothing.
    """
    proof = read_proof(text)
    known = list_verifiers() if verifiers is None else list(verifiers)
    said, signers = open_note(proof.note, known)
    size, root = read_checkpoint(said, origin=signers[0].name)
    if root_from_inclusion(leaf, proof.index, size, proof.path) != root:
        raise BadNote("the proof does not lead to the checkpoint's root")
    return Checked(proof.index, size, leaf, signers[0])


def prove_receipt(event_id: UUID) -> str:
    """A proof that stands alone on paper: its extra data are the event's leaf hash."""
    body = get_session().scalar(select(AuditEvent.body).where(AuditEvent.id == event_id))
    if body is None:
        raise NotFound
    return prove(event_id, extra=leaf_hash(body))


def _first_of(query: S, subject: tuple[str, UUID], actions: Collection[Action]) -> S:
    return (
        query.where(
            AuditEvent.subject_id == subject[1],
            AuditEvent.subject_kind == subject[0],
            AuditEvent.action.in_([str(action) for action in actions]),
        )
        .order_by(AuditEvent.id)
        .limit(1)
    )


def find_place(subject: tuple[str, UUID], actions: Collection[Action]) -> int | None:
    """Which entry of the journal the first of ``actions`` on ``subject`` is, counted from one; None
    while it is not sealed. One statement."""
    query = select(AuditLeaf.leaf_index).join(AuditEvent, AuditLeaf.event_id == AuditEvent.id)
    index = get_session().scalar(_first_of(query, subject, actions))
    return None if index is None else index + 1


def find_proof(subject: tuple[str, UUID], actions: Collection[Action]) -> str | None:
    """The proof that the first of ``actions`` on ``subject`` is in the journal, as prove_receipt
    makes it; None while it is not sealed. Two statements, for a page that has others."""
    query = (
        select(AuditEvent.body, AuditLeaf.leaf_index, AuditCheckpoint.size, AuditCheckpoint.note)
        .join(AuditLeaf, AuditLeaf.event_id == AuditEvent.id)
        .join(AuditCheckpoint, AuditCheckpoint.size == _NEWEST_SIZE)
    )
    row = get_session().execute(_first_of(query, subject, actions)).one_or_none()
    if row is None or row.leaf_index >= row.size:
        return None
    tiles = read_tiles(tiles_on_path(row.leaf_index, row.size))
    path = prove_inclusion(tiles, row.leaf_index, row.size)
    return str(Proof(row.leaf_index, path, row.note, leaf_hash(row.body)))


_NEWEST_SIZE = select(func.max(AuditCheckpoint.size)).scalar_subquery()


def check_receipt(text: str, verifiers: Iterable[Verifier] | None = None) -> Checked:
    """As check_proof, for what prove_receipt made. Which event it is about, the journal knows by
    ``find_event(str(checked.index))``: compare its leaf hash with ``checked.leaf``."""
    leaf = read_proof(text).extra
    if leaf is None or len(leaf) != HASH:
        raise BadNote("the proof does not say of what")
    return check_proof(text, leaf, verifiers)


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _from_base64(text: str) -> bytes:
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise BadNote("this is no base64") from None
    if _base64(data) != text:
        raise BadNote("this is no base64 as it is written")
    return data
