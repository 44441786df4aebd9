"""Check the tree in the database: each leaf against its event, tiles, roots, and checkpoints.

Every checkpoint that was ever signed must be of a beginning of this tree: those in the database,
and those that somebody kept outside and brings along.
"""

from __future__ import annotations

import base64
import itertools
from collections import defaultdict
from collections.abc import Callable, Iterable
from uuid import UUID

from sqlalchemy import func, select, text

from assistedaccess.kernel.append_only import POSTGRESQL_GUARDS, SQLITE_GUARDS
from assistedaccess.kernel.database import get_session, metadata

from .findings import Fault, Kind, Report
from .keys import current_signer, is_let_in, list_keys
from .models import AuditEvent
from .models_tree import AuditCheckpoint, AuditLeaf, AuditTile
from .notes import BadNote, Verifier, open_note, read_checkpoint
from .sealing import find_passed_over
from .tree import HASH, WIDTH, Frontier, leaf_hash

BATCH = 40 * WIDTH
_LEAVES = metadata.tables[AuditLeaf.__tablename__]
_EVENTS = metadata.tables[AuditEvent.__tablename__]
_TILES = metadata.tables[AuditTile.__tablename__]

GUARDED = ("audit_event", "audit_leaf", "audit_checkpoint", "audit_key")

Expected = dict[int, list[tuple[bytes, Kind, str]]]
"""By size: the root that somebody signed, and what it means when the tree has another."""


Doubts = list[int]
"""Places in the report: whether an event or its tile was altered, the signed root tells."""


def check_tree(
    report: Report,
    verifiers: list[Verifier],
    since: Iterable[str] = (),
    progress: Callable[[int, int], None] | None = None,
) -> None:
    """Check the whole tree; ``since`` are checkpoints (notes) that were kept outside."""
    _check_keys(report)
    _check_guards(report)
    size = _size()
    expected: Expected = defaultdict(list)
    for checkpoint in get_session().scalars(select(AuditCheckpoint)):
        what = f"The checkpoint of {checkpoint.size} events"
        said = _read(checkpoint.note, what, verifiers, report)
        if said == (checkpoint.size, checkpoint.root) and said[0] <= size:
            expected[said[0]].append((said[1], Kind.TREE, f"{what} is not of these events."))
        elif said is not None:
            words = f"{what} and what its note says differ, or it is of more than there are."
            report.add(Kind.TREE, words)
    for note in since:
        kept = _read(note, "The checkpoint that you kept", verifiers, report)
        if kept is None:
            continue
        if kept[0] > size:
            words = f"You kept a checkpoint of {kept[0]} events, but only {size} are sealed here: "
            report.add(Kind.CUT, words + "the newest were cut, or an older copy restored.", size)
        words = f"The first {kept[0]} events are not those of the checkpoint that you kept."
        expected[kept[0]].append((kept[1], Kind.FORKED, words))
    frontier = Frontier()
    doubts: Doubts = []
    _check_root(frontier, expected, report)
    while frontier.size < size:
        if not _check_batch(frontier, size, expected, report, doubts):
            break
        if progress:
            progress(frontier.size, size)
    if (frontier.root(), Kind.TREE) in [(root, kind) for root, kind, _ in expected.get(size, ())]:
        _accuse_tiles(doubts, report)
    _check_upper_tiles(frontier, report)
    if size not in expected and size:
        report.add(Kind.TREE, f"No checkpoint says that {size} events are sealed.", size - 1)
    report.size, report.root = frontier.size, base64.b64encode(frontier.root()).decode()
    _check_unsealed(report)


def _check_keys(report: Report) -> None:
    keys = list_keys()
    if keys and keys[-1].public_key != current_signer().verifier.public_key:
        report.add(Kind.KEY, "The newest key that is listed is not the one that signs here.")
    for old, new in itertools.pairwise(keys):
        verifier = Verifier(new.name, new.public_key)
        if not is_let_in(verifier, new.endorsement, Verifier(old.name, old.public_key)):
            report.add(Kind.KEY, f"Key {new.number} was not let in by the key before it.")


def _check_guards(report: Report) -> None:
    """The triggers by which the database refuses changes are there, and on for everybody."""
    session = get_session()
    if session.get_bind().dialect.name == "sqlite":
        query = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        wanted = {f"{table}_{what}" for table in GUARDED for what in SQLITE_GUARDS}
    else:
        query = "SELECT tgname FROM pg_trigger WHERE tgenabled = 'A'"
        wanted = {f"{table}_{what}" for table in GUARDED for what in POSTGRESQL_GUARDS}
    for name in sorted(wanted - set(session.scalars(text(query)))):
        report.add(Kind.UNGUARDED, f"The guard {name} is off: the database would allow changes.")


def _size() -> int:
    highest = get_session().scalar(select(func.max(_LEAVES.c.leaf_index)))
    return 0 if highest is None else highest + 1


def _read(
    note: str, what: str, verifiers: list[Verifier], report: Report
) -> tuple[int, bytes] | None:
    try:
        text, signers = open_note(note, verifiers)
        return read_checkpoint(text, origin=signers[0].name)
    except BadNote as error:
        report.add(Kind.KEY, f"{what} does not count: {error}.")
        return None


def _check_root(frontier: Frontier, expected: Expected, report: Report) -> None:
    for root, kind, words in expected.get(frontier.size, ()):
        if frontier.root() != root:
            report.add(kind, words)


def _check_batch(
    frontier: Frontier, size: int, expected: Expected, report: Report, doubts: Doubts
) -> bool:
    """The next leaves; False where one of them is missing, since nothing can follow it.

    ``doubts`` takes where the report says that an event is not what its tile has.
    """
    begin = frontier.size
    end = min(begin + BATCH, size)
    tiles = _read_tiles(0, begin // WIDTH, -(-end // WIDTH))
    leaves = {row.leaf_index: row for row in _read_leaves(begin, end)}
    for index in range(begin, end):
        row = leaves.get(index)
        if row is None:
            report.add(Kind.MISSING, f"Leaf {index} of the tree was removed.", index)
            return False
        at = index % WIDTH * HASH
        sealed = tiles.get(index // WIDTH, b"")[at : at + HASH]
        leaf = sealed if row.body is None else leaf_hash(row.body)
        if row.body is None:
            words = f"Event {row.event_id} (leaf {index}) was removed after it had been sealed."
            report.add(Kind.MISSING, words, index)
        elif leaf != sealed:
            words = f"Event {row.event_id} (leaf {index}) is not what was sealed there."
            doubts.append(len(report.found))
            report.add(Kind.ALTERED, words, index)
        frontier.append(leaf or bytes(HASH))
        _check_root(frontier, expected, report)
    return True


def _accuse_tiles(doubts: Doubts, report: Report) -> None:
    """The root over the events is the one that was signed: then it is the tiles that differ."""
    for place in doubts:
        number = (report.found[place].index or 0) // WIDTH
        words = f"Tile {number} of level 0 was altered."
        report.found[place] = Fault(Kind.TREE, words, number * WIDTH)


def _read_leaves(begin: int, end: int):
    return get_session().execute(
        select(_LEAVES.c.leaf_index, _LEAVES.c.event_id, _EVENTS.c.body)
        .outerjoin(_EVENTS, _EVENTS.c.id == _LEAVES.c.event_id)
        .where(_LEAVES.c.leaf_index >= begin, _LEAVES.c.leaf_index < end)
    )


def _read_tiles(level: int, begin: int, end: int) -> dict[int, bytes]:
    rows = get_session().execute(
        select(_TILES.c.number, _TILES.c.hashes).where(
            _TILES.c.level == level, _TILES.c.number >= begin, _TILES.c.number < end
        )
    )
    return {row.number: row.hashes for row in rows}


def _check_upper_tiles(frontier: Frontier, report: Report) -> None:
    """The levels above the leaves; level 0 was compared leaf by leaf."""
    for (level, number), hashes in frontier.tiles.items():
        if level == 0:
            continue
        if _read_tiles(level, number, number + 1).get(number, b"") != bytes(hashes):
            words = f"Tile {number} of level {level} is not over these events."
            # Where a leaf is bad, its index says more than that of all the leaves under this.
            index = None if report.found else number * WIDTH << 8 * level
            report.add(Kind.TREE, words, index)


def _check_unsealed(report: Report) -> None:
    """Events that are no leaf: the newest may still wait, but the sealer passes over none."""
    unsealed = ~select(_LEAVES.c.event_id).where(_LEAVES.c.event_id == _EVENTS.c.id).exists()
    query = select(func.count()).select_from(_EVENTS).where(unsealed)
    report.waiting = get_session().scalar(query) or 0
    passed_over: list[UUID] = find_passed_over()
    for event_id in passed_over:
        report.add(Kind.UNSEALED, f"Event {event_id} was never sealed, though later ones were.")
