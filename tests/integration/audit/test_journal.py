"""The journal only grows, says who did what for whom, and tells when somebody has been at it."""

from __future__ import annotations

import json
from uuid import UUID

import pytest
import rfc8785
from sqlalchemy import delete, func, insert, select, text
from sqlalchemy.exc import DBAPIError

from assistedaccess.audit import Action, Outcome, lanes, record
from assistedaccess.audit.keys import rotate_key
from assistedaccess.audit.lanes import LaneBroken
from assistedaccess.audit.models import AuditDetail, AuditEvent, AuditLane
from assistedaccess.audit.verify import Report, open_detail, verify_journal
from assistedaccess.kernel import encryption
from assistedaccess.kernel.actor import SYSTEM, Actor, ActorKind
from assistedaccess.kernel.database import Database, get_session
from assistedaccess.kernel.ids import new_id
from assistedaccess.kernel.transactions import reading, run_transaction
from tests.support.databases import Sandbox
from tests.support.statements import counted_statements
from tests.support.tampering import owner_executes

pytestmark = pytest.mark.usefixtures("app")


def write(count: int = 1, **more: object) -> list[UUID]:
    def work() -> list[UUID]:
        return [record(Action.PERSON_OPENED, actor=SYSTEM, **more) for _ in range(count)]

    return run_transaction(work)


def verify() -> Report:
    with reading():
        return verify_journal()


def test_an_event_says_everything_in_its_canonical_bytes() -> None:
    actor = Actor(
        ActorKind.ACCOUNT,
        account_id=new_id(),
        human_id=new_id(),
        role="helper",
        organisation_id=new_id(),
        site_id=new_id(),
        sign_in_id=new_id(),
        request_id="r-1",
    )
    person_id, subject_id, authority_id = new_id(), new_id(), new_id()
    (event_id,) = run_transaction(
        lambda: [
            record(
                Action.APPLICATION_SUBMITTED,
                actor=actor,
                person_id=person_id,
                subject=("application", subject_id),
                authority=("delegation", authority_id),
                service="blue-badge",
                reason="explained.open_case",
                details={"words": "Siân’s application"},
            )
        ]
    )
    with reading() as session:
        event = session.get_one(AuditEvent, event_id)
        said = json.loads(event.body)
        assert rfc8785.dumps(said) == event.body
        assert said["account_id"] == str(actor.account_id)
        assert said["person_id"] == str(person_id)
        assert said["authority_id"] == str(authority_id)
        assert said["organisation_id"] == str(actor.organisation_id)
        assert said["occurred_at"].endswith("Z")
        assert said["outcome"] == Outcome.DONE
        assert "Siân" not in event.body.decode()
        opened = open_detail(session.get_one(AuditDetail, event_id))
        assert opened is not None
        assert json.loads(opened[1]) == {"words": "Siân’s application"}
    assert verify().ok


def test_the_events_of_one_transaction_are_written_in_two_statements(database: Database) -> None:
    write()  # the lane is registered, the key is known
    with counted_statements(database) as statements:
        write(25)
    assert len(statements) == 2, statements
    with counted_statements(database) as statements:
        write()
    assert len(statements) == (2 if database.is_sqlite else 1), statements
    assert verify().ok


@pytest.mark.parametrize("events", [1, 3])
def test_nothing_is_written_behind_a_head_that_somebody_moved(
    sandbox: Sandbox, events: int
) -> None:
    def count() -> tuple[int, int]:
        with reading() as session:
            written = session.scalar(select(func.count()).select_from(AuditEvent))
            return written or 0, session.scalar(select(func.sum(AuditLane.last_seq))) or 0

    write()
    owner_executes(sandbox, "UPDATE audit_lane SET last_seq = last_seq + 100", guards=False)
    before = count()
    with pytest.raises(LaneBroken):
        write(events)
    assert count() == before


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_event SET action = 'x'",
        "DELETE FROM audit_event",
    ],
)
def test_the_application_cannot_change_an_event(database: Database, statement: str) -> None:
    write()
    with database.writing.connect() as connection, pytest.raises(DBAPIError):
        connection.execute(text(statement))
    assert verify().ok


@pytest.mark.parametrize(
    "statement",
    ["UPDATE audit_event SET action = 'x'", "DELETE FROM audit_event", "TRUNCATE audit_event"],
)
def test_the_owner_of_the_tables_cannot_either(sandbox: Sandbox, statement: str) -> None:
    if sandbox.kind == "sqlite" and statement.startswith("TRUNCATE"):
        return  # SQLite has no TRUNCATE
    write()
    with pytest.raises(DBAPIError, match="only grows"):
        owner_executes(sandbox, statement)
    assert verify().ok


def test_replace_cannot_slip_past(sandbox: Sandbox) -> None:
    write()
    if sandbox.kind == "sqlite":
        replace = "INSERT OR REPLACE INTO audit_event SELECT * FROM audit_event"
    else:
        replace = (
            "INSERT INTO audit_event SELECT * FROM audit_event "
            "ON CONFLICT (id) DO UPDATE SET action = 'x'"
        )
    with pytest.raises(DBAPIError, match="only grows"):
        owner_executes(sandbox, replace)


def test_replace_through_the_other_unique_key_cannot_either(sandbox: Sandbox) -> None:
    if sandbox.kind != "sqlite":
        return  # PostgreSQL has no REPLACE
    (event_id,) = write()
    with reading() as session:
        columns = [c.name for c in AuditEvent.__table__.columns if c.name != "id"]
        assert session.get(AuditEvent, event_id) is not None
    listed = ", ".join(columns)
    statement = (
        f"INSERT OR REPLACE INTO audit_event (id, {listed}) "  # noqa: S608
        f"SELECT '{new_id().hex}', {listed} FROM audit_event"
    )
    with pytest.raises(DBAPIError, match="only grows"):
        owner_executes(sandbox, statement)


ATTACKS = {
    "an altered event": "UPDATE audit_event SET body = x'7b7d'",
    "an altered column": "UPDATE audit_event SET action = 'today.viewed' WHERE lane_seq = 2",
    "a removed event": "DELETE FROM audit_event WHERE lane_seq = 2",
    "a cut tail": "DELETE FROM audit_event WHERE lane_seq = 3",
    "a removed lane": "DELETE FROM audit_lane",
    "an altered head": "UPDATE audit_lane SET last_seq = last_seq + 1",
    "a moved event": "UPDATE audit_event SET lane_seq = 7000 WHERE lane_seq = 3",
    "an altered detail": "UPDATE audit_detail SET details = salt",
}


@pytest.mark.parametrize("attack", ATTACKS)
def test_somebody_who_goes_round_the_guards_is_noticed(sandbox: Sandbox, attack: str) -> None:
    write(3, details={"a": "b"})
    assert verify().ok
    statement = ATTACKS[attack]
    if sandbox.kind == "postgresql" and attack == "an altered event":
        statement = "UPDATE audit_event SET body = '\\x7b7d'::bytea"
    owner_executes(sandbox, statement, guards=False)
    report = verify()
    assert not report.ok
    assert report.faults[0]


def test_an_event_that_its_own_writer_signs_anew_no_longer_leads_to_the_next(
    sandbox: Sandbox,
) -> None:
    """Somebody with the memory of the process: its signature and its columns are right."""
    first, _next = write(2)
    with reading() as session:
        event = session.get_one(AuditEvent, first)
    body = rfc8785.dumps(json.loads(event.body) | {"reason_code": "explained.open_case"})
    (lane,) = (each for each in lanes._pool().free if each.id == event.lane_id)
    literal = "'\\x{}'::bytea" if sandbox.kind == "postgresql" else "x'{}'"
    key = str(first) if sandbox.kind == "postgresql" else first.hex
    owner_executes(
        sandbox,
        f"UPDATE audit_event SET body = {literal.format(body.hex())}, "  # noqa: S608
        f"signature = {literal.format(lane.key.sign(body).hex())}, "
        f"reason_code = 'explained.open_case' WHERE id = '{key}'",
        guards=False,
    )
    report = verify()
    assert (report.verdict, len(report.faults)) == ("altered", 1), report.faults
    assert "does not follow from the event before it" in report.faults[0]


def test_details_that_were_sealed_anew_are_not_those_that_the_event_committed_to() -> None:
    """Somebody with the keys: what stands there opens, and is something else."""
    (event_id,) = write(person_id=new_id(), details={"why": "no device"})

    def seal_anew() -> None:
        session = get_session()
        row = session.scalars(select(AuditDetail).filter_by(event_id=event_id)).one()
        field = f"audit_detail.details.{event_id}"
        other = encryption.seal(row.sealed_for, field, b'{"why":"no reason"}')
        values = {"event_id": event_id, "sealed_for": row.sealed_for, "salt": row.salt}
        session.execute(delete(AuditDetail).filter_by(event_id=event_id))
        session.execute(insert(AuditDetail).values(**values, details=other))

    run_transaction(seal_anew)
    report = verify()
    assert report.verdict == "altered"
    assert "details that it did not commit to" in report.faults[0]


def test_a_key_that_the_one_before_it_did_not_let_in_is_noticed(sandbox: Sandbox) -> None:
    run_transaction(rotate_key)
    assert verify().ok
    owner_executes(
        sandbox,
        "UPDATE audit_key SET endorsement = replace(endorsement, 'next key', 'next kez') "
        "WHERE number = (SELECT max(number) FROM audit_key)",
        guards=False,
    )
    report = verify()
    assert report.verdict == "key"
    assert "was not let in by the key before it" in " ".join(report.faults)


def test_events_swapped_by_time_are_noticed(sandbox: Sandbox) -> None:
    write(3)
    owner_executes(
        sandbox,
        "UPDATE audit_event SET occurred_at = (SELECT min(occurred_at) FROM audit_event)"
        if sandbox.kind == "postgresql"
        else "UPDATE audit_event SET occurred_at = '2020-01-01 00:00:00.000000'",
        guards=False,
    )
    report = verify()
    assert not report.ok
    assert "occurred_at" in " ".join(report.faults)


def test_erasing_a_person_leaves_the_journal_whole() -> None:
    person_id = new_id()
    write(2, person_id=person_id, details={"name": "Ada"})
    with reading() as session:
        before = session.execute(
            select(AuditEvent.body, AuditEvent.signature).order_by(AuditEvent.id)
        ).all()
    run_transaction(lambda: encryption.forget(person_id))
    report = verify()
    assert report.ok
    assert report.erased_details == 2
    with reading() as session:
        after = session.execute(
            select(AuditEvent.body, AuditEvent.signature).order_by(AuditEvent.id)
        ).all()
    assert before == after


def test_a_lane_goes_on_after_a_transaction_failed_at_its_end() -> None:
    before = verify().events
    write()

    def fail_late() -> None:
        record(Action.PERSON_OPENED, actor=SYSTEM)
        from assistedaccess.kernel.transactions import get_transaction

        get_transaction().session.add(AuditLane(id=new_id()))  # breaks NOT NULL at the flush

    with pytest.raises(DBAPIError):
        run_transaction(fail_late)
    write(2)
    report = verify()
    assert report.ok, report.faults
    assert report.events == before + 3


def test_a_lane_goes_on_after_a_commit_whose_answer_was_lost(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It went through, and this process was told that it had not."""
    from sqlalchemy.orm import Session

    before = verify().events
    write()
    commit = Session.commit

    def lose(session: Session) -> None:
        commit(session)
        raise ConnectionResetError

    with monkeypatch.context() as patch:
        patch.setattr(Session, "commit", lose)
        with pytest.raises(ConnectionResetError):
            write()
    write(2)
    report = verify()
    assert report.ok, report.faults
    assert report.events == before + 4


def test_the_journal_refers_to_no_other_table() -> None:
    assert not list(AuditEvent.__table__.foreign_keys)
    assert not list(AuditDetail.__table__.foreign_keys)


def test_the_report_counts_what_is_there() -> None:
    before = verify().events
    write(4)
    report = verify()
    assert report.events == before + 4
    assert report.as_dict()["ok"] is True
    assert str(report.events) in report.words()
