"""Faults 15 and 16 on real disks: a PostgreSQL whose file system is full, and fsync that fails
(EIO) under PostgreSQL and under SQLite. Nothing is acknowledged that is not kept.

The same faults by the drivers' errors are in test_faults_15_storage. ``make faults`` does these.
"""

from __future__ import annotations

import errno
import os
import pickle
import secrets
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import psycopg
import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from assistedaccess import create_app
from assistedaccess.audit.verify import verify_journal
from assistedaccess.kernel.database import Database
from assistedaccess.kernel.transactions import bind_database, get_database, reading, use_database
from assistedaccess.people.models import Person
from tests.conftest import do_without
from tests.factories.people import sign_in
from tests.support.client import PageCheckingClient
from tests.support.databases import Sandbox, make_settings
from tests.support.postgres import NoPostgres
from tests.support.processes import DONE, run_in_processes
from tests.support.servers import OwnPostgres, elsewhere, own_postgres
from tests.support.sources import ROOT

from .forms import post, read_forms
from .test_faults_11_restart import (
    EACH,
    FAULTS,
    WRITERS,
    assert_nothing_is_lost,
    installation,
    under_writers,
    write,
)
from .test_faults_15_storage import assert_not_saved
from .test_faults_45_processes import wait_for

DISK = "256m"
LETTERS = str.maketrans("0123456789", "ghijklmnop")
SOURCE = ROOT / "tests" / "support" / "c" / "disk.c"
ONE_IN = 12
"""Of so many times that a process waits for the disk, one fails."""
SLOW = 250
"""Milliseconds that a slow disk takes more: a save at a good one takes a few."""


@contextmanager
def small_disk() -> Iterator[Path]:
    """A file system of its own. Raises OSError where none may be mounted."""
    with elsewhere() as folder:
        done = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", f"size={DISK},mode=700", "none", folder],
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise OSError(done.stderr)
        try:
            yield folder
        finally:
            subprocess.run(["umount", folder], check=True)


@contextmanager
def filled(folder: Path) -> Iterator[None]:
    """Not a byte is left there, meanwhile."""
    ballast = folder / "ballast"
    with ballast.open("wb", buffering=0) as file:
        try:
            for size in (1 << 20, 1 << 12, 1):
                while True:
                    try:
                        file.write(bytes(size))
                    except OSError as error:
                        if error.errno != errno.ENOSPC:
                            raise
                        break
            yield
        finally:
            file.truncate(0)
    ballast.unlink()


@contextmanager
def pages_of(url: str, folder: Path) -> Iterator[FlaskClient]:
    """A browser at that installation, which gets a 500 for a fault."""
    before = get_database()
    app = create_app(make_settings(url, folder))
    app.testing = True
    app.config["PROPAGATE_EXCEPTIONS"] = False
    app.test_client_class = PageCheckingClient
    client = app.test_client()
    client.check_pages = False  # type: ignore[attr-defined]
    try:
        yield client
    finally:
        get_database().dispose()
        bind_database(before)


def count_people(url: str) -> int:
    database = Database(url)
    with use_database(database), reading() as session:
        count = len(list(session.scalars(select(Person.id))))
        report = verify_journal()
    database.dispose()
    assert report.ok, report.faults
    return count


def save(client: FlaskClient) -> TestResponse:
    """Register somebody of whom a name alone is known; nobody like that is there yet."""
    (form,) = read_forms(client.get("/people/register"))
    blank = dict.fromkeys(form.text_fields, "")
    name = f"Quentin Quick {secrets.token_hex(8).translate(LETTERS)}"
    return post(client, form.action, form.filled(**blank | {"name": name}))


def until_refused(client: FlaskClient, times: int = 400) -> int:
    """Register until it is refused, in the right words; how many were acknowledged before."""
    for number in range(times):
        answer = save(client)
        if answer.status_code != 303:
            assert_not_saved(answer)
            return number
    pytest.fail("a full disk took all of it")


@pytest.mark.parametrize("database_kind", ["sqlite"])  # for the application's set-up alone
@pytest.mark.skipif(not FAULTS, reason="make faults")
@pytest.mark.skipif(os.getuid() != 0, reason="NOT TESTED without root, who may mount")
def test_fault_15_postgresql_on_a_disk_that_is_really_full(
    sandbox: Sandbox, tmp_path: Path
) -> None:
    assert sandbox.app
    try:
        with ExitStack() as stack:
            disk = stack.enter_context(small_disk())
            small = "min_wal_size = 32MB\nmax_wal_size = 48MB\nlog_min_messages = panic"
            server = stack.enter_context(own_postgres(configuration=small, folder=disk))
            url, data = server.url(), tmp_path / "data"
            actor = stack.enter_context(installation(url, data))
            client = stack.enter_context(pages_of(url, data))
            sign_in(client, actor)
            acknowledged = 0
            assert save(client).status_code == 303
            acknowledged += 1

            # There is no room for tables to grow; PostgreSQL stays up.
            with filled(disk):
                acknowledged += until_refused(client)
                assert client.get("/people/register").status_code == 200  # reading goes on
            assert save(client).status_code == 303
            acknowledged += 1
            assert count_people(url) == acknowledged

            # There is none for its log either: it stops, with all that it acknowledged.
            with filled(disk):
                exhaust_the_log(server)
                answer = client.get("/people/register")
                assert answer.status_code == 503
                assert int(answer.headers["Retry-After"]) > 0
            get_up(server)  # as systemd does, or by itself
            wait_for(lambda: client.get("/people/register").status_code == 200, 5)
            assert save(client).status_code == 303
            assert count_people(url) == acknowledged + 1
    except OSError as error:
        pytest.skip(f"NOT TESTED where nothing may be mounted: {error}")
    except NoPostgres as error:
        do_without("PostgreSQL", "REQUIRE_POSTGRES", error)


def exhaust_the_log(server: OwnPostgres) -> None:
    """Use up the pieces of the log that were made ahead, until it can write none."""
    plain = server.url().replace("+psycopg", "")
    try:
        with psycopg.connect(plain, autocommit=True) as connection:
            for _ in range(200):
                connection.execute("SELECT pg_logical_emit_message(false, 'x', repeat('x', 4096))")
                connection.execute("SELECT pg_switch_wal()")
    except psycopg.OperationalError:
        wait_for(lambda: not server.is_up(), 20)
        return
    pytest.fail("its log went on on a full disk")


def get_up(server: OwnPostgres) -> None:
    deadline = time.monotonic() + 60
    while not server.is_up():
        assert time.monotonic() < deadline
        try:
            server.start()
        except AssertionError:
            time.sleep(0.5)  # it is still recovering


@contextmanager
def bad_disk(*calls: str, one_in: int = 0, waits: int = 0) -> Iterator[dict[str, str]]:
    """What to start with so that these calls (fdatasync, fsync) fail with EIO, each ``one_in``-th,
    or take ``waits`` milliseconds more.

    libfiu would do, but PostgreSQL does not start with it.
    """
    compiler = shutil.which("cc")
    if compiler is None:
        pytest.skip("NOT TESTED without a C compiler")
    with elsewhere() as folder:
        library = folder / "disk.so"
        made = [compiler, "-shared", "-fPIC", "-Wall", "-Werror", "-o", library, SOURCE]
        subprocess.run(made, check=True)
        folder.chmod(0o755)
        yield {
            "LD_PRELOAD": str(library),
            "DISK_CALLS": ",".join(calls),
            "DISK_ONE_IN": str(one_in),
            "DISK_WAITS": str(waits),
        }


def restart_with(
    environ: dict[str, str], server: OwnPostgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Stop the server, and start it on that disk."""
    server.stop_at_once()
    with monkeypatch.context() as context:
        for name, value in environ.items():
            context.setenv(name, value)
        server.start()


@pytest.mark.parametrize("database_kind", ["sqlite"])
@pytest.mark.skipif(not FAULTS, reason="make faults")
def test_fault_16_postgresql_on_a_disk_that_fails_loses_nothing_it_acknowledged(
    sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A log that does not reach the disk stops PostgreSQL, which begins again from what is there:
    what was in doubt is found out by its key."""
    assert sandbox.app
    notes = tmp_path / "notes"
    notes.mkdir()
    try:
        # fdatasync is its log's. Were fsync to fail as well, it would not get up again: after each
        # stop it asks that of every file.
        with (
            bad_disk("fdatasync", one_in=ONE_IN) as environ,
            own_postgres() as server,
            installation(server.url(), tmp_path / "data") as actor,
        ):
            restart_with(environ, server, monkeypatch)
            stops = count_stops(server)
            works = [write(actor, notes, f"w{number}") for number in range(WRITERS)]
            assert run_in_processes(server.url(), *works) == [DONE] * WRITERS
            assert count_stops(server) > stops, "the disk never failed"
            server.stop_at_once()
            server.start()
            assert_nothing_is_lost(server.url(), notes)
    except NoPostgres as error:
        do_without("PostgreSQL", "REQUIRE_POSTGRES", error)


@pytest.mark.parametrize("database_kind", ["sqlite"])
@pytest.mark.skipif(not FAULTS, reason="make faults")
def test_fault_16_on_a_slow_disk_saves_wait_and_nothing_else(
    sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert sandbox.app
    notes = tmp_path / "notes"
    notes.mkdir()
    try:
        with (
            bad_disk("fdatasync", waits=SLOW) as environ,
            own_postgres() as server,
            installation(server.url(), tmp_path / "data") as actor,
        ):
            restart_with(environ, server, monkeypatch)

            def read() -> None:
                with pages_of(server.url(), tmp_path / "data") as client:
                    sign_in(client, actor)
                    for _ in range(10):
                        assert client.get("/people/register").status_code == 200
                        time.sleep(0.1)

            slowest = under_writers(server.url(), actor, notes, read)
            assert slowest > SLOW / 1000, "the disk was never slow"
            assert_nothing_is_lost(server.url(), notes)
    except NoPostgres as error:
        do_without("PostgreSQL", "REQUIRE_POSTGRES", error)


def count_stops(server: OwnPostgres) -> int:
    return (server.folder / "server.log").read_text(errors="replace").count("PANIC")


@pytest.mark.parametrize("database_kind", ["sqlite"])
@pytest.mark.skipif(not FAULTS, reason="make faults")
def test_fault_16_sqlite_on_a_disk_that_fails_acknowledges_nothing_that_is_not_kept(
    sandbox: Sandbox, tmp_path: Path
) -> None:
    assert sandbox.app
    notes, url = tmp_path / "notes", f"sqlite:///{tmp_path / 'failing.sqlite3'}"
    notes.mkdir()
    with installation(url, tmp_path / "data") as actor:
        (tmp_path / "actor").write_bytes(pickle.dumps(actor))
        get_database().dispose()
        with bad_disk("fdatasync", "fsync", one_in=ONE_IN) as environ:
            given = (url, tmp_path / "data", tmp_path / "actor", notes)
            done = subprocess.run(
                [sys.executable, "-m", __name__, *given],
                cwd=ROOT,
                env=os.environ | environ,
                capture_output=True,
                text=True,
                check=False,
            )
        assert done.returncode == 0, done.stderr
        failed = int(done.stdout)
        assert failed, "the disk never failed"
        told = set((notes / "w0").read_text().split())
        assert len(told) == EACH * WRITERS
        database = Database(url)
        with use_database(database), reading() as session:
            assert {str(each) for each in session.scalars(select(Person.id))} == told
            report = verify_journal()
        database.dispose()
        assert report.ok, report.faults


def write_on_a_failing_disk(url: str, data: Path, actor: Path, notes: Path) -> int:
    """Register people in this process, each until it is acknowledged; how often it was not."""
    from sqlalchemy.exc import DBAPIError

    from assistedaccess import prepare
    from assistedaccess.kernel.idempotency import new_request_key
    from assistedaccess.kernel.transactions import Busy
    from assistedaccess.people.service import register_person

    prepare(make_settings(url, data))
    who, failed = pickle.loads(actor.read_bytes()), 0  # noqa: S301  (this test's own)
    with (notes / "w0").open("w") as note:
        for number in range(EACH * WRITERS):
            key = new_request_key()
            while True:
                try:
                    made = register_person(
                        actor=who, request_key=key, name=f"Quentin {number}", contact_points=[]
                    )
                    break
                except (DBAPIError, Busy):
                    failed += 1
                    assert failed < 1000
            note.write(f"{made.person_id}\n")
    return failed


if __name__ == "__main__":
    given = [Path(word) for word in sys.argv[2:]]
    print(write_on_a_failing_disk(sys.argv[1], *given))
