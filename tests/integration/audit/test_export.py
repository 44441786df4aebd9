"""An export is what a stranger can check: exact bytes, tiles where the standard has them, keys."""

from __future__ import annotations

import ast
import base64
import json
import shutil
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import select

from assistedaccess.audit import sealing
from assistedaccess.audit.command_line import load_verifier
from assistedaccess.audit.export import NotEmpty, NothingSealed, export_journal, tile_path
from assistedaccess.audit.keys import current_signer, list_verifiers
from assistedaccess.audit.models import AuditEvent
from assistedaccess.audit.notes import BadNote, checkpoint_text, read_verifier, sign_note
from assistedaccess.audit.proofs import check_receipt, find_event, prove, prove_receipt, read_proof
from assistedaccess.audit.tree import HASH, WIDTH, Frontier, leaf_hash
from assistedaccess.audit.verify import verify_journal
from assistedaccess.kernel import clock
from assistedaccess.kernel.database import Database
from assistedaccess.kernel.errors import NotFound
from assistedaccess.kernel.ids import new_id
from assistedaccess.kernel.transactions import reading
from tests.support.attacks import verify_folder
from tests.support.databases import Sandbox
from tests.support.processes import DONE, run_in_processes
from tests.support.sealing import list_sealed, write_events
from tests.support.sources import ROOT
from tests.support.statements import counted_statements
from tests.support.tampering import owner_executes

pytestmark = pytest.mark.usefixtures("app")
PROGRAM = ROOT / "verify_journal.py"


def export(folder: Path, **part: object) -> Path:
    with reading():
        export_journal(folder, **part)  # type: ignore[arg-type]
    return folder


def run_program(*words: object) -> subprocess.CompletedProcess[str]:
    """As a stranger runs it: isolated from the application and its folder."""
    return subprocess.run(
        [sys.executable, "-I", PROGRAM, *map(str, words)],
        capture_output=True,
        text=True,
        cwd="/",
        timeout=120,
        check=False,
    )


def test_the_files_are_what_they_are_said_to_be(tmp_path: Path) -> None:
    write_events(600)
    sealing.seal_all()
    folder = export(tmp_path / "export")
    sealed = list_sealed()
    lines = (folder / "entries.jsonl").read_bytes().split(b"\n")
    assert lines.pop() == b""
    with reading() as session:
        rows = session.execute(select(AuditEvent.id, AuditEvent.body))
        bodies = {row.id: row.body for row in rows}
        assert lines == [bodies[each] for each in sealed]
        assert read_verifier((folder / "key.pub").read_text()) == list_verifiers()[-1]
    frontier = Frontier()
    for line in lines:
        frontier.append(leaf_hash(line))
    for (level, number), hashes in frontier.tiles.items():
        width = len(hashes) // HASH
        assert (folder / tile_path(level, number, width)).read_bytes() == bytes(hashes)
    files = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
    tiles = {tile_path(*at, len(tile) // HASH) for at, tile in frontier.tiles.items()}
    names = {"checkpoint", "entries.jsonl", "lanes.jsonl", "key.pub", "keys.jsonl"}
    assert files == names | tiles
    root = base64.b64encode(frontier.root()).decode()
    assert (folder / "checkpoint").read_text().split("\n")[1:3] == [str(len(lines)), root]


@pytest.mark.parametrize(
    ("place", "path"),
    [
        ((0, 1_234_067, WIDTH), "tile/0/x001/x234/067"),
        ((0, 273, 112), "tile/0/273.p/112"),
        ((2, 0, 1), "tile/2/000.p/1"),
        ((1, 1000, WIDTH), "tile/1/x001/000"),
    ],
)
@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_tiles_lie_where_the_specification_says(place: tuple[int, int, int], path: str) -> None:
    assert tile_path(*place) == path


def test_an_export_is_of_its_checkpoint_however_the_tree_grows(tmp_path: Path) -> None:
    write_events(300)
    sealing.seal_all()
    folder = export(tmp_path / "old")
    note = (folder / "checkpoint").read_text()
    write_events(300)
    sealing.seal_all()
    newer = export(tmp_path / "new")
    key = (folder / "key.pub").read_text()
    assert verify_folder(newer, key, note)["ok"]
    older = verify_folder(folder, key, (newer / "checkpoint").read_text())
    assert older["verdict"] == "cut"


def test_an_export_is_the_same_wherever_the_database_keeps_its_rows(
    tmp_path: Path, sandbox: Sandbox
) -> None:
    """Whoever compares two exports of one checkpoint byte by byte must find no difference."""
    write_events(3)
    ended = run_in_processes(sandbox.settings.database_url, *[lambda _: write_events(2)] * 3)
    assert ended == [DONE] * 3
    sealing.seal_all()
    before = export(tmp_path / "before")
    lanes = [json.loads(each)["lane"] for each in (before / "lanes.jsonl").read_text().splitlines()]
    assert len(lanes) >= 4
    assert lanes == sorted(lanes)
    owner_executes(  # PostgreSQL puts a changed row behind the others
        sandbox,
        "UPDATE audit_lane SET last_seq = last_seq"
        " WHERE id = (SELECT id FROM audit_lane ORDER BY id LIMIT 1)",
    )
    after = export(tmp_path / "after")
    for path in (each for each in before.rglob("*") if each.is_file()):
        assert path.read_bytes() == (after / path.relative_to(before)).read_bytes(), path.name


def test_a_part_is_checked_as_a_part(tmp_path: Path) -> None:
    write_events(700)
    sealing.seal_all()
    size = len(list_sealed())
    for begin, end in ((0, 10), (250, 600), (255, 257), (300, None), (size, None), (5, 5)):
        folder = export(tmp_path / f"{begin} {end}", begin=begin, end=end)
        lines = (folder / "entries.jsonl").read_bytes().count(b"\n")
        assert lines == (size if end is None else end) - begin
        found = verify_folder(folder)
        assert found["ok"], (begin, end, found)
        assert found["size"] == size
    altered = tmp_path / "250 600" / "entries.jsonl"
    altered.write_bytes(altered.read_bytes().replace(b"opened", b"closed", 1))
    assert verify_folder(tmp_path / "250 600")["first_bad_index"] == 250
    # A part whose tiles are gone shows nothing, whatever its lines are: its root cannot be checked.
    hollow = tmp_path / "5 5"
    assert "as a part" in run_program(hollow).stdout
    shutil.rmtree(hollow / "tile")
    found = verify_folder(hollow)
    assert (found["verdict"], found["first_bad_index"]) == ("tree", 0)
    for file, text in (("part.json", '{"from": 9, "to": 5}'), ("lanes.jsonl", "[" * 100_000)):
        (hollow / file).write_text(text)
        done = run_program(hollow, "--json")
        assert (done.returncode, "Traceback" in done.stderr) == (2, False), done.stderr


def test_at_the_edges_of_a_tile_both_checks_say_the_same(sandbox: Sandbox, tmp_path: Path) -> None:
    """Of journals of one entry to one more than a tile, and of each kind of kept checkpoint."""
    for table in ("audit_event", "audit_detail", "audit_lane"):  # a journal of nothing
        owner_executes(sandbox, f"DELETE FROM {table}", guards=False)  # noqa: S608
    sandbox.database.remembered.clear()
    with reading():
        empty = verify_journal()
    assert (empty.verdict, empty.events, empty.size) == ("holds", 0, 0)
    note = ""
    for size in (1, WIDTH - 1, WIDTH, WIDTH + 1):
        write_events(size - len(list_sealed()))
        made = sealing.seal_all()
        assert made is not None
        assert made.size == size
        folder = export(tmp_path / str(size))
        assert verdicts(folder, note)[0] == ("holds", None)
        note = made.note
        altered = shutil.copytree(folder, tmp_path / f"altered {size}")
        lines = (altered / "entries.jsonl").read_bytes()
        at = lines.rindex(b"person.opened")
        (altered / "entries.jsonl").write_bytes(lines[:at] + b"person.closed" + lines[at + 13 :])
        found = verify_folder(altered)
        assert (found["verdict"], found["first_bad_index"]) == ("altered", size - 1), found
    with reading():
        signer = current_signer()
    for root, name, key, said in (
        (bytes(HASH), signer.name, signer.key, ("forked", None)),
        (made.root, signer.name, Ed25519PrivateKey.generate(), ("key", None)),
        (made.root, "another/log", signer.key, ("key", None)),
    ):
        kept = sign_note(checkpoint_text(name, size, root), name, key)
        assert verdicts(folder, kept) == (said, said)
    write_events(5)
    made = sealing.seal_all()
    assert made is not None
    assert verdicts(folder, made.note) == (("cut", size), ("holds", None))


def verdicts(folder: Path, kept: str) -> tuple[tuple[str, int | None], tuple[str, int | None]]:
    """Of an export and of the database, each with the first bad index."""
    since = [kept] if kept else []
    found = verify_folder(folder, "", *since)
    with reading():
        report = verify_journal(since=since)
    return (found["verdict"], found["first_bad_index"]), (report.verdict, report.first_bad_index)


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_garbage_is_exported_as_it_stands_there(sandbox: Sandbox, tmp_path: Path) -> None:
    """SQLite lets anything stand in a cell: who alters one must not end all exports by it."""
    write_events(20)
    sealing.seal_all()
    for leaf, cell in ((6, "lane_id = 'zz'"), (7, "body = 'text'"), (5, "lane_seq = 'x'")):
        owner_executes(
            sandbox,
            f"UPDATE audit_event SET {cell} WHERE id ="  # noqa: S608
            f" (SELECT event_id FROM audit_leaf WHERE leaf_index = {leaf})",
            guards=False,
        )
    found = verify_folder(export(tmp_path / "events"))
    assert (found["verdict"], found["first_bad_index"]) == ("altered", 7), found
    owner_executes(sandbox, "UPDATE audit_lane SET public_key = 'x'", guards=False)
    assert verify_folder(export(tmp_path / "lanes"))["verdict"] == "key"


def test_days_choose_what_happened_on_them(tmp_path: Path) -> None:
    write_events(5)
    sealing.seal_all()
    today = clock.today()
    whole = export(tmp_path / "today", begin=today, end=today)
    assert (whole / "entries.jsonl").read_bytes().count(b"\n") > 0
    tomorrow = today + timedelta(days=1)
    nothing = export(tmp_path / "tomorrow", begin=tomorrow, end=tomorrow)
    assert (nothing / "entries.jsonl").read_bytes() == b""
    assert verify_folder(nothing)["ok"]


def test_what_cannot_be_exported_is_said(sandbox: Sandbox, tmp_path: Path) -> None:
    with pytest.raises(NothingSealed):
        export(tmp_path / "export")
    sealing.seal_all()
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "something").touch()
    with pytest.raises(NotEmpty):
        export(tmp_path / "full")


def test_a_stranger_checks_it_alone(sandbox: Sandbox, tmp_path: Path) -> None:
    (event_id, *_) = write_events(300)
    sealing.seal_all()
    folder = export(tmp_path / "export")
    key, kept = folder / "key.pub", folder / "checkpoint"
    done = run_program(folder, "--key", key, "--since", kept)
    assert (done.returncode, done.stdout) == (0, "All of it holds.\n"), done.stderr
    with reading():
        proof = prove_receipt(event_id)
    (tmp_path / "a.tlog-proof").write_text(proof)
    for words in ((folder,), ("--key", key.read_text().strip())):
        done = run_program(*words, "--proof", tmp_path / "a.tlog-proof")
        assert done.returncode == 0, done.stderr
        assert "Proved" in done.stdout
    (tmp_path / "b.tlog-proof").write_text(proof.replace("index ", "index 1"))
    assert run_program("--key", key, "--proof", tmp_path / "b.tlog-proof").returncode == 1
    altered = folder / "entries.jsonl"
    altered.write_bytes(altered.read_bytes().replace(b"opened", b"closed", 1))
    done = run_program(folder, "--key", key, "--json")
    assert done.returncode == 1
    assert json.loads(done.stdout)["verdict"] == "altered"
    assert run_program(tmp_path / "nothing").returncode == 2
    assert run_program(tmp_path).returncode == 2


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_whoever_checks_sees_how_far_it_is(tmp_path: Path) -> None:
    """A journal of a million events takes minutes: a silent program looks like one that hangs."""
    write_events(1_200)
    sealing.seal_all()
    folder = export(tmp_path / "export")
    told: dict[str, list[tuple[int, int]]] = {"database": [], "export": []}
    with reading():
        verify_journal(lambda done, total: told["database"].append((done, total)))
    found = load_verifier().verify_export(
        str(folder), "", [], lambda done, total: told["export"].append((done, total))
    )
    assert found["ok"]
    for steps in told.values():
        assert steps == sorted(steps)
        assert steps[-1][0] == steps[-1][1] >= 1_200


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_the_program_is_short_and_leans_on_nothing_of_ours(sandbox: Sandbox) -> None:
    source = PROGRAM.read_text()
    assert len(source.splitlines()) < 300
    imported = {
        (node.module if isinstance(node, ast.ImportFrom) else node.names[0].name).partition(".")[0]  # type: ignore[union-attr]
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Import | ast.ImportFrom)
    }
    assert imported - sys.stdlib_module_names == {"cryptography"}


def test_a_proof_is_as_long_as_it_has_to_be(database: Database) -> None:
    ids = write_events(1_000)
    sealing.seal_all()
    with reading():
        assert find_event(str(ids[0])) == ids[0]
        index = list_sealed().index(ids[0])
        assert find_event(str(index)) == ids[0]
        assert find_event("nonsense") is find_event(str(new_id())) is find_event("9" * 30) is None
        with counted_statements(database) as statements:
            text = prove(ids[0])
        assert len(statements) <= 3
        assert len(read_proof(text).path) in (9, 10)
        checked = check_receipt(prove_receipt(ids[0]))
        assert checked.index == index
        with pytest.raises(BadNote, match="of what"):
            check_receipt(text)
        with pytest.raises(NotFound):
            prove_receipt(new_id())


@pytest.mark.parametrize(
    "change",
    [
        lambda text: "",
        lambda text: text.replace("v1", "v2"),
        lambda text: text.replace("index ", "index 0"),
        lambda text: text.replace("index ", "index -"),
        lambda text: text.replace("index ", "number "),
        lambda text: text.replace("\n\n", "\nAAAA\n\n", 1),
        lambda text: text.replace("extra ", "extra !"),
        lambda text: text.replace("\n\n", "\n", 1),
        lambda text: text.replace("\n", "\r\n"),
        lambda text: text.rstrip("\n"),
    ],
)
def test_what_is_no_proof_proves_nothing(change, sandbox: Sandbox) -> None:
    (event_id,) = write_events(1)
    sealing.seal_all()
    with reading():
        text = prove_receipt(event_id)
        check_receipt(text)
        with pytest.raises(BadNote):
            check_receipt(change(text))


def test_an_event_that_was_removed_does_not_stop_an_export(
    sandbox: Sandbox, tmp_path: Path
) -> None:
    write_events(20)
    sealing.seal_all()
    owner_executes(sandbox, "DELETE FROM audit_event WHERE lane_seq = 5", guards=False)
    found = verify_folder(export(tmp_path / "export"))
    assert found["verdict"] in {"altered", "moved", "missing"}
