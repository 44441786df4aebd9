"""A page as a whole: rows that repeat, questions that depend on others, and what it shows."""

from __future__ import annotations

from assistedaccess.services.journey import find_journey
from assistedaccess.services.pages import (
    has_row,
    list_shown,
    read_page,
    remove_row,
    repost_page,
    summarise,
)
from tests.unit.services.forms import NOW, component, condition, items, page, parse, words

COSTS = parse(
    page(
        "/costs",
        component(
            "MultiInputField",
            "costs",
            title="Costs",
            options={"maxMultiInputFieldRows": 2, "columnTitles": ["What", "How much", "Action"]},
            children=[
                component("TextField", "what"),
                component("NumberField", "sum", options={"prefix": "£"}),
            ],
        ),
        controller="RepeatingFieldPageController",
        to="/summary",
    )
)
PAGE = COSTS.pages["/costs"]
ROW = {"q-costs-what": ["Rent"], "q-costs-sum": ["500"]}


def read(posted: dict[str, list[str]], stored: object = None) -> object:
    answers = {} if stored is None else {"costs": stored}
    return read_page(COSTS, PAGE, posted, answers=answers, now=NOW)


def test_each_post_adds_a_row() -> None:
    first = read_page(COSTS, PAGE, ROW, answers={}, now=NOW)
    assert first.answers == {"costs": [{"what": "Rent", "sum": "500"}]}
    second = read_page(COSTS, PAGE, ROW, answers=first.answers, now=NOW)
    assert len(second.answers["costs"]) == 2
    third = read_page(COSTS, PAGE, ROW, answers=second.answers, now=NOW)
    assert words(third) == ["You can add up to 2 entries"]


def test_an_empty_post_keeps_the_rows_and_asks_for_the_first() -> None:
    rows = [{"what": "Rent", "sum": "500"}]
    kept = read_page(COSTS, PAGE, {}, answers={"costs": rows}, now=NOW)
    assert kept.answers == {"costs": rows}
    assert words(read_page(COSTS, PAGE, {}, answers={}, now=NOW)) == ["Enter what", "Enter sum"]


def test_an_unfit_cell_is_named_and_the_rows_stay_as_they_are() -> None:
    reading = read_page(COSTS, PAGE, {"q-costs-what": ["Rent"]}, answers={}, now=NOW)
    assert words(reading) == ["Enter sum"]
    assert reading.faults[0].anchor == "q-costs-sum"
    assert reading.answers == {}


def test_a_row_is_removed_and_the_last_leaves_nothing() -> None:
    rows = [{"what": "Rent", "sum": "500"}, {"what": "Food", "sum": "50"}]
    assert remove_row(PAGE, {"costs": rows}, 0) == {"costs": rows[1:]}
    assert remove_row(PAGE, {"costs": rows[:1]}, 0) == {"costs": None}
    assert remove_row(PAGE, {"costs": rows}, 7) == {"costs": rows}


def test_a_row_is_changed_in_its_place_and_may_not_be_emptied() -> None:
    rows = [{"what": "Rent", "sum": "500"}, {"what": "Food", "sum": "50"}]
    stored = {"costs": rows}
    assert repost_page(PAGE, stored, 1) == {"q-costs-what": ["Food"], "q-costs-sum": ["50"]}
    changed = read_page(COSTS, PAGE, ROW, answers=stored, now=NOW, row=1)
    assert changed.answers == {"costs": [rows[0], {"what": "Rent", "sum": "500"}]}
    assert words(read_page(COSTS, PAGE, {}, answers=stored, now=NOW, row=0)) == [
        "Enter what",
        "Enter sum",
    ]
    full = read_page(COSTS, PAGE, ROW, answers=stored, now=NOW, row=0)
    assert full.is_fit  # a list that is full can still be corrected
    assert not has_row(PAGE, stored, 2)
    assert not has_row(PAGE, stored, None)


def test_rows_read_line_by_line_in_a_summary() -> None:
    rows = [{"what": "Rent", "sum": "500"}]
    journey = find_journey(COSTS, {"costs": rows}, NOW)
    assert summarise(COSTS, journey, now=NOW)[0].rows[0].lines == ("Rent, £500",)


def test_one_question_can_repeat_too() -> None:
    definition = parse(
        page(
            "/tongues",
            component("AutocompleteField", "tongue", list="list"),
            controller="RepeatingFieldPageController",
            to="/summary",
        ),
        lists=[items("welsh", "polish")],
    )
    posted = {"q-tongue": ["polish"]}
    asked = definition.pages["/tongues"]
    reading = read_page(definition, asked, posted, answers={"tongue": ["welsh"]}, now=NOW)
    assert reading.answers == {"tongue": ["welsh", "polish"]}


DEPENDS = parse(
    page("/a", component("YesNoField", "pet"), to="/b"),
    page(
        "/b",
        component("Para", "p", content="<p>{{ pet }} it is</p>", options={"condition": "pet"}),
        component("TextField", "petName", options={"condition": "pet"}),
        component("TextField", "other"),
        to="/summary",
    ),
    conditions=[condition("pet", ("pet", "YesNoField", "is", "true"))],
)


def test_a_question_whose_condition_does_not_hold_is_neither_shown_nor_asked() -> None:
    second = DEPENDS.pages["/b"]
    shown = list_shown(DEPENDS, second, {"pet": "no"}, NOW)
    assert [component.name for component in shown] == ["other"]
    posted = {"q-other": ["x"], "q-petName": ["Rex"]}
    without = read_page(DEPENDS, second, posted, answers={"pet": "no"}, now=NOW)
    assert without.answers == {"other": "x"}
    asked = read_page(DEPENDS, second, {"q-other": ["x"]}, answers={"pet": "yes"}, now=NOW)
    assert words(asked) == ["Enter petname"]


def test_a_question_behind_a_choice_is_read_when_it_is_chosen() -> None:
    listed = items("phone", "post")
    listed["items"][0]["conditional"] = {"components": [component("TextField", "number")]}
    definition = parse(
        page("/a", component("RadiosField", "how", list="list"), to="/summary"), lists=[listed]
    )
    first = definition.pages["/a"]
    phone = read_page(definition, first, {"q-how": ["phone"]}, answers={}, now=NOW)
    assert words(phone) == ["Enter number"]
    posted = {"q-how": ["post"], "q-number": ["7"]}
    post = read_page(definition, first, posted, answers={}, now=NOW)
    assert post.answers == {"how": "post"}


def test_a_choice_is_offered_by_its_condition() -> None:
    listed = items("a", "b")
    listed["items"][1]["condition"] = "pet"
    definition = parse(
        page("/a", component("YesNoField", "pet"), to="/b"),
        page("/b", component("RadiosField", "which", list="list"), to="/summary"),
        lists=[listed],
        conditions=[condition("pet", ("pet", "YesNoField", "is", "true"))],
    )
    second, posted = definition.pages["/b"], {"q-which": ["b"]}
    assert read_page(definition, second, posted, answers={"pet": "yes"}, now=NOW).is_fit
    assert not read_page(definition, second, posted, answers={"pet": "no"}, now=NOW).is_fit


def test_what_is_stored_is_posted_again_as_it_was() -> None:
    definition = parse(
        page(
            "/a",
            component("TextField", "text"),
            component("DatePartsField", "born"),
            component("UkAddressField", "home"),
            component("CheckboxesField", "colours", list="list"),
            to="/summary",
        ),
        lists=[items("red", "blue")],
    )
    first = definition.pages["/a"]
    answers = {
        "text": "Ada",
        "born": "1948-07-05",
        "home": {"addressLine1": "1 High Street", "town": "Ashford Vale", "postcode": "AA3 1AB"},
        "colours": ["blue"],
    }
    again = read_page(definition, first, repost_page(first, answers), answers={}, now=NOW)
    assert again.answers == answers


def test_keys_that_the_page_does_not_ask_are_left_alone() -> None:
    posted = {"q-pet": ["yes"], "q-other": ["x"], "csrf_token": ["1"], "__proto__": ["y"]}
    reading = read_page(DEPENDS, DEPENDS.pages["/a"], posted, answers={}, now=NOW)
    assert reading.answers == {"pet": "yes"}
