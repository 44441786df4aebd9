"""Dates, times, money and names are written as GOV.UK writes them."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

import pytest
from flask import Flask

from assistedaccess.kernel import clock
from assistedaccess.kernel.partial_date import UNKNOWN_DATE, PartialDate
from assistedaccess.web.filters import (
    format_date,
    format_datetime,
    format_money,
    format_time,
    isolate,
    lines,
    relative_day,
)

pytestmark = pytest.mark.usefixtures("in_request")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (date(2026, 11, 3), "3 November 2026"),
        (datetime(2026, 6, 30, 23, 30, tzinfo=UTC), "1 July 2026"),  # British Summer Time
        (PartialDate(1942, 3, 27), "27 March 1942"),
        (PartialDate(1942, 3), "March 1942"),
        (PartialDate(1942), "1942"),
        (PartialDate(None, 2, 29), "29 February"),
        (UNKNOWN_DATE, "not known"),
        (None, "not known"),
    ],
)
def test_dates(value: date | datetime | PartialDate | None, text: str) -> None:
    assert format_date(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (datetime(2026, 11, 23, 16, 5, tzinfo=UTC), "23 November 2026 at 4:05pm"),
        (datetime(2026, 7, 1, 16, 5, tzinfo=UTC), "1 July 2026 at 5:05pm"),
        (datetime(2026, 11, 23, 9, 0, tzinfo=UTC), "23 November 2026 at 9am"),
        (datetime(2026, 11, 23, 12, 0, tzinfo=UTC), "23 November 2026 at midday"),
        (datetime(2026, 11, 23, 0, 0, tzinfo=UTC), "23 November 2026 at midnight"),
        (datetime(2026, 11, 23, 0, 30, tzinfo=UTC), "23 November 2026 at 12:30am"),
        (datetime(2026, 10, 25, 0, 59, tzinfo=UTC), "25 October 2026 at 1:59am"),
        (datetime(2026, 10, 25, 1, 59, tzinfo=UTC), "25 October 2026 at 1:59am"),
        (None, "not known"),
    ],
)
def test_moments_are_shown_by_the_clocks_of_the_united_kingdom(
    value: datetime | None, text: str
) -> None:
    assert format_datetime(value) == text


def test_seconds_where_order_matters() -> None:
    assert format_time(time(12, 0, 0), seconds=True) == "12:00:00pm"
    moment = datetime(2026, 11, 23, 16, 5, 9, tzinfo=UTC)
    assert format_datetime(moment, seconds=True) == "23 November 2026 at 4:05:09pm"


@pytest.mark.parametrize(
    ("pence", "text"),
    [
        (148_000, "£1,480"),
        (493, "£4.93"),
        (5, "£0.05"),
        (0, "£0"),
        (-250, "−£2.50"),
        (None, "not known"),
    ],
)
def test_money(pence: int | None, text: str) -> None:
    assert format_money(pence) == text


def test_money_in_a_column_has_its_pence() -> None:
    assert format_money(148_000, always_pence=True) == "£1,480.00"


@pytest.mark.parametrize(
    ("day", "text"),
    [
        (23, "today"),
        (24, "tomorrow"),
        (22, "yesterday"),
        (26, "in 3 days"),
        (11, "12 days ago"),
    ],
)
def test_days_from_today(day: int, text: str) -> None:
    with clock.set_clock(datetime(2026, 11, 23, 12, tzinfo=UTC)):
        assert relative_day(date(2026, 11, day)) == text


def test_a_day_begins_at_midnight_in_the_united_kingdom() -> None:
    with clock.set_clock(datetime(2026, 6, 30, 23, 30, tzinfo=UTC)):
        assert relative_day(date(2026, 7, 1)) == "today"
        assert relative_day(datetime(2026, 6, 30, 22, 59, tzinfo=UTC)) == "yesterday"


def test_what_people_typed_is_isolated_and_escaped() -> None:
    assert isolate('<b>يوسف</b>"') == "<bdi>&lt;b&gt;يوسف&lt;/b&gt;&#34;</bdi>"
    assert isolate(None) == "<bdi></bdi>"
    assert lines("a\n<i>b</i>") == "<bdi>a<br>&lt;i&gt;b&lt;/i&gt;</bdi>"


def test_in_welsh(bare_app: Flask) -> None:
    with bare_app.test_request_context("/", headers={"Cookie": "language=cy"}):
        assert format_date(date(2026, 3, 1)) == "1 Mawrth 2026"
        assert format_time(time(16, 5)) == "4:05yh"
