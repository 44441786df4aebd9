"""Each type of question: what it takes, how it stores it, what it says when it will not do."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.services.forms import NOW, ask, component, items, parse, words
from tests.unit.services.forms import page as one_page

TEXT = component("TextField", title="Your name")


DIGITS = {"max": 8, "regex": "^[0-9]{6,8}$"}
SORT_CODE = {"max": 8, "regex": "^[0-9]{2}[- ]?[0-9]{2}[- ]?[0-9]{2}$"}


@pytest.mark.parametrize(
    ("raw", "posted", "stored"),
    [
        (TEXT, {"": "  Ada  "}, "Ada"),
        (TEXT, {"": "e\u0301"}, "\u00e9"),
        (component("MultilineTextField"), {"": "one\r\ntwo"}, "one\ntwo"),
        (component("FreeTextField", options={"maxWords": "3"}), {"": "one two three"}, None),
        (component("TextField", schema=DIGITS), {"": " 1122 33-44 "}, "11223344"),
        (component("TextField", schema=SORT_CODE), {"": "30 94 30"}, "30 94 30"),
        (component("NumberField"), {"": "1,234.50"}, "1234.50"),
        (component("NumberField", options={"prefix": "£"}), {"": "£20"}, "20"),
        (component("NumberField"), {"": "٣"}, "3"),
        (component("NumberField", schema={"integer": True}), {"": "007"}, "007"),
        (component("EmailAddressField"), {"": "ada@example.org"}, "ada@example.org"),
        (component("TelephoneNumberField"), {"": "+44 (0)7700 900123"}, "+44 (0)7700 900123"),
        (component("WebsiteField"), {"": "www.example.org/a?b=c"}, "www.example.org/a?b=c"),
        (component("YesNoField"), {"": "yes"}, "yes"),
        (component("DatePartsField"), {"day": "29", "month": "feb", "year": "2024"}, "2024-02-29"),
        (component("DateField"), {"day": "1", "month": "Mawrth", "year": "1948"}, "1948-03-01"),
        (component("MonthYearField"), {"month": "3", "year": "1948"}, "1948-03"),
        (component("TimeField"), {"hour": "9", "minute": "05"}, "09:05"),
        (
            component("DateTimePartsField"),
            {"day": "1", "month": "2", "year": "2026", "hour": "14", "minute": "30"},
            "2026-02-01T14:30",
        ),
        (
            component("UkAddressField"),
            {"addressLine1": "1 High Street", "town": "Ashford Vale", "postcode": "aa31ab"},
            {"addressLine1": "1 High Street", "town": "Ashford Vale", "postcode": "AA3 1AB"},
        ),
        (component("FileUploadField"), {"": ["0193-ab"]}, ["0193-ab"]),
    ],
)
def test_an_answer_is_stored_in_one_form(
    raw: dict[str, Any], posted: dict[str, Any], stored: Any
) -> None:
    reading = ask(raw, posted)
    assert words(reading) == []
    if stored is not None:
        assert reading.answers == {"field": stored}


@pytest.mark.parametrize(
    ("raw", "posted", "message"),
    [
        (TEXT, {}, "Enter your name"),
        (component("TextField", title="What is your name?"), {}, "Enter your name"),
        (component("YesNoField", title="Do you own a car?"), {}, "Select yes if you own a car"),
        (
            component("YesNoField", title="Are you working?"),
            {},
            "Select yes if you are working",
        ),
        (
            component("TextField", title="Where did it happen?"),
            {},
            "Enter an answer to “Where did it happen?”",
        ),
        (component("TextField", options={"noun": "the town"}), {}, "Enter the town"),
        (TEXT, {"": "x" * 501}, "Your name must be 500 characters or less"),
        (
            component("TextField", title="Code", schema={"length": 3}),
            {"": "ab"},
            "Code must be exactly 3 characters",
        ),
        (
            component("TextField", title="Code", schema={"min": 3}),
            {"": "ab"},
            "Code must be 3 characters or more",
        ),
        (
            component("TextField", title="Code", schema=DIGITS),
            {"": "1122 33 4455"},
            "Code must be 8 characters or less",
        ),
        (component("TextField", title="Code", schema=DIGITS), {"": "1 2"}, "the correct format"),
        (
            component("TextField", title="Code", schema={"regex": "^[A-Z]+$"}),
            {"": "ab"},
            "Enter code in the correct format",
        ),
        (
            component(
                "TextField", schema={"regex": "^A"}, options={"customValidationMessage": "Own."}
            ),
            {"": "b"},
            "Own.",
        ),
        (
            component("MultilineTextField", title="Story", options={"maxWords": "2"}),
            {"": "one two three"},
            "Story must be 2 words or less",
        ),
        (component("NumberField", title="Age"), {"": "old"}, "Age must be a number, like 30"),
        (component("NumberField", title="Age"), {"": "1e9"}, "Age must be a number, like 30"),
        (component("NumberField", title="Age"), {"": "12,34"}, "Age must be a number, like 30"),
        (component("NumberField", title="Age", schema={"min": 18}), {"": "17"}, "18 or more"),
        (component("NumberField", title="Age", schema={"max": "9"}), {"": "9.5"}, "9 or less"),
        (
            component("NumberField", title="Sum", schema={"min": 1, "max": 5000}),
            {"": "0"},
            "Sum must be between 1 and 5,000",
        ),
        (
            component("NumberField", title="Sum", schema={"precision": "2"}),
            {"": "1.005"},
            "Sum must have 2 decimal places or fewer",
        ),
        (
            component("NumberField", title="Sum", schema={"integer": True}),
            {"": "1.5"},
            "Sum must be a whole number",
        ),
        (component("EmailAddressField"), {"": "ada@example"}, "like name@example.com"),
        (component("TelephoneNumberField"), {"": "12345"}, "Enter a phone number"),
        (component("WebsiteField"), {"": "javascript:alert(1)"}, "Enter a website address"),
        (component("WebsiteField"), {"": "ftp://example.org"}, "Enter a website address"),
        (component("FileUploadField", title="Proof"), {}, "Upload proof"),
        (component("FileUploadField"), {"": ["../../x"]}, "could not be found"),
    ],
)
def test_what_will_not_do_is_said_as_the_design_system_says_it(
    raw: dict[str, Any], posted: dict[str, Any], message: str
) -> None:
    reading = ask(raw, posted)
    assert len(words(reading)) == 1
    assert message in words(reading)[0]
    assert "field" not in reading.answers


BORN = component("DatePartsField", title="What is your date of birth?", options={})


@pytest.mark.parametrize(
    ("posted", "message", "part"),
    [
        ({}, "Enter your date of birth", "day"),
        ({"day": "1", "year": "1948"}, "Your date of birth must include a month", "month"),
        ({"day": "1"}, "Your date of birth must include a month and a year", "month"),
        ({"day": "30", "month": "2", "year": "1948"}, "must be a real date", "day"),
        ({"day": "1", "month": "13", "year": "1948"}, "must be a real date", "day"),
        ({"day": "x", "month": "1", "year": "1948"}, "must be a real date", "day"),
        ({"day": "1", "month": "1", "year": "48"}, "Year must include 4 numbers", "year"),
        ({"day": "1", "month": "1", "year": "٠٠٠٩"}, "Year must include 4 numbers", "year"),
    ],
)
def test_an_unfit_date_names_the_part_and_links_to_it(
    posted: dict[str, Any], message: str, part: str
) -> None:
    reading = ask(BORN, posted)
    assert message in words(reading)[0]
    assert reading.faults[0].anchor == f"q-field-{part}"


@pytest.mark.parametrize(
    ("options", "day", "message"),
    [
        ({"maxDaysInFuture": 5}, "6", ""),
        ({"maxDaysInFuture": 5}, "7", "must be the same as or before 6 March 2026"),
        ({"maxDaysInFuture": 0}, "2", "must be today or in the past"),
        ({"maxDaysInPast": "0"}, "1", ""),
    ],
)
def test_a_date_keeps_within_its_days(options: dict[str, Any], day: str, message: str) -> None:
    raw = component("DatePartsField", options=options)
    said = words(ask(raw, {"day": day, "month": "3", "year": "2026"}))
    assert said == [] if not message else message in said[0]


def test_a_date_too_long_ago_is_refused() -> None:
    raw = component("DatePartsField", title="Day", options={"maxDaysInPast": 1})
    said = words(ask(raw, {"day": "27", "month": "2", "year": "2026"}))
    assert said == ["Day must be the same as or after 28 February 2026"]


@pytest.mark.parametrize("typed", ["qq 12 34 56 c", "AB123456C", "ab-12-34-56-d", "JG 103759 A"])
def test_a_national_insurance_number_is_stored_without_spaces(typed: str) -> None:
    reading = ask(component("TextField", options={"format": "nino"}), {"": typed})
    assert reading.answers["field"] == "".join(c for c in typed.upper() if c.isalnum())


@pytest.mark.parametrize("typed", ["AB123456", "BG123456A", "DA123456A", "AO123456A", "AB123456E"])
def test_a_number_that_hmrc_never_issues_is_refused(typed: str) -> None:
    reading = ask(component("TextField", options={"format": "nino"}), {"": typed})
    assert "like QQ 12 34 56 C" in words(reading)[0]


@pytest.mark.parametrize("postcode", ["SW1A 1AA", "m1 1ae", "B33 8TH", "CR2 6XH", "DN55 1PT"])
def test_a_postcode_is_stored_as_it_is_written(postcode: str) -> None:
    lines = {"addressLine1": "1 High Street", "town": "Ashford Vale", "postcode": postcode}
    assert ask(component("UkAddressField"), lines).answers["field"]["postcode"] == postcode.upper()


def test_each_missing_line_of_an_address_is_said_at_its_line() -> None:
    reading = ask(component("UkAddressField"), {"addressLine2": "Flat 2", "postcode": "AA3"})
    assert [fault.anchor for fault in reading.faults] == [
        "q-field-addressLine1",
        "q-field-town",
        "q-field-postcode",
    ]


def test_an_address_that_is_not_required_may_be_empty_but_not_half_full() -> None:
    raw = component("UkAddressField", options={"required": False})
    assert ask(raw, {}).answers == {"field": None}
    assert words(ask(raw, {"town": "Ashford Vale"}))


def test_checkboxes_are_stored_in_the_order_of_the_list() -> None:
    raw = component("CheckboxesField", list="list")
    reading = ask(raw, {"": ["c", "a"]}, lists=[items("a", "b", "c")])
    assert reading.answers["field"] == ["a", "c"]


def test_an_exclusive_checkbox_stands_alone() -> None:
    raw = component("CheckboxesField", list="list")
    raw["options"] = {"behaviour": "exclusive", "behaviourItemValue": "none"}
    lists = [items("a", "none")]
    assert ask(raw, {"": ["none"]}, lists=lists).answers["field"] == ["none"]
    assert "“None” alone" in words(ask(raw, {"": ["a", "none"]}, lists=lists))[0]


@pytest.mark.parametrize("kind", ["RadiosField", "SelectField", "AutocompleteField"])
def test_only_what_was_offered_can_be_chosen(kind: str) -> None:
    raw = component(kind, list="list", title="Colour")
    lists = [items("red", "blue")]
    assert ask(raw, {"": "red"}, lists=lists).answers["field"] == "red"
    assert words(ask(raw, {"": "green"}, lists=lists)) == [
        "Select one of the answers listed for colour"
    ]
    assert words(ask(raw, {}, lists=lists)) == ["Select colour"]


def test_what_need_not_be_answered_is_stored_as_left_empty() -> None:
    for kind in ("TextField", "NumberField", "YesNoField", "DatePartsField", "FileUploadField"):
        raw = component(kind, options={"required": False})
        reading = ask(raw, {})
        assert reading.answers == {"field": None}, kind


def test_a_number_of_a_list_is_stored_as_text() -> None:
    listed = {"name": "list", "title": "", "type": "number", "items": [{"text": "One", "value": 1}]}
    raw = component("RadiosField", list="list")
    assert ask(raw, {"": "1"}, lists=[listed]).answers["field"] == "1"


def test_a_static_list_of_the_oldest_form_is_read() -> None:
    values = {"type": "static", "items": [{"label": "Red", "value": "red"}]}
    assert ask(component("RadiosField", values=values), {"": "red"}).answers["field"] == "red"


def test_how_answers_read_in_a_summary() -> None:
    from assistedaccess.services.journey import find_journey
    from assistedaccess.services.pages import summarise

    definition = parse(
        one_page(
            "/one",
            component("TextField", "nino", options={"format": "nino"}),
            component("DatePartsField", "born"),
            component("NumberField", "sum", options={"prefix": "£"}),
            component("CheckboxesField", "colours", list="list"),
            component("YesNoField", "sure"),
            component("UkAddressField", "home"),
            component("TextField", "none", options={"required": False}),
            to="/summary",
        ),
        lists=[items("red", "blue")],
    )
    answers = {
        "nino": "QQ123456C",
        "born": "1948-07-05",
        "sum": "12.50",
        "colours": ["red", "blue"],
        "sure": "no",
        "home": {"addressLine1": "1 High Street", "town": "Ashford Vale", "postcode": "AA3 1AB"},
        "none": None,
    }
    rows = summarise(definition, find_journey(definition, answers, NOW), now=NOW)[0].rows
    assert {row.key: row.lines for row in rows} == {
        "nino": ("QQ 12 34 56 C",),
        "born": ("5 July 1948",),
        "sum": ("£12.50",),
        "colours": ("Red", "Blue"),
        "sure": ("No",),
        "home": ("1 High Street", "Ashford Vale", "AA3 1AB"),
        "none": (),
    }
