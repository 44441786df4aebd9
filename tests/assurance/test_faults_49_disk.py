"""Fault 49: the disk of the database is gone under writers, and it comes back from what was kept
elsewhere while it was in use: PostgreSQL's log, or Litestream's copy of SQLite.

By the configuration that is shipped, but for folders and the minute of ``archive_timeout``. What
was acknowledged and is lost must be younger than what that way promises. ``make faults`` does it.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from math import inf
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from assistedaccess.audit.verify import verify_journal
from assistedaccess.cli import _warn_of_a_disk_alone
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.database import Database
from assistedaccess.kernel.idempotency import new_request_key
from assistedaccess.kernel.transactions import Busy, reading, use_database
from assistedaccess.people import service as people
from assistedaccess.people.models import Person
from assistedaccess.web import measures, status
from tests.conftest import do_without
from tests.support.databases import Sandbox
from tests.support.postgres import NoPostgres
from tests.support.processes import DONE, run_in_processes
from tests.support.servers import OwnPostgres, elsewhere, own_postgres
from tests.support.sources import ROOT

from .test_faults_11_restart import FAULTS, installation
from .test_faults_22_restore import newest_checkpoint
from .test_faults_45_processes import wait_for

WRITERS = 4
WORKING = 6.0
"""Seconds for which is written before the disk goes."""

ON_ONE_MACHINE = 1.0
"""Seconds that ASSURANCE.md allows to be lost with a disk."""

ARCHIVED_AFTER = 3
COPYING = 2.0
"""What the copy of a piece may take on a busy machine, beside the seconds until it is begun."""

DEATH = "death"


PAUSE = 0.1
"""Between two saves of one writer on SQLite: still more than one machine serves. Writers who
leave none starve Litestream, which then falls behind (docs/operating.md says so)."""


def write(actor: Actor, notes: Path, name: str, pause: float) -> Callable[[Database], None]:
    """Register people until the disk is gone; when each was acknowledged, and who."""

    def work(database: Database) -> None:
        with notes.joinpath(name).open("w") as note:
            while True:
                try:
                    made = people.register_person(
                        actor=actor,
                        request_key=new_request_key(),
                        name=f"Quentin {name}",
                        contact_points=[],
                    )
                except (DBAPIError, Busy):
                    made = None
                if (notes / DEATH).exists():
                    return  # whatever came of this one was never told
                if made is None:
                    continue
                note.write(f"{time.monotonic()} {made.person_id}\n")
                note.flush()
                time.sleep(pause)

    return work


def lose_the_disk(
    url: str, actor: Actor, notes: Path, lose: Callable[[], None], *, pause: float = 0
) -> None:
    """Processes write; the disk goes meanwhile, at the moment that is noted."""
    notes.mkdir()

    def trouble(_: Database) -> None:
        time.sleep(WORKING)
        (notes / "dying").write_text(str(time.monotonic()))
        (notes / "dying").rename(notes / DEATH)
        lose()

    works = [write(actor, notes, f"w{number}", pause) for number in range(WRITERS)]
    assert run_in_processes(url, *works, trouble) == [DONE] * (WRITERS + 1)


def age_of_what_is_lost(url: str, notes: Path) -> tuple[int, float]:
    """How much of what was acknowledged is not there; how long before the end the oldest of it
    was. What is there must be whole: its journal holds."""
    death = float((notes / DEATH).read_text())
    lines = [line.split() for file in notes.glob("w*") for line in file.read_text().splitlines()]
    told = {person: float(at) for at, person in lines}
    assert death - max(told.values()) < 1, "they wrote until the end"
    database = Database(url)
    with use_database(database), reading() as session:
        there = {str(each) for each in session.scalars(select(Person.id))}
        report = verify_journal()
    database.dispose()
    assert report.ok, report.faults
    lost = [at for person, at in told.items() if person not in there]
    print(f"\n{len(told)} acknowledged in {WORKING} s")
    assert len(lost) < len(told) / 2
    return len(lost), max((death - at for at in lost), default=0.0)


def goes_on_from(url: str, checkpoint: Path) -> bool:
    """Whether the journal goes on from a checkpoint that was kept outside."""
    database = Database(url)
    with use_database(database), reading():
        held = verify_journal(since=[checkpoint.read_text("utf-8")]).ok
    database.dispose()
    return held


def shipped(outside: Path, *, archive: bool = True) -> str:
    """deploy/postgresql.conf, for a folder of this run and with less patience."""
    words = (ROOT / "deploy" / "postgresql.conf").read_text("utf-8")
    assert "archive_timeout = 60\n" in words
    words = words.replace("archive_timeout = 60", f"archive_timeout = {ARCHIVED_AFTER}")
    words = words.replace("/srv/wal", str(outside))
    assert words.count("\n#archive_") == 3
    return words.replace("\n#archive_", "\narchive_") if archive else words


@contextmanager
def receiving(server: OwnPostgres, outside: Path) -> Iterator[subprocess.Popen[bytes]]:
    """deploy/postgresql-wal.service, as it is started."""
    unit = (ROOT / "deploy" / "postgresql-wal.service").read_text("utf-8")
    lines = dict(line.split("=", 1) for line in unit.splitlines() if line.startswith("Exec"))
    assert lines["ExecStart"].split()[0] == lines["ExecStartPre"].split()[0]

    def words(line: str) -> list[str]:
        asked = f"--dbname={server.source}"
        given = [word.replace("/srv/wal", str(outside)) for word in line.split()[1:]]
        name = next((word.split("=", 1)[1] for word in given if "--dbname" in word), "")
        return [*(word for word in given if "--dbname" not in word), f"{asked} {name}"]

    program = "pg_receivewal"
    assert server.start_beside(program, *words(lines["ExecStartPre"])).wait(30) == 0
    process = server.start_beside(program, *words(lines["ExecStart"]))
    try:
        yield process
    finally:
        process.send_signal(signal.SIGINT)  # that machine lives
        process.wait(30)


def administer(server: OwnPostgres, *statements: str) -> None:
    plain = server.url().replace("postgresql+psycopg", "postgresql")
    with psycopg.connect(plain, autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement)  # type: ignore[call-overload]


@pytest.mark.parametrize("database_kind", ["sqlite"])  # for the application's set-up alone
@pytest.mark.parametrize("waits", [False, True], ids=["received", "received before it is told"])
@pytest.mark.skipif(not FAULTS, reason="make faults")
def test_fault_49_postgresql_comes_back_from_a_base_backup_and_its_log(
    sandbox: Sandbox, tmp_path: Path, waits: bool
) -> None:
    assert sandbox.app
    notes = tmp_path / "notes"
    try:
        with elsewhere() as archive, elsewhere() as received, elsewhere() as base:
            with own_postgres(configuration=shipped(archive)) as server:
                kept = receiving(server, received)
                with kept, installation(server.url(), tmp_path / "data") as actor:
                    server.take_base_backup(base / "base")
                    before = newest_checkpoint(tmp_path)
                    moment = datetime.now(UTC)
                    time.sleep(1)
                    people.register_person(
                        actor=actor,
                        request_key=new_request_key(),
                        name="Quentin Afterwards",
                        contact_points=[],
                    )
                    after = newest_checkpoint(tmp_path)
                    if waits:
                        waiting = "ALTER SYSTEM SET synchronous_standby_names = 'wal'"
                        administer(server, waiting, "SELECT pg_reload_conf()")

                    def lose() -> None:
                        server.kill()
                        shutil.rmtree(server.folder / "data")

                    lose_the_disk(server.url(), actor, notes, lose)

            # From what was received, to the last of it.
            words = shipped(received, archive=False)
            with back(base / "base", words) as url:
                count, age = age_of_what_is_lost(url, notes)
                print(f"received: {count} lost, the oldest {age:.2f} s before the end")
                assert count == 0 if waits else age <= ON_ONE_MACHINE
                assert goes_on_from(url, after)
            if waits:
                return

            # From the archive: what a piece's time allows.
            with back(base / "base", shipped(archive, archive=False)) as url:
                count, age = age_of_what_is_lost(url, notes)
                print(f"archived: {count} lost, the oldest {age:.2f} s before the end")
                assert age <= ARCHIVED_AFTER + COPYING
                assert goes_on_from(url, after)

            # To a moment, before something that should not have happened: the checkpoint of
            # before holds, and the one of afterwards tells what was taken back.
            words = f"recovery_target_time = '{moment}'\nrecovery_target_action = 'promote'"
            with back(base / "base", shipped(archive, archive=False) + words) as url:
                assert goes_on_from(url, before)
                assert not goes_on_from(url, after)
    except NoPostgres as error:
        do_without("PostgreSQL", "REQUIRE_POSTGRES", error)


def behind(url: str) -> float:
    """What the pages' own role sees of the copy of the log."""
    database = Database(url.replace("postgres@", "pages@", 1))
    try:
        with use_database(database), reading():
            return measures.find_log_behind()
    finally:
        database.dispose()


def fill_log(server: OwnPostgres, megabytes: int) -> None:
    administer(
        server,
        "CREATE TABLE IF NOT EXISTS filled (words text)",
        "INSERT INTO filled SELECT repeat(md5(n::text), 32) FROM "  # noqa: S608
        f"generate_series(1, {megabytes * 1000}) AS n",
    )


@pytest.mark.parametrize("database_kind", ["postgresql"])
@pytest.mark.usefixtures("database_kind")
def test_fault_49_nobody_runs_without_a_copy_of_the_log_and_does_not_know_it(
    capfd: pytest.CaptureFixture[str],
) -> None:
    """Nobody receives it; somebody does; who does hangs (SIGSTOP); they go on."""
    try:
        with elsewhere() as received, own_postgres(configuration=shipped(received)) as server:
            administer(server, "CREATE ROLE pages LOGIN")
            assert behind(server.url()) == inf
            database = Database(server.url())
            with use_database(database):
                _warn_of_a_disk_alone()
                assert "Nobody receives PostgreSQL's log" in capfd.readouterr().err
            with receiving(server, received) as process:
                wait_for(lambda: behind(server.url()) < inf)
                fill_log(server, 1)
                wait_for(lambda: behind(server.url()) < status.MOST_BEHIND)
                with use_database(database):
                    _warn_of_a_disk_alone()
                    assert capfd.readouterr().err == ""
                os.kill(process.pid, signal.SIGSTOP)
                fill_log(server, 3)
                assert status.MOST_BEHIND < behind(server.url()) < inf
                os.kill(process.pid, signal.SIGCONT)
                wait_for(lambda: behind(server.url()) < status.MOST_BEHIND)
            wait_for(lambda: behind(server.url()) == inf)
            database.dispose()
    except NoPostgres as error:
        do_without("PostgreSQL", "REQUIRE_POSTGRES", error)


@pytest.mark.skipif(not FAULTS, reason="make faults")
@pytest.mark.parametrize("database_kind", ["postgresql"])
@pytest.mark.usefixtures("database_kind")
def test_fault_49_the_copy_goes_on_after_it_was_needed(tmp_path: Path) -> None:
    """The disk is lost twice: what was written between is received into the same folder, which
    goes on from where the first database ended."""
    try:
        with elsewhere() as received, elsewhere() as base:
            words = shipped(received, archive=False)
            with own_postgres(configuration=words) as server, receiving(server, received):
                server.take_base_backup(base / "first")
                fill_log(server, 1)
                wait_for(lambda: ask(server, BEHIND) == 0)
                server.kill()
            with own_postgres(restored_from=base / "first", configuration=words) as server:
                wait_for(lambda: ask(server, "SELECT pg_is_in_recovery()") is False)
                assert ask(server, "SELECT count(*) FROM filled") == 1000
                with receiving(server, received):
                    server.take_base_backup(base / "second")
                    fill_log(server, 1)
                    wait_for(lambda: ask(server, BEHIND) == 0)
                    server.kill()
            with own_postgres(restored_from=base / "second", configuration=words) as server:
                wait_for(lambda: ask(server, "SELECT pg_is_in_recovery()") is False)
                assert ask(server, "SELECT count(*) FROM filled") == 2000
    except NoPostgres as error:
        do_without("PostgreSQL", "REQUIRE_POSTGRES", error)


BEHIND = (
    "SELECT pg_wal_lsn_diff(pg_current_wal_flush_lsn(), restart_lsn)::bigint "
    "FROM pg_replication_slots"
)


def ask(server: OwnPostgres, statement: str) -> object:
    plain = server.url().replace("postgresql+psycopg", "postgresql")
    with psycopg.connect(plain, autocommit=True) as connection:
        row = connection.execute(statement).fetchone()  # type: ignore[call-overload]
        return None if row is None else row[0]


@contextmanager
def back(base: Path, configuration: str) -> Iterator[str]:
    """A server restored by the words of the guide; its address, once it takes writes."""
    words = f"{configuration}\nsynchronous_standby_names = ''\n"
    with own_postgres(restored_from=base, configuration=words) as server:
        plain = server.url().replace("postgresql+psycopg", "postgresql")
        deadline = time.monotonic() + 60
        with psycopg.connect(plain, autocommit=True) as connection:
            while connection.execute("SELECT pg_is_in_recovery()").fetchone() != (False,):
                assert time.monotonic() < deadline
                time.sleep(0.1)
        yield server.url()


def find_litestream() -> Path | None:
    """The one that ``make faults`` installed, or the machine's."""
    installed = ROOT / ".venv" / "replica" / "bin" / "litestream"
    found = installed if installed.exists() else shutil.which("litestream")
    return None if found is None else Path(found)


@pytest.mark.parametrize("database_kind", ["sqlite"])
@pytest.mark.skipif(not FAULTS, reason="make faults")
@pytest.mark.skipif(find_litestream() is None, reason="NOT TESTED without Litestream")
def test_fault_49_sqlite_comes_back_from_litestream(sandbox: Sandbox, tmp_path: Path) -> None:
    assert sandbox.app
    program = find_litestream()
    assert program is not None
    disk, outside, notes = tmp_path / "disk", tmp_path / "outside", tmp_path / "notes"
    file = disk / "assistedaccess.sqlite3"
    disk.mkdir()
    words = (ROOT / "deploy" / "litestream.yml").read_text("utf-8")
    words = words.replace("/var/lib/assistedaccess", str(disk))
    words = words.replace("/srv/litestream", str(outside))
    configuration = tmp_path / "litestream.yml"
    configuration.write_text(words)
    url = f"sqlite:///{file}"
    with installation(url, tmp_path / "data") as actor:
        with subprocess.Popen(
            [program, "replicate", "-config", configuration],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        ) as process:
            checkpoint = newest_checkpoint(tmp_path)

            def lose() -> None:
                os.kill(process.pid, signal.SIGKILL)
                shutil.rmtree(disk)

            wait_for(lambda: any(outside.rglob("*.ltx")))
            lose_the_disk(url, actor, notes, lose, pause=PAUSE)
        disk.mkdir()
        subprocess.run(
            [program, "restore", "-config", configuration, file], check=True, timeout=120
        )
        count, age = age_of_what_is_lost(url, notes)
        print(f"Litestream: {count} lost, the oldest {age:.2f} s before the end")
        assert age <= ON_ONE_MACHINE
        assert goes_on_from(url, checkpoint)
