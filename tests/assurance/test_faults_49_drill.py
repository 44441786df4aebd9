"""Fault 49: the loss of the whole site is drilled, and a drill that has gone blind is noticed."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from assistedaccess.continuity import drill as drills
from assistedaccess.continuity.restoring import Restored, restore
from tests.support.databases import Sandbox, _superuser_url
from tests.support.journal import list_events
from tests.support.sealing import write_events

from .test_faults_22_restore import Run, run

__all__ = ["run"]


def scratch(sandbox: Sandbox) -> tuple[str, ...]:
    if sandbox.kind == "sqlite":
        return ()
    return ("--scratch-database", _superuser_url("postgres"))


def test_fault_49_a_drill_restores_and_refuses_and_signs_what_came_of_it(
    sandbox: Sandbox, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    write_events(20)
    outbox = sandbox.settings.data_dir / "outbox"
    outbox.mkdir()
    (outbox / "a letter").write_text("Dear Quentin")
    done = run(sandbox.settings, "drill", *scratch(sandbox), "--json")
    assert done.exit_code == 0, done.output
    said = json.loads(done.stdout)
    assert said["ok"] is True
    assert [step["held"] for step in said["steps"]] == [True] * 5
    words = {step["name"]: step["words"] for step in said["steps"]}
    assert "damaged" in words["an altered backup is refused"]
    assert "damaged" in words["a backup that was cut off is refused"]
    assert "older than the checkpoint" in words["an older backup is refused"]
    assert "1 files" in words["the backup is restored"]
    assert not list(tmp_path.glob("assistedaccess-drill-*"))  # nothing of it stays
    outcomes = [event.reason_code for event in list_events("drill.done")]
    assert outcomes == ["begun", "held"]

    report = Path(said["report"])
    assert report.parent == sandbox.settings.data_dir / "drills"
    assert said["begun_at"][:10] in report.name
    checked = run(sandbox.settings, "drill", "--check", report)
    assert checked.exit_code == 0
    assert "outcome held" in checked.output
    report.write_text(report.read_text().replace("outcome held", "outcome fine"))
    assert run(sandbox.settings, "drill", "--check", report).exit_code == 1

    out = tmp_path / "report"
    out.write_text("an earlier one")
    assert run(sandbox.settings, "drill", *scratch(sandbox), "--out", out).exit_code == 2
    assert out.read_text() == "an earlier one"


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_fault_49_a_drill_that_finds_nothing_wrong_with_a_bad_backup_fails(
    sandbox: Sandbox, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Were the damaged or the older one taken for good, the drill would say so and exit with 1."""

    def careless(settings: object, file: Path, *, checkpoint: str | None = None) -> Restored:
        del settings, checkpoint
        return restore(
            replace(sandbox.settings, **somewhere(tmp_path, file.name)), file.with_name("backup")
        )

    monkeypatch.setattr(drills, "restore", careless)
    done = run(sandbox.settings, "drill", "--json", "--out", tmp_path / "report")
    assert done.exit_code == 1
    said = json.loads(done.stdout)
    assert [step["held"] for step in said["steps"]] == [True, False, False, False, False]
    assert "outcome failed" in (tmp_path / "report").read_text()


def somewhere(folder: Path, name: str) -> dict[str, object]:
    url = f"sqlite:///{folder / name}.sqlite3"
    return {"database_url": url, "migration_database_url": url, "data_dir": folder / f"{name}-data"}


@pytest.mark.parametrize("database_kind", ["postgresql"])
def test_fault_49_without_a_place_to_drill_in_it_says_what_to_do(
    sandbox: Sandbox, run: Run
) -> None:
    refused = run(sandbox.settings, "drill")
    assert refused.exit_code == 2
    assert "CREATEDB" in refused.output
