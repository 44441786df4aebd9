"""``assistedaccess rehearse``: what it prints, and how it exits."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from assistedaccess.cli import main

GOOD = """\
rehearsal: Somebody waits
steps:
  - act: wait
    for: 1 h
    expect: {allow: yes}
"""


def rehearse(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["rehearse", *arguments])


@pytest.fixture
def files(tmp_path: Path) -> dict[str, str]:
    """One that ends as written, one that does not, one that cannot be read."""
    texts = {
        "good": GOOD,
        "other": GOOD.replace("allow: yes", "refuse: any"),
        "wrong": GOOD.replace("wait\n", "wate\n"),
    }
    for name, text in texts.items():
        (tmp_path / f"{name}.yaml").write_text(text, encoding="utf-8")
    return {name: str(tmp_path / f"{name}.yaml") for name in texts}


def test_what_cannot_be_read_is_told_first_and_the_others_are_played(files: dict[str, str]) -> None:
    told = rehearse(files["good"], files["wrong"])
    assert told.exit_code == 2
    misread = "line 3: “wate” is no act. Did you mean “wait”?"
    assert told.output.index(misread) < told.output.index("It ended as written.")
    both = json.loads(rehearse("--json", files["wrong"], files["good"]).stdout)
    assert [each["ok"] for each in both["rehearsals"]] == [False, True]
    assert both["ok"] is False
    read = rehearse("--json", files["wrong"], files["good"] + "x")
    assert read.exit_code == 2
    wrong, missing = json.loads(read.stdout)["rehearsals"]
    assert wrong["problems"][0]["line"] == 3
    assert "cannot be read" in missing["problems"][0]["words"]
    assert rehearse().exit_code == 2


def test_a_world_that_cannot_be_made_is_told_and_the_others_are_played(
    files: dict[str, str], tmp_path: Path
) -> None:
    other = tmp_path / "short.yaml"
    points = "contact_points: {kind: mobile, value: 07700}"
    other.write_text(
        GOOD.replace("steps:", f"people:\n  - {{name: Ann Archer, {points}}}\nsteps:"),
        encoding="utf-8",
    )
    played = rehearse("--json", str(other), files["good"])
    assert played.exit_code == 1
    unmade, good = json.loads(played.stdout)["rehearsals"]
    assert (unmade["ok"], good["ok"]) == (False, True)
    assert "“Ann Archer” of the world cannot be made" in unmade["problems"][0]["words"]


def test_each_is_played_on_an_installation_of_its_own(files: dict[str, str]) -> None:
    played = rehearse("--json", files["good"], files["other"])
    assert played.exit_code == 1
    told = json.loads(played.stdout)
    assert told["ok"] is False
    good, other = told["rehearsals"]
    assert (good["ok"], other["ok"]) == (True, False)
    (step,) = other["steps"]
    assert step["line"] == 3
    assert step["expected"] == "refuse: any"
    assert step["happened"] == "allow"
    assert step["wrong"] == ["expected refuse, was allow"]
    words = rehearse(files["good"])
    assert words.exit_code == 0
    assert "It ended as written." in words.output
