"""Text is refused at the door when no database, letter or voice could carry it."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistedaccess.kernel.text import UnfitText, clean_text, fold_text


@pytest.mark.parametrize(
    "text", ["a\x00b", "a\x07b", "a\x1b[31mb", "\ud800", "a\u0085b", "\uffff", "one\ntwo", "\x7f"]
)
def test_unfit_text_is_refused(text: str) -> None:
    with pytest.raises(UnfitText):
        clean_text(text)


def test_lines_are_kept_only_where_lines_are_allowed() -> None:
    assert clean_text("one\r\ntwo\rthree\n", multiline=True) == "one\ntwo\nthree"


@given(st.text())
def test_what_is_let_in_can_be_stored_anywhere(text: str) -> None:
    try:
        clean = clean_text(text, multiline=True)
    except UnfitText:
        return
    clean.encode()
    assert "\x00" not in clean
    assert clean == unicodedata.normalize("NFC", clean)
    assert clean_text(clean, multiline=True) == clean


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Siân O’Brien", "sian obrien"),
        ("MARY-ANN  Lee", "mary ann lee"),
        ("Zoë", "ZOE"),
        ("Ｌｉ", "li"),
    ],
)
def test_search_forgives(one: str, other: str) -> None:
    assert fold_text(one) == fold_text(other)


@given(st.text())
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold_text(fold_text(text)) == fold_text(text)
