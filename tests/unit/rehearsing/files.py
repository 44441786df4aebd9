"""A world for rehearsals that are only read, and what is told of those that cannot be."""

from __future__ import annotations

import pytest

from assistedaccess.rehearsing.language import read_text
from assistedaccess.rehearsing.written import Problem, Unreadable

WORLD = """\
rehearsal: Somebody is helped
organisations:
  - name: Millbrook Council
    sites:
      - name: Town Hall
        hours: {monday: 09:30-17:00}
accounts:
  - name: Harriet Hill
    sites: Town Hall
    bank_accounts: {sort_code: 01-02-03, number: 01234567}
people:
  - name: Ada Lovelace
    contact_points: {kind: mobile, value: 07700 900123}
steps:
"""
STEPS = WORLD.count("\n") + 1
"""The line on which the first step stands."""


def problems_of(steps: str, world: str = WORLD) -> list[Problem]:
    with pytest.raises(Unreadable) as raised:
        read_text(world + steps)
    return raised.value.problems
