"""Engines, sessions and column types for SQLite and PostgreSQL alike.

A unit of work is either a *reading* (refuses to write) or a *transaction* (kernel.transactions).
Outside both there is no session, so that nothing is written, or read, by accident.
"""

from __future__ import annotations

from contextvars import ContextVar
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Connection,
    DateTime,
    Dialect,
    Engine,
    LargeBinary,
    MetaData,
    String,
    Uuid,
    create_engine,
    event,
    literal_column,
    make_url,
)
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.pool import ConnectionPoolEntry
from sqlalchemy.types import TypeDecorator

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}
BUSY_TIMEOUT_MS = 5_000


class Moment(TypeDecorator[datetime]):
    """An aware datetime in UTC: ``timestamptz`` on PostgreSQL, naive UTC inside SQLite."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone cannot be stored")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Sealed(TypeDecorator[bytes]):
    """Bytes that kernel.encryption made. Marks a column as secret, for tests and registers."""

    impl = LargeBinary
    cache_ok = True


class Fingerprint(TypeDecorator[bytes]):
    """A keyed hash (kernel.encryption.fingerprint), by which equal secrets are found."""

    impl = LargeBinary(32)
    cache_ok = True


class Base(DeclarativeBase):
    """The tables. No relationship() anywhere: queries join what they need, so that the number
    of SQL statements of a page never depends on the number of its rows."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = {
        datetime: Moment,
        UUID: Uuid,
        str: String,
        bytes: LargeBinary,
    }


metadata = Base.metadata

_session: ContextVar[Session | None] = ContextVar("session", default=None)


class WriteOutsideTransaction(RuntimeError):
    """A change was made in a unit of work that only reads."""


class NoUnitOfWork(RuntimeError):
    """The database was used outside a reading or a transaction."""


class NotUtf8(RuntimeError):
    """PostgreSQL keeps text in ``encoding`` here, in which not every name can be written."""

    def __init__(self, encoding: str) -> None:
        super().__init__(encoding)
        self.encoding = encoding


def one_of(column: str, words: type[StrEnum]) -> str:
    """The SQL of a check: the column holds a word of a closed list."""
    return f"{column} IN ({', '.join(repr(str(word)) for word in words)})"


def spelt(constant: StrEnum | int) -> ColumnElement[Any]:
    """A constant in the statement's own words, and not as a parameter: where it decides the plan.

    Of a LIMIT that it cannot see PostgreSQL expects a tenth of all rows, so that it never keeps the
    plan of a prepared statement and plans it anew each time. SQLite prepares a statement anew
    whenever a parameter is bound that may decide whether a partial index serves.
    """
    return literal_column(str(constant) if isinstance(constant, int) else f"'{constant}'")


def get_session() -> Session:
    """The session of the current unit of work."""
    session = _session.get()
    if session is None:
        raise NoUnitOfWork("open kernel.reading() or run_transaction() first")
    return session


class _Here:
    """``db.session``: the session of the current unit of work."""

    @property
    def session(self) -> Session:
        return get_session()


db = _Here()


class Database:
    """The engines of one installation."""

    damage_mark: Path | None = None
    """The file that says, while it is there, that nothing may be written (kernel.damage)."""

    def __init__(self, url: str, **options: Any) -> None:
        # Else an error's text, and so the log, quotes what was being saved (ASVS 16.2.5).
        options.setdefault("hide_parameters", True)
        self.is_sqlite = url.startswith("sqlite")
        # What was read once and does not change while the process lives, such as unwrapped keys.
        self.remembered: dict[str, Any] = {}
        self.writing: Engine
        self.reading: Engine
        if self.is_sqlite:
            options.setdefault("pool_timeout", 4)
            self.engine = _sqlite_engine(url, options)
            # A deferred transaction that reads and then writes fails at once with BUSY, whatever
            # the timeout; so every unit of work that may write takes the lock when it begins.
            self.writing = self.engine.execution_options(begin="BEGIN IMMEDIATE")
            self.reading = self.engine
        else:
            options.setdefault("pool_pre_ping", True)
            options.setdefault("pool_timeout", 4)
            options.setdefault("pool_use_lifo", True)  # the connection that has most prepared
            address = make_url(url)
            asked = str(address.query.get(PREPARE, ""))
            self.engine = create_engine(address.difference_update_query([PREPARE]), **options)
            prepare = _prepare_nothing if asked == "none" else _keep_prepared
            event.listen(self.engine, "connect", prepare)
            # Before SQLAlchemy's own first look, which fails on bytes where text should be.
            event.listen(self.engine, "connect", _check_encoding, insert=True)
            self.writing = self.engine
            self.reading = self.engine.execution_options(postgresql_readonly=True)

    def writing_session(self) -> Session:
        return Session(self.writing, expire_on_commit=False, autoflush=False)

    def reading_session(self) -> Session:
        return _ReadingSession(self.reading, expire_on_commit=False, autoflush=False)

    @property
    def is_damaged(self) -> bool:
        """Whether the database was found damaged: what is there may be read, nothing written."""
        return self.damage_mark is not None and self.damage_mark.exists()

    def dispose(self) -> None:
        self.engine.dispose()


class WithinOneTransaction(Database):
    """Units of work on one PostgreSQL connection, all within the transaction that it has begun:
    what they commit is there once that one is committed, and gone when it is not."""

    def __init__(self, connection: Connection) -> None:
        self.is_sqlite = False
        self.remembered = {}
        self.engine = connection.engine
        self._connection = connection

    def writing_session(self) -> Session:
        return self._session(Session)

    def reading_session(self) -> Session:
        session = self._session(_ReadingSession)
        session.connection()  # it is the moment of this transaction that is read
        return session

    def _session(self, kind: type[Session]) -> Session:
        return kind(
            self._connection,
            expire_on_commit=False,
            autoflush=False,
            join_transaction_mode="rollback_only",
        )


PREPARED_STATEMENTS = 1_000
"""More than the application has: psycopg's own 100 would be turned over within minutes."""


PREPARE = "prepare_threshold"
"""With ``none`` in a URL: prepare nothing. For a pgbouncer before 1.21 in transaction mode, behind
which a statement that was prepared is on another connection than the one that asks for it."""


def _check_encoding(connection: Any, _: ConnectionPoolEntry) -> None:
    """The server says it unasked, at each connection (protocol-flow, "parameter status")."""
    encoding = connection.info.parameter_status("server_encoding")
    if encoding != "UTF8":
        connection.close()
        raise NotUtf8(encoding or "an encoding that it does not name")


def _keep_prepared(connection: Any, _: ConnectionPoolEntry) -> None:
    connection.prepared_max = PREPARED_STATEMENTS


def _prepare_nothing(connection: Any, _: ConnectionPoolEntry) -> None:
    connection.prepare_threshold = None


class _ReadingSession(Session):
    """One that writes nothing."""


@event.listens_for(_ReadingSession, "before_flush")
def _refuse_flush(session: Session, *_: object) -> None:
    raise WriteOutsideTransaction("changes belong into a command, run by run_transaction()")


def _sqlite_engine(url: str, options: dict[str, Any]) -> Engine:
    options.setdefault("connect_args", {})
    # Python 3.11's sqlite3 has no autocommit attribute: without isolation_level=None it opens
    # transactions of its own, behind SQLAlchemy's back.
    options["connect_args"] |= {"isolation_level": None, "timeout": BUSY_TIMEOUT_MS / 1000}
    engine = create_engine(url, **options)

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, _: ConnectionPoolEntry) -> None:
        cursor = connection.cursor()
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
            "recursive_triggers=ON",  # else INSERT OR REPLACE deletes without firing a trigger
            f"busy_timeout={BUSY_TIMEOUT_MS}",
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Any) -> None:
        how = connection.get_execution_options().get("begin", "BEGIN")
        connection.exec_driver_sql(how)

    return engine


def create_all(engine: Engine) -> None:
    """Every table and trigger, as the models say it; installations use migrations instead."""
    metadata.create_all(engine)
