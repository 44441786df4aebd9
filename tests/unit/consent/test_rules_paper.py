"""The printed form: when a visit may have been, and how long an asking can be answered."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistedaccess.consent.rules_paper import check_visited_on, is_open_on
from assistedaccess.kernel.errors import InvalidInput

TODAY = date(2026, 11, 29)
days = st.integers(-40, 40).map(lambda number: TODAY + timedelta(days=number))


@given(days, days, days)
def test_a_visit_lies_between_the_printing_and_today(
    visited: date, printed: date, now: date
) -> None:
    if printed <= visited <= now:
        check_visited_on(visited, printed_on=printed, today=now)
    else:
        with pytest.raises(InvalidInput) as refused:
            check_visited_on(visited, printed_on=printed, today=now)
        assert refused.value.field == "visited_on"


@given(days, days, st.booleans(), st.none() | days)
def test_an_asking_is_open_that_day_or_while_something_is_on_its_way(
    now: date, visited: date, ended: bool, waits: date | None
) -> None:
    found = is_open_on(now, visited, ended, waits)
    on_its_way = waits is not None and visited <= now <= waits
    assert found == (on_its_way or (visited == now and not ended))
