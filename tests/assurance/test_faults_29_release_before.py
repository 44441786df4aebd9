"""Fault 29 with the older release's own code, taken out of the repository's history.

The release before is the last commit on the tables of one step less. It plays its own tests on
today's tables, and each of the two releases shows what the other has written. ``make faults``.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tarfile
from io import BytesIO
from pathlib import Path

import pytest

from assistedaccess.kernel.migrations import find_head
from tests.support.probe import LEAVING, VISITORS
from tests.support.servers import served
from tests.support.sources import ROOT
from tests.support.walking import walk

from .test_faults_11_restart import FAULTS

PLAYED = (
    "tests/assurance/test_faults_02_twice.py",  # it sends each form
    "tests/assurance/test_v8_roles.py",  # it opens each page in each role
)
PAGES = 120
"""So many are opened as each visitor, those nearest to the start page first."""

pytestmark = pytest.mark.skipif(not FAULTS, reason="make faults")


@pytest.fixture(scope="module")
def release_before(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The source of the release before, which meets the tables of today."""
    folder = tmp_path_factory.mktemp("release-before")
    (step,) = (ROOT / "migrations" / "versions").glob(f"{find_head()}_*.py")
    began = _git("log", "--diff-filter=A", "--format=%H", "-1", "--", str(step)).decode().strip()
    if not began:
        pytest.skip("NOT TESTED without the history of the repository, or before its next commit")
    with tarfile.open(fileobj=BytesIO(_git("archive", f"{began}^"))) as source:
        source.extractall(folder, filter="data")
    assert not (folder / step.relative_to(ROOT)).exists()
    shutil.rmtree(folder / "migrations")
    shutil.copytree(ROOT / "migrations", folder / "migrations")
    # What `make setup` makes of the sources: the look and the words.
    (folder / "assistedaccess/static/build").symlink_to(ROOT / "assistedaccess/static/build")
    for words in ROOT.glob("translations/*/LC_MESSAGES/*.mo"):
        shutil.copy(words, folder / words.relative_to(ROOT))
    return folder


def _git(*words: str) -> bytes:
    done = subprocess.run(["git", *words], cwd=ROOT, capture_output=True, check=False)
    return b"" if done.returncode else done.stdout


def in_release(folder: Path, environ: dict[str, str], *words: str) -> str:
    """What a Python command of that release prints."""
    done = subprocess.run(
        [sys.executable, *words],
        cwd=folder,
        env=os.environ | environ | {"PYTHONPATH": str(folder)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-4000:]
    return done.stdout


@pytest.mark.parametrize("played", PLAYED)
def test_fault_29_the_release_before_plays_its_tests_on_todays_tables(
    release_before: Path, played: str
) -> None:
    where = in_release(release_before, {}, "-c", "import assistedaccess as a; print(a.__file__)")
    assert Path(where.strip()).is_relative_to(release_before)
    # Of its own: no more processes than this one, and nothing of how this one was called.
    environ = {"PYTEST_ADDOPTS": "", "FAULTS": "0"}
    asked = ("-m", "pytest", "--quiet", "-p", "no:cacheprovider", played)
    said = in_release(release_before, environ, *asked)
    assert " passed" in said, said


@pytest.mark.parametrize("writes", ["before", "today"])
def test_fault_29_each_release_shows_what_the_other_wrote(
    release_before: Path, tmp_path: Path, writes: str
) -> None:
    writer, reader = (release_before, ROOT) if writes == "before" else (ROOT, release_before)
    environ = {"ASSISTEDACCESS_ENV": "demo", "ASSISTEDACCESS_DATA_DIR": str(tmp_path)}
    for command in ("migrate", "demo"):
        in_release(writer, environ, "-m", "assistedaccess.cli", command)
    ask = "import sys; from tests.support.probe import sign_in; print(*map(sign_in, sys.argv[1:]))"
    emails = [email for email in VISITORS.values() if email]
    cookies = in_release(reader, environ, "-c", ask, *emails).split()
    assert len(cookies) == len(emails)
    with served(environ | {"PYTHONPATH": str(reader)}, workers=1) as server:
        for cookie in cookies:
            pages = walk(server.url, cookie, most=PAGES, leaving=LEAVING)
            seen = {page.path: page.status for page in pages}
            assert len(seen) > PAGES / 3, seen
            assert not {path: status for path, status in seen.items() if status >= 500}
            assert list(seen.values()).count(200) > len(seen) / 2
    said = in_release(reader, environ, "-m", "assistedaccess.cli", "audit", "verify")
    assert "The journal holds" in said
