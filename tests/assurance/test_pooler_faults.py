"""pgbouncer in transaction mode, as it is shipped, between the application and PostgreSQL.

A connection is lent for one transaction alone, so whatever leaned on more (a prepared statement, a
``SET``, a lock of the session) would fail or, worse, reach somebody else. Twice as many writers as
connections, with two who seal and one who takes a backup. ``make faults`` does it.
"""

from __future__ import annotations

import re
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import psycopg
import pytest

from assistedaccess.audit import sealing
from assistedaccess.continuity.taking import back_up
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.database import Database
from assistedaccess.kernel.idempotency import new_request_key
from assistedaccess.kernel.transactions import Busy
from assistedaccess.people import service as people
from tests.conftest import do_without
from tests.support.databases import Sandbox, make_settings
from tests.support.postgres import NoPostgres, _identity
from tests.support.processes import DONE, FAILED, run_in_processes
from tests.support.servers import OwnPostgres, elsewhere, free_port, own_postgres, served
from tests.support.sources import ROOT

from .test_faults_11_restart import (
    EACH,
    FAULTS,
    WRITERS,
    assert_nothing_is_lost,
    installation,
)
from .test_faults_45_processes import environ

POOL = WRITERS // 2
PREPARES_FROM = (1, 21)


@contextmanager
def pooled(server: OwnPostgres) -> Iterator[str]:
    """deploy/pgbouncer.ini, but for addresses and passwords; the URL of the database past it."""
    port = free_port()
    words = (ROOT / "deploy" / "pgbouncer.ini").read_text("utf-8")
    with elsewhere() as folder:
        (folder / "users").write_text('"postgres" ""\n')
        for was, is_now in {
            "host=127.0.0.1 port=5432 dbname=assistedaccess": f"host={server.folder}",
            "assistedaccess = ": "postgres = ",
            "listen_port = 6432": f"listen_port = {port}",
            "auth_type = scram-sha-256": "auth_type = trust",
            "/etc/pgbouncer/userlist.txt": str(folder / "users"),
            "default_pool_size = 20": f"default_pool_size = {POOL}",
            "query_wait_timeout = 4": "query_wait_timeout = 60",  # nobody is turned away here
        }.items():
            assert was in words, was
            words = words.replace(was, is_now)
        (folder / "pgbouncer.ini").write_text(words)
        with subprocess.Popen(
            ["pgbouncer", folder / "pgbouncer.ini"],
            cwd=folder,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            **_identity(),
        ) as process:
            try:
                _wait_until_it_listens(port)
                yield f"postgresql+psycopg://postgres@127.0.0.1:{port}/postgres"
            finally:
                process.terminate()


def _wait_until_it_listens(port: int) -> None:
    deadline = time.monotonic() + 20
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            assert time.monotonic() < deadline
            time.sleep(0.1)


def prepares() -> bool:
    """Whether this pgbouncer knows what was prepared on which connection."""
    said = subprocess.run(["pgbouncer", "--version"], capture_output=True, text=True, check=True)
    found = re.search(r"PgBouncer (\d+)\.(\d+)", said.stdout)
    assert found is not None
    return (int(found[1]), int(found[2])) >= PREPARES_FROM


def write(actor: Actor, notes: Path, name: str) -> Callable[[Database], None]:
    """Register people; one error is one too many."""

    def work(_: Database) -> None:
        made = [
            people.register_person(
                actor=actor,
                request_key=new_request_key(),
                name=f"Quentin {name} {number}",
                contact_points=[],
            )
            for number in range(EACH)
        ]
        notes.joinpath(name).write_text("".join(f"{each.person_id}\n" for each in made))

    return work


def seal(_: Database) -> None:
    """What `audit seal --follow` does, beside another one that does the same."""
    for _round in range(20):
        try:
            sealing.seal_all()
        except Busy:
            pass
        time.sleep(0.05)


@pytest.mark.parametrize("database_kind", ["sqlite"])  # for the application's set-up alone
@pytest.mark.skipif(not FAULTS, reason="make faults")
@pytest.mark.skipif(shutil.which("pgbouncer") is None, reason="NOT TESTED without pgbouncer")
def test_no_fault_behind_pgbouncer_in_transaction_mode(sandbox: Sandbox, tmp_path: Path) -> None:
    assert sandbox.app
    notes, file = tmp_path / "notes", tmp_path / "backup"
    notes.mkdir()
    try:
        with (
            own_postgres() as server,
            installation(server.url(), tmp_path / "data") as actor,
            pooled(server) as plain,
        ):
            url = plain if prepares() else f"{plain}?prepare_threshold=none"
            settings = make_settings(url, tmp_path / "data", server.url())

            def backup(_: Database) -> None:
                back_up(settings, file)

            writers = [write(actor, notes, f"w{number}") for number in range(WRITERS)]
            works = [*writers, seal, seal, backup]
            assert run_in_processes(url, *works) == [DONE] * len(works)
            assert_nothing_is_lost(server.url(), notes)
            assert file.stat().st_size > 10_000
            assert_nothing_is_left(url, server)
            with served(environ(url, tmp_path / "data")) as pages:
                assert [pages.ask("/readyz") for _ in range(20)] == [200] * 20
            if not prepares():  # what the guide asks for is needed
                (tmp_path / "more").mkdir()
                more = [write(actor, tmp_path / "more", f"m{number}") for number in range(WRITERS)]
                assert FAILED in run_in_processes(plain, *more)
    except NoPostgres as error:
        do_without("PostgreSQL", "REQUIRE_POSTGRES", error)


def assert_nothing_is_left(url: str, server: OwnPostgres) -> None:
    """No connection that is lent next carries something of who had it before."""
    address = url.partition("?")[0].replace("+psycopg", "")
    asked = (
        "SELECT pg_backend_pid(),"
        " (SELECT count(*) FROM pg_settings WHERE source = 'session'"
        "  AND name NOT IN ('client_encoding', 'application_name')),"
        " (SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'),"
        " (SELECT count(*) FROM pg_class WHERE relpersistence = 't')"
    )
    with ExitStack() as stack:
        rows = []
        for _ in range(POOL):  # all at once, each within a transaction: every connection
            connection = stack.enter_context(psycopg.connect(address, prepare_threshold=None))
            row = connection.execute(asked).fetchone()
            assert row is not None
            rows.append(row)
        assert len({row[0] for row in rows}) == POOL
        assert {row[1:] for row in rows} == {(0, 0, 0)}
    with psycopg.connect(server.url().replace("+psycopg", "")) as direct:
        lent = "SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend'"
        row = direct.execute(lent).fetchone()
        assert row is not None
        assert row[0] <= POOL + 3  # the pool's, this one's, and those of the installation
