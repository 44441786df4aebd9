"""What somebody uploads is read strictly, and walked for so long as somebody waits."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistedaccess.services import incoming
from assistedaccess.services.catalogue import DEFINITIONS
from assistedaccess.services.check import check_definition, check_file, check_incoming
from assistedaccess.services.incoming import Unreadable, read_incoming
from assistedaccess.services.text import clean_html, find_lost_html

BADGE = (DEFINITIONS / "blue-badge.json").read_bytes()


def test_each_form_of_ours_is_read_as_it_is_and_reported_as_by_the_command() -> None:
    for file in sorted(DEFINITIONS.glob("*.json")):
        if not file.name.endswith(".service.json"):
            assert read_incoming(file.read_bytes()) == json.loads(file.read_text("utf-8"))
    assert check_incoming(BADGE) == check_definition(json.loads(BADGE))
    assert check_incoming(BADGE).ok


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "line 1, column 1"),
        (b'{"a": 1,}', "not JSON"),
        (b"\xff\xfe{\x00}", "UTF-8"),
        (b"[]", "must be a JSON object"),
        (b'{"a": 1, "a": 2}', "“a” is given twice"),
        (b'{"a": NaN}', "NaN is not a number"),
        (b'{"a": -Infinity}', "is not a number"),
        (b'{"a": 1e999}', "a: a number is too large"),
        (b'{"a": ' + b"9" * 5_000 + b"}", "too long"),
        (b'{"pages": [{"title": "\\u0000"}]}', "pages.1.title"),
        (b'{"a": "\\ud800"}', "characters no page shows"),
        (b'{"\\u0007": "b"}', "characters no page shows"),
        (b'{"a":' * 100 + b"1" + b"}" * 100, "nested too deeply"),
        (b"[" * 100_000, "nested too deeply"),
        (b" " * (incoming.LARGEST_FORM + 1), "larger than"),
    ],
)
def test_what_is_no_definition_is_refused_and_says_why(
    body: bytes, words: str, tmp_path: Path
) -> None:
    with pytest.raises(Unreadable) as refused:
        read_incoming(body)
    assert words in str(refused.value)
    report = check_incoming(body)
    assert (report.ok, report.errors) == (False, (str(refused.value),))
    file = tmp_path / "form.json"
    file.write_bytes(body)
    assert check_file(file) == replace(report, file=str(file))


@given(st.binary(max_size=200) | st.text(max_size=200).map(lambda t: t.encode("utf-8", "ignore")))
def test_no_bytes_break_it(body: bytes) -> None:
    try:
        read_incoming(body)
    except Unreadable as refused:
        said = str(refused)
    else:
        said = "it is one"
    assert said.isprintable()


def test_a_walk_ends_when_nobody_would_wait_longer() -> None:
    report = check_definition(json.loads(BADGE), seconds=0.0)
    assert not report.ok
    assert "The walk was ended after 0 seconds" in " ".join(report.warnings)


def with_content(content: Any) -> bytes:
    page = {
        "path": "/a",
        "title": "A",
        "components": [{"type": "Para", "name": "p", "content": content}],
        "next": [],
    }
    return json.dumps({"startPage": "/a", "pages": [page], "lists": [], "conditions": []}).encode()


def test_html_that_is_left_out_is_named_with_its_page_and_component() -> None:
    hostile = '<p onclick="x()">Hello <script>alert(1)</script><a href="javascript:x">b</a></p>'
    report = check_incoming(with_content({"en": "fine", "cy": hostile}))
    assert report.ok
    assert [words for words in report.warnings if "left out" in words] == [
        "Page /a, component p: the HTML onclick of <p> is left out of the page",
        "Page /a, component p: the HTML <script> is left out of the page",
        "Page /a, component p: the HTML the address of <a> is left out of the page",
    ]


@given(
    st.sampled_from(["script", "iframe", "input", "style", "svg", "x-y"]),
    st.text("ab<", max_size=9),
)
def test_no_element_is_taken_out_in_silence(tag: str, around: str) -> None:
    content = f"{around.replace('<', '')}<{tag} src=x>a</{tag}>{around}"
    assert f"<{tag}" not in clean_html(content)
    assert f"<{tag}>" in find_lost_html(content)
