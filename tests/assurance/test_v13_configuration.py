"""V13.2.2, V13.4.2, V13.3.1 and V16.5.1: what the application may do, and what it gives away."""

from __future__ import annotations

import logging
import os
import re
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from assistedaccess.kernel.append_only import APPEND_ONLY
from assistedaccess.kernel.database import metadata
from config import SettingsError, load_settings
from tests.factories.world import World
from tests.support.contents import Contents, changed_tables
from tests.support.databases import Sandbox
from tests.support.sources import ROOT, tracked_files

from .probes import find_traces, listed

ON_SQLITE = pytest.mark.parametrize("database_kind", ["sqlite"])
ON_POSTGRESQL = pytest.mark.parametrize("database_kind", ["postgresql"])

PRODUCTION = {
    "ASSISTEDACCESS_ENV": "production",
    "ASSISTEDACCESS_DATABASE_URL": "postgresql://app@localhost/access",
    "ASSISTEDACCESS_PUBLIC_URL": "https://access.example.org",
    "ASSISTEDACCESS_SECRET_KEY": "0123456789 abcdefghijklmnopqrstuvwxyz",
    "ASSISTEDACCESS_MASTER_KEY": "b25seSBmb3IgdGVzdHMsIG5vdCBmb3IgcGVvcGxlISE=",
}


# -- the database role


@ON_POSTGRESQL
def test_v13_2_2_the_application_may_not_change_the_tables(sandbox: Sandbox, world: World) -> None:
    """Every statement is run as the role by which the application serves."""
    done = []
    for table in metadata.tables:
        for statement in (
            f'DROP TABLE "{table}"',
            f'TRUNCATE "{table}"',
            f'ALTER TABLE "{table}" ADD COLUMN more text',
            f'ALTER TABLE "{table}" DISABLE TRIGGER ALL',
            f'ALTER TABLE "{table}" OWNER TO CURRENT_USER',
            f'GRANT ALL ON "{table}" TO PUBLIC',
            f'CREATE INDEX more ON "{table}" ((1))',
            f'CREATE TRIGGER more BEFORE INSERT ON "{table}" EXECUTE FUNCTION now()',
        ):
            if _runs(sandbox, statement):
                done.append(statement)
    for statement in (
        "CREATE TABLE public.more (id int)",
        "CREATE FUNCTION public.more() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "CREATE EXTENSION pgcrypto",
        "CREATE ROLE more",
        "SET session_replication_role = replica",
        "COPY audit_event TO PROGRAM 'cat'",
        "SELECT pg_read_file('/etc/passwd')",
    ):
        if _runs(sandbox, statement):
            done.append(statement)
    assert not done, listed(done)


@ON_POSTGRESQL
@pytest.mark.parametrize("statement", ["UPDATE {0} SET {1} = {1}", "DELETE FROM {0}"])
def test_v13_2_2_nor_what_only_grows(sandbox: Sandbox, world: World, statement: str) -> None:
    assert "audit_event" in APPEND_ONLY
    for table, key in APPEND_ONLY.items():
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            _run(sandbox, statement.format(f'"{table}"', f'"{key}"'))


def _run(sandbox: Sandbox, statement: str) -> None:
    try:
        with sandbox.database.writing.begin() as connection:
            connection.execute(text(statement))
    except DBAPIError as error:
        raise (error.orig or error) from error


def _runs(sandbox: Sandbox, statement: str) -> bool:
    try:
        _run(sandbox, statement)
    except psycopg.errors.InsufficientPrivilege:
        return False
    except psycopg.errors.SyntaxError as error:
        raise AssertionError(statement) from error
    except psycopg.Error as error:
        # Refused for another reason: as good, if it is one that nobody can take away.
        return not isinstance(error, psycopg.errors.WrongObjectType | psycopg.errors.UndefinedFile)
    # GRANT by who owns nothing is a warning, not an error: what counts is that nothing changed.
    return not statement.startswith("GRANT")


@ON_SQLITE
def test_v13_2_2_on_sqlite_the_guards_are_triggers(sandbox: Sandbox, world: World) -> None:
    tried = set()
    with sandbox.database.writing.connect() as connection:
        for table, key in APPEND_ONLY.items():
            if not connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one():  # noqa: S608
                continue
            tried.add(table)
            for statement in (f"UPDATE {table} SET {key} = {key}", f"DELETE FROM {table}"):  # noqa: S608
                with pytest.raises(DBAPIError, match="only grows"):
                    connection.execute(text(statement))
    assert tried >= {"audit_event", "submission"}


# -- debugging, and secrets in the source


@pytest.mark.parametrize("value", ["1", "true", "yes"])
def test_v13_4_2_debugging_stops_the_boot_of_production(tmp_path: Path, value: str) -> None:
    environ = {**PRODUCTION, "ASSISTEDACCESS_DATA_DIR": str(tmp_path)}
    assert load_settings(environ).is_production
    with pytest.raises(SettingsError, match="FLASK_DEBUG"):
        load_settings({**environ, "FLASK_DEBUG": value})


def test_v13_4_2_the_command_line_says_so_in_a_sentence(tmp_path: Path) -> None:
    environ = {**PRODUCTION, "ASSISTEDACCESS_DATA_DIR": str(tmp_path), "FLASK_DEBUG": "1"}
    done = subprocess.run(
        [sys.executable, "-m", "assistedaccess.cli", "migrate"],
        env={**os.environ, **environ},
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
    )
    said = done.stdout + done.stderr
    assert done.returncode != 0
    assert "FLASK_DEBUG" in said
    assert "Traceback" not in said


@ON_SQLITE
def test_v13_4_2_there_is_no_console(app: Flask, plain_client: FlaskClient) -> None:
    assert not app.debug
    for path in ("/console", "/debug", "/metrics", "/_debug_toolbar", "/server-status"):
        assert plain_client.get(path).status_code == 404
    answer = plain_client.get("/?__debugger__=yes&cmd=resource&f=style.css")
    assert (answer.status_code, answer.mimetype) == (303, "text/html")


SECRETS_IN_SOURCE = re.compile(
    r"-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----"
    r"|\bAKIA[0-9A-Z]{16}\b"
    r"|\bghp_[0-9A-Za-z]{36}\b"
    r"|(?i:secret_key|master_key|api_key|password)\s*=\s*[\"'][^\"'{}<>$ ]{16,}[\"']"
)


def test_v13_3_1_no_secret_stands_in_the_repository() -> None:
    wrong = []
    for path in tracked_files():
        if path.suffix in {".py", ".toml", ".sh", ".yml", ".yaml", ".cfg", ".md", ".json"}:
            if "tests" in path.relative_to(ROOT).parts:
                continue
            for found in SECRETS_IN_SOURCE.finditer(path.read_text(encoding="utf-8")):
                wrong.append((path.name, found[0]))
    assert not wrong, listed(wrong)
    assert SECRETS_IN_SOURCE.search('SECRET_KEY = "abcdefgh01234567"')


# -- error pages


@ON_SQLITE
def test_v16_5_1_no_fault_of_any_page_shows_the_program(
    app: Flask,
    world: World,
    plain_client: FlaskClient,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    contents: Contents,
) -> None:
    """Each view fails in turn: a page, a number that the log has too, nothing else."""
    from .role_route_matrix import ROLES, role_for
    from .routes import list_routes

    def fail(*_: object, **__: object) -> None:
        raise RuntimeError('SELECT * FROM person WHERE name = "x" in /srv/app/people.py')

    before = contents.read()
    wrong = []
    for role in ROLES:
        world.a.sign_in(plain_client, role)
        for route in list_routes(app):
            if "GET" not in route.methods or role_for(route.endpoint) != role:
                continue
            guard = getattr(app.view_functions[route.endpoint], "__guard__", None)
            failing = lambda *a, **k: fail(*a, **k)  # noqa: E731
            failing.__guard__ = guard  # type: ignore[attr-defined]
            with monkeypatch.context() as patched, caplog.at_level(logging.ERROR):
                patched.setitem(app.view_functions, route.endpoint, failing)
                caplog.clear()
                answer = plain_client.get(route.path(world.a.values), buffered=True)
            page = answer.get_data(as_text=True)
            number = re.search(r"E-[0-9A-Z]{4}-[0-9A-Z]{4}", page)
            shown = list(find_traces(page))
            is_right = answer.status_code == 500 and number and number[0] in caplog.text
            if shown or not is_right:
                wrong.append((route.endpoint, answer.status_code, shown))
    assert not wrong, listed(wrong)
    assert set(changed_tables(before, contents.read())) <= {"account", "sign_in"}
