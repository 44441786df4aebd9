"""Pages that repeat as a whole, conditions on a part of an answer, and words without an effect."""

from __future__ import annotations

from typing import Any

import pytest

from assistedaccess.services.check import Report, check_definition
from assistedaccess.services.definition import PageKind
from assistedaccess.services.journey import find_journey
from assistedaccess.services.pages import read_page, summarise
from assistedaccess.services.parsing import parse_definition
from tests.unit.services.forms import (
    NOW,
    ask,
    component,
    condition,
    form,
    items,
    page,
    parse,
    words,
)

PEOPLE = page(
    "/who",
    component("Html", "note", content="<p>Everybody who lives here</p>"),
    component("TextField", "first", title="First name"),
    component("TextField", "last", title="Last name", options={"required": False}),
    title="People",
    to="/summary",
    controller="RepeatPageController",
    repeat={"options": {"name": "people", "title": "Person"}, "schema": {"min": 2, "max": 3}},
)


def check(*pages: dict[str, Any], **more: Any) -> Report:
    return check_definition(form(*pages, **more), "form.json", NOW)


def test_a_page_that_repeats_as_a_whole_keeps_a_row_of_all_its_questions() -> None:
    definition = parse(PEOPLE)
    asked = definition.pages["/who"]
    assert [q.key for q in asked.questions] == ["people"]
    stored: dict[str, Any] = {}
    for first in ("Ann", "Bob", "Cat"):
        posted = {"q-people-first": [first]}
        assert not find_journey(definition, stored, NOW).is_complete or first == "Cat"
        stored |= read_page(definition, asked, posted, answers=stored, now=NOW).answers
    assert [row["first"] for row in stored["people"]] == ["Ann", "Bob", "Cat"]
    journey = find_journey(definition, stored, NOW)
    assert summarise(definition, journey, now=NOW)[0].rows[0].lines == ("Ann", "Bob", "Cat")
    fourth = read_page(definition, asked, {"q-people-first": ["Dan"]}, answers=stored, now=NOW)
    assert words(fourth) == ["You can add up to 3 entries"]


def test_fewer_rows_than_it_asks_for_do_not_go_on() -> None:
    definition = parse(PEOPLE)
    one = {"people": [{"first": "Ann", "last": None}]}
    assert find_journey(definition, one, NOW).incomplete is definition.pages["/who"]
    reading = read_page(definition, definition.pages["/who"], {}, answers=one, now=NOW)
    assert words(reading) == ["Add 2 entries or more"]
    assert [f.anchor for f in reading.faults] == ["q-people-first"]


def test_a_repeating_section_lists_its_rows_on_its_own_page() -> None:
    pages = (
        page(
            "/name",
            component("TextField", "first"),
            component("TextField", "last"),
            to="/more",
            section="Home",
            controller="RepeatingSectionPageController",
        ),
        page(
            "/more",
            component("TextField", "HomeContainer"),
            to="/summary",
            controller="RepeatingSectionSummaryPageController",
        ),
    )
    sections = [{"name": "Home", "title": "People you live with"}]
    definition = parse(*pages, sections=sections)
    assert definition.pages["/more"].questions == ()
    assert definition.pages["/more"].kind is PageKind.MINI_SUMMARY
    assert definition.pages["/more"].section == "Home"
    assert list(definition.questions) == ["HomeContainer"]
    report = check(*pages, sections=sections)
    assert (report.ok, report.walked, report.warnings) == (True, 3, ())


def test_pages_that_repeat_by_an_answer_are_asked_just_so_often() -> None:
    pages = (
        page("/many", component("NumberField", "many"), to="/who", section="all"),
        page(
            "/who",
            component("Para", "p", content="As on the passport"),
            component("TextField", "first"),
            to="/reach",
            section="each",
            repeatField="all.many",
        ),
        page("/reach", component("EmailAddressField", "email"), to="/summary", repeatField="many"),
    )
    sections = [{"name": "all", "title": "All"}, {"name": "each", "title": "Each"}]
    definition = parse(*pages, sections=sections)
    who, key = definition.pages["/who"], "each-who"
    answers: dict[str, Any] = {"many": "2"}
    for first in ("Ann", "Bob"):
        assert find_journey(definition, answers, NOW).incomplete is who
        posted = {f"q-{key}-first": [first]}
        answers |= read_page(definition, who, posted, answers=answers, now=NOW).answers
    assert find_journey(definition, answers, NOW).incomplete is definition.pages["/reach"]
    third = read_page(definition, who, {f"q-{key}-first": ["Cat"]}, answers=answers, now=NOW)
    assert words(third) == ["You can add up to 2 entries"]
    fewer = answers | {"many": "1"}  # one of the two has to go
    assert find_journey(definition, fewer, NOW).incomplete is who
    assert words(read_page(definition, who, {}, answers=fewer, now=NOW)) == [
        "You can add up to 1 entries"
    ]
    more = answers | {"many": "3"}
    assert words(read_page(definition, who, {}, answers=more, now=NOW)) == ["Add 3 entries or more"]
    none = {"many": "0"}
    for asked in (who, definition.pages["/reach"]):
        none |= read_page(definition, asked, {}, answers=none, now=NOW).answers
    assert find_journey(definition, none, NOW).is_complete
    report = check(*pages, sections=sections)
    assert (report.ok, report.walked, report.warnings) == (True, 4, ())


def at(field: str, operator: str, value: str, kind: str = "UkAddressField") -> dict[str, Any]:
    return condition("c", (field, kind, operator, value))


ADDRESS = {"addressLine1": "1 High Street", "town": "Ashford", "postcode": "BT3 1AB"}


@pytest.mark.parametrize(
    ("asked", "given", "answers", "holds"),
    [
        ("UkAddressField", at("a.postcode", "starts with", "BT"), {"a": ADDRESS}, True),
        ("UkAddressField", at("s.a.postcode", "starts with", "BT"), {"a": ADDRESS}, True),
        ("UkAddressField", at("a.postcode", "starts with", "CF"), {"a": ADDRESS}, False),
        ("UkAddressField", at("a.town", "is", "Ashford"), {"a": ADDRESS}, True),
        ("UkAddressField", at("a.town", "is not", "Ashford"), {"a": ADDRESS}, False),
        ("UkAddressField", at("a.county", "is", ""), {"a": ADDRESS}, True),
    ],
)
def test_a_condition_may_look_at_a_part_of_an_address(
    asked: str, given: dict[str, Any], answers: dict[str, Any], holds: bool
) -> None:
    definition = parse(
        page("/one", component(asked, "a"), to=[("/two", "c"), "/summary"], section="s"),
        page("/two", to="/summary"),
        sections=[{"name": "s", "title": "S"}],
        conditions=[given],
    )
    paths = [p.path for p in find_journey(definition, answers, NOW).pages]
    assert ("/two" in paths) is holds


@pytest.mark.parametrize(
    "given",
    [
        at("a.postcode", "starts with", "BT"),
        at("a.postcode", "is", "SW1A 1AA"),
        at("a.town", "contains", "Kent"),
        {"name": "c", "displayName": "c", "value": "s.a.postcode == 'SW1A 1AA'"},
        at("rows.n", "is at least", "100", "NumberField"),
        at("rows.when", "is before", "2001-05-04", "DatePartsField"),
        at("rows.which", "contains", "two", "CheckboxesField"),
    ],
)
def test_answers_are_found_for_a_condition_on_a_part(given: dict[str, Any]) -> None:
    cells = [
        component("NumberField", "n"),
        component("DatePartsField", "when"),
        component("CheckboxesField", "which", list="list"),
    ]
    rows = component("MultiInputField", "rows", children=cells)
    report = check(
        page("/one", component("UkAddressField", "a"), to="/rows", section="s"),
        page("/rows", rows, to=[("/two", "c"), "/summary"]),
        page("/two", component("TextField", "t"), to="/summary"),
        sections=[{"name": "s", "title": "S"}],
        lists=[items("one", "two")],
        conditions=[given],
    )
    assert report.ok, report.words()
    assert report.warnings == ()


def test_a_part_that_a_question_has_not_is_no_other_question_s_answer() -> None:
    report = check(
        page("/one", component("TextField", "a"), component("TextField", "postcode"), to="/fork"),
        page("/fork", to=[("/summary", "c"), "/summary"]),
        conditions=[at("a.postcode", "is", "x")],
    )
    assert report.errors == ("Condition “c” names the field “a.postcode”, which does not exist",)


@pytest.mark.parametrize(
    ("options", "month", "message"),
    [
        ({"maxDaysInFuture": 31}, "4", ""),
        ({"maxDaysInFuture": 30}, "4", "must be the same as or before March 2026"),
        ({"maxDaysInPast": 1}, "2", ""),
        ({"maxDaysInPast": 0}, "2", "must be the same as or after March 2026"),
    ],
)
def test_a_month_is_outside_its_days_when_all_of_it_is(
    options: dict[str, Any], month: str, message: str
) -> None:
    raw = component("MonthYearField", options=options)
    said = words(ask(raw, {"month": month, "year": "2026"}))
    assert said == [] if not message else message in said[0]


@pytest.mark.parametrize(
    ("change", "where", "said"),
    [
        ({"engine": "V2"}, "unsupported", "The engine “V2”"),
        ({"pages": [page("/one", condition="c")]}, "errors", "the condition “c” does not exist"),
        (
            {"pages": [page("/one", to=["/two", "/one"]), page("/two")]},
            "warnings",
            "Page /one: the way on to /two is never taken",
        ),
        (
            {"pages": [page("/one", component("TextField", "t"), repeatField="n")]},
            "errors",
            "Page /one: repeats by the field “n”, which does not exist",
        ),
        (
            {"pages": [page("/one", component("TextField", "t", options={"maxWords": 3}))]},
            "warnings",
            "Page /one, component t: the option “maxWords” has no effect on a TextField",
        ),
        (
            {"pages": [page("/one", component("YesNoField", "t", content="x"))]},
            "warnings",
            "Page /one, component t: the key “content” has no effect on a YesNoField",
        ),
        (
            {"pages": [page("/one", component("TimeField", "t", options={"maxDaysInPast": 1}))]},
            "warnings",
            "the option “maxDaysInPast” has no effect on a TimeField",
        ),
        (
            {"pages": [page("/one", component("DatePartsField", "t", schema={"max": 3}))]},
            "warnings",
            "the schema’s “max” has no effect on a DatePartsField",
        ),
        (
            {"pages": [page("/one", component("TextField", "t", options={"classes": "glow"}))]},
            "warnings",
            "Page /one, component t: the class “glow” has no effect",
        ),
        ({"lists": [items("a") | {"glow": 1}]}, "warnings", "List “list”: the key “glow”"),
        (
            {"lists": [items() | {"items": [{"text": "A", "value": "a", "glow": 1}]}]},
            "warnings",
            "List “list”, item 1: the key “glow”",
        ),
        ({"sections": [{"name": "s", "glow": 1}]}, "warnings", "Section “s”: the key “glow”"),
        ({"conditions": [at("x", "is", "y") | {"glow": 1}]}, "warnings", "Condition “c”: the key"),
        (
            {"pages": [page("/one") | {"next": [{"path": "/one", "glow": 1}]}]},
            "warnings",
            "Page /one, a way on: the key “glow”",
        ),
        ({"fees": [{"amount": 5, "glow": 1}]}, "warnings", "Fee 1: the key “glow”"),
    ],
)
def test_whatever_a_definition_carries_without_effect_is_named(
    change: dict[str, Any], where: str, said: str
) -> None:
    definition = parse_definition(form(page("/one", to="/summary")) | change)
    assert any(said in words for words in getattr(definition, where)), getattr(definition, where)
