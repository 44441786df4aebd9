"""A wheel holds everything that the application looks for beside its modules."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.support.sources import ROOT, name_of, tracked_files

BESIDE = ("config.py", "migrations/", "templates/", "translations/", "verify_journal.py")


@pytest.fixture(scope="module")
def names(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """The names of the wheel's files."""
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", folder],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    with zipfile.ZipFile(next(folder.glob("*.whl"))) as wheel:
        return set(wheel.namelist())


def place_in_wheel(path: Path) -> str | None:
    name = name_of(path)
    if name.startswith("assistedaccess/"):
        return name
    return f"assistedaccess/{name}" if name.startswith(BESIDE) else None


def test_each_file_is_in_the_wheel(names: set[str]) -> None:
    wanted = {place for path in tracked_files() if (place := place_in_wheel(path))}
    assert not {name for name in wanted if not name.endswith(".gitkeep")} - names


def test_what_set_up_makes_is_in_the_wheel(names: set[str]) -> None:
    made = {
        "assistedaccess/static/build/application.css",
        "assistedaccess/static/build/govuk-frontend.min.js",
        "assistedaccess/translations/cy/LC_MESSAGES/messages.mo",
    }
    assert not made - names


def test_the_tests_stay_at_home(names: set[str]) -> None:
    assert not {name for name in names if name.startswith("tests/") or "/.ci/" in name}
