"""run_transaction: all or nothing, retried when the database asks, and a refusal is a fact."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import Select, insert, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError

from assistedaccess.audit import Action, record
from assistedaccess.audit.models import AuditEvent
from assistedaccess.kernel import commands, controls, events, ids, transactions
from assistedaccess.kernel.actor import SYSTEM, Actor
from assistedaccess.kernel.commands import UnrecordedCommand, command
from assistedaccess.kernel.controls import Act, Finding, Verdict
from assistedaccess.kernel.database import (
    Database,
    NoUnitOfWork,
    WriteOutsideTransaction,
    get_session,
)
from assistedaccess.kernel.encryption import DataKey, seal
from assistedaccess.kernel.errors import Held, Refused
from assistedaccess.kernel.ids import new_id
from assistedaccess.kernel.transactions import Busy, get_transaction, reading, run_transaction
from assistedaccess.people import queries, service_register
from assistedaccess.people.models import Person
from tests.factories.people import make_desk, make_helper, make_person

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture
def forgotten() -> Iterator[None]:
    """Take the commands and controls of a test out of the registers again."""
    known, watched = dict(commands._register), list(controls._controls)
    yield
    commands._register.clear()
    commands._register.update(known)
    controls._controls[:] = watched


OF_THE_INSTALLATION = (
    Action.INSTALLATION_PREPARED,
    Action.SERVICE_PUBLISHED,
    Action.STATEMENT_PUBLISHED,
)


def since_the_start() -> Select[tuple[AuditEvent]]:
    """What this test added to the events that the installation itself left."""
    return (
        select(AuditEvent)
        .where(AuditEvent.action.not_in(OF_THE_INSTALLATION))
        .order_by(AuditEvent.id)
    )


def list_actions() -> list[str]:
    with reading() as session:
        return [event.action for event in session.scalars(since_the_start())]


def note(actor: Actor = SYSTEM) -> None:
    record(Action.TODAY_VIEWED, actor=actor)


def test_change_and_evidence_commit_together() -> None:
    subject = new_id()
    run_transaction(lambda: (seal(subject, "a.b", "secret"), note()))
    with reading() as session:
        assert session.get(DataKey, subject) is not None
    assert list_actions() == ["today.viewed"]


def test_a_failure_leaves_nothing() -> None:
    subject = new_id()

    def fail() -> None:
        seal(subject, "a.b", "secret")
        note()
        raise RuntimeError("half-way")

    with pytest.raises(RuntimeError):
        run_transaction(fail)
    with reading() as session:
        assert session.get(DataKey, subject) is None
    assert list_actions() == []


def test_an_inner_transaction_joins_the_outer_one() -> None:
    def outer() -> None:
        run_transaction(note)
        raise RuntimeError("after the inner one")

    with pytest.raises(RuntimeError):
        run_transaction(outer)
    assert list_actions() == []


def test_nothing_is_read_or_written_outside_a_unit_of_work() -> None:
    with pytest.raises(NoUnitOfWork):
        get_session()


def test_a_reading_refuses_to_write() -> None:
    with reading() as session:
        session.add(DataKey(subject_id=new_id(), wrapped=b"", created_at=None))
        with pytest.raises(WriteOutsideTransaction):
            session.flush()


def test_a_reading_refuses_plain_sql_too_on_postgresql(database: Database) -> None:
    if database.is_sqlite:
        return  # SQLite has no read-only transaction; the refused flush above guards both
    with reading() as session, pytest.raises(DBAPIError, match="read-only"):
        session.execute(text("DELETE FROM data_key"))


@pytest.mark.usefixtures("forgotten")
def test_a_refusal_rolls_back_and_is_recorded_alone() -> None:
    told: list[Refused] = []

    def keep(event: events.ActRefused) -> None:
        told.append(event.refusal)

    events.subscribe(events.ActRefused, keep)
    person_id, subject_id = new_id(), new_id()

    @command("test.refuse")
    def refuse(*, actor: Actor, person_id: object) -> None:
        commands.concerns(subject=("thing", subject_id))
        note(actor)
        raise Refused("No.", next_step="Ask again.", reason_code="for_a_test")

    try:
        with pytest.raises(Refused):
            refuse(actor=SYSTEM, person_id=person_id)
    finally:
        events._handlers[events.ActRefused].remove(keep)
    with reading() as session:
        event = session.scalars(since_the_start()).one()
        assert event.action == "act.refused"
        assert event.command == "test.refuse"
        assert event.reason_code == "for_a_test"
        assert event.person_id == person_id
        assert event.subject_id == subject_id
    assert [refusal.words for refusal in told] == ["No."]


@pytest.mark.usefixtures("forgotten")
def test_a_command_without_an_event_is_rolled_back() -> None:
    subject = new_id()

    @command("test.silent")
    def silent(*, actor: Actor) -> None:
        seal(subject, "a.b", "secret")

    with pytest.raises(UnrecordedCommand):
        silent(actor=SYSTEM)
    with reading() as session:
        assert session.get(DataKey, subject) is None


@pytest.mark.usefixtures("forgotten")
def test_the_severest_verdict_wins_and_a_hold_has_no_effect() -> None:
    findings = [
        Finding(Verdict.HOLD, "second", "This waits."),
        Finding(Verdict.HOLD, "first", "This waits too."),
        Finding(Verdict.ALLOW, "fine", ""),
    ]
    controls.register_control(lambda act: findings)

    @command("test.act")
    def act(*, actor: Actor) -> None:
        note(actor)
        controls.decide(Act("test.act", actor))

    with pytest.raises(Held) as held:
        act(actor=SYSTEM)
    assert held.value.reasons == ("first", "second")
    findings.append(Finding(Verdict.REFUSE, "never", "No."))
    with pytest.raises(Refused) as refused:
        act(actor=SYSTEM)
    assert refused.value.code == "never"
    acts = [action for action in list_actions() if action.startswith("act.")]
    assert acts == ["act.held", "act.refused"]


@pytest.mark.usefixtures("forgotten")
def test_an_answered_reason_holds_no_more_but_a_new_one_does() -> None:
    reasons = ["seen"]
    controls.register_control(
        lambda act: [Finding(Verdict.HOLD, reason, "Wait.") for reason in reasons]
    )

    def decide() -> None:
        note()
        controls.decide(Act("test.act", SYSTEM))

    run_transaction(decide, answered_reasons=frozenset({"seen"}))
    reasons.append("new")
    with pytest.raises(Held) as held:
        run_transaction(decide, answered_reasons=frozenset({"seen"}))
    assert held.value.reasons == ("new",)


class _Asked(Exception):
    sqlstate = "40001"
    sqlite_errorname = "SQLITE_BUSY"


@pytest.mark.parametrize(("failures", "succeeds"), [(1, True), (4, True), (5, False)])
def test_what_the_database_asks_for_again_is_done_again_once(failures: int, succeeds: bool) -> None:
    runs: list[int] = []

    def work() -> None:
        runs.append(1)
        note()
        if len(runs) <= failures:
            raise OperationalError("COMMIT", {}, _Asked())

    if succeeds:
        run_transaction(work)
        assert list_actions() == ["today.viewed"]
    else:
        with pytest.raises(Busy):
            run_transaction(work)
        assert list_actions() == []
    assert len(runs) == min(failures + 1, transactions.ATTEMPTS)


def test_a_reference_that_another_record_has_is_drawn_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    desk = make_desk()
    taken = make_person(make_helper(desk), "Ada First")
    with reading():
        first = queries.get_person(taken).reference
    real, drawn = ids.new_reference, []

    def draw(prefix: str) -> str:
        drawn.append(prefix)
        return first if drawn.count("P") == 1 and prefix == "P" else real(prefix)

    monkeypatch.setattr(service_register, "new_reference", draw)
    second = make_person(make_helper(desk), "Bea Second")
    with reading():
        assert queries.get_person(second).reference != first
    assert drawn.count("P") == 2


def test_a_reference_that_is_always_the_same_is_no_chance(monkeypatch: pytest.MonkeyPatch) -> None:
    helper = make_helper(make_desk())
    monkeypatch.setattr(service_register, "new_reference", lambda prefix: "P-7777-7777")
    make_person(helper, "Ada First")
    with pytest.raises(IntegrityError):
        make_person(helper, "Bea Second")


def test_another_rule_of_the_database_is_not_tried_again() -> None:
    runs: list[int] = []
    person_id = make_person(make_helper(make_desk()), "Ada First")

    def work() -> None:
        runs.append(1)
        row = get_session().get_one(Person, person_id)
        values = {column.key: getattr(row, column.key) for column in Person.__table__.columns}
        values["reference"] = ids.new_reference("P")
        get_session().execute(insert(Person).values(**values))

    with pytest.raises(IntegrityError):
        run_transaction(work)
    assert len(runs) == 1


def test_writers_at_once_lose_nothing(database: Database) -> None:
    threads, each = 8, 10
    barrier = threading.Barrier(threads)
    failures: list[BaseException] = []

    def write() -> None:
        barrier.wait()
        try:
            for _ in range(each):
                run_transaction(note)
        except BaseException as error:
            failures.append(error)

    running = [threading.Thread(target=write) for _ in range(threads)]
    for thread in running:
        thread.start()
    for thread in running:
        thread.join()
    assert failures == []
    assert len(list_actions()) == threads * each


def test_sqlite_takes_its_lock_when_a_transaction_begins(database: Database) -> None:
    if not database.is_sqlite:
        return  # PostgreSQL locks rows, not the file
    inside, go_on = threading.Event(), threading.Event()
    order: list[str] = []

    def first() -> None:
        def work() -> None:
            inside.set()
            go_on.wait(5)
            order.append("first")
            note()

        run_transaction(work)

    def second() -> None:
        def work() -> None:
            order.append("second")
            note()

        run_transaction(work)

    one = threading.Thread(target=first)
    one.start()
    inside.wait(5)
    other = threading.Thread(target=second)
    other.start()
    go_on.set()
    one.join()
    other.join()
    assert order == ["first", "second"]


def test_pragmas_of_sqlite(database: Database) -> None:
    if not database.is_sqlite:
        return  # pragmas are SQLite's
    with database.reading.connect() as connection:
        found = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "recursive_triggers")
        }
    assert found == {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "recursive_triggers": 1,
    }


def test_after_commit_runs_only_after_a_commit(app: Flask) -> None:
    ran: list[str] = []

    def fail() -> None:
        get_transaction().after_commit.append(lambda: ran.append("failed"))
        raise RuntimeError

    with pytest.raises(RuntimeError):
        run_transaction(fail)
    run_transaction(
        lambda: (note(), get_transaction().after_commit.append(lambda: ran.append("done")))
    )
    assert ran == ["done"]


def test_who_reads_around_a_transaction_sees_what_it_did(app: Flask) -> None:
    def count() -> int:
        return len(get_session().scalars(select(AuditEvent.id)).all())

    with reading():
        before = count()
        run_transaction(note)
        assert count() == before + 1
