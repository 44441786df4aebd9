"""What is lost first stands first, whatever it is; what somebody left is found."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from assistedaccess.desk.rules_losses import Loss, LossRow, is_left, sort_losses

TODAY = date(2026, 11, 23)
ROWS = st.builds(
    LossRow,
    kind=st.sampled_from(Loss),
    id=st.integers(0, 2**32).map(lambda n: UUID(int=n)),
    case_reference=st.just("C-7K3M-9QTR"),
    initials=st.just("A.L."),
    day=st.integers(-30, 30).map(lambda n: TODAY + timedelta(days=n)),
    at=st.none(),
    owner=st.just("Jo"),
    is_here=st.booleans(),
)


@given(st.lists(ROWS))
def test_nothing_stands_before_what_is_lost_earlier_or_costs_more(rows: list[LossRow]) -> None:
    found = sort_losses(rows, TODAY)
    # What is late is done today at the earliest: it hides nothing that is lost today.
    order = [(max(row.day, TODAY), list(Loss).index(row.kind)) for row in found]
    assert order == sorted(order)
    assert len(found) == len(rows)


@given(ROWS)
def test_what_is_left_is_due_and_its_owner_is_not_here(row: LossRow) -> None:
    assert is_left(row, TODAY) == (row.day <= TODAY and not row.is_here)
