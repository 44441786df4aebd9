"""What deploy/ has, judged by the programs that will read it.

Skipped, loudly, where one is missing.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from tests.support.sources import ROOT

DEPLOY = ROOT / "deploy"
MOST_EXPOSED = 20
"""systemd's own measure, 0 (safe) to 100; what is not hardened has 96."""

# Where the units find their programs on a machine that has them.
PROGRAMS = (
    "/opt/assistedaccess/bin/assistedaccess",
    "/usr/bin/litestream",
    "/usr/bin/pg_receivewal",
)


def ask(program: str, *words: str | Path) -> str:
    """What it says; the test fails where it exits with a fault."""
    if shutil.which(program) is None:
        pytest.skip(f"NOT TESTED without {program}")
    done = subprocess.run([program, *words], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


@pytest.fixture
def units(tmp_path: Path) -> list[Path]:
    """Every unit, with a program that is here."""
    made = []
    for unit in sorted([*DEPLOY.glob("*.service"), *DEPLOY.glob("*.timer")]):
        words = unit.read_text("utf-8")
        for program in PROGRAMS:
            words = words.replace(program, "/bin/true")
        made.append(tmp_path / unit.name)
        made[-1].write_text(words)
    assert len(made) > 12
    return made


def test_systemd_has_nothing_to_say_about_the_units(units: list[Path]) -> None:
    assert ask("systemd-analyze", "verify", *units) == ""


def test_systemd_finds_no_service_exposed(units: list[Path]) -> None:
    services = [unit for unit in units if unit.suffix == ".service"]
    bound = f"--threshold={MOST_EXPOSED}"
    ask("systemd-analyze", "security", "--no-pager", "--offline=true", bound, *services)


def test_nothing_runs_as_root(units: list[Path]) -> None:
    users = {
        line.partition("=")[2]
        for unit in units
        if unit.suffix == ".service"
        for line in unit.read_text().splitlines()
        if line.startswith("User=")
    }
    assert users == {"assistedaccess", "postgres"}
    for unit in units:
        assert unit.suffix == ".timer" or "\nUser=" in unit.read_text(), unit.name


def test_caddy_reads_its_file() -> None:
    ask("caddy", "validate", "--config", DEPLOY / "Caddyfile", "--adapter", "caddyfile")


def cases() -> Iterator[tuple[str, dict[str, str], str, dict[str, str]]]:
    """(alert, series that make it fire, when, series that do not)."""
    one = 'job="assistedaccess", instance="one"'
    requests = f'assistedaccess_requests_total{{{one}, rule="/", answer='
    slow = f'assistedaccess_request_duration_seconds_bucket{{{one}, kind="read", le='
    yield "Down", {f"up{{{one}}}": "0x60"}, "3m", {f"up{{{one}}}": "0 1x60"}
    for name, metric, bad, good in (
        ("CannotSave", "ready", "0x6000", "1x6000"),
        ("ConnectionsKept", "database_connections{state='used'}", "1x6000", "1 0x6000"),
        ("JournalNotSealed", "seal_delay_seconds", "901x6000", "2x6000"),
        ("MessagesWait", "notices_age_seconds", "901x6000", "60x6000"),
        ("MessagesWait", "forms_age_seconds", "901x6000", "60x6000"),
        ("ActWaits", "held_act_age_seconds", "259201x6000", "3600x6000"),
        ("BackupOld", "backup_age_seconds", "93601x6000", "86400x6000"),
        ("DiskAlone", "log_behind_bytes", "1048577x6000", "200x6000"),
        ("DrillOld", "drill_age_seconds", "3024001x6000", "86400x6000"),
        ("DiskFull", "disk_free_bytes", "1000000000x6000", "2000000000x6000"),
    ):
        series = f"assistedaccess_{metric}"
        yield name, {series: bad}, "30m", {series: good}
    yield (
        "Fails",
        {f'{requests}"ok"}}': "0+97x90", f'{requests}"5xx"}}': "0+3x90"},
        "30m",
        {f'{requests}"ok"}}': "0+99x90", f'{requests}"5xx"}}': "0+1x90"},
    )
    busy = "assistedaccess_unavailable_total{trouble='busy'}"
    yield "DatabaseBusy", {busy: "0+7x90"}, "30m", {busy: "0+5x90"}
    yield (
        "Slow",
        {f'{slow}"2.0"}}': "0+94x90", f'{slow}"5.0"}}': "0+100x90", f'{slow}"+Inf"}}': "0+100x90"},
        "30m",
        {f'{slow}"2.0"}}': "0+96x90", f'{slow}"5.0"}}': "0+100x90", f'{slow}"+Inf"}}': "0+100x90"},
    )


def test_prometheus_fires_each_alert_when_it_should_and_only_then(tmp_path: Path) -> None:
    rules = yaml.safe_load((DEPLOY / "alerts.yml").read_text("utf-8"))["groups"][0]["rules"]
    assert {f"AssistedAccess{name}" for name, *_ in cases()} == {rule["alert"] for rule in rules}
    ask("promtool", "check", "rules", DEPLOY / "alerts.yml")

    silent = [silence(name, good, at) for name, _bad, at, good in cases()]
    assert "SUCCESS" in judge(tmp_path, silent)
    # Asked for silence where each must fire, promtool says what it got instead.
    said = judge(tmp_path, [silence(name, bad, at) for name, bad, at, _good in cases()])
    assert Counter(re.findall(r'alertname="AssistedAccess(\w+)"', said)) == Counter(
        name for name, *_ in cases()
    ), said


def silence(name: str, series: dict[str, str], at: str) -> dict[str, object]:
    """A test of promtool's: with these series this alert is not raised at that time."""
    return {
        "interval": "1m",
        "input_series": [{"series": one, "values": values} for one, values in series.items()],
        "alert_rule_test": [
            {"eval_time": at, "alertname": f"AssistedAccess{name}", "exp_alerts": []}
        ],
    }


def judge(folder: Path, tests: list[dict[str, object]]) -> str:
    file = folder / "tests.yml"
    file.write_text(json.dumps({"rule_files": [str(DEPLOY / "alerts.yml")], "tests": tests}))
    done = subprocess.run(
        ["promtool", "test", "rules", file], capture_output=True, text=True, check=False
    )
    return done.stdout + done.stderr
