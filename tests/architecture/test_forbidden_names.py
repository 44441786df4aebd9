"""A file is named for what lives in it."""

from __future__ import annotations

from tests.support.sources import ROOT, name_of, tracked_files

SAY_NOTHING = {"utils", "util", "common", "helpers", "manager", "managers", "misc"}


def test_no_file_or_folder_is_named_for_nothing() -> None:
    found = {
        name_of(path)
        for path in tracked_files()
        if path.suffix == ".py"
        and SAY_NOTHING & {path.stem.lower(), *path.relative_to(ROOT).parent.parts}
    }
    assert not found
