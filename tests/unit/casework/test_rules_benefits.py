"""The calculators, and what of a result is worth keeping."""

from __future__ import annotations

from urllib.parse import urlsplit

from hypothesis import given
from hypothesis import strategies as st

from assistedaccess.casework.rules_benefits import (
    CALCULATORS,
    LIST,
    Calculator,
    is_worth_keeping,
)


def test_each_calculator_has_a_name_and_a_secure_address_of_its_own() -> None:
    assert set(CALCULATORS) == set(Calculator)
    addresses = [LIST, *(link.url for link in CALCULATORS.values())]
    assert len(set(addresses)) == 4
    for address in addresses:
        parts = urlsplit(address)
        assert parts.scheme == "https"
        assert not parts.query  # nothing that would tell who asks
    assert all(link.name for link in CALCULATORS.values())


@given(st.none() | st.integers(0, 10_000), st.sampled_from(["", "Pension Credit"]))
def test_nothing_to_get_is_a_result_too(weekly: int | None, words: str) -> None:
    assert is_worth_keeping(weekly, words) == (weekly is not None or words != "")
