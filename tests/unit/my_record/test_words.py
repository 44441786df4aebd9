"""Why somebody looked, as their own record tells a person: every reason has its words."""

from __future__ import annotations

import re
from pathlib import Path

import assistedaccess
from assistedaccess.my_record.words import WHY

_REASONS = re.compile(r"(?:\breasons\(\s*\"|\breason=\"explained\.)([a-z_]+)\"")


def test_each_reason_that_explains_a_look_is_told_to_the_person() -> None:
    """Who looked, in which role, and why: a look without its why is half told."""
    package = Path(assistedaccess.__file__).parent
    codes = {
        code
        for file in package.rglob("*.py")
        for code in _REASONS.findall(file.read_text(encoding="utf-8"))
    }
    assert len(codes) >= 12
    untold = {code for code in codes if f"explained.{code}" not in WHY}
    assert not untold
