"""Taking a backup of one moment, while the installation is in use.

SQLite: its online backup, in one step, which holds no writer up. PostgreSQL: the rows of every
table, read in one snapshot (REPEATABLE READ) by the role that serves the pages. Neither needs a
tool beside Python (docs/adr/0030-backup.md).
"""

from __future__ import annotations

import os
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlalchemy import Connection, create_engine, inspect, make_url

from assistedaccess.audit import sealing
from assistedaccess.audit.notes import Verifier
from assistedaccess.kernel import clock
from assistedaccess.kernel.database import Database
from assistedaccess.kernel.master_keys import key_id
from assistedaccess.kernel.transactions import Busy, get_database

from .contents import BACKING_UP, POSTGRESQL, SQLITE, Archive, Manifest
from .envelope import Writer
from .service import record_backup

if TYPE_CHECKING:
    from config import Settings

NOT_ROWS = "alembic_version"


class AlreadyThere(Exception):
    """There is a file already: no backup overwrites another."""


def back_up(settings: Settings, file: Path) -> Manifest:
    """Write an encrypted backup of this moment into ``file``, whole or not at all.

    That it is made is recorded and sealed first, so the backup holds that too. Raises AlreadyThere,
    and OSError where the disk does not take it.
    """
    if file.exists() and file.stat().st_size:
        raise AlreadyThere(str(file))
    record_backup()
    try:
        sealing.seal_all()
    except Busy:
        pass  # another sealer is at it
    partial = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out:
            writer = Writer(out, settings.master_key)
            archive = Archive(writer)
            manifest = _add_database(settings, archive)
            archive.add_files(settings.data_dir, _not_files(settings, file, partial))
            archive.close()
            writer.finish()
        partial.replace(file)
    finally:
        partial.unlink(missing_ok=True)
    return manifest


def database_file(settings: Settings) -> Path:
    """The SQLite file that the settings name."""
    return Path(make_url(settings.database_url).database or "").resolve()


def _not_files(settings: Settings, *others: Path) -> set[Path]:
    """What lies in DATA_DIR and is not one of its files: the database, and this very backup."""
    left_out = {other.resolve() for other in others}
    if settings.is_sqlite:
        database = database_file(settings)
        left_out |= {Path(f"{database}{end}") for end in ("", "-wal", "-shm", "-journal")}
    return left_out


def _add_database(settings: Settings, archive: Archive) -> Manifest:
    if not settings.is_sqlite:
        with _snapshot(get_database()) as connection:
            tables = list_tables(connection)
            manifest = _describe(settings, connection, POSTGRESQL, tables)
            archive.add_manifest(manifest)
            for table, columns in tables.items():
                _add_rows(connection, archive, table, columns)
        return manifest
    with _copy_of(database_file(settings)) as copy:
        engine = create_engine(f"sqlite:///{copy}")
        with engine.connect() as connection:
            manifest = _describe(settings, connection, SQLITE, {})
        engine.dispose()
        archive.add_manifest(manifest)
        archive.add_database_file(copy)
    return manifest


@contextmanager
def _copy_of(file: Path) -> Iterator[Path]:
    """A copy of one moment, beside the database: as well kept as that, and gone afterwards."""
    with tempfile.TemporaryDirectory(prefix=BACKING_UP, dir=file.parent) as folder:
        copy = Path(folder) / file.name
        with closing(sqlite3.connect(file)) as there, closing(sqlite3.connect(copy)) as here:
            there.backup(here)
            here.execute("PRAGMA journal_mode=DELETE")  # so that it is one file
        yield copy


@contextmanager
def _snapshot(database: Database) -> Iterator[Connection]:
    with database.engine.connect() as plain:
        connection = plain.execution_options(
            isolation_level="REPEATABLE READ", postgresql_readonly=True
        )
        with connection.begin():
            # However the server writes dates, another one reads them back.
            connection.exec_driver_sql("SET LOCAL DateStyle = 'ISO'")
            # The limits of the role are for pages: a table may take longer, and so may a disk.
            connection.exec_driver_sql("SET LOCAL statement_timeout = 0")
            connection.exec_driver_sql("SET LOCAL idle_in_transaction_session_timeout = 0")
            yield connection


def list_tables(connection: Connection) -> dict[str, list[str]]:
    """Every table with its columns, those that others refer to first."""
    inspector = inspect(connection)
    ordered = [name for name, _ in inspector.get_sorted_table_and_fkc_names() if name is not None]
    return {
        table: [column["name"] for column in inspector.get_columns(table)]
        for table in ordered
        if table != NOT_ROWS
    }


def copy_words(table: str, columns: list[str], where: str) -> str:
    """The COPY statement for those columns of a table; ``where`` is its direction."""
    quoted = ", ".join(f'"{column}"' for column in columns)
    return f'COPY "{table}" ({quoted}) {where}'


def _add_rows(connection: Connection, archive: Archive, table: str, columns: list[str]) -> None:
    raw: Any = connection.connection.driver_connection
    with raw.cursor() as cursor:
        with cursor.copy(copy_words(table, columns, "TO STDOUT")) as copy:
            archive.add_rows(table, (bytes(block) for block in copy))
        archive.end.rows[table] = cursor.rowcount


def _describe(
    settings: Settings, connection: Connection, kind: str, tables: dict[str, list[str]]
) -> Manifest:
    def ask(query: str) -> Any:
        return connection.exec_driver_sql(query)

    newest = ask("SELECT size, note FROM audit_checkpoint ORDER BY size DESC LIMIT 1").one_or_none()
    keys = ask("SELECT name, public_key FROM audit_key ORDER BY number").all()
    return Manifest(
        made_at=clock.now().isoformat(),
        kind=kind,
        revision=ask(f"SELECT version_num FROM {NOT_ROWS}").scalar_one(),  # noqa: S608
        tables=tables,
        checkpoint=newest.note if newest else None,
        sealed=newest.size if newest else 0,
        events=ask("SELECT count(*) FROM audit_event").scalar_one(),
        journal_keys=[str(Verifier(key.name, bytes(key.public_key))) for key in keys],
        master_key=key_id(settings.master_key),
        secret_key=fingerprint_of_secret(settings.secret_key),
    )


def fingerprint_of_secret(secret: bytes) -> str:
    """What the secret of the form tokens is called by, to tell after a restore whether it is it."""
    return (
        HKDF(hashes.SHA256(), 8, salt=None, info=b"assistedaccess secret id 1").derive(secret).hex()
    )
