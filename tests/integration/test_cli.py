"""What operators, timers and CI type: each does its work and exits, and says what it did."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest
from click.testing import CliRunner, Result
from flask import Flask
from sqlalchemy import func, make_url, select

from assistedaccess.audit.models import AuditEvent
from assistedaccess.audit.models_tree import AuditLeaf
from assistedaccess.cli import main
from assistedaccess.consent import silent
from assistedaccess.kernel import events
from assistedaccess.kernel.database import Database
from assistedaccess.kernel.transactions import bind_database, get_database, reading
from assistedaccess.organisations.models import RoleGrant
from assistedaccess.oversight.models_tally import JournalTally
from config import Settings
from tests.support.databases import empty_database

Run = Callable[..., Result]


@pytest.fixture
def run(
    empty_settings: Settings, monkeypatch: pytest.MonkeyPatch, app: Flask, database: Database
) -> Run:
    """Run the command on an installation that has no table yet."""
    import config

    monkeypatch.setattr(config, "load_settings", lambda environ=None: empty_settings)

    def typed(*words: str) -> Result:
        before = get_database()
        try:
            return CliRunner().invoke(main, list(words))
        finally:
            if get_database() is not before:
                get_database().dispose()
            bind_database(before)

    return typed


def in_the_new_place(settings: Settings) -> Database:
    database = Database(settings.database_url)
    bind_database(database)
    return database


def test_the_first_two_administrators_are_the_systems_act(
    run: Run, empty_settings: Settings, database: Database
) -> None:
    assert run("migrate").exit_code == 0
    for email in ("one@example.org", "two@example.org"):
        added = run("users", "add", email, "--name", "Ida Lind")
        assert added.exit_code == 0, added.output
        assert "/invitations/" in added.output
    again = run("users", "add", "one@example.org", "--name", "Ida Lind")
    assert "/invitations/" in again.output
    third = run("users", "add", "three@example.org", "--name", "Sam Third")
    assert third.exit_code == 1
    assert "first two administrators" in third.output
    made = in_the_new_place(empty_settings)
    try:
        with reading() as session:
            assert list(session.scalars(select(RoleGrant.role))) == ["administrator"] * 2
            kinds = set(
                session.scalars(
                    select(AuditEvent.actor_kind).where(AuditEvent.action == "role.granted")
                )
            )
            assert kinds == {"system"}
    finally:
        bind_database(database)
        made.dispose()


@pytest.mark.parametrize("database_kind", ["postgresql"])
@pytest.mark.parametrize("encoding", ["SQL_ASCII", "LATIN1"])
def test_a_database_in_another_encoding_is_refused_and_left_alone(
    app: Flask, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, encoding: str
) -> None:
    """Else the first name in other letters would be refused, or kept as something else."""
    import config

    backup = tmp_path / "some.backup"
    backup.write_bytes(b"whatever is in it is not looked at")
    with empty_database("postgresql", encoding=encoding) as settings:
        monkeypatch.setattr(config, "load_settings", lambda environ=None: settings)
        for words in (["migrate"], ["run"], ["restore", str(backup)]):
            refused = CliRunner().invoke(main, words)
            assert refused.exit_code == 2, refused.output
            assert f"keeps text in {encoding}, and must be in UTF8" in refused.output
        url = make_url(settings.migration_database_url).set(drivername="postgresql")
        with psycopg.connect(url.render_as_string(hide_password=False)) as connection:
            found = connection.execute("SELECT 1 FROM pg_tables WHERE schemaname = 'public'")
            assert found.fetchall() == []


def test_a_fresh_installation_has_no_account(run: Run, empty_settings: Settings) -> None:
    from assistedaccess.accounts.models import Account

    before = get_database()
    run("migrate")
    made = in_the_new_place(empty_settings)
    try:
        with reading() as session:
            assert session.scalars(select(Account.id)).all() == []
    finally:
        bind_database(before)
        made.dispose()


def test_the_journal_is_verified_in_words_and_in_json(run: Run) -> None:
    run("migrate")
    said = run("audit", "verify")
    assert said.exit_code == 0
    assert "The journal holds" in said.output
    report = json.loads(run("audit", "verify", "--json").output)
    assert report["ok"] is True
    assert report["events"] > 0
    assert report["faults"] == []


def test_what_is_committed_is_sealed_once_and_counted(
    run: Run, empty_settings: Settings, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By a process of its own, in which nobody has subscribed to anything yet."""
    run("migrate")
    monkeypatch.setattr(events, "_handlers", defaultdict(list))
    said = run("audit", "seal")
    place = in_the_new_place(empty_settings)
    with reading() as session:
        counted = session.scalar(select(func.sum(JournalTally.acts)))
        assert counted == session.scalar(select(func.count(AuditLeaf.event_id)))
    place.dispose()
    bind_database(database)
    assert said.exit_code == 0, said.output
    assert "events are sealed" in said.output
    assert "Nothing new" in run("audit", "seal").output
    run("migrate")
    sealed = json.loads(run("audit", "seal", "--json").stdout)
    assert sealed["size"] > 0
    assert len(sealed["root"]) == 64


def test_a_journal_that_does_not_hold_exits_with_one(run: Run, empty_settings: Settings) -> None:
    from sqlalchemy import text

    run("migrate")
    owner = Database(empty_settings.migration_database_url)
    with owner.writing.begin() as connection:
        connection.execute(text("UPDATE audit_lane SET last_seq = last_seq + 1"))
    owner.dispose()
    said = run("audit", "verify")
    assert said.exit_code == 1
    assert "does not hold" in said.output


def test_what_time_asks_for_is_done_and_said(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[str] = []
    monkeypatch.setattr(silent, "tell_calls", lambda: told.append("the leads"))
    run("migrate")
    expired = run("expire")
    assert expired.exit_code == 0, expired.output
    assert "sign-ins ended: 0" in expired.output
    sent = run("notices", "send")
    assert sent.exit_code == 0
    assert "0 sent, 0 not sent." in sent.output
    assert told == ["the leads"]


def test_migrating_again_changes_nothing(run: Run) -> None:
    assert run("migrate").exit_code == 0
    again = run("migrate")
    assert again.exit_code == 0, again.output


@pytest.mark.parametrize(
    "words",
    [
        ("run",),
        ("users", "add", "one@example.org", "--name", "Ida Lind"),
        ("notices", "send"),
        ("expire",),
        ("audit", "verify"),
        ("audit", "verify", "--json"),
    ],
)
def test_nothing_is_begun_on_old_tables(run: Run, words: tuple[str, ...]) -> None:
    refused = run(*words)
    assert refused.exit_code == 2
    assert refused.output.strip().endswith("Run: assistedaccess migrate")


def test_a_database_that_is_away_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not a journal that does not hold (1), and no trace."""
    monkeypatch.setenv("ASSISTEDACCESS_ENV", "test")
    monkeypatch.setenv("ASSISTEDACCESS_DATABASE_URL", "postgresql://nobody@127.0.0.1:1/nothing")
    refused = CliRunner().invoke(main, ["audit", "verify", "--json"])
    assert refused.exit_code == 2
    assert "does not answer" in refused.output


SLIPS = [
    ("nonsense", "Ida Lind"),
    ("", "Ida Lind"),
    ("ida@\x07example.org", "Ida Lind"),
    ("ida@example.org", ""),
    ("ida@example.org", " \t "),
    ("ida@example.org", "Ida\x1b[31m"),
    ("ida@example.org", "I" * 201),
]


def test_a_slip_of_the_keyboard_uses_up_no_first_administrator(run: Run) -> None:
    run("migrate")
    for email, name in SLIPS:
        refused = run("users", "add", email, "--name", name)
        assert refused.exit_code == 2, refused.output
    for right in ("one@example.org", "two@example.org"):
        assert run("users", "add", right, "--name", "Ida Lind").exit_code == 0


def test_a_demonstration_is_not_served_in_production(
    run: Run, empty_settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its passwords are known, in whichever folder its files were."""
    import config
    from assistedaccess.demo.seed import finish
    from assistedaccess.kernel.actor import SYSTEM

    run("migrate")
    before = get_database()
    made = in_the_new_place(empty_settings)
    finish(actor=SYSTEM)
    bind_database(before)
    made.dispose()
    real = replace(empty_settings, env="production", public_url="https://help.example.org")
    monkeypatch.setattr(config, "load_settings", lambda environ=None: real)
    refused = run("run")
    assert refused.exit_code == 2
    assert "demonstration" in refused.output


def test_a_demonstration_is_not_seeded_where_people_are_real(run: Run) -> None:
    refused = run("demo")  # the settings of a test are not those of a demonstration
    assert refused.exit_code == 2
    assert "ENV=demo" in refused.output


def test_a_wrong_setting_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASSISTEDACCESS_ENV", "prod")
    refused = CliRunner().invoke(main, ["migrate"])
    assert refused.exit_code == 2
    assert "ASSISTEDACCESS_ENV" in refused.output
    assert "Traceback" not in refused.output


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["migrate"],
        ["run"],
        ["demo"],
        ["users", "add"],
        ["notices", "send"],
        ["audit", "verify"],
        ["expire"],
        ["services", "check"],
        ["bench"],
        ["backup"],
        ["restore"],
        ["drill"],
        ["keys", "rotate"],
        ["keys", "escrow", "open"],
    ],
)
def test_each_command_helps(words: list[str]) -> None:
    helped = CliRunner().invoke(main, [*words, "--help"])
    assert helped.exit_code == 0
    assert "Usage:" in helped.output


def test_a_definition_is_checked(tmp_path: Path) -> None:
    from assistedaccess.kernel.places import PACKAGE

    good = PACKAGE / "services" / "definitions" / "blue-badge.json"
    report = json.loads(CliRunner().invoke(main, ["services", "check", str(good), "--json"]).output)
    assert report["files"][0]["ok"] is True
    assert report["files"][0]["walked"] == report["files"][0]["reachable"]
    bad = tmp_path / "bad.json"
    bad.write_text('{"startPage": "/nowhere", "pages": []}')
    checked = CliRunner().invoke(main, ["services", "check", str(bad)])
    assert checked.exit_code == 1
    assert "Walking" in checked.stderr  # how far it is stands apart from what it found
    assert "Walking" not in checked.stdout
