"""How long a lone-worker warning holds, and that nothing but a home visit to come meets it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistedaccess.casework.rules_appointments import AppointmentKind, AppointmentState
from assistedaccess.casework.rules_warnings import (
    LONGEST,
    ExpiryPassed,
    TooLong,
    check_expiry,
    meets_warnings,
)

DAYS = st.dates(date(2020, 1, 1), date(2090, 1, 1))


@given(today=DAYS, ahead=st.integers(-800, 800))
def test_a_warning_ends_within_a_year(today: date, ahead: int) -> None:
    last = today + timedelta(days=ahead)
    if ahead < 0:
        with pytest.raises(ExpiryPassed):
            check_expiry(last, today)
    elif timedelta(days=ahead) > LONGEST:
        with pytest.raises(TooLong):
            check_expiry(last, today)
    else:
        assert check_expiry(last, today) == last


@given(
    kind=st.sampled_from(AppointmentKind),
    state=st.sampled_from(AppointmentState),
    today=DAYS,
    ahead=st.integers(-3, 3),
)
def test_it_is_met_before_a_home_visit_alone(
    kind: AppointmentKind, state: AppointmentState, today: date, ahead: int
) -> None:
    met = meets_warnings(kind, state, today + timedelta(days=ahead), today)
    assert met == (kind == "home" and state == "booked" and ahead >= 0)
