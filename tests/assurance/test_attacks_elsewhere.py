"""The same attacks on three other ways to keep a history, as the table of docs/auditing.md says."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from config import Settings
from tests.support.histories import ATTACKS

DOCUMENT = Path(__file__).parents[2] / "docs" / "auditing.md"
COLUMNS = {"plain": 1, "continuum": 2, "postgresql-audit": 3}
SAID = {(True, False): "until tidied", (False, False): "no", (True, True): "yes"}
ROWS = {
    "update": "update an entry",
    "delete": "delete one",
    "insert": "put one in the middle",
    "reorder": "reorder",
    "replay": "replay one",
    "cut": "cut the tail, or restore a backup",
    "rewrite": "write all of it anew",
}


def read_document(column: int) -> dict[str, str]:
    """What stands in that column of the comparison, by the words of its row."""
    rows = [
        [cell.strip() for cell in line.strip("|\n").split("|")]
        for line in DOCUMENT.read_text().splitlines()
        if line.startswith("|")
    ]
    begin = next(n for n, row in enumerate(rows) if "SQLAlchemy-Continuum" in row)
    return {row[0]: row[column] for row in rows[begin + 2 : begin + 2 + len(ROWS)]}


@pytest.mark.parametrize(
    ("database_kind", "kind"),
    [
        ("sqlite", "plain"),
        ("sqlite", "continuum"),
        ("postgresql", "plain"),
        ("postgresql", "continuum"),
        ("postgresql", "postgresql-audit"),
    ],
)
def test_what_others_can_tell_is_what_the_document_says(
    empty_settings: Settings, kind: str
) -> None:
    done = subprocess.run(
        [
            *(sys.executable, "-m", "tests.support.histories"),
            *(kind, empty_settings.migration_database_url),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    told = {attack: SAID[tuple(each)] for attack, each in json.loads(done.stdout).items()}
    assert set(told) == {attack.__name__ for attack in ATTACKS}
    assert {ROWS[attack]: said for attack, said in told.items()} == read_document(COLUMNS[kind])
