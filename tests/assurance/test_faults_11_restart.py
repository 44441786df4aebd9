"""Faults 11 and 12: the database goes away under eight writers. Nothing acknowledged is lost, and
what was in doubt is found out by its key: each person is there exactly once.

``make faults`` does it; on a PostgreSQL of its own that writes to the disk, as in production.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError

from assistedaccess.audit.verify import verify_journal
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.database import Database
from assistedaccess.kernel.idempotency import new_request_key
from assistedaccess.kernel.transactions import (
    Busy,
    bind_database,
    get_database,
    reading,
    use_database,
)
from assistedaccess.people import service as people
from assistedaccess.people.models import Person
from tests.conftest import do_without
from tests.factories.people import make_desk, make_helper
from tests.support.databases import Sandbox, fill, make_settings
from tests.support.patroni import lacks, three_nodes
from tests.support.postgres import NoPostgres
from tests.support.processes import DONE, run_in_processes
from tests.support.servers import OwnPostgres, own_postgres

FAULTS = os.environ.get("FAULTS", "") not in ("", "0")
WRITERS = 8
EACH = 15
FAILED_OVER_WITHIN = 60.0
"""Of a national service (ASSURANCE.md, aims for continuity)."""


@contextmanager
def installation(url: str, folder: Path) -> Iterator[Actor]:
    """A fresh installation, and somebody at a desk of it."""
    before = get_database()
    fill(make_settings(url, folder))
    database = Database(url)
    bind_database(database)
    try:
        yield make_helper(make_desk())
    finally:
        database.dispose()
        get_database().dispose()
        bind_database(before)


def write(actor: Actor, notes: Path, name: str) -> Callable[[Database], None]:
    """Register people one after the other; one that is in doubt is sent again, with its key."""

    def work(database: Database) -> None:
        slowest = 0.0
        with notes.joinpath(name).open("w") as note:
            for number in range(EACH):
                key, began = new_request_key(), time.monotonic()
                while True:
                    try:
                        made = people.register_person(
                            actor=actor,
                            request_key=key,
                            name=f"Quentin {name} {number}",
                            contact_points=[],
                        )
                        break
                    except (DBAPIError, Busy):
                        assert time.monotonic() - began < 60
                        time.sleep(0.05)
                slowest = max(slowest, time.monotonic() - began)
                note.write(f"{made.person_id}\n")
                note.flush()
        notes.joinpath(f"{name}.slowest").write_text(str(slowest))
        database.dispose()

    return work


def under_writers(url: str, actor: Actor, notes: Path, disturb: Callable[[], None]) -> float:
    """Eight processes write; ``disturb`` happens meanwhile. How long one waited at most."""

    def trouble(_: Database) -> None:
        time.sleep(0.7)
        disturb()

    works = [write(actor, notes, f"w{number}") for number in range(WRITERS)]
    assert run_in_processes(url, *works, trouble) == [DONE] * (WRITERS + 1)
    return max(float(file.read_text()) for file in notes.glob("*.slowest"))


def assert_nothing_is_lost(url: str, notes: Path) -> None:
    acknowledged = [
        line for file in notes.iterdir() if not file.suffix for line in file.read_text().split()
    ]
    assert len(acknowledged) == WRITERS * EACH == len(set(acknowledged))
    database = Database(url)
    with use_database(database), reading() as session:
        there = {str(each) for each in session.scalars(select(Person.id))}
        assert set(acknowledged) <= there
        assert session.scalar(select(func.count()).select_from(Person)) == WRITERS * EACH
        report = verify_journal()
    database.dispose()
    assert report.ok, report.faults


@pytest.mark.parametrize("database_kind", ["sqlite"])  # for the application's set-up alone
@pytest.mark.skipif(not FAULTS, reason="make faults")
def test_fault_11_a_restart_at_once_under_eight_writers(sandbox: Sandbox, tmp_path: Path) -> None:
    assert sandbox.app
    try:
        with own_postgres() as server:
            url = server.url()
            with installation(url, tmp_path / "data") as actor:
                notes = tmp_path / "notes"
                notes.mkdir()

                def disturb() -> None:
                    server.stop_at_once()
                    server.start()

                waited = under_writers(url, actor, notes, disturb)
                assert_nothing_is_lost(url, notes)
    except NoPostgres as error:
        do_without("PostgreSQL", "REQUIRE_POSTGRES", error)
    print(f"\na restart cost one writer at most {waited:.1f} s")


@pytest.mark.parametrize("database_kind", ["sqlite"])
@pytest.mark.skipif(not FAULTS, reason="make faults")
def test_fault_12_the_primary_is_killed_and_its_synchronous_standby_takes_over(
    sandbox: Sandbox, tmp_path: Path
) -> None:
    assert sandbox.app
    try:
        with own_postgres() as primary, own_postgres(standby_of=primary) as standby:
            wait_until_synchronous(primary)
            url = (
                f"postgresql+psycopg://postgres@/postgres?host={primary.folder}"
                f",{standby.folder}&port=5432,5432&target_session_attrs=read-write"
            )
            with installation(url, tmp_path / "data") as actor:
                notes = tmp_path / "notes"
                notes.mkdir()

                def disturb() -> None:
                    primary.kill()
                    standby.promote()

                waited = under_writers(url, actor, notes, disturb)
                assert_nothing_is_lost(standby.url(), notes)
    except NoPostgres as error:
        do_without("PostgreSQL", "REQUIRE_POSTGRES", error)
    print(f"\na failover cost one writer at most {waited:.1f} s")


@pytest.mark.parametrize("database_kind", ["sqlite"])
@pytest.mark.skipif(not FAULTS, reason="make faults")
@pytest.mark.skipif(bool(lacks()), reason=f"NOT TESTED without {' and '.join(lacks())}")
def test_fault_12_patroni_replaces_the_first_of_three_nodes_by_itself(
    sandbox: Sandbox, tmp_path: Path
) -> None:
    assert sandbox.app
    with three_nodes() as cluster:
        first = cluster.find_first()
        with installation(cluster.url, tmp_path / "data") as actor:
            notes = tmp_path / "notes"
            notes.mkdir()
            waited = under_writers(cluster.url, actor, notes, first.kill)
            assert_nothing_is_lost(cluster.url, notes)
            assert cluster.find_first().name != first.name
    assert waited < FAILED_OVER_WITHIN
    print(f"\na failover by Patroni cost one writer at most {waited:.1f} s")


def wait_until_synchronous(primary: OwnPostgres) -> None:
    plain = primary.url().replace("postgresql+psycopg", "postgresql")
    with psycopg.connect(plain, autocommit=True) as connection:
        connection.execute("ALTER SYSTEM SET synchronous_standby_names = 'standby'")
        connection.execute("SELECT pg_reload_conf()")
        deadline = time.monotonic() + 30
        while True:
            row = connection.execute("SELECT sync_state FROM pg_stat_replication").fetchone()
            if row == ("sync",):
                return
            assert time.monotonic() < deadline, row
            time.sleep(0.1)
