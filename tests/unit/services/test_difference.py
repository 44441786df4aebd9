"""Nothing changes unseen between two versions of a form."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistedaccess.services.catalogue import DEFINITIONS
from assistedaccess.services.difference import Kind, compare_definitions, list_lines
from assistedaccess.services.words_forms import name_place

BADGE = json.loads((DEFINITIONS / "blue-badge.json").read_text("utf-8"))
LEAVES = st.none() | st.booleans() | st.integers(-5, 5) | st.text("ab ", max_size=3)
JSON = st.recursive(
    LEAVES,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["path", "name", "value", "title", "a"]), inner, max_size=4
        )
    ),
    max_leaves=12,
)


@given(JSON, JSON)
def test_two_that_differ_are_never_called_the_same(one: Any, other: Any) -> None:
    same = json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)
    assert (compare_definitions(one, other) == ()) is same


@given(JSON)
def test_a_definition_does_not_differ_from_itself(one: Any) -> None:
    assert compare_definitions(one, copy.deepcopy(one)) == ()


def change() -> dict[str, Any]:
    return copy.deepcopy(BADGE)


def test_a_changed_word_is_named_with_its_page_and_component() -> None:
    after = change()
    page = next(page for page in after["pages"] if page.get("components"))
    component = page["components"][0]
    component["options"] = {**component.get("options", {}), "required": "changed"}
    found = compare_definitions(BADGE, after)
    assert [each.after[-1] for each in found] == ["changed"]
    assert name_place(found[0].trail) == (
        f"Page {page['path']}, component {component['name']}: options.required"
    )


def test_pages_are_added_taken_out_and_put_in_another_order() -> None:
    after = change()
    gone = after["pages"].pop()
    after["pages"].insert(0, {"path": "/new", "title": "New", "components": [], "next": []})
    after["pages"][1], after["pages"][2] = after["pages"][2], after["pages"][1]
    found = {(each.kind, each.trail) for each in compare_definitions(BADGE, after)}
    assert found == {
        (Kind.ADDED, ("pages", "/new")),
        (Kind.REMOVED, ("pages", gone["path"])),
        (Kind.MOVED, ("pages",)),
    }


def test_what_is_added_is_said_in_full() -> None:
    added = {"name": "a", "title": {"en": "Say it", "cy": ""}, "options": {"required": False}}
    assert list(list_lines(added)) == [
        "name: a",
        "title.en: Say it",
        "title.cy: –",
        "options.required: no",
    ]


@pytest.mark.parametrize(
    ("trail", "words"),
    [
        ((), "The whole form"),
        (("declaration",), "declaration"),
        (("lists", "yes", "items", "no", "text"), "List yes, choice no: text"),
        (("pages", "/a", "next", "/b", "condition"), "Page /a, way on to /b: condition"),
    ],
)
def test_a_place_is_said_in_words(trail: tuple[str, ...], words: str) -> None:
    assert name_place(trail) == words
