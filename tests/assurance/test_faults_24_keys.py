"""Faults 24, 26 and 27: a key takes the place of another, is lost, or has leaked."""

from __future__ import annotations

import base64
import os
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import select, update

from assistedaccess import use_master_keys
from assistedaccess.audit.verify import verify_journal
from assistedaccess.continuity.renewal import renew_data_keys
from assistedaccess.continuity.rotation import rotate_master_key, write_keys
from assistedaccess.kernel import encryption
from assistedaccess.kernel.database import Database
from assistedaccess.kernel.encryption import DataKey
from assistedaccess.kernel.ids import new_id
from assistedaccess.kernel.master_keys import MasterKeys, WrongMasterKey, decrypt
from assistedaccess.kernel.transactions import reading, run_transaction, use_database
from config import Settings, read_master_keys
from tests.factories import casework, people
from tests.support.databases import Sandbox
from tests.support.journal import list_events
from tests.support.processes import DONE, KILLED, kill_at_statement, run_in_processes

from .test_faults_22_restore import Run, run

__all__ = ["run"]

OTHER = bytes(range(32))


@pytest.fixture
def with_file(sandbox: Sandbox, tmp_path: Path) -> Iterator[Settings]:
    """The installation's settings, its master key in a file."""
    file = tmp_path / "secrets" / "master.key"
    file.parent.mkdir()
    write_keys(file, (sandbox.settings.master_key,))
    settings = replace(sandbox.settings, master_key_file=file)
    assert sandbox.app
    use_master_keys(settings)
    yield settings
    use_master_keys(sandbox.settings)


def as_now(settings: Settings) -> Settings:
    """What a process that starts now reads."""
    assert settings.master_key_file is not None
    newest, *older = read_master_keys(settings.master_key_file)
    return replace(settings, master_key=newest, older_master_keys=tuple(older))


def seal_some(count: int) -> dict[UUID, bytes]:
    subjects = [new_id() for _ in range(count)]
    return {
        subject: run_transaction(lambda of=subject: encryption.seal(of, "a.b", str(of)))
        for subject in subjects
    }


def assert_readable(sealed: dict[UUID, bytes]) -> None:
    with reading():
        for subject, secret in sealed.items():
            assert encryption.unseal(subject, "a.b", secret) == str(subject)


def list_wrapped() -> dict[UUID, bytes]:
    with reading() as session:
        rows = session.execute(select(DataKey.subject_id, DataKey.wrapped))
        return {row.subject_id: row.wrapped for row in rows if row.wrapped is not None}


def test_fault_24_a_key_takes_the_place_of_another_under_traffic(
    sandbox: Sandbox, with_file: Settings, run: Run, tmp_path: Path
) -> None:
    """Two processes go on sealing and opening, with what they read at their start."""
    before = seal_some(30)
    over = tmp_path / "over"

    def work(_: Database) -> None:
        deadline = time.monotonic() + 30
        last = False
        while not last and time.monotonic() < deadline:
            last = over.exists()  # once more after it
            assert_readable(seal_some(2))
            assert_readable(before)
            time.sleep(0.02)
        assert last

    def rotate(_: Database) -> None:
        time.sleep(0.2)
        rotate_master_key(with_file, read_master_keys)
        over.touch()

    url = sandbox.settings.database_url
    assert run_in_processes(url, work, work, rotate) == [DONE] * 3
    file = with_file.master_key_file
    assert file is not None
    now = as_now(with_file)
    assert now.older_master_keys == (with_file.master_key,)
    assert now.master_key != with_file.master_key
    assert file.stat().st_mode & 0o077 == 0
    assert_readable(before)  # this process read the old key alone, and takes the new one up

    retired = run(now, "keys", "rotate", "--retire")
    assert retired.exit_code == 0, retired.output
    assert "0 keys were wrapped anew" in retired.output  # the traffic left nothing behind
    alone = as_now(with_file)
    assert alone.older_master_keys == ()
    sandbox.database.remembered.clear()
    use_master_keys(alone)
    assert_readable(before)
    assert_readable(seal_some(2))
    outcomes = [event.reason_code for event in list_events("master_key.rotated")]
    assert sorted(outcomes) == ["begun", "done", "retired"]
    # Fault 27: who has the old key, and a copy of the database of now, has nothing.
    leaked = MasterKeys((with_file.master_key,))
    for subject, wrapped in list_wrapped().items():
        with pytest.raises(WrongMasterKey):
            leaked.unwrap(wrapped, f"subject|{subject}")


@pytest.mark.parametrize("statement", [1, 4, 8, 14])
def test_fault_24_killed_half_way_it_goes_on_where_it_was(
    sandbox: Sandbox, with_file: Settings, run: Run, statement: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("assistedaccess.continuity.rotation.BATCH", 5)
    before = seal_some(12)

    def rotate(database: Database) -> None:
        kill_at_statement(database, statement)
        rotate_master_key(with_file, read_master_keys)

    assert run_in_processes(sandbox.settings.database_url, rotate) == [KILLED]
    assert_readable(before)
    half_way = as_now(with_file)
    again = run(half_way, "keys", "rotate")
    assert again.exit_code == 0, again.output
    now = as_now(with_file)
    assert now.master_key == half_way.master_key  # no third key
    assert len(now.older_master_keys) == 1
    newest = MasterKeys((now.master_key,))
    for subject, wrapped in list_wrapped().items():
        assert newest.is_newest(wrapped, f"subject|{subject}")
    assert_readable(before)


def open_wrapped(master: bytes) -> dict[UUID, bytes]:
    """Every subject's keys, as whoever has the master key opens them."""
    keys = MasterKeys((master,))
    return {
        subject: keys.unwrap(wrapped, f"subject|{subject}")
        for subject, wrapped in list_wrapped().items()
    }


def test_fault_27_after_a_leak_what_is_sealed_later_is_safe_from_who_has_both(
    sandbox: Sandbox, with_file: Settings, run: Run, tmp_path: Path
) -> None:
    """Somebody has the master key and a copy of the database, and will have a copy of next year."""
    before = seal_some(30)
    helper = people.make_helper(people.make_desk())
    casework.make_case(helper, people.make_person(helper))
    stolen = open_wrapped(with_file.master_key)
    over = tmp_path / "over"

    def work(_: Database) -> None:
        deadline = time.monotonic() + 30
        last = False
        while not last and time.monotonic() < deadline:
            last = over.exists()
            assert_readable(seal_some(2))
            assert_readable(before)
            subject = next(iter(before))
            with reading():  # its keys were read before the new one is there, and used after
                assert encryption.unseal(subject, "a.b", before[subject])
                sealed = seal_elsewhere(subject)
                if sandbox.kind != "sqlite":  # there a reading sees no more than its own moment
                    assert encryption.unseal(subject, "a.b", sealed) == "new"
        assert last

    def seal_elsewhere(subject: UUID) -> bytes:
        found: list[bytes] = []
        database = encryption.get_database()

        def seal() -> None:
            with use_database(database):
                found.append(run_transaction(lambda: encryption.seal(subject, "a.b", "new")))

        thread = threading.Thread(target=seal)
        thread.start()
        thread.join()
        return found[0]

    def renew(_: Database) -> None:
        time.sleep(0.2)
        assert renew_data_keys() >= 30
        over.touch()

    url = sandbox.settings.database_url
    assert run_in_processes(url, work, work, renew) == [DONE] * 3
    assert_readable(before)
    now = open_wrapped(with_file.master_key)
    for subject, keys in stolen.items():
        assert now[subject][32:] == keys  # what they sealed opens still
        later = run_transaction(lambda of=subject: encryption.seal(of, "a.b", "later"))
        with pytest.raises(InvalidTag):
            decrypt(AESGCM(keys), later, f"a.b|{subject}")
    with reading():
        assert verify_journal().ok  # commitments are over what was written, not how it is kept
    # And again, years later, with another master key meanwhile.
    assert run(with_file, "keys", "rotate").exit_code == 0
    again = run(as_now(with_file), "keys", "renew")
    assert again.exit_code == 0, again.output
    assert_readable(before)
    outcomes = [event.reason_code for event in list_events("data_keys.renewed")]
    assert sorted(outcomes) == ["begun", "begun", "done", "done"]


@pytest.mark.parametrize("statement", [6, 9])
def test_fault_27_killed_half_way_nobody_gets_two(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, statement: int
) -> None:
    assert sandbox.app
    monkeypatch.setattr("assistedaccess.continuity.renewal.BATCH", 5)
    before = seal_some(12)
    forgotten = next(iter(before))
    run_transaction(lambda: encryption.forget(forgotten))

    def renew(database: Database) -> None:
        kill_at_statement(database, statement)
        renew_data_keys()

    assert run_in_processes(sandbox.settings.database_url, renew) == [KILLED]
    renew_data_keys()
    lengths = {len(keys) for keys in open_wrapped(sandbox.settings.master_key).values()}
    assert lengths == {64}
    assert_readable({one: sealed for one, sealed in before.items() if one != forgotten})
    with reading(), pytest.raises(encryption.KeyForgotten):
        encryption.unseal(forgotten, "a.b", before[forgotten])


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_fault_24_where_the_key_stands_elsewhere_both_are_given(sandbox: Sandbox, run: Run) -> None:
    refused = run(sandbox.settings, "keys", "rotate")
    assert refused.exit_code == 2
    assert "in front of the old one" in refused.output
    before = seal_some(3)
    both = replace(
        sandbox.settings, master_key=OTHER, older_master_keys=(sandbox.settings.master_key,)
    )
    assert run(both, "keys", "rotate").exit_code == 0
    encryption.use_master_key(OTHER)
    sandbox.database.remembered.clear()
    assert_readable(before)
    # Somebody's process that was not restarted still writes under the old key.
    straggler = MasterKeys((sandbox.settings.master_key,))
    subject = next(iter(before))
    old = straggler.wrap(
        encryption.get_master_keys().unwrap(list_wrapped()[subject], f"subject|{subject}"),
        f"subject|{subject}",
    )
    run_transaction(
        lambda: encryption.get_session().execute(
            update(DataKey).where(DataKey.subject_id == subject).values(wrapped=old)
        )
    )
    retired = run(both, "keys", "rotate", "--retire")
    assert "1 keys were wrapped anew" in retired.output
    assert_readable(before)
    assert run(replace(both, older_master_keys=()), "keys", "rotate", "--retire").exit_code == 2


def test_fault_26_a_lost_key_is_answered_at_the_start_and_comes_back_from_two_shares(
    sandbox: Sandbox, with_file: Settings, run: Run, tmp_path: Path
) -> None:
    before = seal_some(2)
    one, two = tmp_path / "one.txt", tmp_path / "two.txt"
    made = run(with_file, "keys", "escrow", "make", one, two)
    assert made.exit_code == 0, made.output
    assert run(with_file, "keys", "escrow", "make", one, two).exit_code == 2
    for file in (one, two):
        assert file.stat().st_mode & 0o077 == 0
        assert base64.b64encode(with_file.master_key).decode() not in file.read_text()
    assert run(with_file, "keys", "escrow", "test", two, one).exit_code == 0
    assert run(with_file, "keys", "escrow", "test", one, one).exit_code == 1

    assert with_file.master_key_file is not None
    os.remove(with_file.master_key_file)
    for words in (("run",), ("audit", "verify")):
        lost = run(replace(with_file, master_key=OTHER, master_key_file=None), *words)
        assert lost.exit_code == 1
        assert "keys escrow open" in lost.output
    opened = run(with_file, "keys", "escrow", "open", two, one, "--to", with_file.master_key_file)
    assert opened.exit_code == 0, opened.output
    assert as_now(with_file).master_key == with_file.master_key
    sandbox.database.remembered.clear()
    use_master_keys(as_now(with_file))
    assert_readable(before)

    # After a rotation the copy of before is known for what it is.
    assert run(as_now(with_file), "keys", "rotate").exit_code == 0
    stale = run(as_now(with_file), "keys", "escrow", "test", one, two)
    assert stale.exit_code == 1
    assert "not the newest" in stale.output
    outcomes = [event.reason_code for event in list_events("escrow_copy.handled")]
    assert sorted(outcomes) == ["failed", "failed", "held", "made"]
