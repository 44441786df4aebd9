"""Each rehearsal of the project ends as it is written, on both databases."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistedaccess.rehearsing.language import read_rehearsal

from .conftest import Player

FILES = sorted(Path(__file__).parent.glob("*.yaml"))
MORE = sorted((Path(__file__).parent / "more").glob("*.yaml"))
"""What the scenarios do not name: the rest of the language, and other hands' abuse."""


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_it_ends_as_written(file: Path, play_it: Player) -> None:
    report = play_it(read_rehearsal(file))
    assert report.ok, report.words()


@pytest.mark.parametrize("database_kind", ["sqlite"])
@pytest.mark.parametrize("file", MORE, ids=lambda file: file.stem)
def test_one_more_ends_as_written(file: Path, play_it: Player) -> None:
    report = play_it(read_rehearsal(file))
    assert report.ok, report.words()


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_one_that_expects_otherwise_does_not_end_as_written(play_it: Player) -> None:
    rehearsal = read_rehearsal(Path(__file__).parent / "A01.yaml")
    for step in rehearsal.steps:
        if "refuse" in step.expect:
            step.expect.clear()
    report = play_it(rehearsal)
    assert not report.ok
    (wrong,) = [step for step in report.steps if step.wrong]
    assert wrong.wrong[0].startswith("expected allow, was refuse (payee_is_helper)")
