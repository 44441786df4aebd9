"""A page as GOV.UK components: valid HTML, one error at its place, what was typed kept."""

from __future__ import annotations

import re
from typing import Any

import pytest
from werkzeug.datastructures import MultiDict

from assistedaccess.services.catalogue import load_catalogue
from assistedaccess.services.page_form import PageForm, page_form
from assistedaccess.services.parsing import load_definition
from tests.unit.services.forms import NOW, check_html, component, items, page, parse


@pytest.mark.usefixtures("_macros")
@pytest.mark.parametrize("entry", load_catalogue(), ids=lambda entry: entry.slug)
def test_each_page_of_our_forms_is_valid_with_and_without_errors(entry: object) -> None:
    definition = load_definition(entry.form_file)  # type: ignore[attr-defined]
    for asked in definition.pages.values():
        shown = str(page_form(definition, asked, "en", now=NOW).show())
        check_html(shown)
        form = page_form(definition, asked, "en", MultiDict(), now=NOW)
        form.validate()
        html = str(form.show())
        check_html(html)
        assert all(f'id="{anchor}"' in html for anchor, _ in form.errors), asked.path
        assert html.count("govuk-error-message") == len(form.errors), asked.path
        if form.heading_in_question:
            assert html.count("<h1") == 1


def one(raw: dict, posted: dict[str, str] | None = None, **more: object) -> PageForm:  # type: ignore[type-arg]
    definition = parse(page("/one", raw, to="/summary"), **more)
    formdata = None if posted is None else MultiDict(posted)
    return page_form(definition, definition.pages["/one"], "en", formdata, now=NOW)


@pytest.mark.usefixtures("_macros")
def test_what_was_typed_is_shown_again_with_its_error() -> None:
    form = one(
        component("DatePartsField", title="Born"), {"q-field-day": "31", "q-field-month": "x"}
    )
    assert not form.validate()
    assert form.status == 400
    assert form.error_summary == [{"text": "Born must include a year", "href": "#q-field-year"}]
    html = str(form.show())
    assert 'value="31"' in html
    assert 'value="x"' in html


@pytest.mark.usefixtures("_macros")
@pytest.mark.parametrize(
    ("posted", "marked"),
    [
        ({}, ["day", "month", "year"]),
        ({"day": "1"}, ["month", "year"]),
        ({"day": "31", "month": "2", "year": "2020"}, ["day", "month", "year"]),
        ({"day": "1", "month": "2", "year": "20"}, ["year"]),
    ],
)
def test_the_parts_of_a_date_that_are_wrong_are_marked(
    posted: dict[str, str], marked: list[str]
) -> None:
    form = one(
        component("DatePartsField"), {f"q-field-{part}": words for part, words in posted.items()}
    )
    form.validate()
    html = str(form.show())
    inputs = [tag for tag in re.findall(r"<input[^>]*>", html) if "govuk-input--error" in tag]
    assert [re.findall(r'id="q-field-(\w+)"', tag)[0] for tag in inputs] == marked


@pytest.mark.usefixtures("_macros")
def test_stored_answers_fill_the_page() -> None:
    definition = parse(
        page("/one", component("CheckboxesField", "c", list="list"), to="/summary"),
        lists=[items("a", "b")],
    )
    form = page_form(definition, definition.pages["/one"], "en", None, {"c": ["b"]}, NOW)
    assert re.search(r'value="b"\s+checked', str(form.show()))
    assert form.status == 200


@pytest.mark.usefixtures("_macros")
@pytest.mark.parametrize(
    "shown",
    [
        component("Html", content='<p>See <a href="https://example.org">this</a></p>'),
        component("Details", content='<a href="https://example.org">this</a>'),
        component("InsetText", content='<a href="https://example.org">this</a>'),
        component("TextField", hint='See <a href="https://example.org">this</a>'),
    ],
    ids=lambda shown: shown["type"],
)
def test_what_a_definition_says_in_html_stands_in_the_frame_that_gives_it_our_look(
    shown: dict[str, Any],
) -> None:
    html = str(one(shown).show())
    check_html(html)
    frame = html.index('<div class="app-definition">')
    assert html.index("<a href", frame) > frame


@pytest.mark.usefixtures("_macros")
def test_a_choice_opens_the_question_behind_it() -> None:
    listed = items("phone", "post")
    listed["items"][0]["conditional"] = {"components": [component("TextField", "number")]}
    form = one(component("RadiosField", list="list"), {"q-field": "phone"}, lists=[listed])
    assert not form.validate()
    html = str(form.show())
    check_html(html)
    assert html.count('name="q-number"') == 1
    assert form.errors == [("q-number", "Enter number")]


@pytest.mark.usefixtures("_macros")
def test_rows_are_listed_with_a_way_to_remove_each() -> None:
    definition = parse(
        page(
            "/one",
            component("MultiInputField", "rows", children=[component("TextField", "what")]),
            controller="RepeatingFieldPageController",
            to="/summary",
        )
    )
    stored = {"rows": [{"what": "<Rent>"}, {"what": "Food"}]}
    form = page_form(definition, definition.pages["/one"], "en", None, stored, NOW)
    html = str(form.show())
    check_html(html)
    assert "&lt;Rent&gt;" in html
    assert html.count('name="remove"') == 2


@pytest.mark.usefixtures("_macros")
def test_a_title_is_marked_optional_and_a_heading_is_the_question() -> None:
    form = one(component("TextField", title="Nickname", options={"required": False}))
    assert "Nickname (optional)" in str(form.show())
    assert not form.heading_in_question
    assert one(component("TextField", title="/one")).heading_in_question


def test_a_form_validates_without_an_application() -> None:
    form = one(component("TextField", title="Name"), {})
    assert not form.validate()
    assert form.errors == [("q-field", "Enter name")]
    fit = one(component("TextField"), {"q-field": "Ada"})
    assert fit.validate()
    assert fit.answers == {"field": "Ada"}
