"""What the controls ask is planned once: nothing that decides a plan is a parameter."""

import re
from typing import Any

import pytest
from sqlalchemy.dialects import postgresql, sqlite

from assistedaccess.safeguards import (
    queries_claims,
    queries_money,
    queries_settings,
    queries_surroundings,
    queries_ties,
)

PLAN_HANGS_ON = re.compile(r"LIMIT (%\(|\?)|pending_act\w*\.state = (%\(|\?)")
ASKED = [
    queries_claims._select_claims(),
    queries_money._select_waiting(),
    queries_settings._NEWEST,
    queries_surroundings._select_both(),
    queries_surroundings._select_helper(),
    queries_ties._select_account(),
    queries_ties._select_contact(),
]


@pytest.mark.parametrize("dialect", [postgresql.dialect(), sqlite.dialect()], ids=lambda d: d.name)
@pytest.mark.parametrize("statement", ASKED)
def test_no_plan_hangs_on_a_parameter(statement: Any, dialect: Any) -> None:
    """Else PostgreSQL plans each time, and SQLite prepares each time (kernel.database.spelt)."""
    assert not PLAN_HANGS_ON.search(str(statement.compile(dialect=dialect)))
