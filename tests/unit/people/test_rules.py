"""Names as people have them, and who may not open a record."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistedaccess.kernel.ids import new_id
from assistedaccess.kernel.text import clean_text
from assistedaccess.people import rules
from assistedaccess.people.rules import EvidenceKind, IdentityLevel, OwnRecord, RelativesRecord

LETTERS = st.characters(categories=["Lu", "Ll", "Lt", "Lm", "Lo"])
NAMES = st.text(LETTERS, min_size=1, max_size=200).map(clean_text)


@given(NAMES)
def test_one_to_two_hundred_letters_of_any_script_are_a_name(name: str) -> None:
    assert rules.name_fault(name) is None
    assert 0 < len(rules.name_key(name)) <= rules.NAME_KEY
    assert rules.name_tokens(name)


@pytest.mark.parametrize(
    "name",
    [
        "X",
        "Bo",
        "O’Brien",
        "O'Brien",
        "Nguyễn Thị Minh Khai",
        "李",
        "María José y Ana",
        "Mary Jane",
        "Jr. 3rd",
        "مُحَمَّد",
        "שָׂרָה",
        "Ærøskøbing",
        "a" * 200,
        "ก็" * 100,
        "Name-With-Hyphens",
        "5ive",
    ],
)
def test_names_that_people_have_are_taken(name: str) -> None:
    assert rules.name_fault(unicodedata.normalize("NFC", name)) is None


@pytest.mark.parametrize(
    ("name", "fault"),
    [
        ("", "missing"),
        ("12345", "no_letter"),
        ("--", "no_letter"),
        ("😀", "no_letter"),
        ("a" * 201, "too_long"),
        ("a" + "\u0301" * 900, "too_long"),
    ],
)
def test_what_is_no_name_is_said_to_be_none(name: str, fault: str) -> None:
    assert rules.name_fault(name) == fault


def test_marks_do_not_count_as_letters() -> None:
    assert rules.name_fault("x\u0301\u0323" * 200) is None


@given(NAMES)
def test_case_and_accents_do_not_change_the_key(name: str) -> None:
    again = unicodedata.normalize("NFD", name)
    assert rules.name_key(again) == rules.name_key(name)


def test_no_human_opens_their_own_record_through_any_account() -> None:
    human = new_id()
    with pytest.raises(OwnRecord):
        rules.check_stranger(human, human, False)
    rules.check_stranger(human, new_id(), False)
    rules.check_stranger(None, None, False)


def test_nobody_opens_a_relatives_record() -> None:
    with pytest.raises(RelativesRecord):
        rules.check_stranger(None, new_id(), True)


def test_only_an_identity_service_reaches_very_high() -> None:
    assert set(rules.HIGHEST_LEVEL) == set(EvidenceKind)
    highest = {k for k, level in rules.HIGHEST_LEVEL.items() if level is IdentityLevel.VERY_HIGH}
    assert highest == {EvidenceKind.IDENTITY_SERVICE}


def test_levels_have_an_order() -> None:
    assert [IdentityLevel.of_rank(rank) for rank in range(5)] == list(IdentityLevel)
    assert IdentityLevel.of_rank(None) is IdentityLevel.NONE


@given(st.lists(st.sampled_from(list(rules.Format))))
def test_formats_survive_storing(formats: list[rules.Format]) -> None:
    stored = rules.join_formats([str(f) for f in formats])
    assert list(rules.split_formats(stored)) == list(dict.fromkeys(str(f) for f in formats))
    assert len(stored) <= 100
