"""National Insurance numbers, postcodes, telephone numbers, e-mail and postal addresses."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistedaccess.people import rules_identifiers as identifiers
from assistedaccess.people.rules_identifiers import Address

PREFIX_1 = "ABCEGHJKLMNOPRSTWXYZ"
PREFIX_2 = "ABCEGHJKLMNPRSTWXYZ"
NEVER_USED = {"BG", "GB", "KN", "NK", "NT", "TN", "ZZ"}


def is_nino(text: str) -> bool:
    """The rule of NIM39110 written once more, letter by letter."""
    return (
        len(text) == 9
        and text[0] in PREFIX_1
        and text[1] in PREFIX_2
        and text[:2] not in NEVER_USED
        and all(c in "0123456789" for c in text[2:8])
        and text[8] in "ABCD"
    )


@given(
    st.text("ABDGIKNOQTUVZ", min_size=2, max_size=2),
    st.from_regex(r"[0-9]{6}", fullmatch=True),
    st.sampled_from("ABCDEF"),
)
def test_national_insurance_numbers_follow_the_published_rule(
    prefix: str, digits: str, suffix: str
) -> None:
    number = prefix + digits + suffix
    assert (identifiers.canonical_nino(number) is not None) == is_nino(number)


@given(st.text())
def test_no_text_breaks_the_readers(text: str) -> None:
    found = identifiers.canonical_nino(text)
    assert found is None or is_nino(found)
    identifiers.canonical_postcode(text)
    identifiers.read_phone(text, allow_drama=True)
    identifiers.read_email(text)


def test_a_number_is_read_as_it_stands_on_letters() -> None:
    assert identifiers.canonical_nino("ab 12 34 56 c") == "AB123456C"
    assert identifiers.show_nino("AB123456C") == "AB 12 34 56 C"
    assert identifiers.canonical_nino("AB１２３４５６C") is None


@pytest.mark.parametrize(
    ("typed", "spelt"),
    [
        ("ls14ap", "LS1 4AP"),
        ("SW1A 2AA", "SW1A 2AA"),
        ("m1 1ae", "M1 1AE"),
        ("B338TH", "B33 8TH"),
        ("CR2 6XH", "CR2 6XH"),
        ("DN55 1PT", "DN55 1PT"),
        ("w1a 0ax", "W1A 0AX"),
        ("EC1A1BB", "EC1A 1BB"),
        ("GIR 0AA", "GIR 0AA"),
        ("BT1 5GS", "BT1 5GS"),
        ("CF10 1EP", "CF10 1EP"),
    ],
)
def test_postcodes_have_one_spelling(typed: str, spelt: str) -> None:
    assert identifiers.canonical_postcode(typed) == spelt
    assert identifiers.outward_code(spelt) == spelt.split()[0]


@pytest.mark.parametrize(
    "typed", ["", "LS1", "QS1 4AP", "LS1 4CP", "LS1 4A", "90210", "%", "LS1 4AP'--"]
)
def test_what_is_no_postcode_is_none(typed: str) -> None:
    assert identifiers.canonical_postcode(typed) is None


def test_numbers_for_drama_are_taken_outside_production_alone() -> None:
    for typed in (
        "07700 900123",
        "+44 7700 900 123",
        "01632 960001",
        "020 7946 0999",
        "0113 496 0000",
    ):
        assert identifiers.read_phone(typed, allow_drama=True) is not None, typed
        assert identifiers.read_phone(typed, allow_drama=False) is None, typed
    assert identifiers.read_phone("0808 157 0192", allow_drama=False) == "+448081570192"
    assert identifiers.read_phone("07700 000", allow_drama=True) is None


def test_numbers_are_shown_as_people_write_them() -> None:
    assert identifiers.show_phone("+447700900123") == "07700 900123"
    assert identifiers.show_phone("+33123456789") == "+33 1 23 45 67 89"
    assert identifiers.is_mobile("+447700900123")
    assert not identifiers.is_mobile("+442079460000")


@given(st.builds(Address, *[st.text(max_size=100)] * 5))
def test_an_address_survives_sealing(address: Address) -> None:
    assert Address.from_text(address.to_text()) == address


def test_one_address_has_one_canonical_form() -> None:
    one = Address("Flat 2, 14 Mill Lane", town="Millbrook", postcode="LS1 4AP")
    other = Address("FLAT 2 14 MILL LANE", "Millbrook", postcode="LS1  4AP")
    assert one.canonical() == other.canonical()
