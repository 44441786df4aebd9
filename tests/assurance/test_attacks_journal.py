"""Each attack on the journal, with its verdict and the first bad index (issue list, ASVS 16.4.2).

First what somebody with the database, and no key, can do; then somebody with the keys as well.
What the database's own check says comes from ``audit verify``, what a stranger says from
verify_journal.py over an export, with a checkpoint that was kept outside.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import delete, select, text, update
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError

from assistedaccess.audit import sealing
from assistedaccess.audit.findings import Kind
from assistedaccess.audit.keys import list_verifiers, rotate_key
from assistedaccess.audit.notes import sign_note
from assistedaccess.kernel.append_only import guard_statements
from assistedaccess.kernel.transactions import reading, run_transaction
from tests.support import attacks
from tests.support.attacks import Target, make_target, verify, verify_export, verify_folder
from tests.support.databases import Sandbox
from tests.support.sealing import write_events
from tests.support.tampering import owner_executes

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture
def target(sandbox: Sandbox) -> Target:
    return make_target(sandbox)


def test_nothing_was_done(target: Target, tmp_path: Path) -> None:
    report = verify(target.kept, target.whole)
    assert report.ok, report.faults
    assert report.verdict == "holds"
    assert report.size == len(target.sealed)
    found = verify_export(tmp_path / "export", target.key, target.kept, target.whole)
    assert found["ok"], found
    assert (found["size"], found["root"]) == (report.size, report.root)


# What is done; the verdict on the database; whether its first bad index is the event's own (+0) or
# the next one's; and whether an export shows it.
WITHOUT_KEYS: dict[str, tuple[Callable[[Connection, Target], None], set[str], bool]] = {
    "update": (attacks.alter_event, {"altered"}, True),
    "update of event and columns": (attacks.alter_event_and_columns, {"altered"}, True),
    "update of event and tile": (attacks.alter_event_and_tile, {"altered", "tree"}, True),
    "delete": (attacks.delete_event, {"missing"}, True),
    "insert in the middle": (attacks.insert_event, {"key", "altered"}, True),
    "reorder": (attacks.reorder, {"altered"}, True),
    "replace": (attacks.replace_event, {"altered"}, True),
    "a query column only": (attacks.alter_column, {"altered"}, False),
    "change a salt": (attacks.change_salt, {"altered"}, False),
    "a signature": (attacks.alter_signature, {"altered"}, False),
}


@pytest.mark.parametrize("name", WITHOUT_KEYS)
def test_attack_names_the_first_bad_leaf(target: Target, tmp_path: Path, name: str) -> None:
    work, kinds, shows_in_export = WITHOUT_KEYS[name]
    target.attack(work)
    report = verify()
    assert report.kinds & kinds, report.faults
    assert report.first_bad_index == target.leaf, report.faults
    if name.startswith("insert"):
        # Whose lane nobody let in: an export has no line for it, and says the same.
        assert Kind.KEY in report.kinds
    found = verify_export(tmp_path / "export", target.key, target.kept)
    assert found["ok"] is not shows_in_export, found
    if shows_in_export:
        # What was put in before it has the same bytes: there, the second of the two is bad.
        assert found["first_bad_index"] == target.leaf + name.startswith("insert"), found
        assert found["verdict"] in {"altered", "missing", "moved"}


def test_attack_replay(target: Target) -> None:
    target.attack(attacks.replay_event)
    before = verify()
    assert before.kinds >= {Kind.ALTERED, Kind.MISSING}, before.faults
    sealing.seal_all()  # the sealer takes it for an event, and the tree says where
    report = verify()
    assert report.first_bad_index == len(target.sealed), report.faults


def test_attack_delete_before_sealing(target: Target, tmp_path: Path) -> None:
    ids = write_events(3)
    target.attack(lambda connection, _: connection.execute(
        delete(attacks.EVENTS).where(attacks.EVENTS.c.id.in_(
            select(attacks.EVENTS.c.id).where(attacks.EVENTS.c.id.in_(ids))
            .order_by(attacks.EVENTS.c.lane_seq).limit(1)
        ))
    ))  # fmt: skip
    unsealed = verify()
    assert Kind.MISSING in unsealed.kinds, unsealed.faults
    sealing.seal_all()
    report = verify()
    assert report.verdict == "missing", report.faults
    assert report.first_bad_index == len(target.sealed)
    found = verify_export(tmp_path / "export", target.key)
    assert (found["verdict"], found["first_bad_index"]) == ("missing", len(target.sealed))


@pytest.mark.parametrize(
    ("work", "kind", "index"),
    [
        (attacks.delete_leaf, "missing", lambda target: target.leaf),
        (attacks.alter_lower_tile, "tree", lambda target: target.leaf - target.leaf % 256),
        (attacks.alter_upper_tile, "tree", lambda target: 0),
        (attacks.alter_checkpoint, "tree", lambda target: len(target.sealed) - 1),
        (attacks.delete_checkpoints, "tree", lambda target: len(target.sealed) - 1),
    ],
    ids=["a leaf", "a hash of the leaves", "a tile", "a checkpoint", "all checkpoints"],
)
def test_attack_on_the_tree_itself(
    target: Target,
    work: Callable[[Connection, Target], None],
    kind: str,
    index: Callable[[Target], int],
) -> None:
    target.attack(work)
    report = verify()
    assert report.verdict == kind, report.faults
    assert report.first_bad_index == index(target), report.faults


@pytest.mark.parametrize("table", ["audit_event", "audit_leaf", "audit_checkpoint", "audit_key"])
def test_attack_disable_the_trigger(target: Target, table: str) -> None:
    off = (
        f"DROP TRIGGER {table}_no_delete"
        if target.sandbox.kind == "sqlite"
        else f"ALTER TABLE {table} DISABLE TRIGGER {table}_no_change"
    )
    owner_executes(target.sandbox, off)
    try:
        report = verify()
        assert report.verdict == "unguarded", report.faults
        assert table in report.faults[0]
    finally:
        key = {"audit_event": "id", "audit_leaf": "leaf_index", "audit_key": "number"}
        restore = (
            guard_statements(table, key.get(table, "size"), "sqlite")[1]
            if target.sandbox.kind == "sqlite"
            else f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_no_change"
        )
        owner_executes(target.sandbox, restore)
    assert verify().ok


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_event SET action = 'x'",
        "DELETE FROM audit_leaf",
        "UPDATE audit_checkpoint SET note = ''",
        "ALTER TABLE audit_event DISABLE TRIGGER ALL",
        "TRUNCATE audit_leaf",
    ],
)
def test_the_applications_role_has_no_right_to_begin_with(target: Target, statement: str) -> None:
    if target.sandbox.kind == "sqlite" and statement.startswith(("ALTER", "TRUNCATE")):
        return
    with target.sandbox.database.writing.connect() as connection, pytest.raises(DBAPIError):
        connection.execute(text(statement))
    assert verify(target.kept).ok


# -- with the keys, or with a copy from before: what only a checkpoint kept outside can tell


def test_attack_cut_the_tail(target: Target, tmp_path: Path) -> None:
    keep = len(target.sealed) - 5

    def cut(connection: Connection, _: Target) -> None:
        gone = target.sealed[keep:]
        connection.execute(delete(attacks.EVENTS).where(attacks.EVENTS.c.id.in_(gone)))
        connection.execute(delete(attacks.LEAVES).where(attacks.LEAVES.c.leaf_index >= keep))

    target.attack(cut)
    report = verify(target.whole)  # whoever cuts no more than this is noticed in many ways
    assert {Kind.MISSING, Kind.CUT, Kind.TREE} <= report.kinds
    assert report.first_bad_index == keep - 1
    found = verify_export(tmp_path / "export", target.key, target.whole)
    assert found["first_bad_index"] == keep, found


def test_attack_restore_yesterdays_backup(target: Target, tmp_path: Path) -> None:
    copy = attacks.take_copy(target)
    write_events(30)
    today = sealing.seal_all()
    assert today is not None
    attacks.restore_copy(target, copy)
    alone = verify(target.kept)
    assert alone.ok, alone.faults  # it is a journal that once was: nothing inside it can tell
    for size, report in (
        (today.size, verify(today.note).as_dict()),
        (today.size, verify_export(tmp_path / "one", target.key, today.note)),
    ):
        assert report["verdict"] == "cut", report
        assert report["first_bad_index"] == len(target.sealed)
        assert str(size) in report["faults"][0]
    write_events(60)  # and it goes on as if nothing had been
    sealing.seal_all()
    assert verify(target.kept).ok
    assert verify(today.note).verdict == "forked"
    assert verify_export(tmp_path / "two", target.key, today.note)["verdict"] == "forked"


def test_attack_two_different_exports_to_two_auditors(target: Target, tmp_path: Path) -> None:
    """Somebody with database and keys shows each auditor another journal."""
    copy = attacks.take_copy(target)
    folders = []
    for name in ("one", "two"):
        write_events(10)
        assert sealing.seal_all() is not None
        assert verify_export(tmp_path / name, target.key, target.kept)["ok"]
        folders.append(tmp_path / name)
        if name == "one":
            attacks.restore_copy(target, copy)
    notes = [(folder / "checkpoint").read_text("utf-8") for folder in folders]
    for folder, other in zip(folders, reversed(notes), strict=True):
        found = verify_folder(folder, target.key, other)
        assert (found["verdict"], found["ok"]) == ("forked", False), found


@pytest.mark.parametrize("database_kind", ["sqlite"])
@pytest.mark.parametrize(
    ("statement", "verdict", "names_the_leaf"),
    [
        ("UPDATE audit_event SET occurred_at = 'yesterday' WHERE id = :id", "altered", True),
        ("UPDATE audit_event SET lane_id = 'zz' WHERE id = :id", "altered", True),
        ("UPDATE audit_event SET previous_hash = x'00' WHERE id = :id", "altered", True),
        ("UPDATE audit_lane SET public_key = x'00'", "key", False),
        ("UPDATE audit_key SET public_key = x'00'", "key", False),
    ],
)
def test_garbage_in_a_cell_is_a_verdict_and_no_way_to_stop_the_check(
    target: Target, statement: str, verdict: str, names_the_leaf: bool
) -> None:
    def put(connection: Connection, target: Target) -> None:
        query = text("SELECT event_id FROM audit_leaf WHERE leaf_index = :leaf")
        event_id = connection.scalar(query, {"leaf": target.leaf})
        parameters = {"id": event_id} if names_the_leaf else {}
        connection.execute(text(statement), parameters)

    target.attack(put)
    report = verify()
    assert report.verdict == verdict, report.faults
    assert not names_the_leaf or report.first_bad_index == target.leaf


def test_attack_swap_the_key(target: Target, tmp_path: Path) -> None:
    """Without the master key: a public key that is not the one by which this journal signs."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    from assistedaccess.audit.notes import checkpoint_text, make_verifier

    mine = Ed25519PrivateKey.generate()
    name = target.key.partition("+")[0]
    verifier = make_verifier(name, mine)

    def swap(connection: Connection, _: Target) -> None:
        connection.execute(update(attacks.KEYS).values(public_key=verifier.public_key))
        for row in connection.execute(select(attacks.CHECKPOINTS)).all():
            note = sign_note(checkpoint_text(name, row.size, row.root), name, mine)
            where = attacks.CHECKPOINTS.c.size == row.size
            connection.execute(update(attacks.CHECKPOINTS).where(where).values(note=note))
        for row in connection.execute(select(attacks.LANES)).all():
            from assistedaccess.audit.lanes import lane_statement

            endorsement = mine.sign(lane_statement(row.id, row.public_key))
            where = attacks.LANES.c.id == row.id
            connection.execute(update(attacks.LANES).where(where).values(endorsement=endorsement))

    target.attack(swap)
    report = verify()
    assert report.verdict == "key", report.faults
    # Whoever takes the export's word for its key sees nothing, and everybody else does.
    assert verify_export(tmp_path / "export")["ok"]
    assert verify_folder(tmp_path / "export", target.key)["verdict"] == "key"
    assert verify_folder(tmp_path / "export", "", target.kept)["verdict"] == "key"


def test_a_key_that_the_one_before_let_in_is_no_attack(target: Target, tmp_path: Path) -> None:
    run_transaction(rotate_and_record)
    write_events(5)
    made = sealing.seal_all()
    assert made is not None
    report = verify(target.kept, target.whole, made.note)
    assert report.ok, report.faults
    with reading():
        old, new = map(str, list_verifiers())
    assert old == target.key
    for key in (old, new, ""):
        kept = [target.kept] if key != new else []
        found = verify_export(
            tmp_path / f"with {len(key)} {key[-4:-2]}".replace("/", ""), key, *kept
        )
        assert found["verdict"] == ("key" if key == new else "holds"), (key, found)


def rotate_and_record() -> None:
    from assistedaccess.audit import Action, record
    from assistedaccess.kernel.actor import SYSTEM

    rotate_key()
    record(Action.TODAY_VIEWED, actor=SYSTEM)


# -- an export in the hands of somebody who alters it


def alter_line(folder: Path, at: int, change: Callable[[list[bytes]], None]) -> None:
    lines = (folder / "entries.jsonl").read_bytes().splitlines(keepends=True)
    change(lines)
    (folder / "entries.jsonl").write_bytes(b"".join(lines))


IN_THE_FILE: dict[str, tuple[Callable[[list[bytes], int], object], int]] = {
    "update": (lambda lines, at: lines.__setitem__(at, lines[at].replace(b"opened", b"closed")), 0),
    "delete": (lambda lines, at: lines.__delitem__(at), 0),
    "insert": (lambda lines, at: lines.insert(at, lines[at - 1]), 0),
    "replay": (lambda lines, at: lines.insert(at, lines[at]), 1),
    "swap": (lambda lines, at: lines.insert(at, lines.pop(at + 1)), 0),
    "what it says of the one before": (
        lambda lines, at: lines.__setitem__(
            at, lines[at].replace(b'"previous_hash":"', b'"previous_hash":"0')
        ),
        0,
    ),
    "an empty line": (lambda lines, at: lines.insert(at, b"\n"), 0),
    "one character": (lambda lines, at: lines.__setitem__(at, b" " + lines[at]), 0),
}


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_an_altered_export_is_noticed(target: Target, tmp_path: Path) -> None:
    clean = tmp_path / "clean"
    assert verify_export(clean, target.key)["ok"]
    for number, (change, later) in enumerate(IN_THE_FILE.values()):
        folder = tmp_path / str(number)
        shutil.copytree(clean, folder)
        alter_line(folder, target.leaf, lambda lines, c=change: c(lines, target.leaf))
        found = verify_folder(folder, target.key)
        assert found["first_bad_index"] == target.leaf + later, (number, found)
        assert found["verdict"] in {"altered", "missing", "moved"}
    for name, change_file in {
        "more": lambda f: (f / "entries.jsonl").write_bytes(
            (f / "entries.jsonl").read_bytes() + b"{}\n"
        ),
        "cut": lambda f: (f / "entries.jsonl").write_bytes(
            b"".join((f / "entries.jsonl").read_bytes().splitlines(keepends=True)[:-3])
        ),
        "tile": lambda f: next((f / "tile" / "0").glob("*.p/*")).write_bytes(bytes(32)),
        "no tile": lambda f: (f / "tile" / "0" / "000").unlink(),
        "upper tile": lambda f: next((f / "tile" / "1").glob("*.p/*")).write_bytes(bytes(32)),
        "lanes": lambda f: (f / "lanes.jsonl").write_text(""),
        "lane": lambda f: (f / "lanes.jsonl").write_text(
            (f / "lanes.jsonl").read_text().replace('"seq": ', '"seq": 9')
        ),
        "signature": lambda f: (f / "lanes.jsonl").write_text(
            (f / "lanes.jsonl").read_text().replace('"signature": "', '"signature": "0')
            .replace('"}', 'f"}')
        ),
        "checkpoint": lambda f: (f / "checkpoint").write_text(target.kept),
        "note": lambda f: (f / "checkpoint").write_text(
            (f / "checkpoint").read_text().replace("\n3", "\n2", 1)
        ),
    }.items():  # fmt: skip
        folder = tmp_path / name
        shutil.copytree(clean, folder)
        change_file(folder)
        found = verify_folder(folder, target.key)
        assert not found["ok"], name
    # Nobody's entry is accused where it is the tile that was altered; nor a key beside the others
    # believed.
    for name, file, at, said in (
        ("a leaf's hash", "tile/0/000", 7, ("tree", 0)),
        ("a hash at the edge", "tile/0/001.p/*", 7, ("tree", 256)),
        ("key", "key.pub", 30, ("key", None)),
    ):
        folder = shutil.copytree(clean, tmp_path / name)
        (altered,) = folder.glob(file)
        data = bytearray(altered.read_bytes())
        data[at] ^= 1
        altered.write_bytes(data)
        found = verify_folder(folder, target.key)
        assert (found["verdict"], found["first_bad_index"]) == said, (name, found)
