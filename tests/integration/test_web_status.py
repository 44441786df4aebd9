"""What operators and load balancers are told, and that it is nothing about anybody."""

from __future__ import annotations

from datetime import timedelta

from flask.testing import FlaskClient

from assistedaccess.audit import Action, record, sealing
from assistedaccess.kernel import clock
from assistedaccess.kernel.actor import SYSTEM
from assistedaccess.kernel.database import Database
from assistedaccess.kernel.transactions import run_transaction
from assistedaccess.web import status
from config import Settings
from tests.factories import people
from tests.support.statements import MOST, counted_statements


def lines(app: object, settings: Settings) -> dict[str, status.Line]:
    with app.test_request_context():  # type: ignore[attr-defined]
        from assistedaccess.kernel.transactions import reading

        with reading():
            return {line.name: line for line in status.list_lines(settings)}


def test_readiness_is_one_word(client: FlaskClient, monkeypatch: object) -> None:
    answer = client.get("/readyz")
    assert (answer.status_code, answer.text) == (200, "ready\n")
    monkeypatch.setattr("assistedaccess.kernel.migrations.find_head", lambda: "9999")  # type: ignore[attr-defined]
    answer = client.get("/readyz")
    assert (answer.status_code, answer.text) == (503, "not ready\n")


def test_what_stands_still_is_seen(app: object, settings: Settings) -> None:
    sealing.seal_all()
    found = lines(app, settings)
    assert found["Database"].is_well
    assert found["Journal"].is_well
    assert not found["Backup"].is_well
    assert not found["Drill"].is_well
    # Nobody receives the log of the tests' PostgreSQL; SQLite does not know who copies it.
    copy = found.get("Copy as it is written")
    assert (copy is None) == settings.is_sqlite
    if copy is not None:
        assert not copy.is_well
        assert "postgresql-wal" in copy.words
    run_transaction(lambda: record(Action.BACKUP_MADE, actor=SYSTEM))
    now = clock.now()
    with clock.set_clock(now + timedelta(hours=1)):
        found = lines(app, settings)
        assert found["Backup"].is_well
        assert not found["Journal"].is_well  # for an hour nobody has sealed it
        sealing.seal_all()
        assert lines(app, settings)["Journal"].is_well
    with clock.set_clock(now + timedelta(hours=30)):
        found = lines(app, settings)
        assert not found["Backup"].is_well
        assert found["Journal"].is_well  # a quiet day is no fault


def test_the_page_costs_little(client: FlaskClient, database: Database) -> None:
    people.sign_in(client, people.make_helper(people.make_desk(), "administrator"))
    client.get("/status")
    with counted_statements(database) as sent:
        page = client.get("/status")
    assert page.status_code == 200
    assert "They go out." in page.text or "There is no provider" in page.text
    assert len(sent) <= MOST["GET"], sent
