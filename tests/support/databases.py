"""Databases for tests: one template a run, one copy a worker, a clean slate for each test.

Commands commit for real, so a test cannot be rolled back. Instead each test begins with what the
migrations and ``assistedaccess migrate`` leave behind: on SQLite by a copy of the template's file,
on PostgreSQL by deleting the rows and putting the template's own back (test_support.reset()).
On PostgreSQL the application signs in as a role that owns nothing, as in production.
"""

from __future__ import annotations

import base64
import itertools
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache, cached_property
from pathlib import Path

import psycopg
from flask import Flask
from psycopg import sql
from sqlalchemy import URL, make_url

from assistedaccess import create_app, prepare
from assistedaccess.installation import prepare_installation
from assistedaccess.kernel import encryption, migrations
from assistedaccess.kernel.database import Database, create_all
from assistedaccess.kernel.places import find_place
from assistedaccess.kernel.schema import grant_to_application, import_models
from assistedaccess.kernel.transactions import bind_database, get_database
from assistedaccess.people.inputs import allow_drama_numbers
from config import Settings, load_settings

from . import postgres
from .client import PageCheckingClient
from .run_folder import get_run_folder, one_worker_at_a_time

KINDS = ("sqlite", "postgresql")
OWNER_ROLE = "aa_test_owner"
APPLICATION_ROLE = "aa_test_application"
TEMPLATE = "aa_test_template"
_numbers = itertools.count(1)


def worker_name() -> str:
    """gw0, gw1, … or main: what this worker's own databases and folders are called after."""
    return os.environ.get("PYTEST_XDIST_WORKER", "main")


def make_settings(
    database_url: str, data_dir: Path, owner_url: str = "", **overrides: str
) -> Settings:
    """Settings of a test installation. ``overrides`` are setting names in lower case."""
    environ = {
        "ENV": "test",
        "DATABASE_URL": database_url,
        "MIGRATION_DATABASE_URL": owner_url,
        "DATA_DIR": str(data_dir),
        # The template's keys are wrapped by the master key, so that all workers have the same.
        "MASTER_KEY": base64.b64encode(b"only for tests, not for people!!").decode(),
        "SECRET_KEY": "only for tests 0123456789 abcdefghijklmnopqrstuvwxyz",
        **{name.upper(): value for name, value in overrides.items()},
    }
    return load_settings({f"ASSISTEDACCESS_{name}": value for name, value in environ.items()})


def fill(settings: Settings) -> None:
    """Do what ``assistedaccess migrate`` does."""
    if any((find_place("migrations") / "versions").glob("*.py")):
        migrations.upgrade(settings)
    else:
        create_from_models(settings)
    add_first_rows(settings)


def create_from_models(settings: Settings) -> None:
    """Make the tables as the models say, without going through the migrations."""
    import_models()
    database = Database(settings.migration_database_url)
    create_all(database.writing)
    with database.writing.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE alembic_version (version_num VARCHAR(32))")
    database.dispose()
    grant_to_application(settings)


def add_first_rows(settings: Settings) -> None:
    """Add what a new installation holds before anybody has signed in."""
    database = prepare(settings)
    try:
        prepare_installation()
    finally:
        database.dispose()


class Sandbox:
    """One installation of one worker: its application, its database and how to clean them."""

    kind: str

    def __init__(self, settings: Settings) -> None:
        self.settings = settings

    @cached_property
    def app(self) -> Flask:
        """The application; made once a worker, so keep nothing of a test in it."""
        app = create_app(self.settings)
        app.testing = True
        app.test_client_class = PageCheckingClient
        self._database = get_database()
        return app

    @property
    def database(self) -> Database:
        """The engines that the application uses."""
        assert self.app
        return self._database

    def begin_test(self) -> None:
        """A clean slate: rows, files, and what the process remembers of either."""
        self.database.remembered.clear()
        self._clean_rows()
        for path in self.settings.data_dir.glob("*"):
            if not path.is_dir():
                path.unlink()
            elif path.name != "keys":
                shutil.rmtree(path)
        # A test may have made an application of its own, with other settings of the process.
        encryption.use_master_key(self.settings.master_key)
        allow_drama_numbers(not self.settings.is_production)
        bind_database(self.database)

    def _clean_rows(self) -> None:
        raise NotImplementedError

    def close(self) -> None:
        """Let go of the database, when the worker is done."""
        self.database.dispose()


class SqliteSandbox(Sandbox):
    """A file of this worker."""

    kind = "sqlite"

    def __init__(self) -> None:
        self.template = _sqlite_template()
        folder = get_run_folder() / f"{worker_name()}-sqlite"
        folder.mkdir()
        self.file = folder / "worker.sqlite3"
        shutil.copyfile(self.template, self.file)
        super().__init__(make_settings(f"sqlite:///{self.file}", folder / "data"))

    def _clean_rows(self) -> None:
        self.database.dispose()
        clean = self.file.with_suffix(".clean")
        shutil.copyfile(self.template, clean)
        for leftover in ("-wal", "-shm"):
            Path(f"{self.file}{leftover}").unlink(missing_ok=True)
        # A new file under the old name: whoever still holds the old one does the new one no harm.
        clean.replace(self.file)


class PostgresSandbox(Sandbox):
    """A database of this worker on the run's server."""

    kind = "postgresql"

    def __init__(self) -> None:
        _postgres_template()
        name = f"aa_test_{worker_name()}"
        create_postgres_database(name, template=TEMPLATE)
        self._superuser = psycopg.connect(_superuser_url(name), autocommit=True)
        self._superuser.execute("SET lock_timeout = '10s'")
        folder = get_run_folder() / f"{worker_name()}-postgresql"
        super().__init__(_postgres_settings(name, folder / "data"))

    def _clean_rows(self) -> None:
        self._superuser.execute("SELECT test_support.reset()")

    def close(self) -> None:
        super().close()
        self._superuser.close()


class Sandboxes:
    """This worker's sandboxes, made when a test first asks for one."""

    def __init__(self) -> None:
        self._made: dict[str, Sandbox] = {}

    def get(self, kind: str) -> Sandbox:
        """The sandbox of that kind. Raises postgres.NoPostgres."""
        if kind not in self._made:
            self._made[kind] = SqliteSandbox() if kind == "sqlite" else PostgresSandbox()
        return self._made[kind]

    def close(self) -> None:
        """Let go of all of them."""
        for sandbox in self._made.values():
            sandbox.close()


@contextmanager
def empty_database(kind: str, *, encoding: str = "") -> Iterator[Settings]:
    """Settings of an installation whose database has no table yet; both go away afterwards."""
    number = next(_numbers)
    folder = get_run_folder() / f"{worker_name()}-empty-{number}"
    folder.mkdir()
    if kind == "sqlite":
        yield make_settings(f"sqlite:///{folder / 'empty.sqlite3'}", folder / "data")
    else:
        name = f"aa_test_{worker_name()}_empty_{number}"
        create_postgres_database(name, encoding=encoding)
        yield _postgres_settings(name, folder / "data")
        _administer(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))
    shutil.rmtree(folder)


def _sqlite_template() -> Path:
    with one_worker_at_a_time("sqlite-template"):
        file = get_run_folder() / "template.sqlite3"
        if not file.exists():
            building = file.with_suffix(".building")
            building.unlink(missing_ok=True)
            fill(make_settings(f"sqlite:///{building}", get_run_folder() / "template-data"))
            _fold_wal(building)
            building.rename(file)
        return file


def _fold_wal(file: Path) -> None:
    database = Database(f"sqlite:///{file}")
    with database.reading.connect() as connection:
        connection.connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
    database.dispose()
    for leftover in ("-wal", "-shm"):
        Path(f"{file}{leftover}").unlink(missing_ok=True)


def _server() -> URL:
    return make_url(postgres.get_server())


def _superuser_url(database: str) -> str:
    url = _server().set(drivername="postgresql", database=database)
    return url.render_as_string(hide_password=False)


def _postgres_settings(database: str, data_dir: Path) -> Settings:
    url = _server().set(database=database)
    application = url.set(username=APPLICATION_ROLE, password=APPLICATION_ROLE)
    owner = url.set(username=OWNER_ROLE, password=OWNER_ROLE)
    return make_settings(
        application.render_as_string(hide_password=False),
        data_dir,
        owner_url=owner.render_as_string(hide_password=False),
    )


def _administer(statement: sql.Composable) -> None:
    with psycopg.connect(_superuser_url("postgres"), autocommit=True) as connection:
        connection.execute(statement)


def create_postgres_database(name: str, template: str = "template1", *, encoding: str = "") -> None:
    """A database that the owning role owns, made anew if there is one from an earlier run."""
    _make_roles()
    _administer(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
    _administer(
        sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE {} {}").format(
            sql.Identifier(name),
            sql.Identifier(OWNER_ROLE),
            sql.Identifier("template0" if encoding else template),
            sql.SQL("ENCODING {} LOCALE 'C'").format(encoding) if encoding else sql.SQL(""),
        )
    )


@cache
def _make_roles() -> None:
    with one_worker_at_a_time("roles"):
        for role in (OWNER_ROLE, APPLICATION_ROLE):
            with psycopg.connect(_superuser_url("postgres"), autocommit=True) as connection:
                known = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role])
                if known.fetchone() is None:
                    connection.execute(
                        sql.SQL("CREATE ROLE {} LOGIN PASSWORD {}").format(
                            sql.Identifier(role), sql.Literal(role)
                        )
                    )


def _postgres_template() -> None:
    with one_worker_at_a_time("postgres-template"):
        done = get_run_folder() / "postgres-template.done"
        if done.exists():
            return
        create_postgres_database(TEMPLATE)
        fill(_postgres_settings(TEMPLATE, get_run_folder() / "template-data"))
        with psycopg.connect(_superuser_url(TEMPLATE), autocommit=True) as connection:
            _add_reset(connection)
        done.touch()


def _add_reset(connection: psycopg.Connection) -> None:
    """Add test_support.reset(), which gives every table its present rows back."""
    connection.execute("CREATE SCHEMA test_support")
    connection.execute("SET search_path = public")
    tables = [
        row[0]
        for row in connection.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public' "
            "AND tablename <> 'alembic_version' ORDER BY tablename"
        )
    ]
    steps = []
    for table in tables:
        always = [
            row[0]
            for row in connection.execute(
                "SELECT tgname FROM pg_trigger WHERE tgrelid = quote_ident(%s)::regclass "
                "AND tgenabled = 'A'",
                [table],
            )
        ]
        kept = connection.execute(
            sql.SQL("SELECT EXISTS (SELECT 1 FROM {})").format(sql.Identifier(table))
        ).fetchone()
        steps.append(_reset_step(connection, table, always, keep=bool(kept and kept[0])))
    body = "\n".join(steps)
    connection.execute(
        "CREATE FUNCTION test_support.reset() RETURNS void LANGUAGE plpgsql "
        "SET search_path = public SET session_replication_role = replica "
        f"AS $reset$ BEGIN {body} END $reset$"
    )


def _reset_step(connection: psycopg.Connection, table: str, always: list[str], keep: bool) -> str:
    table = sql.Identifier(table).as_string(connection)  # a case is a word of SQL too
    # Few tables are touched by a test: looking is cheaper than deleting nothing.
    guards_off = "".join(f"ALTER TABLE {table} DISABLE TRIGGER {name}; " for name in always)
    guards_on = "".join(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {name}; " for name in always)
    step = f"{guards_off} DELETE FROM {table}; {guards_on}"  # noqa: S608  (names from the catalogue)
    if not keep:
        return f"IF EXISTS (SELECT 1 FROM {table}) THEN {step} END IF;"  # noqa: S608
    connection.execute(f"CREATE TABLE test_support.{table} AS TABLE {table}")
    # Always, since a test may have emptied it.
    return f"{step} INSERT INTO {table} SELECT * FROM test_support.{table};"  # noqa: S608
