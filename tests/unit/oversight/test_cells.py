"""No cell of an export is run by the spreadsheet that opens it, and none loses a character."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistedaccess.oversight.rules import csv_line, safe_cell

DANGEROUS = [
    "=1+1",
    "+44",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    " \n",
    " =1",
    "＝1",
    "\u00a0=1",
]
# Hidden behind what nobody sees: an ideographic space, a byte order mark, a zero-width space, a
# direction mark, a vertical tab, a NUL; and the small and mathematical forms of the signs.
DANGEROUS += ["\u3000=1", "\ufeff=1", "\u200b=1", "\u202e=1", "\v=1", "\0=1", "﹦1", "\u22121"]
HARMLESS = ["Ada", "", "7 = 7", "O'Brien", "\u200bAda", "1-2", "名前"]


@pytest.mark.parametrize("text", DANGEROUS)
def test_a_formula_becomes_text(text: str) -> None:
    assert safe_cell(text) == f"'{text}"


@pytest.mark.parametrize("text", HARMLESS)
def test_an_honest_cell_is_left_alone(text: str) -> None:
    assert safe_cell(text) == text


@given(st.lists(st.text(), min_size=1, max_size=6))
def test_a_line_is_read_back_as_it_was_written(cells: list[str]) -> None:
    line = csv_line(cells)
    read = list(csv.reader(io.StringIO(line, newline="")))
    assert read == [[safe_cell(cell) for cell in cells]]


@given(st.text())
def test_no_cell_begins_as_a_formula_does(text: str) -> None:
    first = safe_cell(text).lstrip(" \u00a0")[:1]
    assert first not in set("=+-@\t\r\n＝＋－＠")
