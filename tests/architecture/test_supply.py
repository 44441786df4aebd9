"""V15.1.2 and V15.2.1: what ships is locked, may be given on, and is used."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from tests.support.sources import ROOT
from tests.support.supply import LOCK, Part, list_parts


def test_every_package_that_ships_is_locked_by_its_hash() -> None:
    lock = LOCK.read_text("utf-8")
    pinned = re.findall(r"^[a-z0-9].*==", lock, re.MULTILINE)
    assert len(pinned) > 30
    for one in re.split(r"^(?=[a-z0-9])", lock, flags=re.MULTILINE)[1:]:
        assert "--hash=sha256:" in one, one


def test_its_licence_lets_it_be_given_on() -> None:
    parts = list_parts()
    assert len(parts) > 30
    assert [f"{part.name}: {part.licence}" for part in parts if not part.is_allowed] == []


def test_a_licence_that_does_not_would_be_seen() -> None:
    for licence, allowed in (
        ("MIT", True),
        ("LGPL-2.1-or-later", True),
        ("GNU Lesser General Public License v3 (LGPLv3)", True),
        ("BSD-3-Clause AND LGPL-3.0-only", True),
        ("GPL-3.0-only", False),
        ("GNU Affero General Public License v3", False),
        ("MIT AND GPL-2.0", False),
        ("", False),
    ):
        assert Part("it", "1", licence).is_allowed is allowed, licence


def test_no_dependency_is_there_that_nobody_imports() -> None:
    done = subprocess.run(
        [Path(sys.executable).with_name("deptry"), "."],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
