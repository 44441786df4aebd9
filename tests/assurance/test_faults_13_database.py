"""Fault 13: what the database asks for again is done again, once. Fault 30: down, up, with data."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest
from flask.testing import FlaskClient
from sqlalchemy import event
from sqlalchemy.exc import DBAPIError, OperationalError

from assistedaccess.audit.verify import verify_journal
from assistedaccess.casework import service as casework
from assistedaccess.kernel import migrations
from assistedaccess.kernel.append_only import APPEND_ONLY, guard_statements, unguard_statements
from assistedaccess.kernel.database import Database, metadata
from assistedaccess.kernel.idempotency import new_request_key
from assistedaccess.kernel.transactions import ATTEMPTS, Busy, bind_database, reading
from assistedaccess.people import service as people
from config import Settings
from tests.factories.world import World, make_world
from tests.integration.test_migrations import go, read_steps, steps
from tests.support.contents import Contents, changed_tables
from tests.support.databases import Sandbox, add_first_rows
from tests.support.journal import list_events
from tests.support.schema import count_rows, describe, list_tables
from tests.support.statements import is_write

from .forms import post, read_forms

STATES = {"40001": psycopg.errors.SerializationFailure, "40P01": psycopg.errors.DeadlockDetected}


def asked_again(kind: str, state: str) -> DBAPIError:
    """What the driver raises when the database wants the transaction once more."""
    if kind == "sqlite":
        busy = sqlite3.OperationalError("database is locked")
        busy.sqlite_errorname = "SQLITE_BUSY"
        return OperationalError("COMMIT", {}, busy)
    return DBAPIError("COMMIT", {}, STATES[state]())


@contextmanager
def failing_commits(database: Database, times: int, kind: str, state: str) -> Iterator[list[int]]:
    """The first ``times`` commits of what was written fail; yields how many were tried."""
    tried = [0]

    def note(connection: Any, _cursor: object, statement: str, *_: object) -> None:
        if is_write(statement):
            connection.info["has written"] = True

    def fail(connection: Any) -> None:
        if connection.info.pop("has written", False):
            tried[0] += 1
            if tried[0] <= times:
                raise asked_again(kind, state)

    event.listen(database.engine, "before_cursor_execute", note)
    event.listen(database.engine, "commit", fail)
    try:
        yield tried
    finally:
        event.remove(database.engine, "commit", fail)
        event.remove(database.engine, "before_cursor_execute", note)


def register(side_actor: object, key: str) -> object:
    return people.register_person(
        actor=side_actor,
        request_key=key,
        name="Quentin Quick",
        contact_points=[{"kind": "mobile", "value": "07700 900555"}],
    )


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("times", [2, ATTEMPTS - 1])
def test_fault_13_a_commit_that_fails_is_done_again_with_its_side_effects_once(
    sandbox: Sandbox, world: World, contents: Contents, state: str, times: int
) -> None:
    before = contents.read(without=())
    registered = len(list_events("person.registered"))
    with failing_commits(sandbox.database, times, sandbox.kind, state) as tried:
        register(world.a.actors["helper"], new_request_key())
    assert tried[0] == times + 1
    after = contents.read(without=())
    for table in ("person", "notice", "contact_point", "request_key", "data_key"):
        assert len(after[table]) - len(before[table]) == 1, table
    assert len(list_events("person.registered")) == registered + 1
    with reading():
        report = verify_journal()
    assert report.ok, report.faults


def test_fault_13_after_five_times_the_page_says_so_and_offers_to_send_it_again(
    sandbox: Sandbox, world: World, plain_client: FlaskClient, contents: Contents
) -> None:
    world.a.sign_in(plain_client, "helper")
    (form,) = read_forms(plain_client.get("/people/register"))
    before = contents.read(without=())
    with failing_commits(sandbox.database, 99, sandbox.kind, "40001") as tried:
        answer = post(plain_client, form.action, form.filled(name="Quentin Quick"))
    assert tried[0] == ATTEMPTS
    assert answer.status_code == 503
    assert int(answer.headers["Retry-After"]) > 0
    page = answer.get_data(as_text=True)
    assert "Quentin Quick" in page
    assert "Send it again" in page
    assert changed_tables(before, contents.read(without=())) == []
    again = post(plain_client, form.action, form.filled(name="Quentin Quick"))
    assert again.status_code == 303  # the same page, sent once more


def test_fault_13_two_sessions_at_the_same_record(world: World, contents: Contents) -> None:
    """Each closes the case that both have open: one does, one is told; no error, no loss."""
    from assistedaccess.casework.models import Case
    from assistedaccess.kernel.errors import Refused

    side = world.a
    with reading() as session:
        version = session.get_one(Case, side.ids["case"]).version
    barrier = threading.Barrier(2)
    outcomes: list[str] = []

    def close(reason: str) -> None:
        barrier.wait()
        try:
            casework.close_case(
                actor=side.actors["helper"],
                case_id=side.ids["case"],
                version=version,
                reason=reason,
            )
            outcomes.append("closed")
        except Refused as refusal:
            outcomes.append(refusal.code)
        except Busy:
            outcomes.append("busy")

    threads = [threading.Thread(target=close, args=[reason]) for reason in ("done", "not_wanted")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["closed", "stale_version"]


REFUSING = {
    "0037": ("hand_over",),
    "0034": ("outcome",),
    "0033": ("complaint_bar", "complaint_entry", "complaint"),
    "0030": ("appointment",),
    "0023": ("concern",),
    "0014": ("silent_help", "silent_sign", "private_moment", "concern_entry", "concern"),
    "0008": ("concern_entry", "concern"),
    "0002": ("audit_checkpoint",),
}
"""Steps whose way down refuses while there is what an older version would lose or give away, and
the tables that hold it."""
OPENING = {"0023": "UPDATE concern SET kinds = 'coercion'"}
"""Where what is sealed is opened again, rather than taken out."""


def would_lose(revision: str) -> tuple[str, ...]:
    """The tables for which the way down of ``revision`` refuses; newer steps say so themselves,
    in ``WOULD_LOSE``, whatever number they get; a condition may follow the name of a table."""
    found = read_steps().get_revision(revision)
    return REFUSING.get(revision, ()) or getattr(found and found.module, "WOULD_LOSE", ())


def holds_any(settings: Settings, revision: str) -> bool:
    """Whether there is any of what the way down of ``revision`` would lose; of words that a named
    human gave, an interpreter's are made of the world's."""
    database = Database(settings.migration_database_url)
    with database.writing.begin() as connection:
        for rows_of in would_lose(revision):
            if "called = 'interpreter'" in rows_of:
                connection.exec_driver_sql("UPDATE consent_word SET called = 'interpreter'")
        found = [
            connection.exec_driver_sql(f"SELECT 1 FROM {rows_of} LIMIT 1").first()  # noqa: S608
            for rows_of in would_lose(revision)
        ]
    database.dispose()
    return any(found)


def refuse_down(settings: Settings, revision: str, before: str) -> None:
    """The way down is refused, and nothing of it has happened; then what it would lose is gone."""
    schema, rows = describe(settings), count_rows(settings)
    with pytest.raises(RuntimeError):
        go(settings, "down", before)
    assert describe(settings) == schema, revision
    assert count_rows(settings) == rows, revision
    database = Database(settings.migration_database_url)
    dialect = database.engine.dialect.name
    with database.writing.begin() as connection:
        if revision in OPENING:
            connection.exec_driver_sql(OPENING[revision])
        for rows_of in () if revision in OPENING else would_lose(revision):
            table = rows_of.split()[0]
            guarded = table in APPEND_ONLY
            for statement in unguard_statements(table, dialect) if guarded else ():
                connection.exec_driver_sql(statement)
            connection.exec_driver_sql(f"DELETE FROM {rows_of}")  # noqa: S608  (our own names)
            for statement in (
                guard_statements(table, APPEND_ONLY[table], dialect) if guarded else ()
            ):
                connection.exec_driver_sql(statement)
    database.dispose()


def test_fault_30_a_full_database_goes_down_and_up_again(empty_settings: Settings) -> None:
    """Every step, newest first, with a world in it: what the older schema knows is kept, or the
    step refuses."""
    from assistedaccess import create_app

    migrations.upgrade(empty_settings)
    add_first_rows(empty_settings)
    create_app(empty_settings)
    from assistedaccess.kernel.transactions import get_database

    ours = get_database()
    bind_database(ours)
    make_world()
    ours.dispose()
    full = count_rows(empty_settings)
    assert sum(count > 0 for count in full.values()) > 35
    assert set(full) == set(metadata.tables)
    for revision, before in steps():
        rows = count_rows(empty_settings)
        if would_lose(revision) and holds_any(empty_settings, revision):
            refuse_down(empty_settings, revision, before)
            rows = count_rows(empty_settings)
        schema = describe(empty_settings)
        go(empty_settings, "down", before)
        kept = list_tables(empty_settings)
        go(empty_settings, "up", revision)
        assert describe(empty_settings) == schema, revision
        again = count_rows(empty_settings)
        assert {name: again[name] for name in kept} == {name: rows[name] for name in kept}
        go(empty_settings, "down", before)
