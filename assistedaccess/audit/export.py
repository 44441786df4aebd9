"""The journal as a folder of files that anybody can check, with verify_journal.py or their own.

``entries.jsonl`` (leaf *i* is line *i*: the exact canonical bytes and a newline), ``tile/`` (C2SP
tlog-tiles), ``lanes.jsonl`` (each writer's key and the signature of its newest entry), ``key.pub``
(the verifier key of today), ``keys.jsonl`` (all of them, with the notes by which each let in the
next), and last ``checkpoint``: without it a folder is no export. A part of the journal also has
``part.json``, which says which leaves line 0 and the last line are; its tiles are whole.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, type_coerce
from sqlalchemy.types import NullType

from assistedaccess.kernel import clock
from assistedaccess.kernel.database import get_session

from .checkpoints import Checkpoint, find_checkpoint
from .keys import write_keys
from .models import AuditEvent, AuditLane
from .models_tree import AuditLeaf, AuditTile
from .tree import HASH, WIDTH

BATCH = 5_000


class NothingSealed(Exception):
    """There is no checkpoint yet, so there is nothing to export."""


class NotEmpty(Exception):
    """The folder holds something: an export is not mixed with another."""


@dataclass(frozen=True)
class Part:
    """The leaves of an export: from ``begin``, up to but without ``end``."""

    begin: int
    end: int


def find_part(
    checkpoint: Checkpoint, begin: int | date | None = None, end: int | date | None = None
) -> Part:
    """Which leaves are meant: by index, or by days in the United Kingdom, the last one included.

    The tree is in the order of sealing, which is that of time but for seconds: for days, the part
    is what holds every event of them.
    """
    first = begin if isinstance(begin, int) else 0
    last = end if isinstance(end, int) else checkpoint.size
    if isinstance(begin, date) or isinstance(end, date):
        query = select(func.min(AuditLeaf.leaf_index), func.max(AuditLeaf.leaf_index)).join(
            AuditEvent, AuditEvent.id == AuditLeaf.event_id
        )
        if isinstance(begin, date):
            query = query.where(AuditEvent.occurred_at >= clock.start_of_day(begin))
        if isinstance(end, date):
            query = query.where(AuditEvent.occurred_at < clock.end_of_day(end))
        lowest, highest = get_session().execute(query).one()
        if lowest is None:
            return Part(0, 0)
        first = lowest if isinstance(begin, date) else first
        last = highest + 1 if isinstance(end, date) else last
    last = min(last, checkpoint.size)
    return Part(min(first, last), last)


def export_journal(
    folder: Path,
    *,
    begin: int | date | None = None,
    end: int | date | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Checkpoint:
    """Write the journal, as the newest checkpoint has it, into ``folder``; needs a unit of work.

    Raises NothingSealed, and NotEmpty.
    """
    checkpoint = find_checkpoint()
    if checkpoint is None:
        raise NothingSealed
    folder.mkdir(parents=True, exist_ok=True)
    if any(folder.iterdir()):
        raise NotEmpty
    part = find_part(checkpoint, begin, end)
    newest: dict[str, tuple[int, str]] = {}
    with ExitStack() as files:
        entries = files.enter_context((folder / "entries.jsonl").open("wb"))
        for row in _entries(part):
            entries.write(_bytes(row.body) + b"\n")
            newest[_key(row.lane_id)] = (_number(row.lane_seq), _bytes(row.signature).hex())
            if progress and row.leaf_index % BATCH == 0:
                progress(row.leaf_index - part.begin, part.end - part.begin)
    _write_lanes(folder / "lanes.jsonl", newest)
    for level, number, hashes in _tiles(checkpoint.size):
        place = folder / tile_path(level, number, len(hashes) // HASH)
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(hashes)
    for name, text in write_keys().items():
        (folder / name).write_text(text, "utf-8")
    if part != Part(0, checkpoint.size):
        said = json.dumps({"from": part.begin, "to": part.end})
        (folder / "part.json").write_text(f"{said}\n", "utf-8")
    (folder / "checkpoint").write_text(checkpoint.note, "utf-8")
    return checkpoint


def tile_path(level: int, number: int, width: int) -> str:
    """Where C2SP tlog-tiles has the tile: 1234067 of level 0 is ``tile/0/x001/x234/067``."""
    parts = [f"{number % 1000:03}"]
    while number := number // 1000:
        parts.insert(0, f"x{number % 1000:03}")
    return f"tile/{level}/{'/'.join(parts)}" + (f".p/{width}" if width < WIDTH else "")


def _entries(part: Part) -> Iterator[Any]:
    at = part.begin
    while at < part.end:
        rows = get_session().execute(
            select(
                AuditLeaf.leaf_index,
                *map(
                    _as_it_is,
                    (
                        AuditEvent.body,
                        AuditEvent.lane_id,
                        AuditEvent.lane_seq,
                        AuditEvent.signature,
                    ),
                ),
            )
            .join(AuditEvent, AuditEvent.id == AuditLeaf.event_id)
            .where(AuditLeaf.leaf_index >= at, AuditLeaf.leaf_index < min(at + BATCH, part.end))
            .order_by(AuditLeaf.leaf_index)
        )
        yield from rows
        at += BATCH


def _as_it_is(column: Any) -> Any:
    """What stands in the column, whatever it is: SQLite lets anything stand there, and an export
    of a journal that was tampered with is what an auditor needs most."""
    return type_coerce(column, NullType()).label(column.key)


def _bytes(value: Any) -> bytes:
    return value if isinstance(value, bytes) else str(value).encode()


def _number(value: Any) -> int:
    return value if isinstance(value, int) else 0


def _key(value: Any) -> str:
    """The same text for a UUID of either database."""
    return str(value).replace("-", "")


def _tiles(size: int) -> Iterator[tuple[int, int, bytes]]:
    """The tiles of a tree of ``size``, no wider than it needs them."""
    level, hashes = 0, size
    while hashes:
        for begin in range(0, -(-hashes // WIDTH), BATCH):
            rows = get_session().execute(
                select(AuditTile.number, _as_it_is(AuditTile.hashes))
                .where(
                    AuditTile.level == level,
                    AuditTile.number >= begin,
                    AuditTile.number < min(begin + BATCH, -(-hashes // WIDTH)),
                )
                .order_by(AuditTile.number)
            )
            for number, tile in rows:
                yield level, number, _bytes(tile)[: (hashes - number * WIDTH) * HASH]
        level, hashes = level + 1, hashes // WIDTH


def _write_lanes(file: Path, newest: dict[str, tuple[int, str]]) -> None:
    columns = map(_as_it_is, (AuditLane.id, AuditLane.public_key, AuditLane.endorsement))
    lanes = get_session().execute(select(*columns).order_by(AuditLane.id))
    _write_lines(
        file,
        [
            {
                "lane": _say_key(lane.id),
                "key": _bytes(lane.public_key).hex(),
                "endorsement": _bytes(lane.endorsement).hex(),
                "seq": newest[_key(lane.id)][0],
                "signature": newest[_key(lane.id)][1],
            }
            for lane in lanes
            if _key(lane.id) in newest
        ],
    )


def _say_key(value: Any) -> str:
    try:
        return str(UUID(_key(value)))
    except ValueError:
        return _key(value)


def _write_lines(file: Path, rows: list[dict[str, Any]]) -> None:
    file.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
