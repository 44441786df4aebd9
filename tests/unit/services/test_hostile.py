"""Whatever is posted, and whatever a definition holds: words, never an exception."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistedaccess.services.catalogue import DEFINITIONS
from assistedaccess.services.journey import find_journey
from assistedaccess.services.page_form import read_posted
from assistedaccess.services.pages import read_page, repost_page, summarise
from assistedaccess.services.parsing import load_definition, parse_definition
from assistedaccess.services.patterns import search_pattern
from assistedaccess.services.text import clean_html
from tests.unit.services.forms import NOW, ask, component, items, page, parse, words

TYPES = [
    "TextField", "MultilineTextField", "FreeTextField", "NumberField", "EmailAddressField",
    "TelephoneNumberField", "WebsiteField", "NationalInsuranceField", "YesNoField", "RadiosField",
    "CheckboxesField", "SelectField", "AutocompleteField", "DatePartsField", "DateField",
    "MonthYearField", "TimeField", "DateTimeField", "DateTimePartsField", "UkAddressField",
    "FileUploadField", "ClientSideFileUploadField",
]  # fmt: skip
EVERY = parse(
    page(
        "/all",
        *(component(kind, f"f{n}", list="list") for n, kind in enumerate(TYPES)),
        component(
            "MultiInputField",
            "rows",
            children=[component(kind, f"c{n}", list="list") for n, kind in enumerate(TYPES)],
        ),
        to="/summary",
    ),
    lists=[items("a", "b")],
)
ALL = EVERY.pages["/all"]
PARTS = ("", "-day", "-month", "-year", "-hour", "-minute", "-addressLine1", "-town", "-postcode")
NAMES = [f"q-f{n}{part}" for n in range(len(TYPES)) for part in PARTS]
NAMES += [f"q-rows-c{n}{part}" for n in range(len(TYPES)) for part in PARTS]
ODD = [
    "\x00",
    "\ud800",
    "\uffff",
    "\u202e",
    "\u200d",
    "٣",
    "²",
    "𝟘",
    "Ⅷ",
    "1e999",
    "-0",
    "NaN",
    "31",
    "2",
]
TEXTS = st.one_of(st.text(), st.sampled_from(ODD), st.text(st.sampled_from("0123456789-/.: ")))
POSTS = st.dictionaries(st.sampled_from(NAMES), st.lists(TEXTS, max_size=3), max_size=30)


@settings(max_examples=150)
@given(POSTS)
def test_any_post_is_answered_with_words_and_what_is_fit_is_stable(posted: Any) -> None:
    reading = read_page(EVERY, ALL, posted, answers={}, now=NOW)
    assert all(words(reading))
    json.dumps(reading.answers, allow_nan=False).encode("ascii")
    again = read_page(
        EVERY, ALL, repost_page(ALL, reading.answers), answers=reading.answers, now=NOW
    )
    assert {k: again.answers.get(k) for k in reading.answers} == reading.answers
    summarise(EVERY, find_journey(EVERY, reading.answers, NOW), now=NOW)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4)
    ),
    max_leaves=15,
)


STORED = st.dictionaries(st.sampled_from([*EVERY.questions, "x"]), JSON)


@settings(max_examples=200)
@given(STORED)
def test_any_stored_answers_have_a_way_and_a_summary(answers: dict[str, Any]) -> None:
    summarise(EVERY, find_journey(EVERY, answers, NOW), now=NOW)


@settings(max_examples=200)
@given(STORED)
def test_any_stored_answers_make_a_page_that_is_read(answers: dict[str, Any]) -> None:
    read_page(EVERY, ALL, repost_page(ALL, answers), answers=answers, now=NOW)


KEYS = [
    "pages", "path", "components", "type", "name", "next", "condition", "conditions", "lists",
    "items", "value", "text", "options", "schema", "controller", "section", "sections", "startPage",
    "children", "title", "conditional", "list", "values", "fees", "amount",
]  # fmt: skip
WORDS = st.sampled_from([*TYPES, "MultiInputField", "Html", "/one", "/two", "list", "summary.js"])
RAW = st.recursive(
    st.none() | st.booleans() | st.integers() | WORDS | st.text(max_size=10),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=6)
    ),
    max_leaves=40,
)


@settings(max_examples=300)
@given(RAW)
def test_anything_parses_into_a_definition_or_its_errors(raw: Any) -> None:
    definition = parse_definition(raw)
    find_journey(definition, {}, NOW)


BLUE_BADGE = json.loads((DEFINITIONS / "blue-badge.json").read_text(encoding="utf-8"))


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner: Any = value.items() if isinstance(value, dict) else ()
    inner = enumerate(value) if isinstance(value, list) else inner
    found = [path] if path else []
    for key, child in inner:
        found += places(child, (*path, key))
    return found


PLACES = places(BLUE_BADGE)


@settings(max_examples=100)
@given(st.sampled_from(PLACES), JSON)
def test_a_real_definition_with_anything_anywhere_never_raises(place: Any, value: Any) -> None:
    raw = json.loads(json.dumps(BLUE_BADGE))
    parent = raw
    for step in place[:-1]:
        parent = parent[step]
    parent[place[-1]] = value
    definition = parse_definition(raw)
    for asked in definition.pages.values():
        read_page(definition, asked, {}, answers={}, now=NOW)


@pytest.mark.parametrize("text", ["\x00", "a\x07b", "\ud800", "a\uffffb", "a\x1bb"])
@pytest.mark.parametrize(
    "kind", ["TextField", "MultilineTextField", "NumberField", "UkAddressField"]
)
def test_what_cannot_be_printed_is_refused(kind: str, text: str) -> None:
    part = "addressLine1" if kind == "UkAddressField" else ""
    said = words(ask(component(kind), {part: text}))
    assert any("cannot be printed" in message for message in said)


@pytest.mark.parametrize("kind", [t for t in TYPES if "File" not in t and "boxes" not in t])
def test_every_text_has_an_end(kind: str) -> None:
    posted = {part.lstrip("-"): "1" * 1_000_000 for part in PARTS}
    reading = ask(component(kind, list="list"), posted, lists=[items("a")])
    assert words(reading)


def test_a_pattern_that_would_hang_is_given_up() -> None:
    assert not search_pattern(r"^(a|a)+$|^(a+)+$|^(.*a){25}$", "a" * 400 + "!")


@pytest.mark.parametrize(
    ("content", "gone"),
    [
        ("<script>alert(1)</script><p>x</p>", "script"),
        ('<p onclick="x()">x</p>', "onclick"),
        ('<a href="javascript:x()">x</a>', "href"),
        ('<a href="/sign-out">x</a>', "href"),
        ('<img src="https://example.org/x.png">', "img"),
        ('<p style="position:fixed">x</p>', "style"),
        ('<form action="/x"><input name="csrf_token"></form>', "input"),
        ('<p id="main-content">x</p>', "id="),
        ("<h1>x</h1>", "h1"),
        ("<iframe src='https://example.org'></iframe>", "iframe"),
        ('<p class="app-header evil">x</p>', "evil"),
        ("<svg/onload=x>", "svg"),
    ],
)
def test_html_of_a_definition_cannot_do_anything(content: str, gone: str) -> None:
    assert gone not in clean_html(content)


def test_an_answer_shown_in_content_is_escaped() -> None:
    definition = parse(
        page("/a", component("TextField", "name"), to="/b"),
        page("/b", {"type": "Html", "content": "<p>Hello {{ name }}{{ 7*7 }}</p>"}, to="/summary"),
    )
    from assistedaccess.services.asking import start_asking
    from assistedaccess.services.components import Content

    content = definition.pages["/b"].components[0]
    assert isinstance(content, Content)
    asking = start_asking(definition, "en", {"name": "<b>{{ 1 }}"}, NOW)
    assert content.html(asking) == "<p>Hello &lt;b&gt;{{ 1 }}</p>"


def test_only_texts_of_a_post_are_read_and_not_without_end() -> None:
    posted = read_posted({"q-a": ["x"] * 5_000, "q-b": "y", "q-c": [b"z", 7], 7: ["x"]})
    assert len(posted["q-a"]) == 1_000
    assert posted["q-b"] == ["y"]
    assert posted["q-c"] == []


def test_our_own_definitions_take_any_post_too() -> None:
    for file in DEFINITIONS.glob("*[!e].json"):
        definition = load_definition(file)
        for asked in definition.pages.values():
            posted = {name: ["\x00"] for q in asked.questions for name in (q.control,)}
            read_page(definition, asked, posted, answers={}, now=NOW)
