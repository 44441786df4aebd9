"""Fault 45: a process that hangs without dying (SIGSTOP) takes nobody along, and comes back to a
world that went on without it."""

from __future__ import annotations

import signal
import socket
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import event, make_url, select

from assistedaccess.applications.delivering import Parcel, send_due_deliveries
from assistedaccess.applications.models import Delivery
from assistedaccess.audit import sealing
from assistedaccess.audit.verify import verify_journal
from assistedaccess.kernel import clock
from assistedaccess.kernel.database import Database
from assistedaccess.kernel.transactions import reading
from assistedaccess.notices import rules
from assistedaccess.notices.senders import Message
from assistedaccess.notices.service import send_due_notices
from tests.factories import applications as apps
from tests.factories import people
from tests.integration.test_notices_sending import get, outcomes, queue
from tests.support.clocks import SharedHand
from tests.support.databases import Sandbox
from tests.support.processes import (
    DONE,
    FAILED,
    KILLED,
    go_on,
    start_in_process,
    stop_here,
    wait_stopped,
)
from tests.support.sealing import write_events


@pytest.fixture
def hand() -> Iterator[SharedHand]:
    made = SharedHand()
    with clock.set_clock(made):
        yield made


class Provider:
    """Keeps a line for each message that reaches it; its process stops where it is told to."""

    def __init__(self, file: Path, stops: str = "") -> None:
        self.file, self.stops = file, stops

    @property
    def channels(self) -> frozenset[str]:
        if self.stops == "before":
            stop_here()
        return frozenset({"text", "email"})

    def send(self, message: Message) -> str:
        with self.file.open("a") as file:
            file.write(f"{message.reference} {message.may_be_repeat}\n")
        if self.stops == "after":
            stop_here()
        return f"theirs-{message.reference}"


@pytest.mark.parametrize("stops", ["before", "after"])
def test_fault_45_a_sender_that_is_stopped_is_taken_over_and_doubles_nothing(
    sandbox: Sandbox, hand: SharedHand, tmp_path: Path, stops: str
) -> None:
    """Stopped before it has handed the message over, or right after it."""
    assert sandbox.app
    helper = people.make_helper(people.make_desk())
    notice = queue(helper, people.make_person(helper))
    file = tmp_path / "sent"
    stopped = start_in_process(
        sandbox.settings.database_url,
        lambda _: send_due_notices(limit=1, sender=Provider(file, stops)),
    )
    wait_stopped(stopped)
    hand.move(minutes=4)
    assert send_due_notices(sender=Provider(file)).sent == 0  # nobody holds a notice twice
    assert get(notice).state == "sending"
    hand.move(seconds=rules.CLAIM.total_seconds() - 239)
    assert send_due_notices(limit=1, sender=Provider(file)).sent == 1
    assert go_on(stopped) == DONE
    reference = get(notice).reference
    first = [] if stops == "before" else [f"{reference} False"]
    # Where the first may have got through, the second says so: the provider knows the reference.
    assert file.read_text().splitlines() == [*first, f"{reference} True"]
    assert get(notice).state == "sent"
    late = {"before": "notice.failed", "after": "notice.sent"}[stops]
    assert sorted(outcomes(notice)) == sorted(["notice.queued", "notice.sent", late])
    hand.move(days=1)
    send_due_notices(sender=Provider(file))
    assert file.read_text().count(reference) == len(first) + 1


def test_fault_45_neither_does_a_form_go_twice(
    sandbox: Sandbox, hand: SharedHand, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert sandbox.app
    scene = apps.make_scene("council-crisis-support")
    draft = apps.make_ready(scene, "council-crisis-support")
    apps.submit(scene.helper, draft)
    file = tmp_path / "sent"

    class Destination:
        def send(self, parcel: Parcel) -> str:
            with file.open("a") as out:
                out.write(f"{parcel.key}\n")
            return ""

    def work(_: Database) -> None:
        wrap = delivering.wrap

        def wrap_and_stop(*given: object) -> Parcel:
            wrapped = wrap(*given)  # type: ignore[arg-type]
            stop_here()
            return wrapped

        monkeypatch.setattr(delivering, "wrap", wrap_and_stop)
        send_due_deliveries(destination=Destination())

    from assistedaccess.applications import delivering

    stopped = start_in_process(sandbox.settings.database_url, work)
    wait_stopped(stopped)
    hand.move(minutes=4)
    assert send_due_deliveries(destination=Destination()) == (0, 0)
    hand.move(minutes=2)
    assert send_due_deliveries(destination=Destination()) == (1, 0)
    assert go_on(stopped) == DONE
    assert file.read_text().splitlines() == [str(draft.id)]
    with reading() as session:
        assert session.scalars(select(Delivery.standing)).all() == ["done"]


def seal_and_stop(database: Database) -> None:
    """Seal, and stop in the middle of the transaction, with its lock held."""

    been = [False]

    def look(_c: object, _k: object, statement: str, *_: object) -> None:
        if statement.startswith("INSERT INTO audit_checkpoint") and not been[0]:
            been[0] = True
            stop_here()

    event.listen(database.engine, "before_cursor_execute", look)
    sealing.seal_all()


def test_fault_45_a_sealer_that_is_stopped_is_replaced_and_seals_nothing_twice(
    sandbox: Sandbox,
) -> None:
    """On PostgreSQL the role's limit ends what it holds; on SQLite systemd's watchdog does. (Right
    behind many rows sent as one, PostgreSQL 15 does not count: there too it is the watchdog.)"""
    assert sandbox.app
    write_events(5)
    url = sandbox.settings.database_url
    if sandbox.kind == "postgresql":
        with limited(sandbox):
            stopped = start_in_process(url, seal_and_stop)
            wait_stopped(stopped)
            assert sealing.seal_all() is not None  # once the database has let go of the other's
            assert go_on(stopped) in (DONE, FAILED)  # it finds its connection gone
    else:
        stopped = start_in_process(url, seal_and_stop)
        wait_stopped(stopped)
        file = sandbox.database.engine.url.database or ""
        with (
            closing(sqlite3.connect(file, timeout=0.1)) as other,
            pytest.raises(sqlite3.OperationalError, match="locked"),
        ):
            other.execute("BEGIN IMMEDIATE")
        assert go_on(stopped, signal.SIGKILL) == KILLED
        assert sealing.seal_all() is not None
    with reading():
        report = verify_journal()
    assert report.ok, report.faults
    assert report.waiting == 0


class limited:
    """The pages' role in this database has the limit that the guide gives it, but shorter."""

    NAME = "idle_in_transaction_session_timeout"

    def __init__(self, sandbox: Sandbox) -> None:
        self.url = make_url(sandbox.settings.database_url)
        self.sandbox = sandbox

    def __enter__(self) -> None:
        self._say(sql.SQL("SET {} = '1s'"))
        self.sandbox.database.dispose()

    def __exit__(self, *_: object) -> None:
        self._say(sql.SQL("RESET {}"))
        self.sandbox.database.dispose()

    def _say(self, words: sql.SQL) -> None:
        role, database = self.url.username or "", self.url.database or ""
        where = self.url.set(drivername="postgresql", username="postgres", password=None)
        with psycopg.connect(where.render_as_string(hide_password=False)) as connection:
            connection.execute(
                sql.SQL("ALTER ROLE {} IN DATABASE {} ").format(
                    sql.Identifier(role), sql.Identifier(database)
                )
                + words.format(sql.Identifier(self.NAME))
            )


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_fault_45_a_sealer_says_that_it_is_alive(
    sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever does not hear it for as long as the unit says kills it, and starts another."""
    assert sandbox.app
    address = tmp_path / "notify"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
        systemd.bind(str(address))
        systemd.settimeout(5)
        monkeypatch.setenv("NOTIFY_SOCKET", str(address))
        over = iter([False, True, True, True, True])
        sealing.follow(lambda _: None, is_over=lambda: next(over, True))
        assert systemd.recv(100) == b"WATCHDOG=1"
    monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "nobody"))
    sealing.follow(lambda _: None, is_over=lambda: True)
