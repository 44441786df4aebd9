"""``assistedaccess safeguards score``: the keys that were asked for, and labels opened last."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from assistedaccess.cli import main
from assistedaccess.safeguards import score_baselines

KEYS = {
    "schemes_found",
    "careful_found",
    "own_signal_off_found",
    "precision",
    "acts_before_first_flag_median",
    "honest_acts_held",
    "lookalikes_blocked",
    "lookalikes_held",
    "worst_group_ratio",
    "looks_explained",
    "improper_wrongly_explained",
    "money_gone_before_stop",
    "prevent_rows_refused",
    "baselines",
}
BASELINES = {"random", "velocity", "shared_payee", "isolation_forest"}


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("measure") / "town"
    words = ["simulate", str(folder), "--seed", "2", "--rate", "0.04"]
    done = CliRunner().invoke(main, [*words, "--weeks", "12", "--people", "700"])
    assert done.exit_code == 0, done.output
    return folder


def test_it_reports_under_the_keys_that_were_asked_for(town: Path) -> None:
    done = CliRunner().invoke(main, ["safeguards", "score", str(town), "--json"])
    assert done.exit_code == 0, done.output
    report = json.loads(done.output)
    assert report.keys() >= KEYS
    assert report["baselines"].keys() >= BASELINES
    shares = [report[key] for key in KEYS - {"baselines", "acts_before_first_flag_median"}]
    shares += report["baselines"].values()
    given = [value for value in shares if value is not None]
    assert len(given) >= 10
    assert all(0 <= value <= 1 for value in given if value is not report["worst_group_ratio"])
    assert report["schemes_found"] > max(report["baselines"].values())


def test_the_ranking_is_the_same_without_the_labels(town: Path, tmp_path: Path) -> None:
    CliRunner().invoke(main, ["safeguards", "score", str(town), "--budget", "0.02"])
    ranked = (town / "ranking" / "queue.csv").read_bytes()
    assert ranked.count(b"\n") > 5
    blind = tmp_path / "blind"
    shutil.copytree(town / "world", blind / "world")
    done = CliRunner().invoke(main, ["safeguards", "score", str(blind), "--budget", "0.02"])
    assert done.exit_code == 2  # there is nothing to judge it by
    assert "labels" in done.output
    assert (blind / "ranking" / "queue.csv").read_bytes() == ranked


def test_without_scikit_learn_its_baseline_alone_is_missing(
    town: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def absent() -> None:
        raise ImportError

    monkeypatch.setattr(score_baselines, "_load_forest", absent)
    done = CliRunner().invoke(main, ["safeguards", "score", str(town)])
    assert done.exit_code == 0
    assert "scikit-learn is not installed" in done.output
    assert "isolation forest: not known" in done.output
    assert "shared payee: 0" in done.output
