"""Questions, choices, cells and whole pages that hang on other answers: of a page before, of the
same page, or of the same row."""

from __future__ import annotations

from typing import Any

import pytest

from assistedaccess.services.asking import start_asking
from assistedaccess.services.check import check_definition
from assistedaccess.services.definition import Definition
from assistedaccess.services.journey import find_journey, next_path
from assistedaccess.services.page_form import page_form
from assistedaccess.services.pages import find_row, read_page, remove_row, summarise
from assistedaccess.services.paper import lay_out
from tests.unit.services.forms import (
    NOW,
    check_html,
    component,
    condition,
    form,
    items,
    page,
    parse,
    words,
)

pytestmark = pytest.mark.usefixtures("_macros")

YES = condition("c", ("asked", "YesNoField", "is", "true"))
LIST = items("one", "two")
Posted = dict[str, list[str]]


def save(definition: Definition, path: str, posted: Posted, answers: dict[str, Any]) -> list[str]:
    """Post to a page and keep what is fit in ``answers``; gives what is wrong."""
    asked = definition.pages[path]
    reading = read_page(definition, asked, posted, answers=answers, now=NOW)
    answers |= dict(reading.answers)
    return words(reading)


def draw(definition: Definition, path: str, **more: Any) -> str:
    html = str(page_form(definition, definition.pages[path], "en", now=NOW, **more).show())
    check_html(html)
    return html


def rows_of(*cells: dict[str, Any], name: str = "rows") -> dict[str, Any]:
    return component("MultiInputField", name, children=list(cells))


@pytest.mark.parametrize("field", ["rows.asked", "asked", "s.asked"])
def test_a_cell_hangs_on_another_cell_of_its_row(field: str) -> None:
    cells = [
        component("YesNoField", "asked"),
        component("TextField", "which", options={"condition": "c"}),
    ]
    pages = (page("/one", rows_of(*cells), to="/summary", section="s"),)
    more: dict[str, Any] = {
        "conditions": [condition("c", (field, "YesNoField", "is", "true"))],
        "sections": [{"name": "s", "title": "S"}],
    }
    report = check_definition(form(*pages, **more), now=NOW)
    assert (report.ok, report.unsupported, report.warnings) == (True, (), ())
    definition, answers = parse(*pages, **more), dict[str, Any]()
    assert save(definition, "/one", {"q-rows-asked": ["yes"]}, answers) == ["Enter which"]
    assert save(definition, "/one", {"q-rows-asked": ["no"], "q-rows-which": ["x"]}, answers) == []
    yes = {"q-rows-asked": ["yes"], "q-rows-which": ["Ours"]}
    assert save(definition, "/one", yes, answers) == []
    assert answers == {"rows": [{"asked": "no"}, {"asked": "yes", "which": "Ours"}]}
    journey = find_journey(definition, answers, NOW)
    assert journey.is_complete
    assert summarise(definition, journey, now=NOW)[0].rows[0].lines == ("No", "Yes, Ours")
    assert "q-rows-which" in draw(definition, "/one")  # without a script, it is always there


def test_on_paper_each_says_when_it_is_asked() -> None:
    listed = items("one", "two")
    listed["items"][1]["conditional"] = {"components": [component("TextField", "inner")]}
    cells = [component("RadiosField", "outer", list="list"), component("TextField", "which")]
    cells[1]["options"] = {"condition": "c"}
    definition = parse(
        page("/ask", component("YesNoField", "asked"), to="/one"),
        page("/one", rows_of(*cells), to="/summary", condition="c"),
        lists=[listed],
        conditions=[YES],
    )
    asked = lay_out(definition, start_asking(definition, "en", {}, NOW), {})[1]
    assert asked.only_if == ("c",)
    said = [(q.label, q.only_if, q.condition) for q in asked.questions[:3]]
    assert said == [("Outer", "", ""), ("Inner", "Two", ""), ("Which", "", "c")]


def test_a_cell_hangs_on_an_answer_before_and_comes_back_with_it() -> None:
    cells = [component("TextField", "name"), component("TextField", "pet")]
    cells[1]["options"] = {"condition": "c"}
    pages = (
        page("/ask", component("YesNoField", "asked"), to="/one"),
        page("/one", rows_of(*cells), to="/summary"),
    )
    report = check_definition(form(*pages, conditions=[YES]), now=NOW)
    assert (report.ok, report.walked, report.warnings) == (True, 3, ())
    definition = parse(*pages, conditions=[YES])
    answers: dict[str, Any] = {"asked": "yes", "rows": [{"name": "Ann", "pet": "Cat"}]}
    assert find_journey(definition, answers, NOW).answers["rows"] == answers["rows"]
    kept = find_journey(definition, answers | {"asked": "no"}, NOW)
    assert (kept.answers["rows"], kept.is_complete) == ([{"name": "Ann"}], True)
    without = answers | {"rows": [{"name": "Ann"}]}  # asked now, and not answered in the row
    assert find_journey(definition, without, NOW).incomplete is definition.pages["/one"]
    assert save(definition, "/one", {}, without) == ["Change entry 1: it needs another answer now"]
    assert save(definition, "/one", {}, without | {"asked": "no"}) == []


@pytest.mark.parametrize("kind", ["RadiosField", "SelectField"])
@pytest.mark.parametrize("way", ["item", "option"])
def test_a_choice_asks_further_in_a_row_and_on_a_page(kind: str, way: str) -> None:
    inner = component("TextField", "inner")
    asked = component(kind, "outer", list="list")
    listed = items("one", "two")
    if way == "item":
        listed["items"][1]["conditional"] = {"components": [inner]}
    else:
        asked["options"] = {"conditionallyRevealedComponents": {"two": inner}}
    for shown, at in ((asked, "q-"), (rows_of(asked), "q-rows-")):
        pages = (page("/one", shown, to="/summary"),)
        report = check_definition(form(*pages, lists=[listed]), now=NOW)
        assert (report.ok, report.unsupported, report.warnings) == (True, (), ())
        definition, answers = parse(*pages, lists=[listed]), dict[str, Any]()
        assert save(definition, "/one", {f"{at}outer": ["two"]}, answers) == ["Enter inner"]
        assert save(definition, "/one", {f"{at}outer": ["one"]}, answers) == []
        assert answers == ({"rows": [{"outer": "one"}]} if "rows" in at else {"outer": "one"})
        html = draw(definition, "/one")
        assert html.count(f'name="{at}inner"') == 1
        assert ("Only if the answer is “Two”" in html) is (kind == "SelectField")


def test_one_question_asked_again_whose_choices_ask_further_is_a_row() -> None:
    listed = items("one", "two")
    listed["items"][1]["conditional"] = {"components": [component("TextField", "inner")]}
    asked = component("RadiosField", "outer", list="list")
    pages = (
        page("/one", asked, to="/fork", controller="RepeatingFieldPageController"),
        page("/fork", to=[("/two", "c"), "/summary"]),
        page("/two", to="/summary"),
    )
    given = [condition("c", ("outer", "RadiosField", "is", "two"))]
    report = check_definition(form(*pages, lists=[listed], conditions=given), now=NOW)
    assert (report.ok, report.walked, report.warnings) == (True, 4, ())
    definition, answers = parse(*pages, lists=[listed], conditions=given), dict[str, Any]()
    two = {"q-outer-rows-outer": ["two"], "q-outer-rows-inner": ["Ours"]}
    assert save(definition, "/one", two, answers) == []
    assert answers == {"outer-rows": [{"outer": "two", "inner": "Ours"}]}


def test_a_choice_hangs_on_an_answer_of_its_own_page() -> None:
    listed = items("one", "two", "both")
    listed["items"][0]["condition"] = "c"
    listed["items"][1]["condition"] = "not"
    pages = (
        page(
            "/one",
            component("YesNoField", "asked"),
            component("RadiosField", "r", list="list"),
            to=[("/yes", "c"), "/summary"],
        ),
        page("/yes", to="/summary"),
    )
    given = [YES, condition("not", ("asked", "YesNoField", "is", "false"))]
    report = check_definition(form(*pages, lists=[listed], conditions=given), now=NOW)
    assert (report.ok, report.walked, report.warnings) == (True, 3, ())
    definition, answers = parse(*pages, lists=[listed], conditions=given), dict[str, Any]()
    html = draw(definition, "/one")
    assert all(f'value="{value}"' in html for value in ("one", "two", "both"))
    wrong = save(definition, "/one", {"q-asked": ["no"], "q-r": ["one"]}, answers)
    assert wrong == ["Select one of the answers listed for r"]
    assert save(definition, "/one", {"q-asked": ["yes"], "q-r": ["one"]}, answers) == []
    assert answers == {"asked": "yes", "r": "one"}


def test_a_choice_that_is_offered_no_more_has_to_be_made_again() -> None:
    listed = items("one", "two")
    listed["items"][1]["condition"] = "c"
    definition = parse(
        page("/ask", component("YesNoField", "asked"), to="/one"),
        page("/one", component("RadiosField", "r", list="list"), to="/summary"),
        lists=[listed],
        conditions=[YES],
    )
    assert find_journey(definition, {"asked": "yes", "r": "two"}, NOW).is_complete
    journey = find_journey(definition, {"asked": "no", "r": "two"}, NOW)
    assert journey.incomplete is definition.pages["/one"]
    in_rows = parse(
        page("/ask", component("YesNoField", "asked"), to="/one"),
        page("/one", rows_of(component("RadiosField", "r", list="list")), to="/summary"),
        lists=[listed],
        conditions=[YES],
    )
    rows = {"rows": [{"r": "one"}, {"r": "two"}]}
    assert find_journey(in_rows, {"asked": "yes"} | rows, NOW).is_complete
    journey = find_journey(in_rows, {"asked": "no"} | rows, NOW)
    assert journey.incomplete is in_rows.pages["/one"]


def test_a_page_that_is_not_there_is_passed_over_by_its_own_way_on() -> None:
    pages = (
        page("/ask", component("YesNoField", "asked"), to="/one"),
        page("/one", component("TextField", "t"), to="/two", condition="c"),
        page("/two", component("TextField", "u"), to="/summary", condition="c"),
    )
    report = check_definition(form(*pages, conditions=[YES]), now=NOW)
    assert (report.ok, report.walked, report.warnings) == (True, 4, ())
    definition = parse(*pages, conditions=[YES])
    no: dict[str, Any] = {"asked": "no", "t": "kept"}
    journey = find_journey(definition, no, NOW)
    assert [p.path for p in journey.pages] == ["/ask", "/summary"]
    assert (journey.is_complete, journey.kept_aside) == (True, {"t": "kept"})
    ask = definition.pages["/ask"]
    assert next_path(definition, ask, no, NOW) == "/summary"
    assert next_path(definition, ask, no | {"asked": "yes"}, NOW) == "/one"


def test_a_page_that_repeats_hangs_on_a_condition_as_a_whole() -> None:
    pages = (
        page("/ask", component("YesNoField", "asked"), to="/who"),
        page(
            "/who",
            component("TextField", "name"),
            to="/summary",
            condition="c",
            controller="RepeatPageController",
            repeat={"options": {"name": "people"}, "schema": {"min": 2, "max": 3}},
        ),
    )
    report = check_definition(form(*pages, conditions=[YES]), now=NOW)
    assert (report.ok, report.walked, report.warnings) == (True, 3, ())
    definition = parse(*pages, conditions=[YES])
    assert find_journey(definition, {"asked": "no"}, NOW).is_complete
    asked = find_journey(definition, {"asked": "yes"}, NOW)
    assert asked.incomplete is definition.pages["/who"]


def test_rows_of_two_kinds_stand_on_one_page() -> None:
    pages = (
        page(
            "/one",
            rows_of(component("TextField", "name"), name="people"),
            rows_of(component("NumberField", "cost"), name="costs"),
            to="/summary",
        ),
    )
    report = check_definition(form(*pages), now=NOW)
    assert (report.ok, report.unsupported, report.warnings) == (True, (), ())
    definition, answers = parse(*pages), dict[str, Any]()
    both = {"q-people-name": ["Ann"], "q-costs-cost": ["5"]}
    assert save(definition, "/one", both, answers) == []
    assert save(definition, "/one", {"q-costs-cost": ["7"]}, answers) == []
    assert answers == {"people": [{"name": "Ann"}], "costs": [{"cost": "5"}, {"cost": "7"}]}
    asked = definition.pages["/one"]
    html = draw(definition, "/one", answers=answers)
    assert all(f'href="?row={row}"' in html for row in (0, 1, 2))
    assert all(f'aria-label="{of}: What you have added"' in html for of in ("People", "Costs"))
    third = draw(definition, "/one", answers=answers, row=2)
    assert 'value="7"' in third
    assert "q-people-name" not in third  # one row is changed at a time
    changed = read_page(definition, asked, {"q-costs-cost": ["9"]}, answers=answers, now=NOW, row=2)
    assert changed.answers["costs"] == [{"cost": "5"}, {"cost": "9"}]
    assert changed.answers["people"] == answers["people"]
    assert remove_row(asked, answers, 1) == {"costs": [{"cost": "7"}]}
    assert find_row(asked, answers, 3) == (None, None)


def test_a_title_has_the_answer_filled_in_that_it_names() -> None:
    pages = (
        page("/one", component("RadiosField", "r", list="list"), to="/two"),
        page("/two", component("TextField", "t", title="Why {{ r }}?"), to="/summary")
        | {"title": "You chose {{ r }}{{ a.b.c }}"},
    )
    definition = parse(*pages, lists=[LIST])
    shown = page_form(definition, definition.pages["/two"], "en", answers={"r": "two"}, now=NOW)
    assert shown.title == "You chose Two"
    assert "Why Two?" in shown.show()
    journey = find_journey(definition, {"r": "two", "t": "x"}, NOW)
    rows = summarise(definition, journey, now=NOW)[0].rows
    assert [row.question for row in rows] == ["R", "Why Two?"]
    assert any("{{ a.b.c }}" in said and "/two" in said for said in definition.warnings)
