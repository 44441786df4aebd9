"""The log: one line a request, and no canary in any line, whatever goes wrong (ASVS 16.2.5)."""

from __future__ import annotations

import json
import logging
import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import psycopg
import pytest
from click.testing import CliRunner
from flask import Flask, request
from flask.testing import FlaskClient
from sqlalchemy.exc import IntegrityError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from assistedaccess import create_app, installation
from assistedaccess.cli import main
from assistedaccess.kernel import logs
from assistedaccess.kernel.transactions import bind_database, get_database, reading
from assistedaccess.people import queries
from assistedaccess.web.request_log import RequestLog
from config import Settings
from tests.factories.people import make_desk, make_helper, make_person, sign_in
from tests.support.pages import read_token

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"])

CANARIES = {
    "name": "Zebedee Quux",
    "number": "CE998877D",
    "phone": "07700 900123",
    "address": "1 Canary Row",
    "words": "afraid of somebody at home",
    "token": "tok-3f9c2a7be1d0",
}
ALL = "; ".join(CANARIES.values())


class Kept(logging.Handler):
    """What operators read, of everything that any library says."""

    def __init__(self) -> None:
        super().__init__()
        self.setFormatter(logs.make_formatter())
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))

    def read(self) -> list[dict[str, Any]]:
        """Every line so far, without a canary."""
        found = [(what, line) for line in self.lines for what in CANARIES if CANARIES[what] in line]
        assert not found
        return [json.loads(line) for line in self.lines]

    def answered(self) -> dict[str, Any]:
        (line,) = [line for line in self.read() if line["event"] == "answered"]
        return line


@pytest.fixture
def kept() -> Iterator[Kept]:
    handler, root = Kept(), logging.getLogger()
    before = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield handler
    root.setLevel(before)
    root.removeHandler(handler)


@pytest.fixture
def loose(app: Flask, monkeypatch: pytest.MonkeyPatch) -> FlaskClient:
    """A client to which faults are answered as they are to people."""
    monkeypatch.setitem(app.config, "PROPAGATE_EXCEPTIONS", False)
    client = app.test_client()
    client.check_pages = False  # type: ignore[attr-defined]
    return client


def test_a_request_is_one_line_that_says_what_was_asked_and_not_of_whom(
    app: Flask, client: FlaskClient, kept: Kept
) -> None:
    helper = make_helper(make_desk())
    person_id = make_person(helper, name=CANARIES["name"])
    sign_in(client, helper)
    with reading():
        reference = queries.get_person(person_id).reference
    kept.lines.clear()
    answer = client.get(f"/people/{reference}?why={CANARIES['words']}")
    line = kept.answered()
    assert (line["method"], line["status"], line["role"]) == ("GET", answer.status_code, "helper")
    assert line["rule"] == app.url_map._rules_by_endpoint[line["endpoint"]][0].rule
    assert line["duration_ms"] > 0
    text = "".join(kept.lines)
    for secret in (reference, str(person_id), str(helper.account_id), str(helper.human_id)):
        assert secret not in text
    assert {each["request"] for each in kept.read()} == {line["request"]}
    kept.lines.clear()
    client.get(f"/{CANARIES['token']}/{CANARIES['name']}")
    line = kept.answered()
    assert (line["status"], "rule" in line, "endpoint" in line) == (404, False, False)


def test_what_is_sent_is_in_no_line(client: FlaskClient, kept: Kept) -> None:
    sign_in(client, make_helper(make_desk()))
    token = read_token(client.get("/people/register"))
    kept.lines.clear()
    sent = {"csrf_token": token, "name": ALL, "national_insurance_number": CANARIES["number"]}
    client.post(f"/people/register?next={CANARIES['token']}", data=sent)
    client.post("/people/register", data=sent | {"csrf_token": CANARIES["token"]})
    client.open("/people/register", method="BREW", headers={"X-Request-Id": CANARIES["token"]})
    asked = [line for line in kept.read() if line["event"] == "answered"]
    assert [line["method"] for line in asked] == ["POST", "POST", "another"]
    assert len({line["request"] for line in asked}) == 3


def of_psycopg() -> Exception:
    return psycopg.errors.UniqueViolation(f"DETAIL:  Key (name)=({ALL}) already exists.")


def of_sqlite() -> Exception:
    return sqlite3.IntegrityError(f"UNIQUE constraint failed: {ALL}")


FAULTS = [
    ValueError(ALL),
    KeyError(ALL),
    UnicodeDecodeError("utf-8", ALL.encode(), 0, 1, ALL),
    IntegrityError(f"INSERT '{ALL}'", {"name": ALL}, of_psycopg()),
    IntegrityError(f"INSERT '{ALL}'", {"name": ALL}, of_sqlite()),
    PoolTimeout(ALL),
]


def test_a_fault_is_told_by_kind_and_place_and_never_by_its_words(
    app: Flask, loose: FlaskClient, kept: Kept, monkeypatch: pytest.MonkeyPatch
) -> None:
    view = app.view_functions["web.show_privacy_notice"]
    for fault in FAULTS:

        def fail(fault: Exception = fault) -> None:
            raise fault

        fail.__guard__ = view.__guard__  # type: ignore[attr-defined]
        monkeypatch.setitem(app.view_functions, "web.show_privacy_notice", fail)
        kept.lines.clear()
        answer = loose.get(f"/privacy?{CANARIES['token']}")
        assert answer.status_code in (500, 503)
        lines = kept.read()
        (told,) = [line for line in lines if "exceptions" in line]
        kind = type(fault)
        assert told["exceptions"][0]["kind"] == f"{kind.__module__}.{kind.__qualname__}"
        assert told["exceptions"][0]["frames"][-1].endswith(" fail")
        (page,) = [line for line in lines if "reference" in line]
        assert page["reference"] in answer.text  # what somebody quotes finds the line ...
        assert page["request"] == told["request"]  # ... and with it the fault


def test_a_fault_outside_of_the_application_is_a_line_too(kept: Kept, database_kind: str) -> None:
    def fail(_environ: Any, _start: Any) -> list[bytes]:
        raise ValueError(ALL)

    with pytest.raises(ValueError, match="Quux"):
        RequestLog(fail, is_proxied=False)({"REQUEST_METHOD": "GET"}, lambda *_: None)
    assert kept.answered()["status"] == 500


def test_only_a_proxy_that_is_trusted_is_believed(
    app: Flask, settings: Settings, kept: Kept, monkeypatch: pytest.MonkeyPatch
) -> None:
    """TRUSTED_PROXIES: the request's number, and the address by which attempts are counted."""
    number = "0190a5b2-7c3d-7e4f-8a5b-6c7d8e9f0a1b"
    said = {"X-Request-Id": number, "X-Forwarded-For": "192.0.2.7, 198.51.100.9"}
    before = get_database()
    try:
        proxied = create_app(replace(settings, trusted_proxies=1))
    finally:
        get_database().dispose()
        bind_database(before)
    seen = []
    for each in (app, proxied):
        health = each.view_functions["web.show_health"]

        def show(health: Any = health) -> Any:
            seen.append(request.remote_addr)
            return health()

        show.__guard__ = health.__guard__  # type: ignore[attr-defined]
        monkeypatch.setitem(each.view_functions, "web.show_health", show)
        for headers in (said, {"X-Request-Id": CANARIES["words"]}):
            each.test_client().get("/healthz", headers=headers)
    numbers = [line["request"] for line in kept.read() if line["event"] == "answered"]
    assert [each == number for each in numbers] == [False, False, True, False]
    assert seen == ["127.0.0.1", "127.0.0.1", "198.51.100.9", "127.0.0.1"]


@pytest.mark.parametrize("fault", FAULTS[:1] + FAULTS[3:5], ids=repr)
def test_a_command_that_fails_says_where_and_not_what(
    app: Flask, settings: Settings, monkeypatch: pytest.MonkeyPatch, fault: Exception
) -> None:
    import config

    def fail(**_: object) -> None:
        raise fault

    monkeypatch.setattr(config, "load_settings", lambda environ=None: settings)
    monkeypatch.setattr(installation, "add_first_administrator", fail)
    before = get_database()
    try:
        done = CliRunner().invoke(
            main, ["users", "add", "zebedee@example.org", "--name", CANARIES["name"]]
        )
    finally:
        if get_database() is not before:
            get_database().dispose()
        bind_database(before)
    assert (done.exit_code, done.stdout) == (2, "")
    assert not [what for what, word in CANARIES.items() if word in done.output]
    assert "zebedee" not in done.output
    assert "Traceback" not in done.output
    line, *_ = (json.loads(each) for each in done.stderr.splitlines() if each.startswith("{"))
    assert (line["event"], line["command"]) == ("a command failed", "users")
    assert line["exceptions"][0]["frames"][-1].endswith(" fail")
    assert f"under {line['reference']}." in done.stderr
