"""Alembic, driven from the settings: no ini file, works from any folder."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from .database import Database
from .places import find_place
from .schema import grant_to_application

if TYPE_CHECKING:
    from config import Settings


def make_config(url: str) -> Config:
    """Alembic's configuration for the database at ``url`` (an SQLAlchemy URL)."""
    config = Config()
    config.set_main_option("script_location", str(find_place("migrations")).replace("%", "%%"))
    config.attributes["url"] = url
    return config


def upgrade(settings: Settings, revision: str = "head") -> None:
    """Bring the database up to ``revision`` as the role that owns the tables."""
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    upgrade_at(settings.migration_database_url, revision)
    grant_to_application(settings)


def upgrade_at(url: str, revision: str = "head") -> None:
    """Bring the database at ``url`` up to ``revision``."""
    command.upgrade(make_config(url), revision)


def upgrade_within(connection: Connection, revision: str = "head") -> None:
    """Bring the database up to ``revision``, as part of the connection's PostgreSQL transaction."""
    config = make_config("")
    config.attributes["connection"] = connection
    command.upgrade(config, revision)


def is_known(revision: str) -> bool:
    """Whether this version's steps lead from ``revision`` to its own tables."""
    scripts = ScriptDirectory.from_config(make_config(""))
    return any(script.revision == revision for script in scripts.walk_revisions())


@cache
def find_head() -> str | None:
    """The revision of this version's tables; read once, since every step is a file."""
    return ScriptDirectory.from_config(make_config("")).get_current_head()


def find_line(revision: str) -> str:
    """The line of numbers that a revision belongs to: nothing for ``0050``, ``c1`` for ``c1-0061``.

    Steps of one line only add, so that the release before works on as the tables change under it
    (expand). A step that takes something away or asks for more (contract) begins the next line.
    """
    return revision.rpartition("-")[0]


def suits(tables: str | None, head: str | None) -> bool:
    """Whether code whose newest step is ``head`` works on the tables of the revision ``tables``:
    its own, or those of a later release that has only added."""
    if tables is None or head is None:
        return False
    return find_line(tables) == find_line(head) and tables >= head


def is_behind(settings: Settings) -> bool:
    """Whether the database lacks tables that this version needs."""
    database = Database(settings.database_url)
    try:
        with database.engine.connect() as connection:
            tables = MigrationContext.configure(connection).get_current_revision()
            return not suits(tables, find_head())
    finally:
        database.dispose()
