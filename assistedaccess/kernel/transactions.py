"""The one way in which anything is written.

``run_transaction(fn)`` runs ``fn`` in a new transaction, commits, and returns what it returned.
Called inside another transaction it joins that one: authority, change, evidence and notice commit
together or not at all. A refusal or a hold rolls back, and is then told to those who keep such
facts (the journal, the attempt counters, the pending acts) in a second transaction, alone.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, TypeVar

from sqlalchemy.exc import DBAPIError, IntegrityError, SQLAlchemyError
from sqlalchemy.orm import Session

from .database import Database, _session
from .errors import DomainError, Held, Refused
from .events import ActHeld, ActRefused, publish

T = TypeVar("T")

ATTEMPTS = 5
RETRYABLE_SQLSTATES = {"40001", "40P01"}  # serialisation failure, deadlock
UNIQUE_VIOLATION = "23505"

_database: ContextVar[Database | None] = ContextVar("database", default=None)
_current: ContextVar[Transaction | None] = ContextVar("transaction", default=None)
_finishers: list[Callable[[Transaction], None]] = []
_outcomes: list[Callable[[Transaction, bool], None]] = []


@dataclass
class Transaction:
    """One unit of work that writes. ``notes`` is where audit and notices keep what they collect."""

    session: Session
    answered_reasons: frozenset[str] = frozenset()
    recorded: int = 0  # audit events so far: a command that adds none is a fault
    notes: dict[str, Any] = field(default_factory=dict)
    after_commit: list[Callable[[], None]] = field(default_factory=list)
    even_if_refused: list[Callable[[], None]] = field(default_factory=list)
    """What is done in the second transaction, with the telling of a refusal or a hold, where this
    one ends in an error that somebody is told. Nothing of this transaction is there then."""


class Busy(Exception):
    """The database could not be had in time; nothing was saved."""


class DatabaseDamaged(Busy):
    """The database was found damaged (kernel.damage): nothing is written to it any more."""


@contextmanager
def use_database(database: Database) -> Iterator[Database]:
    """Bind the units of work of this context to ``database``."""
    token = _database.set(database)
    try:
        yield database
    finally:
        _database.reset(token)


def bind_database(database: Database) -> None:
    """As use_database, until something else is bound: what a process does once at its start."""
    global _process_database
    _process_database = database


_process_database: Database | None = None


def get_database() -> Database:
    """The database of this context, else of this process."""
    database = _database.get() or _process_database
    if database is None:
        raise RuntimeError("no database is bound")
    return database


def find_transaction() -> Transaction | None:
    """The transaction that is running in this context, if one is."""
    return _current.get()


def get_transaction() -> Transaction:
    """The transaction that is running. Raises RuntimeError outside one."""
    transaction = _current.get()
    if transaction is None:
        raise RuntimeError("this belongs inside run_transaction()")
    return transaction


@contextmanager
def reading() -> Iterator[Session]:
    """A unit of work that only reads. Inside another unit of work it joins that one."""
    joined = _session.get()
    if joined is not None:
        yield joined
        return
    session = get_database().reading_session()
    token = _session.set(session)
    try:
        yield session
    finally:
        _session.reset(token)
        session.expunge_all()  # what was read stays readable
        _end_reading(session)
        session.close()


def _end_reading(session: Session) -> None:
    """Nothing was written, so either way out would do; but psycopg forgets every statement that it
    has prepared at each ROLLBACK, and planning them anew is a third of a page's time."""
    try:
        session.commit()
    except SQLAlchemyError:  # the connection has gone, or the last statement failed
        session.rollback()


def run_transaction(fn: Callable[[], T], *, answered_reasons: frozenset[str] = frozenset()) -> T:
    """Run ``fn`` in a transaction, commit, and return what it returned.

    Serialisation failures, deadlocks, SQLite's BUSY and a reference that was drawn before are
    retried up to five times with jitter, so ``fn`` has no effect outside the database.
    ``answered_reasons`` are the reasons for a hold that a reviewer has answered (approvals gives
    them); any other reason holds again.

    Raises what ``fn`` raises, and Busy when the retries are used up.
    """
    if _current.get() is not None:
        return fn()
    for attempt in range(1, ATTEMPTS + 1):
        lasting: list[Callable[[], None]] = []
        try:
            return _run_once(fn, answered_reasons, lasting)
        except DomainError as fact:
            _tell_refusal(fact, lasting)
            raise
        except DBAPIError as error:
            if not (drawn_twice := is_drawn_twice(error)) and not is_retryable(error):
                raise
            if attempt == ATTEMPTS:
                if drawn_twice:  # no chance: the same reference was written again each time
                    raise
                raise Busy from error
            time.sleep(0.01 * 2**attempt * (0.5 + secrets.randbelow(1000) / 1000))
    raise AssertionError("unreachable")


@contextmanager
def answering(reasons: frozenset[str]) -> Iterator[None]:
    """Within the running transaction, take ``reasons`` for a hold as answered, and no others."""
    transaction = get_transaction()
    before = transaction.answered_reasons
    transaction.answered_reasons = reasons
    try:
        yield
    finally:
        transaction.answered_reasons = before


def _run_once(
    fn: Callable[[], T], answered_reasons: frozenset[str], lasting: list[Callable[[], None]]
) -> T:
    reader = _session.get()
    if get_database().is_damaged:
        raise DatabaseDamaged
    session = get_database().writing_session()
    transaction = Transaction(session, answered_reasons, even_if_refused=lasting)
    tokens = (_session.set(session), _current.set(transaction))
    committed = False
    try:
        session.connection()  # BEGIN now: on SQLite this takes the write lock
        result = fn()
        session.flush()
        for finish in _finishers:
            finish(transaction)
        session.flush()
        session.commit()
        committed = True
    finally:
        _current.reset(tokens[1])
        _session.reset(tokens[0])
        try:
            if not committed:
                session.rollback()
        finally:
            session.close()
            for told in _outcomes:
                told(transaction, committed)
    if reader is not None:
        # Whoever reads around this reads on from here: SQLite would show them the past.
        reader.commit()
    for act in transaction.after_commit:
        act()
    return result


def is_retryable(error: DBAPIError) -> bool:
    """Whether the database asks for the same transaction again."""
    state = getattr(error.orig, "sqlstate", None)
    if state is not None:
        return state in RETRYABLE_SQLSTATES
    name = getattr(error.orig, "sqlite_errorname", "")
    return name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED"))


def is_drawn_twice(error: DBAPIError) -> bool:
    """Whether a reference was drawn that somebody else's record has: the next one will be new.

    At ten million records of a kind one draw in some three thousand (kernel.ids.new_reference).
    """
    if not isinstance(error, IntegrityError):
        return False
    if getattr(error.orig, "sqlstate", None) == UNIQUE_VIOLATION:
        name = error.orig.diag.constraint_name or ""  # type: ignore[union-attr]
        return name.startswith("uq_") and name.endswith("_reference")
    said = str(error.orig)
    return said.startswith("UNIQUE constraint failed") and said.endswith(".reference")


def _tell_refusal(fact: DomainError, lasting: list[Callable[[], None]]) -> None:
    def tell() -> None:
        if isinstance(fact, Held):
            publish(ActHeld(fact))
        elif isinstance(fact, Refused):
            publish(ActRefused(fact))
        for act in lasting:
            act()

    if not lasting and not isinstance(fact, (Refused, Held)):
        return
    try:
        run_transaction(tell)
    except (Refused, Held) as second:  # a subscriber may not refuse; it must not hide the first
        raise RuntimeError("a refusal was refused") from second


def before_commit(finish: Callable[[Transaction], None]) -> None:
    """Register what runs inside each transaction as its last step (audit writes its events)."""
    if finish not in _finishers:
        _finishers.append(finish)


def on_outcome(told: Callable[[Transaction, bool], None]) -> None:
    """Register who is told, after the transaction is over, whether it was committed."""
    if told not in _outcomes:
        _outcomes.append(told)
