"""A link is answered so often and no more, whatever a client does."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from assistedaccess.casework.rules_links import (
    MOST_FETCHES,
    WINDOW,
    Fetched,
    LinkPurpose,
    count_fetch,
)

BEGAN = datetime(2026, 10, 25, 0, 59, tzinfo=UTC)  # the night the clocks go back


@given(
    purpose=st.sampled_from(LinkPurpose),
    waits=st.lists(st.integers(-3_600, 3_600), max_size=300),
)
def test_no_window_holds_more_than_it_may(purpose: LinkPurpose, waits: list[int]) -> None:
    state, now = Fetched(BEGAN, 0), BEGAN
    for wait in waits:
        now += timedelta(seconds=wait)
        found = count_fetch(purpose, state, now)
        if found is None:
            assert state.count == MOST_FETCHES[purpose]
            assert timedelta() <= now - state.window_at < WINDOW
            continue
        assert 1 <= found.count <= MOST_FETCHES[purpose]
        state = found


def test_a_client_that_asks_every_second_is_answered_again_after_the_window() -> None:
    state, answered = Fetched(BEGAN, 0), 0
    for second in range(1_200):
        found = count_fetch(LinkPurpose.CALENDAR, state, BEGAN + timedelta(seconds=second))
        if found is not None:
            state, answered = found, answered + 1
    assert answered == 2 * MOST_FETCHES[LinkPurpose.CALENDAR]
