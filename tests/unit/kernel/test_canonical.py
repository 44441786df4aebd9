"""One spelling for what people write in many ways."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistedaccess.kernel.canonical import (
    canonical_bank_account,
    canonical_email,
    canonical_phone,
)


@pytest.mark.parametrize(
    "text", ["07700 900123", "+44 7700 900123", "+44 (0)7700 900-123", "0044 7700 900123"]
)
def test_a_number_has_one_spelling(text: str) -> None:
    assert canonical_phone(text) == "+447700900123"


@pytest.mark.parametrize("text", ["", "12", "hello", "07700 900123 900123 900123"])
def test_what_is_no_number_is_none(text: str) -> None:
    assert canonical_phone(text) is None


def test_an_address_is_compared_without_its_case() -> None:
    assert canonical_email("Ada.Smith@Example.ORG") == "ada.smith@example.org"
    assert canonical_email("Ada.Smith+one@example.org") == "ada.smith@example.org"
    assert canonical_email("+one@example.org") == "+one@example.org"
    assert canonical_email("no address") is None


@pytest.mark.parametrize(
    ("written", "spelling"),
    [
        (("30-94-30", "1234 5678", ""), "309430 12345678"),
        (("309430", "345678", ""), "309430 00345678"),
        (("30 94 30", "12345678", "d/123-45"), "309430 12345678 D12345"),
        (("30943", "12345678", ""), None),
        (("309430", "123456789", ""), None),
        (("30943a0", "12345678", ""), None),
        (("309430", "12345678", "1" * 19), None),
    ],
)
def test_a_bank_account_has_one_spelling(
    written: tuple[str, str, str], spelling: str | None
) -> None:
    assert canonical_bank_account(*written) == spelling


@given(st.text(max_size=40), st.text(max_size=40), st.text(max_size=40))
def test_any_text_is_spelt_or_refused(first: str, second: str, third: str) -> None:
    account = canonical_bank_account(first, second, third)
    assert account is None or account[:6].isdigit()
    for read in (canonical_phone, canonical_email):
        spelling = read(first)
        assert spelling is None or read(spelling) == spelling
