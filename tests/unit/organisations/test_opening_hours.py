"""Opening hours, as people write them."""

from __future__ import annotations

import json
from datetime import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistedaccess.organisations.rules_hours import (
    MOST_SPANS,
    WEEKDAYS,
    UnreadableHours,
    pack_week,
    read_hours,
    unpack_week,
    write_hours,
)

minutes = st.integers(0, 24 * 60 - 1)


@st.composite
def days(draw: st.DrawFn) -> list[tuple[time, time]]:
    """The spans of a day: in order, none inside another."""
    points = sorted(draw(st.sets(minutes, max_size=MOST_SPANS * 2)))
    pairs = zip(points[0::2], points[1::2], strict=False)
    return [(time(a // 60, a % 60), time(b // 60, b % 60)) for a, b in pairs]


@given(days())
def test_what_is_written_is_read_again(spans: list[tuple[time, time]]) -> None:
    assert read_hours(write_hours(spans)) == spans


@given(st.dictionaries(st.sampled_from(WEEKDAYS), days()))
def test_a_week_is_kept_as_json(week: dict[str, list[tuple[time, time]]]) -> None:
    kept = unpack_week(json.loads(json.dumps(pack_week(week))))
    assert kept == {day: week.get(day, []) for day in WEEKDAYS}


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        spans = read_hours(text)
    except UnreadableHours:
        return
    assert all(opens < closes for opens, closes in spans)


@pytest.mark.parametrize(
    ("text", "spans"),
    [
        ("9 to 5pm", [(time(9), time(17))]),
        ("9:30-17:00", [(time(9, 30), time(17))]),
        ("9.30am – 1pm", [(time(9, 30), time(13))]),
        ("9 to 12:30, 13:30 to 17", [(time(9), time(12, 30)), (time(13, 30), time(17))]),
        ("9am to 12pm and 1pm to 5pm", [(time(9), time(12)), (time(13), time(17))]),
        ("12am to 12pm", [(time(0), time(12))]),
        ("Closed", []),
        ("", []),
    ],
)
def test_as_people_write_them(text: str, spans: list[tuple[time, time]]) -> None:
    assert read_hours(text) == spans


@pytest.mark.parametrize(
    "text",
    ["9", "17 to 9", "9 to 9", "25 to 26", "9:60 to 10", "13pm to 14pm", "9 to 12, 11 to 15", "x"],
)
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(UnreadableHours):
        read_hours(text)
