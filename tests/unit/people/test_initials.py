"""Initials, of any name in any script."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistedaccess.people.initials import initials_of


@pytest.mark.parametrize(
    ("name", "initials"),
    [
        ("Ada Lovelace", "A. L."),
        ("ada", "A."),
        ("Maria de la Cruz", "M. C."),
        ("O’Brien-Smith", "O."),
        ("e\u0301mile zola", "E\u0301. Z."),
        ("ßtrange ǆ", "ß. Ǆ."),
        ("محمد عبد الله", "م. ا."),
        ("王", "王."),
        ("क्षमा शर्मा", "क्. श."),
        ("(Bob) 42 Jones", "B. J."),
        ("42", "–"),
        ("", "–"),
    ],
)
def test_initials(name: str, initials: str) -> None:
    assert initials_of(name) == initials.replace(" ", "\u00a0")


@given(st.text())
def test_initials_of_any_text_are_short(name: str) -> None:
    assert initials_of(name)
    assert len(initials_of(name).split("\u00a0")) <= 2
