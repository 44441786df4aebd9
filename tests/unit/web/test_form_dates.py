"""A wrong date says which part of it is wrong, and links to it; a partly known one is kept."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from assistedaccess.kernel import clock
from assistedaccess.kernel.form_fields import DateField, PartialDateField
from assistedaccess.kernel.partial_date import UNKNOWN_DATE, PartialDate
from tests.support.forms import data_of, errors_of, form_with, submit


@pytest.fixture(autouse=True)
def _on_a_set_day() -> Iterator[None]:
    with clock.set_clock(datetime(2026, 11, 23, 12, tzinfo=UTC)):
        yield


def parts(day: str = "", month: str = "", year: str = "", **more: str) -> dict[str, str]:
    return {"it-day": day, "it-month": month, "it-year": year, **more}


@pytest.mark.parametrize("month", ["3", "03", "March", "mar", "Mawrth", "MARCH", "Mar."])
def test_a_month_may_be_a_name(bare_app: Flask, month: str) -> None:
    given = parts("27", month, "1942")
    assert data_of(bare_app, DateField("Birth date"), given) == date(1942, 3, 27)


@pytest.mark.parametrize(
    ("given", "words", "anchor"),
    [
        (parts(), "Enter the date", "#it-day"),
        ({}, "Enter the date", "#it-day"),
        (parts("27", "3"), "Claim date must include a year", "#it-year"),
        (parts("", "3", "2026"), "Claim date must include a day", "#it-day"),
        (parts("27", "", "2026"), "Claim date must include a month", "#it-month"),
        (parts("", "", "2026"), "Claim date must include a day and month", "#it-day"),
        (parts("27"), "Claim date must include a month and year", "#it-month"),
        (parts("27", "13", "2026"), "Claim date must be a real date", "#it-month"),
        (parts("32", "1", "2026"), "Claim date must be a real date", "#it-day"),
        (parts("31", "4", "2026"), "Claim date must be a real date", "#it-day"),
        (parts("29", "2", "2026"), "Claim date must be a real date", "#it-day"),
        (parts("x", "4", "2026"), "Claim date must be a real date", "#it-day"),
        (parts("1", "ju", "2026"), "Claim date must be a real date", "#it-month"),
        (parts("1", "4", "26"), "Year must include 4 numbers", "#it-year"),
        (parts("1", "4", "0000"), "Claim date must be a real date", "#it-year"),
        (parts("1", "4", "²026"), "Claim date must be a real date", "#it-year"),
        (parts("24", "11", "2026"), "Claim date must be today or in the past", "#it-day"),
    ],
)
def test_an_error_names_the_part_and_links_to_it(
    bare_app: Flask, given: dict[str, str], words: str, anchor: str
) -> None:
    field = DateField("Claim date", must_be="today_or_past", required="Enter the date")
    form = submit(bare_app, form_with(field), given)
    assert form.error_summary == [{"text": words, "href": anchor}]
    soup = BeautifulSoup(form.page, "html.parser")  # type: ignore[attr-defined]
    assert soup.find(id=anchor[1:]) is not None
    assert "govuk-input--error" in soup.find(id=anchor[1:])["class"]


def test_only_the_wrong_part_is_marked_and_all_parts_are_kept(bare_app: Flask) -> None:
    form = submit(bare_app, form_with(DateField("Date")), parts("27", "13", "2026"))
    soup = BeautifulSoup(form.page, "html.parser")  # type: ignore[attr-defined]
    marked = [box["id"] for box in soup.select(".govuk-input--error")]
    assert marked == ["it-month"]
    assert [box["value"] for box in soup.find_all("input")] == ["27", "13", "2026"]


@pytest.mark.parametrize(
    ("must_be", "day", "right"),
    [
        ("past", "22", True),
        ("past", "23", False),
        ("today_or_past", "23", True),
        ("today_or_past", "24", False),
        ("future", "24", True),
        ("future", "23", False),
        ("today_or_future", "23", True),
        ("today_or_future", "22", False),
    ],
)
def test_past_and_future(bare_app: Flask, must_be: str, day: str, right: bool) -> None:
    field = DateField("Date", must_be=must_be)
    assert (errors_of(bare_app, field, parts(day, "11", "2026")) == []) is right


def test_earliest_and_latest_are_said_in_full(bare_app: Flask) -> None:
    field = DateField("Date", earliest=date(2026, 1, 2), latest=date(2026, 2, 3))
    (error,) = errors_of(bare_app, field, parts("1", "1", "2026"))
    assert error["text"] == "Date must be the same as or after 2 January 2026"
    (error,) = errors_of(bare_app, field, parts("4", "2", "2026"))
    assert error["text"] == "Date must be the same as or before 3 February 2026"


@pytest.mark.parametrize(
    ("given", "date_known"),
    [
        (parts("27", "3", "1942"), PartialDate(1942, 3, 27)),
        (parts("", "3", "1942"), PartialDate(1942, 3)),
        (parts("", "", "1942"), PartialDate(1942)),
        (parts("27", "3"), PartialDate(None, 3, 27)),
        (parts("29", "2"), PartialDate(None, 2, 29)),
        ({"it-unknown": "yes"}, UNKNOWN_DATE),
        (parts(), None),
    ],
)
def test_as_much_of_a_date_as_is_known(
    bare_app: Flask, given: dict[str, str], date_known: PartialDate | None
) -> None:
    field = PartialDateField("Birth date", unknown="Not known", must_be="past")
    assert data_of(bare_app, field, given) == date_known


@pytest.mark.parametrize(
    ("given", "words", "anchor"),
    [
        (parts("27"), "Birth date must include a month", "#it-month"),
        (parts("27", "", "1942"), "Birth date must include a month", "#it-month"),
        (parts("", "3"), "Birth date must include a year", "#it-year"),
        (parts("30", "2"), "Birth date must be a real date", "#it-day"),
        (parts("", "", "2027"), "Birth date must be in the past", "#it-day"),
        (
            parts("", "", "1942", **{"it-unknown": "yes"}),
            "Birth date: enter what is known, or tick that it is not known, not both",
            "#it-year",
        ),
    ],
)
def test_what_is_no_part_of_a_date(
    bare_app: Flask, given: dict[str, str], words: str, anchor: str
) -> None:
    field = PartialDateField("Birth date", unknown="Not known", must_be="past")
    assert errors_of(bare_app, field, given) == [{"text": words, "href": anchor}]


@given(day=st.text(max_size=30), month=st.text(max_size=30), year=st.text(max_size=30))
def test_no_text_in_a_date_is_a_fault(bare_app: Flask, day: str, month: str, year: str) -> None:
    with bare_app.test_request_context("/", method="POST"):
        for field in (DateField("Date"), PartialDateField("Date", unknown="Not known")):
            form = form_with(field)(MultiDict(parts(day, month, year)))
            assert form.validate() or form.error_summary[0]["href"].startswith("#it-")
            assert str(form.it())  # type: ignore[attr-defined]


def test_a_date_is_shown_in_its_boxes(bare_app: Flask) -> None:
    with bare_app.test_request_context("/"):
        form = form_with(PartialDateField("Date", unknown="Not known"))(it=PartialDate(1942, 3))
        boxes = BeautifulSoup(str(form.it()), "html.parser").find_all("input", type="text")  # type: ignore[attr-defined]
        assert [box["value"] for box in boxes] == ["", "3", "1942"]
        form = form_with(PartialDateField("Date", unknown="Not known"))(it=UNKNOWN_DATE)
        ticked = BeautifulSoup(str(form.it()), "html.parser").find(id="it-unknown")  # type: ignore[attr-defined]
        assert ticked.has_attr("checked")
