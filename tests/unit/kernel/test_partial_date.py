"""A date of which parts are not known stays so: nobody becomes born on 1 January."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistedaccess.kernel.partial_date import UNKNOWN_DATE, PartialDate


@pytest.mark.parametrize(
    ("known", "text"),
    [
        (PartialDate(1942, 3, 27), "1942-03-27"),
        (PartialDate(1942, 3), "1942-03"),
        (PartialDate(1942), "1942"),
        (PartialDate(None, 2, 29), "--02-29"),
        (UNKNOWN_DATE, ""),
    ],
)
def test_it_is_written_and_read_back(known: PartialDate, text: str) -> None:
    assert str(known) == text
    assert PartialDate.from_text(text) == known


@pytest.mark.parametrize(
    ("year", "month", "day"),
    [
        (1942, None, 27),
        (None, 3, None),
        (None, None, 27),
        (1942, 13, None),
        (1942, 0, None),
        (1942, 4, 31),
        (1943, 2, 29),
        (None, 2, 30),
        (0, None, None),
    ],
)
def test_what_cannot_be_is_refused(year: int | None, month: int | None, day: int | None) -> None:
    with pytest.raises(ValueError, match=r"."):
        PartialDate(year, month, day)


@pytest.mark.parametrize("text", ["x", "1942-03-27-01", "--03", "1942-"])
def test_other_texts_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        PartialDate.from_text(text)


@pytest.mark.parametrize(
    ("known", "earliest", "latest"),
    [
        (PartialDate(1942, 3, 27), date(1942, 3, 27), date(1942, 3, 27)),
        (PartialDate(1944, 2), date(1944, 2, 1), date(1944, 2, 29)),
        (PartialDate(1942), date(1942, 1, 1), date(1942, 12, 31)),
        (PartialDate(None, 3, 27), None, None),
        (UNKNOWN_DATE, None, None),
    ],
)
def test_the_days_that_it_can_mean(
    known: PartialDate, earliest: date | None, latest: date | None
) -> None:
    assert (known.earliest(), known.latest()) == (earliest, latest)


@given(st.dates())
def test_a_full_date_is_itself(day: date) -> None:
    known = PartialDate.of(day)
    assert known.is_full
    assert known.full() == known.earliest() == known.latest() == day
    assert PartialDate.from_text(str(known)) == known
