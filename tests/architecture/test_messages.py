"""The catalogues hold what the code and the templates say: nothing less, nothing more."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from tests.support.sources import ROOT, name_of

CATALOGUES = sorted((ROOT / "translations").glob("*/LC_MESSAGES/*.po"))
EACH = pytest.mark.parametrize("file", CATALOGUES, ids=name_of)


@pytest.fixture(scope="module")
def words(tmp_path_factory: pytest.TempPathFactory) -> set[object]:
    """Every message of the code and the templates."""
    template = tmp_path_factory.mktemp("messages") / "messages.pot"
    subprocess.run(
        [
            *(sys.executable, "-m", "babel.messages.frontend", "--quiet", "extract"),
            "--mapping-file=babel.cfg",
            *("--keyword=_l", "--keyword=_n:1,2", f"--output-file={template}", "."),
        ],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    with template.open("rb") as handle:
        return {message.id for message in read_po(handle) if message.id}


@EACH
def test_the_catalogue_is_up_to_date(file: Path, words: set[object]) -> None:
    with file.open("rb") as handle:
        catalogue = {message.id for message in read_po(handle) if message.id}
    difference = {"unused": catalogue - words, "missing": words - catalogue}
    assert catalogue == words, f"run `make messages`: {difference}"


@EACH
def test_each_translation_fits_its_message(file: Path) -> None:
    with file.open("rb") as handle:
        catalogue = read_po(handle, locale=file.parts[-3])
    wrong = [
        f"{message.id!r}: {error}"
        for message in catalogue
        if message.id and message.string
        for error in message.check(catalogue)
    ]
    assert not wrong
