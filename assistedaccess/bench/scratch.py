"""Installations that live for one measurement: a folder, a database, settings; then gone."""

from __future__ import annotations

import logging
import secrets
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
from psycopg import sql
from sqlalchemy import make_url, text

from assistedaccess import create_app, prepare
from assistedaccess.installation import prepare_installation
from assistedaccess.kernel import migrations
from assistedaccess.kernel.places import load_config
from assistedaccess.kernel.transactions import get_database

if TYPE_CHECKING:
    from config import Settings

SQLITE, POSTGRESQL = "sqlite", "postgresql"


class NoDatabase(Exception):
    """The scratch database cannot be made; the message is a sentence."""


@dataclass(frozen=True)
class Scratch:
    """One installation. ``environ`` is what a process that serves it is started with."""

    kind: str
    settings: Settings = field(repr=False)
    environ: dict[str, str] = field(repr=False)
    folder: Path


@contextmanager
def make_scratch(kind: str, server_url: str = "") -> Iterator[tuple[Scratch, Scratches]]:
    """An empty installation with all tables, and the maker of its copies. Raises NoDatabase."""
    with Scratches(kind, server_url) as scratches:
        scratch = scratches.make()
        create_tables(scratch.settings)
        yield scratch, scratches


def bind(scratch: Scratch) -> None:
    """Let this process's commands and queries work on an installation, until it is told another."""
    create_app(scratch.settings)


def create_tables(settings: Settings) -> None:
    """The tables, and what an installation holds before anybody signs in: as operators do it."""
    logging.getLogger("alembic").setLevel(logging.WARNING)
    migrations.upgrade(settings)
    database = prepare(settings)
    prepare_installation()
    database.dispose()


class Scratches:
    """Makes installations on one kind of database, and copies of them; drops all in the end."""

    def __init__(self, kind: str, server_url: str = "") -> None:
        self.kind = kind
        self.server_url = server_url
        self._undo = ExitStack()

    def __enter__(self) -> Scratches:
        return self

    def __exit__(self, *_: object) -> None:
        self._undo.close()

    def make(self, source: Scratch | None = None) -> Scratch:
        """An installation: empty, or a copy of ``source``, which nobody may be using."""
        folder = Path(tempfile.mkdtemp(prefix="assistedaccess-bench-"))
        self._undo.callback(shutil.rmtree, folder, ignore_errors=True)
        if source is not None:
            shutil.copytree(source.folder / "data", folder / "data")
        made = self._sqlite if self.kind == SQLITE else self._postgresql
        return _as_scratch(self.kind, made(folder, source), folder)

    def _sqlite(self, folder: Path, source: Scratch | None) -> str:
        file = folder / "bench.sqlite3"
        if source is not None:
            with (
                closing(sqlite3.connect(source.folder / file.name)) as there,
                closing(sqlite3.connect(file)) as here,
            ):
                there.backup(here)
        return f"sqlite:///{file}"

    def _postgresql(self, _folder: Path, source: Scratch | None) -> str:
        url = make_url(self.server_url).set(drivername="postgresql+psycopg")
        name = f"assistedaccess_bench_{secrets.token_hex(4)}"
        template = make_url(source.settings.database_url).database if source else "template0"
        if source is not None:
            # A server that has just ended may not have let go yet, as PostgreSQL sees it.
            self._administer(
                sql.SQL(
                    "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity "
                    "WHERE datname = {}"
                ).format(sql.Literal(template))
            )
        self._administer(
            sql.SQL("CREATE DATABASE {} TEMPLATE {} ENCODING 'UTF8'").format(
                sql.Identifier(name), sql.Identifier(template or "")
            )
        )
        self._undo.callback(
            self._administer,
            sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)),
        )
        return url.set(database=name).render_as_string(hide_password=False)

    def _administer(self, statement: sql.Composed) -> None:
        url = make_url(self.server_url).set(drivername="postgresql")
        try:
            with psycopg.connect(
                url.render_as_string(hide_password=False), autocommit=True
            ) as connection:
                connection.execute(statement)
        except psycopg.OperationalError as error:
            raise NoDatabase(
                f"PostgreSQL cannot be reached, or refused: {str(error).splitlines()[0]}"
            ) from error
        except psycopg.errors.InsufficientPrivilege as error:
            raise NoDatabase(
                "The role of this PostgreSQL address may not make a database to measure in: "
                "give --postgresql the address of one that may."
            ) from error


def _as_scratch(kind: str, database_url: str, folder: Path) -> Scratch:
    config = load_config()
    environ = {
        f"{config.PREFIX}ENV": "test",
        f"{config.PREFIX}DATABASE_URL": database_url,
        f"{config.PREFIX}DATA_DIR": str(folder / "data"),
    }
    return Scratch(kind, config.load_settings(environ), environ, folder)


def tidy(kind: str) -> None:
    """After a bulk load, do what PostgreSQL's autovacuum would do by itself within minutes."""
    if kind == POSTGRESQL:
        engine = get_database().engine.execution_options(isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text("VACUUM (ANALYZE)"))


def describe_database(kind: str) -> str:
    """Its name, version, and how durably it commits."""
    with get_database().reading.connect() as connection:
        if kind == SQLITE:
            version = connection.execute(text("SELECT sqlite_version()")).scalar()
            level = connection.execute(text("PRAGMA synchronous")).scalar()
            return f"SQLite {version}, synchronous={'FULL' if level == 2 else level}"
        version = connection.execute(text("SHOW server_version")).scalar_one().split()[0]
        commit = connection.execute(text("SHOW synchronous_commit")).scalar_one()
        fsync = connection.execute(text("SHOW fsync")).scalar_one()
        return f"PostgreSQL {version}, synchronous_commit={commit}, fsync={fsync}"
