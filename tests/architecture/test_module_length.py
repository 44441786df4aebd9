"""A module that has grown past 400 lines has become two."""

from __future__ import annotations

from tests.support.sources import name_of, tracked_files

LONGEST = 400


def test_no_module_is_longer_than_400_lines() -> None:
    long = {
        name_of(path): lines
        for path in tracked_files()
        if path.suffix == ".py"
        and path.parent.name != "versions"
        and (lines := len(path.read_text(encoding="utf-8").splitlines())) > LONGEST
    }
    assert not long
