"""Faults 14, 15, 16, 31: the place where everything is kept is full, fails, is damaged or busy."""

from __future__ import annotations

import os
import shutil
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import psycopg
import pytest
from flask.testing import FlaskClient
from sqlalchemy import event
from sqlalchemy.exc import DBAPIError, OperationalError
from werkzeug.test import TestResponse

from assistedaccess import create_app
from assistedaccess.kernel import clock, damage
from assistedaccess.kernel.database import Database
from assistedaccess.kernel.transactions import bind_database, get_database
from tests.factories.world import World
from tests.support.contents import Contents, changed_tables
from tests.support.databases import Sandbox
from tests.support.statements import is_write

from .forms import post, read_forms
from .test_faults_22_restore import Run, run

__all__ = ["run"]


def broken(kind: str, sqlite_name: str, postgres: type[psycopg.Error]) -> DBAPIError:
    """What the driver raises at a commit, as SQLAlchemy hands it on."""
    if kind == "sqlite":
        error = sqlite3.OperationalError("it did not work")
        error.sqlite_errorname = sqlite_name
        return OperationalError("COMMIT", {}, error)
    return DBAPIError.instance("COMMIT", {}, postgres(), psycopg.Error)  # type: ignore[return-value]


@contextmanager
def commits_fail(database: Database, make: Callable[[], DBAPIError]) -> Iterator[None]:
    """Nothing that was written is kept; what only reads goes on."""

    def note(connection: Any, _cursor: object, statement: str, *_: object) -> None:
        if is_write(statement):
            connection.info["has written"] = True

    def fail(connection: Any) -> None:
        if connection.info.pop("has written", False):
            raise make()

    event.listen(database.engine, "before_cursor_execute", note)
    event.listen(database.engine, "commit", fail)
    try:
        yield
    finally:
        event.remove(database.engine, "commit", fail)
        event.remove(database.engine, "before_cursor_execute", note)


def register(client: FlaskClient) -> tuple[TestResponse, Callable[[], TestResponse]]:
    """A filled-in form is sent; the answer, and how it is sent once more."""
    (form,) = read_forms(client.get("/people/register"))
    data = form.filled(name="Quentin Quick")

    def send() -> TestResponse:
        return post(client, form.action, data)

    return send(), send


def assert_not_saved(answer: TestResponse) -> None:
    """It says so, keeps the text, and shows nothing of the program."""
    assert answer.status_code == 503
    assert int(answer.headers["Retry-After"]) > 0
    page = answer.get_data(as_text=True)
    assert "Quentin Quick" in page
    assert "not saved" in page
    assert "Traceback" not in page


@pytest.mark.parametrize(
    ("sqlite_name", "postgres"),
    [
        ("SQLITE_FULL", psycopg.errors.DiskFull),
        ("SQLITE_IOERR_FSYNC", psycopg.errors.IoError),
        ("SQLITE_READONLY", psycopg.errors.ReadOnlySqlTransaction),
    ],
    ids=["15 disk full", "16 fsync fails", "read-only"],
)
def test_fault_15_and_16_what_cannot_be_kept_is_not_acknowledged(
    sandbox: Sandbox,
    world: World,
    plain_client: FlaskClient,
    contents: Contents,
    sqlite_name: str,
    postgres: type[psycopg.Error],
) -> None:
    world.a.sign_in(plain_client, "helper")
    before = contents.read(without=())
    with commits_fail(sandbox.database, lambda: broken(sandbox.kind, sqlite_name, postgres)):
        answer, again = register(plain_client)
        assert_not_saved(answer)
        assert plain_client.get("/people/register").status_code == 200  # reading goes on
        banner = "can only be read" in plain_client.get("/privacy").get_data(as_text=True)
        assert banner is ("READONLY" in sqlite_name)
    assert changed_tables(before, contents.read(without=())) == []
    assert again().status_code == 303  # the same page once more, when there is room


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_fault_15_a_disk_that_is_really_full(
    sandbox: Sandbox, world: World, plain_client: FlaskClient
) -> None:
    world.a.sign_in(plain_client, "helper")

    def fill(connection: sqlite3.Connection, *_: object) -> None:
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count={pages}")

    sandbox.database.engine.dispose()
    event.listen(sandbox.database.engine, "connect", fill)
    answers = []
    try:
        for _ in range(40):  # until the pages that were free are used up
            answers.append(register(plain_client)[0])
            if answers[-1].status_code != 303:
                break
        assert_not_saved(answers[-1])
    finally:
        event.remove(sandbox.database.engine, "connect", fill)
        sandbox.database.engine.dispose()
    assert register(plain_client)[0].status_code == 303


def test_fault_14_a_pool_that_is_used_up_answers_in_time_and_recovers(
    sandbox: Sandbox, world: World, plain_client: FlaskClient
) -> None:
    world.a.sign_in(plain_client, "helper")
    pool: Any = sandbox.database.engine.pool
    with ExitStack() as stack:
        for _ in range(pool.size() + pool._max_overflow):
            stack.enter_context(sandbox.database.engine.connect())
        began = time.monotonic()
        answer = plain_client.get("/readyz")
        assert time.monotonic() - began < 5.5
        assert answer.status_code == 503
        began = time.monotonic()
        answer = plain_client.get("/people/register")
        assert time.monotonic() - began < 5.5
        assert answer.status_code == 503
        assert int(answer.headers["Retry-After"]) > 0
    assert plain_client.get("/people/register").status_code == 200
    assert plain_client.get("/readyz").status_code == 200


def spoil(file: Path, how: str) -> None:
    """Do to the file what disks do."""
    with sqlite3.connect(file) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        (root,) = connection.execute(
            "SELECT rootpage FROM sqlite_master WHERE name = 'person'"
        ).fetchone()
    connection.close()
    size = file.stat().st_size
    with file.open("r+b") as content:
        if how == "a page of noise":
            content.seek((root - 1) * 4096)
            content.write(bytes(range(256)) * 16)
        elif how == "cut short":
            content.truncate(size // 2)
        else:
            content.write(b"x" * 100)


@pytest.mark.parametrize("database_kind", ["sqlite"])
@pytest.mark.parametrize("how", ["a page of noise", "cut short", "its head overwritten"])
def test_fault_31_a_damaged_file_takes_no_writes_and_says_what_to_do(
    sandbox: Sandbox,
    world: World,
    plain_client: FlaskClient,
    run: Run,
    tmp_path: Path,
    how: str,
) -> None:
    whole = Path(sandbox.settings.database_url.removeprefix("sqlite:///"))
    sandbox.database.dispose()
    file = tmp_path / "damaged.sqlite3"
    shutil.copyfile(whole, file)
    for end in ("-wal",):
        if Path(f"{whole}{end}").exists():
            shutil.copyfile(f"{whole}{end}", f"{file}{end}")
    spoil(file, how)
    settings = replace(
        sandbox.settings,
        database_url=f"sqlite:///{file}",
        migration_database_url=f"sqlite:///{file}",
        data_dir=tmp_path / "data",
    )
    settings.data_dir.mkdir()
    assert damage.look(settings.database_url, settings.data_dir) is not None
    before = file.read_bytes()
    refused = run(settings, "backup", tmp_path / "backup")
    assert refused.exit_code == 2, refused.output
    assert "restore" in refused.output.lower()
    assert not (tmp_path / "backup").exists()
    refused = run(settings, "expire")
    assert refused.exit_code == 2
    assert "damaged" in refused.output
    assert file.read_bytes() == before

    here = get_database()
    try:
        app = create_app(settings)
        client = app.test_client()
        assert client.get("/readyz").status_code == 503
        assert get_database().is_damaged
        if how == "a page of noise":  # the rest can be read, and says what is the matter
            page = client.get("/privacy")
            assert page.status_code == 200
            assert "Nothing can be saved" in page.get_data(as_text=True)
    finally:
        get_database().dispose()
        bind_database(here)


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_fault_31_damage_is_noticed_at_the_statement_that_meets_it_and_daily(
    sandbox: Sandbox, world: World, plain_client: FlaskClient, run: Run
) -> None:
    mark = damage.mark_of(sandbox.settings.data_dir)
    world.a.sign_in(plain_client, "helper")
    broken_page = broken("sqlite", "SQLITE_CORRUPT_VTAB", psycopg.Error)
    with commits_fail(sandbox.database, lambda: broken_page):
        assert_not_saved(register(plain_client)[0])
    assert mark.exists()
    assert_not_saved(register(plain_client)[0])  # not tried again
    page = plain_client.get("/privacy").get_data(as_text=True)
    assert "the database is damaged" in page

    # Once a day, and at each start: it was a false alarm, so the mark goes.
    settings = sandbox.settings
    assert damage.look(settings.database_url, settings.data_dir, at_most_daily=True) is None
    assert not mark.exists()
    assert register(plain_client)[0].status_code == 303
    checked = settings.data_dir / damage.CHECKED
    mark.write_text("somebody found something since\n")
    damage.look(settings.database_url, settings.data_dir, at_most_daily=True)
    assert mark.exists()  # not looked at again today
    yesterday = clock.now().timestamp() - damage.DAY - 1
    os.utime(checked, (yesterday, yesterday))
    damage.look(settings.database_url, settings.data_dir, at_most_daily=True)
    assert not mark.exists()
