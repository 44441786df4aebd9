"""What Prometheus is told, and who may ask; that each alert can fire and is explained."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
import yaml
from flask import Flask
from flask.testing import FlaskClient
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy.exc import OperationalError

from assistedaccess.audit import Action, record, sealing
from assistedaccess.kernel import clock
from assistedaccess.kernel.actor import SYSTEM
from assistedaccess.kernel.database import Database
from assistedaccess.kernel.transactions import Busy, reading, run_transaction
from assistedaccess.web import measures, metrics
from config import Settings
from tests.factories.people import make_desk, make_helper, make_person
from tests.support.sources import ROOT
from tests.support.statements import MOST, counted_statements

ON_SQLITE = pytest.mark.parametrize("database_kind", ["sqlite"])

TOKEN = "only for tests 0123456789 abcdefghijklmno"
ALERTS = ROOT / "deploy" / "alerts.yml"
GUIDE = ROOT / "docs" / "operating.md"
GROWS = ("requests", "request_duration_seconds", "database_connections")

Samples = dict[str, float]


@pytest.fixture
def operator(client: FlaskClient, settings: Settings) -> Iterator[FlaskClient]:
    """Somebody whose installation has a token."""
    object.__setattr__(settings, "metrics_token", TOKEN)
    yield client
    object.__setattr__(settings, "metrics_token", "")


def ask(client: FlaskClient) -> Samples:
    answer = client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
    assert answer.status_code == 200
    return {
        sample.name
        + "".join(f",{name}={sample.labels[name]}" for name in sorted(sample.labels)): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }


@contextmanager
def hours_later(hours: int) -> Iterator[None]:
    with clock.set_clock(clock.now() + timedelta(hours=hours)):
        yield


@ON_SQLITE
def test_nobody_finds_them_without_the_token(operator: FlaskClient, settings: Settings) -> None:
    for given in ("", "Bearer ", "Bearer other", f"bearer {TOKEN}", "Bearer \u00e9", TOKEN):
        assert operator.get("/metrics", headers={"Authorization": given}).status_code == 404
    assert "assistedaccess_ready" in ask(operator)
    object.__setattr__(settings, "metrics_token", "")
    for given in ("Bearer ", f"Bearer {TOKEN}"):
        assert operator.get("/metrics", headers={"Authorization": given}).status_code == 404


@ON_SQLITE
def test_v13_4_5_they_count_no_people_and_name_no_version(operator: FlaskClient) -> None:
    desk = make_desk()
    sealing.seal_all()
    with clock.set_clock(clock.now()):
        before = ask(operator)
        for number in range(3):
            make_person(make_helper(desk), name=f"Ada Number {number}")
        sealing.seal_all()
        after = ask(operator)
    # "nan" is no other value: what SQLite does not know stays unknown.
    changed = {name for name in after if repr(after[name]) != repr(before.get(name))}
    expected = tuple(f"assistedaccess_{name}" for name in GROWS)
    assert not {name for name in changed if not name.startswith((*expected, "assistedaccess_disk"))}
    assert not [name for name in after if not name.startswith("assistedaccess_")]
    answers = {found[1] for name in after if (found := re.search(r"answer=(\w+)", name))}
    assert answers <= {"ok", "4xx", "5xx"}  # a page that is shown and a form that is saved are one


def test_ages_are_of_what_waits(operator: FlaskClient, database: Database) -> None:
    sealing.seal_all()
    assert ask(operator)["assistedaccess_backup_age_seconds"] == float("inf")
    make_person(make_helper(make_desk()))
    run_transaction(lambda: record(Action.BACKUP_MADE, actor=SYSTEM))
    with hours_later(2), counted_statements(database) as counted:
        found = ask(operator)
    assert len(counted) <= MOST["GET"]
    assert 7_200 <= found["assistedaccess_seal_delay_seconds"] < 7_300
    assert 7_200 <= found["assistedaccess_backup_age_seconds"] < 7_300
    # Nobody vouches for the identity of a person who was registered today: a check is waiting.
    assert 7_200 <= found["assistedaccess_held_act_age_seconds"] < 7_300
    assert found["assistedaccess_forms_age_seconds"] == 0
    with hours_later(2):
        sealing.seal_all()
        assert ask(operator)["assistedaccess_seal_delay_seconds"] == 0


@ON_SQLITE
def test_requests_are_counted_by_pattern_and_answer(
    app: Flask, operator: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = ask(operator)
    operator.get("/privacy")
    operator.get("/people/P-AAAA-AAAA")
    operator.get("/nowhere/at/all")
    view = app.view_functions["web.show_privacy_notice"]

    def fail() -> None:
        raise Busy

    fail.__guard__ = view.__guard__  # type: ignore[attr-defined]
    monkeypatch.setitem(app.view_functions, "web.show_privacy_notice", fail)
    assert operator.get("/privacy").status_code == 503
    after = ask(operator)
    grown = {name: after[name] - before.get(name, 0) for name in after if "_total" in name}
    assert {name: value for name, value in grown.items() if value} == {
        "assistedaccess_requests_total,answer=ok,rule=/privacy": 1,
        "assistedaccess_requests_total,answer=ok,rule=/people/<reference>": 1,
        "assistedaccess_requests_total,answer=4xx,rule=none": 1,
        "assistedaccess_requests_total,answer=5xx,rule=/privacy": 1,
        "assistedaccess_requests_total,answer=ok,rule=/metrics": 1,
        "assistedaccess_unavailable_total,trouble=Busy": 1,
    }
    read = "assistedaccess_request_duration_seconds_count,kind=read"
    assert after[read] - before.get(read, 0) == 5


@ON_SQLITE
def test_a_database_that_is_away_is_said(
    operator: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail() -> timedelta:
        raise OperationalError("SELECT", {}, Exception("gone"))

    monkeypatch.setattr(measures, "is_ready", lambda: False)
    monkeypatch.setattr(measures, "find_seal_delay", fail)
    found = ask(operator)
    assert found["assistedaccess_ready"] == 0
    assert "assistedaccess_backup_age_seconds" not in found


IN_WORKERS = """
import os, sys
from pathlib import Path
folder = Path(sys.argv[1])
os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(folder)
from assistedaccess.web import metrics
from assistedaccess.kernel.database import Database
from assistedaccess.kernel.transactions import bind_database
def work(number):
    pid = os.fork()
    if pid == 0:
        bind_database(Database(f"sqlite:///{folder}/x"))
        for _ in range(number):
            metrics.note_request("/x", "GET", 200, 0.02)
        os._exit(0)
    os.waitpid(pid, 0)
    return pid
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector
def told():
    registry = CollectorRegistry()
    MultiProcessCollector(registry, path=str(folder))
    lines = generate_latest(registry).decode().splitlines()
    return [line.split()[1] for line in lines if line.startswith(
        ("assistedaccess_requests_total", "assistedaccess_request_duration_seconds_count"))]
gone = [work(3), work(4)]
print(*told())
for pid in gone:
    metrics.gather(folder, pid)
    print(*told())
last = work(5)
print(*told(), len(list(folder.glob(f"*_{gone[0]}.db"))))
"""


@ON_SQLITE
def test_workers_are_added_up_and_those_that_are_gone_stay_counted(
    tmp_path: Path, database_kind: str
) -> None:
    done = subprocess.run(
        [sys.executable, "-c", IN_WORKERS, tmp_path],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    before, one_gone, both_gone, after = done.stdout.splitlines()
    assert before == one_gone == both_gone == "7.0 7.0"
    assert after == "12.0 12.0 0"


@ON_SQLITE
def test_every_alert_can_fire_and_has_its_paragraph(operator: FlaskClient) -> None:
    with reading():
        metrics.note_unavailable(Busy())
    operator.get("/privacy")
    found = ask(operator)
    names = {name.partition(",")[0] for name in found}
    (group,) = yaml.safe_load(ALERTS.read_text())["groups"]
    rules = group["rules"]
    assert len(rules) > 8
    for rule in rules:
        asked = set(re.findall(r"\bassistedaccess_\w+", rule["expr"]))
        assert asked <= names, rule["alert"]
        assert asked or rule["expr"].startswith("up{"), rule["alert"]
        assert rule["labels"]["severity"] in ("page", "ticket")
        assert rule["annotations"]["summary"].endswith(".")
        for label in re.findall(r'(\w+)="', rule["expr"]):
            assert label == "job" or any(f",{label}=" in name for name in found), rule["alert"]
    guide = GUIDE.read_text("utf-8")
    explained = re.findall(r"^\*\*(AssistedAccess\w+)\*\*: \S", guide, re.MULTILINE)
    assert explained == [rule["alert"] for rule in rules]
    table = "".join(re.findall(r"^\| `assistedaccess_.*$", guide, re.MULTILINE))
    told = set(re.findall(r"`(assistedaccess_[a-z_]+)", table))
    families = {re.sub(r"_(bucket|count|sum|created)$", "", name) for name in names}
    assert families == told
