"""The way back never leads to another site (V3.7.2)."""

from __future__ import annotations

from urllib.parse import urljoin, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistedaccess.kernel.return_path import find_safe_path, safe_path


@pytest.mark.parametrize(
    "value",
    [
        "https://evil.test",
        "//evil.test",
        "///evil.test",
        "/\\evil.test",
        "\\\\evil.test",
        "/\t/evil.test",
        "/\n/evil.test",
        "\t//evil.test",
        " //evil.test",
        "/%2f/evil.test",
        "/%5cevil.test",
        "/%09/evil.test",
        "http:evil.test",
        "javascript:alert(1)",
        "evil.test",
        "/a\x00b",
        "/a\r\nSet-Cookie: x=1",
        "",
        None,
        "/" + "a" * 600,
    ],
)
def test_hostile_spellings_are_refused(value: str | None) -> None:
    assert find_safe_path(value) is None
    assert safe_path(value, "/today") == "/today"


@pytest.mark.parametrize("value", ["/", "/people/P-7K3M-9QTR", "/journal?after=x%20y&kind=a"])
def test_paths_of_our_own_are_kept(value: str) -> None:
    assert safe_path(value, "/") == value


@given(st.text(alphabet=st.sampled_from(list("/\\:.@%25fcehtps?#\t\r\n \x00")), max_size=30))
def test_whatever_is_let_through_stays_here(value: str) -> None:
    found = find_safe_path(value)
    if found is not None:
        assert urlsplit(urljoin("https://here.test/a/b", found)).netloc == "here.test"
