"""Every table with what it is for: the source of the Article 30 register and of the access pack.

A new table goes into one of the ``held_…`` modules, and so does a new column whose name does not
say what it is; a test fails until it does (tests/architecture/test_data_register.py).
"""

from __future__ import annotations

from .held_help import HELP
from .held_others import OTHERS
from .held_people import PEOPLE
from .rules import Held

REGISTER: dict[str, Held] = {**PEOPLE, **HELP, **OTHERS}


def get_held(table: str) -> Held:
    """What was said of a table. Raises KeyError for one of which nothing was said."""
    return REGISTER[table]
