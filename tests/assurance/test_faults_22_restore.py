"""Faults 22 and 49: what was lost comes back from the backup alone; an older one is found out."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select

import config
from assistedaccess.accounts.models import SignIn
from assistedaccess.audit import sealing
from assistedaccess.audit.checkpoints import find_checkpoint
from assistedaccess.audit.verify import verify_journal
from assistedaccess.cli import main
from assistedaccess.continuity.envelope import CHUNK
from assistedaccess.kernel.database import Database
from assistedaccess.kernel.transactions import bind_database, get_database, reading, use_database
from config import Settings
from tests.factories.world import World
from tests.support.contents import Contents, changed_tables
from tests.support.databases import Sandbox, empty_database
from tests.support.journal import list_events
from tests.support.schema import count_rows, describe
from tests.support.sealing import write_events
from tests.support.tampering import owner_executes

GROWING = {"audit_event", "audit_detail", "audit_lane", "audit_leaf", "audit_tile"}
RESTORED = {*GROWING, "audit_checkpoint", "journal_tally", "sign_in", "data_key"}
"""Where a restore writes, and whoever goes on while the backup is made."""

Run = Callable[..., Result]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Run:
    """Type a command at the installation of those settings."""

    def typed(settings: Settings, *words: str | Path) -> Result:
        monkeypatch.setattr(config, "load_settings", lambda environ=None: settings)
        before = get_database()
        try:
            return CliRunner().invoke(main, [str(word) for word in words])
        finally:
            if get_database() is not before:
                get_database().dispose()
            bind_database(before)

    return typed


@contextmanager
def within(settings: Settings) -> Iterator[Database]:
    database = Database(settings.database_url)
    with use_database(database):
        yield database
    database.dispose()


@contextmanager
def going_on() -> Iterator[None]:
    """Somebody works while the backup is made."""
    over, database = threading.Event(), get_database()

    def work() -> None:
        with use_database(database):
            while not over.wait(0.01):
                write_events(3)

    worker = threading.Thread(target=work)
    worker.start()
    yield
    over.set()
    worker.join()


def newest_checkpoint(folder: Path) -> Path:
    """The newest checkpoint, as it was kept outside."""
    sealing.seal_all()
    with reading():
        found = find_checkpoint()
    assert found is not None
    file = folder / f"{found.size}.checkpoint"
    file.write_text(found.note, "utf-8")
    return file


def test_fault_49_all_of_it_comes_back_from_the_copy_and_the_key_alone(
    sandbox: Sandbox,
    world: World,
    contents: Contents,
    empty_settings: Settings,
    tmp_path: Path,
    run: Run,
) -> None:
    kept = sandbox.settings.data_dir / "outbox" / "sub folder" / "käse.txt"
    kept.parent.mkdir(parents=True, exist_ok=True)
    kept.write_bytes(b"x" * (CHUNK + 7))
    (sandbox.settings.data_dir / "keys").mkdir(exist_ok=True)
    (sandbox.settings.data_dir / "keys" / "not carried").write_text("secret")
    before, tables = dict(contents.read(without=RESTORED)), describe(sandbox.settings)
    standing = {
        contents.columns["notice"].index(name)
        for name in ("state", "digest_key", "claim_token", "claimed_until")
    }

    def without_standing(row: tuple[object, ...]) -> tuple[object, ...]:
        return tuple(value for number, value in enumerate(row) if number not in standing)

    file = tmp_path / "backup"
    with going_on():
        said = run(sandbox.settings, "backup", file, "--json")
    assert said.exit_code == 0, said.output
    assert file.stat().st_mode & 0o077 == 0
    assert run(sandbox.settings, "backup", file).exit_code == 2  # overwrites nothing
    for secret in (*world.a.secrets.values(), "käse", "not carried"):
        assert secret.encode() not in file.read_bytes()
    made = json.loads(said.stdout)

    checkpoint = tmp_path / "checkpoint"
    checkpoint.write_text(made["checkpoint"], "utf-8")
    back = run(empty_settings, "restore", file, "--checkpoint", checkpoint, "--json")
    assert back.exit_code == 0, back.output
    done = json.loads(back.stdout)
    assert done["events"] == made["events"]
    assert describe(empty_settings) == tables
    with within(empty_settings) as database:
        with database.engine.connect() as connection:
            after = {
                table: sorted(
                    (
                        tuple(row)
                        for row in connection.exec_driver_sql(f'SELECT * FROM "{table}"')  # noqa: S608
                    ),
                    key=repr,
                )
                for table in before
            }
        for rows in (before, after):  # what waited is held (test_faults_22_held.py)
            rows["notice"] = sorted(map(without_standing, rows["notice"]), key=repr)
        assert changed_tables(before, after) == []
        with reading() as session:
            report = verify_journal(since=[made["checkpoint"]])
            assert list(session.scalars(select(SignIn.id).where(SignIn.ended_at.is_(None)))) == []
        assert report.ok, report.faults
        assert report.waiting == 0  # what was not sealed is
        assert report.events > made["events"]  # the restore, and each sign-in that it ended
        (event,) = list_events("backup.restored")
        assert event.reason_code is None
    there = empty_settings.data_dir / "outbox" / "sub folder" / "käse.txt"
    assert there.read_bytes() == kept.read_bytes()
    assert not (empty_settings.data_dir / "keys" / "not carried").exists()

    rows = count_rows(empty_settings)
    again = run(empty_settings, "restore", file)
    assert again.exit_code == 2
    assert "no empty place" in again.output
    assert count_rows(empty_settings) == rows


def test_fault_22_an_older_backup_is_refused_and_a_known_loss_is_journalled(
    sandbox: Sandbox, empty_settings: Settings, tmp_path: Path, run: Run
) -> None:
    file = tmp_path / "yesterday"
    assert run(sandbox.settings, "backup", file).exit_code == 0
    write_events(5)
    kept = newest_checkpoint(tmp_path)

    refused = run(empty_settings, "restore", file, "--checkpoint", kept)
    assert refused.exit_code == 1
    assert "older than the checkpoint" in refused.output
    assert_untouched(empty_settings)

    accepted = run(empty_settings, "restore", file, "--checkpoint", kept, "--accept-older")
    assert accepted.exit_code == 0, accepted.output
    assert "at least 5 events" in accepted.output
    with within(empty_settings):
        (event,) = list_events("backup.restored")
        assert event.reason_code == "accepted_older"
        # Whoever has the checkpoint sees it for good: nothing here makes that loss unseen.
        with reading():
            assert verify_journal().ok
            assert not verify_journal(since=[kept.read_text("utf-8")]).ok


def assert_untouched(settings: Settings) -> None:
    """An empty place is as empty as it was."""
    assert not list(settings.data_dir.glob("*")) if settings.data_dir.exists() else True
    if settings.is_sqlite:
        folder = Path(settings.database_url.removeprefix("sqlite:///")).parent
        assert {path.name for path in folder.iterdir()} <= {"data"}
    else:
        assert count_rows(settings) == {}


def test_fault_49_what_is_not_whole_or_not_ours_changes_nothing(
    sandbox: Sandbox, empty_settings: Settings, tmp_path: Path, run: Run
) -> None:
    file = tmp_path / "backup"
    (sandbox.settings.data_dir / "outbox").mkdir(exist_ok=True)
    (sandbox.settings.data_dir / "outbox" / "long").write_bytes(b"y" * 3 * CHUNK)
    assert run(sandbox.settings, "backup", file).exit_code == 0
    whole = file.read_bytes()
    part = CHUNK + 16
    begin = whole.index(b"}\n") + 2
    damaged = {
        "a bit in the middle": whole[: part + 99]
        + bytes([whole[part + 99] ^ 1])
        + whole[part + 100 :],
        "a bit at the end": whole[:-1] + bytes([whole[-1] ^ 1]),
        "a bit of the salt": whole.replace(b'"salt": "', b'"salt": "0', 1),
        "cut in a part": whole[:-1000],
        "cut between two parts": whole[: begin + part],
        "two parts in another order": (
            whole[:begin]
            + whole[begin + part : begin + 2 * part]
            + whole[begin : begin + part]
            + whole[begin + 2 * part :]
        ),
        "a part left out": whole[:begin] + whole[begin + part :],
        "a part twice": whole[: begin + part] + whole[begin:],
        "something behind it": whole + b"more",
        "its beginning alone": whole[:begin],
        "nothing": b"",
        "something else": b"PK\x03\x04" + bytes(5000),
    }
    for what, data in damaged.items():
        file.write_bytes(data)
        refused = run(empty_settings, "restore", file)
        assert refused.exit_code == 1, what
        assert "damaged" in refused.output, what
        assert_untouched(empty_settings)
    file.write_bytes(whole)

    other_key = replace(empty_settings, master_key=b"o" * 32)
    refused = run(other_key, "restore", file)
    assert refused.exit_code == 1
    assert "another master key" in refused.output
    assert "escrow" in refused.output

    foreign = tmp_path / "foreign.checkpoint"
    foreign.write_text("elsewhere\n1\n" + "A" * 43 + "=\n\n— elsewhere AAAAAAAA\n", "utf-8")
    refused = run(empty_settings, "restore", file, "--checkpoint", foreign)
    assert refused.exit_code == 1
    assert "does not count" in refused.output

    (empty_settings.data_dir / "outbox").mkdir(parents=True)
    refused = run(empty_settings, "restore", file)
    assert refused.exit_code == 2
    assert "outbox" in refused.output
    (empty_settings.data_dir / "outbox").rmdir()
    assert_untouched(empty_settings)

    other_kind = "postgresql" if sandbox.kind == "sqlite" else "sqlite"
    if other_kind == "sqlite":
        with empty_database(other_kind) as elsewhere:
            refused = run(elsewhere, "restore", file)
            assert refused.exit_code == 1
            assert "kind of database" in refused.output


def test_fault_22_a_journal_that_does_not_hold_is_not_restored(
    sandbox: Sandbox, empty_settings: Settings, tmp_path: Path, run: Run
) -> None:
    write_events(3)
    sealing.seal_all()
    owner_executes(
        sandbox,
        "UPDATE audit_event SET action = 'person.changed' WHERE action = 'person.opened'",
        guards=False,
    )
    file = tmp_path / "backup"
    assert run(sandbox.settings, "backup", file).exit_code == 0
    refused = run(empty_settings, "restore", file)
    assert refused.exit_code == 1
    assert "does not hold" in refused.output
    assert_untouched(empty_settings)
