"""What is wrong with a definition is named, with its page and component, and never raises."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from assistedaccess.services.definition import PageKind
from assistedaccess.services.parsing import load_definition, parse_definition
from assistedaccess.services.text import strip_html
from tests.unit.services.forms import NOW, component, condition, form, items, page, parse


@pytest.mark.parametrize(
    ("spelling", "kind"),
    [
        (None, PageKind.QUESTION),
        ("./pages/start.js", PageKind.START),
        ("start.js", PageKind.START),
        ("StartPageController", PageKind.START),
        ("MultiStartPageController", PageKind.START),
        ("MultiPageController", PageKind.START),
        ("UploadPageController", PageKind.QUESTION),
        ("./pages/summary.js", PageKind.SUMMARY),
        ("SummaryPageController", PageKind.SUMMARY),
        ("summary", PageKind.SUMMARY),
        ("./pages/confirm.js", PageKind.CONFIRM),
        ("./pages/continue.js", PageKind.QUESTION),
        ("PageController", PageKind.QUESTION),
        ("MiniSummaryPageController", PageKind.MINI_SUMMARY),
    ],
)
def test_a_controller_is_known_in_each_of_its_spellings(
    spelling: str | None, kind: PageKind
) -> None:
    definition = parse(
        page("/one", to="/summary", **({"controller": spelling} if spelling else {}))
    )
    assert definition.pages["/one"].kind is kind


@pytest.mark.parametrize(
    ("change", "where", "words"),
    [
        ({"startPage": "/nowhere"}, "errors", "The start page “/nowhere” does not exist"),
        ({"pages": []}, "errors", "There are no pages"),
        ({"pages": [page("/one"), page("/one")]}, "errors", "There are two pages at /one"),
        ({"pages": [page("/one", to="/two")]}, "errors", "Page /one: the next page /two does not"),
        (
            {"pages": [page("/one", to=[("/one", "c")])]},
            "errors",
            "Page /one: the condition “c” does not exist",
        ),
        (
            {"pages": [page("/one", component("Hologram", "h"))]},
            "unsupported",
            "Page /one, component h: the type “Hologram” is not supported",
        ),
        (
            {"pages": [page("/one", controller="./pages/dance.js")]},
            "unsupported",
            "Page /one: the controller “./pages/dance.js” is not supported",
        ),
        (
            {"pages": [page("/one", component("RadiosField", "r", list="no"))]},
            "errors",
            "Page /one, component r: the list “no” does not exist",
        ),
        (
            {"pages": [page("/one", component("TextField", "t", schema={"regex": "("}))]},
            "unsupported",
            "Page /one, component t: the regex “(” cannot be understood",
        ),
        (
            {"pages": [page("/one", component("TextField", "t", options={"format": []}))]},
            "unsupported",
            "Page /one, component t: the format “[]” is not known",
        ),
        (
            {"pages": [page("/one", component("TextField", "t", options={"sparkle": 1}))]},
            "warnings",
            "Page /one, component t: the option “sparkle” is not known",
        ),
        (
            {"pages": [page("/one", component("TextField", "t", title="Your password"))]},
            "errors",
            "asks for a password",
        ),
        (
            {"pages": [page("/one", component("Html", "h", content="{% if x %}{% endif %}"))]},
            "warnings",
            "Page /one, component h: the expression {% if x %}",
        ),
        (
            {"pages": [page("/one", component("MultiInputField", "m", children=[]))]},
            "errors",
            "needs children",
        ),
        (
            {"pages": [page("/one", controller="RepeatingFieldPageController")]},
            "errors",
            "Page /one repeats, and has no question",
        ),
        ({"payApiKey": "x"}, "warnings", "The key “payApiKey” is not known"),
        ({"fees": [{"description": "Fee", "amount": 1.5}]}, "errors", "no amount in whole pence"),
        (
            {"fees": [{"description": "Fee", "amount": 5, "condition": "gone"}]},
            "errors",
            "Fee “Fee”: the condition “gone” does not exist",
        ),
        (
            {"fees": [{"description": "Fee", "amount": 5, "multiplier": "gone"}]},
            "errors",
            "Fee “Fee”: the field “gone” does not exist",
        ),
        (
            {
                "pages": [
                    page(
                        "/one",
                        component(
                            "MultiInputField",
                            "m",
                            children=[
                                component("TextField", "t"),
                                component("MultiInputField", "inner"),
                            ],
                        ),
                    )
                ]
            },
            "unsupported",
            "Page /one, component m: rows inside a row (inner) are not supported",
        ),
        (
            {"pages": [page("/one", options={"summaryDisplayMode": {"separatePage": True}})]},
            "warnings",
            "Page /one: the option “summaryDisplayMode.separatePage” has no effect",
        ),
        (
            {"pages": [page("/one", options={"sparkle": 1})]},
            "warnings",
            "Page /one: the option “sparkle” is not known",
        ),
        ({"sections": [{}]}, "errors", "Section 1 has no name"),
        (
            {"sections": [{"name": "s"}, {"name": "s"}]},
            "warnings",
            "There are two sections named “s”",
        ),
        ({"lists": [items("a"), items("b")]}, "warnings", "There are two lists named “list”"),
        (
            {"pages": [page("/one", controller="UploadPageController")]},
            "warnings",
            "Page /one: whether a picture is good enough is not judged here",
        ),
        ({"pages": [page("/a/../b")]}, "errors", "Page 1 has a path that no browser asks for"),
        ({"pages": [page("//a")]}, "errors", "Page 1 has a path that no browser asks for"),
        ({"pages": [page("/")]}, "errors", "Page 1 has a path that no browser asks for"),
        (
            {"pages": [page("/s", to="/s", controller="summary")]},
            "warnings",
            "Page /s: the form ends here, and goes on to no page",
        ),
        (
            {"pages": [page("/one", component("TextField", "t", schema={"min": "few"}))]},
            "warnings",
            "Page /one, component t: the schema's “min” is no such number",
        ),
        (
            {"pages": [page("/one", component("DateField", "t", options={"maxDaysInPast": "x"}))]},
            "warnings",
            "Page /one, component t: the option “maxDaysInPast” is no such number",
        ),
        (
            {
                "pages": [
                    page("/one", component("FileUploadField", options={"minimumRequiredFiles": 9}))
                ]
            },
            "warnings",
            "Page /one, component field: takes 1 files, and asks for 9",
        ),
        (
            {"pages": [page("/one", component("TextField"), component("NumberField"))]},
            "warnings",
            "Page /one: asks for “field” once, and not again",
        ),
        (
            {
                "pages": [
                    page(
                        "/one",
                        component("MultiInputField", "m", children=[component("TextField")] * 2),
                    )
                ]
            },
            "errors",
            "Page /one, component m: 2 of its children are named “field”",
        ),
        (
            {
                "pages": [
                    page(
                        "/one",
                        component(
                            "MultiInputField",
                            "m",
                            children=[
                                component("TextField"),
                                component(
                                    "MultiInputField", "n", children=[component("TextField")]
                                ),
                            ],
                        ),
                    )
                ]
            },
            "unsupported",
            "Page /one, component m: rows inside a row (n) are not supported",
        ),
        (
            {"conditions": [condition("c", ("f", "TextField", "matches", "("))]},
            "unsupported",
            "Condition “c”: the regex “(” on f cannot be understood",
        ),
        (
            {"conditions": [{"name": "c", "value": {"conditions": [{"conditionName": "c"}]}}]},
            "warnings",
            "Condition “c” refers to itself in a circle",
        ),
    ],
)
def test_what_is_wrong_is_named(change: dict[str, Any], where: str, words: str) -> None:
    definition = parse_definition(form(page("/one", to="/summary")) | change)
    assert any(words in text for text in getattr(definition, where)), getattr(definition, where)


def test_a_missing_field_is_an_error_only_where_its_condition_is_used() -> None:
    lost = condition("lost", ("gone", "TextField", "is", "a"))
    unused = parse_definition(form(page("/one", to="/summary"), conditions=[lost]))
    assert not unused.errors
    assert "“gone”, which does not exist, and is not used" in unused.warnings[0]
    used = form(page("/one", to=[("/summary", "lost"), "/summary"]), conditions=[lost])
    assert "“gone”, which does not exist" in parse_definition(used).errors[0]


def test_two_components_of_one_name_are_a_warning_and_share_one_answer() -> None:
    definition = parse(
        page("/one", component("TextField", "name"), to="/two"),
        page("/two", component("TextField", "name"), to="/summary"),
    )
    assert "2 components are named “name”" in definition.warnings[0]
    assert set(definition.questions) == {"name"}


def test_one_name_in_two_sections_is_two_answers() -> None:
    definition = parse(
        page("/one", component("TextField", "name"), to="/two", section="you"),
        page("/two", component("TextField", "name"), to="/summary", section="partner"),
        sections=[{"name": "you", "title": "You"}, {"name": "partner", "title": "Partner"}],
        conditions=[condition("c", ("partner.name", "TextField", "is", "Bo"))],
    )
    assert set(definition.questions) == {"you.name", "partner.name"}
    assert definition.evaluator({"partner.name": "Bo", "you.name": "Al"}, NOW).holds("c")


def test_texts_come_in_two_languages() -> None:
    definition = parse(
        page("/one", title={"en": "Hello", "cy": "Helo"}, to="/summary"), name={"en": "Form"}
    )
    title = definition.pages["/one"].title
    assert (title.in_language("en"), title.in_language("cy")) == ("Hello", "Helo")
    assert definition.name.in_language("cy") == "Form"


def test_a_list_is_named_in_the_older_way_too() -> None:
    raw = component("RadiosField", "r", values={"type": "listRef", "list": "list"})
    definition = parse(page("/one", raw, to="/summary"), lists=[items("a")])
    assert [choice.value for choice in definition.questions["r"].choices] == ["a"]


def test_the_oldest_spellings_are_read() -> None:
    definition = parse(
        {
            "path": "/one",
            "components": [
                component("RadiosField", "r", options={"list": "list"}),
                component("RadiosField", "sure", list="__yesNo"),
            ],
            "next": [{"path": "/summary"}, {"path": "/two", "if": "a"}],
        },
        page("/two", to="/summary"),
        lists=[items("a")],
        conditions=[{"name": "a", "value": "someSection.r == 'a' and sure == true"}],
    )
    assert definition.pages["/one"].next[1].condition == "a"
    assert definition.questions["r"].choices
    evaluator = definition.evaluator({"r": "a", "sure": "yes"}, NOW)
    assert evaluator.holds("a")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"outputs": [{"name": "x", "type": "email"}]}, "The key “outputs” has no effect"),
        ({"exitOptions": {"url": "https://example.org"}}, "The key “exitOptions” has no effect"),
        ({"feedback": {"feedbackForm": False, "url": ""}}, ""),
        ({"skipSummary": True}, "The key “skipSummary” has no effect"),
        ({"feeOptions": {"maxAttempts": 3}}, "The key “feeOptions” has no effect"),
        ({"specialPages": {"confirmationPage": {"x": "y"}}}, "The key “specialPages” has no"),
        ({"phaseBanner": {"phase": "beta"}}, "The key “phaseBanner” has no effect"),
    ],
)
def test_what_is_done_otherwise_here_is_said(change: dict[str, Any], words: str) -> None:
    definition = parse(page("/one", to="/summary"), **change)
    assert definition.warnings == () if not words else words in definition.warnings[0]


@pytest.mark.parametrize("content", [b"", b"{", b"\xff\xfe", b"[" * 100_000, b"7"])
def test_a_file_that_is_no_definition_is_one_with_an_error(content: bytes, tmp_path: Path) -> None:
    file = tmp_path / "form.json"
    file.write_bytes(content)
    assert load_definition(file).errors


def test_a_byte_order_mark_does_no_harm(tmp_path: Path) -> None:
    file = tmp_path / "form.json"
    file.write_text("\ufeff" + json.dumps(form(page("/one", to="/summary"))), encoding="utf-8")
    assert not load_definition(file).errors


def test_older_spellings_of_start_section_and_fee_are_read() -> None:
    definition = parse(
        page(
            "/one", component("TextField", "t"), section={"name": "s", "title": "S"}, to="/summary"
        ),
        startPage="one",
        sections=[{"name": "s", "title": "S"}],
        fees=[{"description": "Fee", "amount": "1000"}],
    )
    assert definition.start_path == "/one"
    assert definition.pages["/one"].section == "s"
    assert definition.fees[0].pence == 1000
    assert not definition.warnings


@pytest.mark.parametrize(
    ("html", "words"),
    [
        ("See <a href='x'>what we take</a>, and <b>why</b>.", "See what we take, and why."),
        ("One<br>two<p>three</p>four", "One two three four"),
        ("A &amp; B <address>C</address>", "A & B C"),
    ],
)
def test_words_without_their_html_part_where_the_page_parts_them(html: str, words: str) -> None:
    assert strip_html(html) == words
