"""The rules of payment details: what an account is, what differs, whose name, and what waits."""

from __future__ import annotations

import unicodedata
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistedaccess.applications import words_payee
from assistedaccess.applications.name_check import (
    NameCheck,
    compare_names,
    is_near,
    is_same_organisation,
    names_another,
)
from assistedaccess.applications.rules_changes import Difference
from assistedaccess.applications.rules_payee import (
    CHANGE,
    FORM,
    Account,
    Payee,
    Whose,
    check_payee,
    compare_accounts,
    count_changed,
    mask,
    read_account,
)
from assistedaccess.kernel.actor import SYSTEM
from assistedaccess.kernel.controls import Act, Verdict
from assistedaccess.services.catalogue import DEFINITIONS
from assistedaccess.services.journey import find_journey
from assistedaccess.services.parsing import load_definition

WITHOUT = load_definition(DEFINITIONS / f"{FORM}.json")
DIGITS = st.text("0123456789", min_size=6, max_size=6)
NUMBERS = st.text("0123456789", min_size=8, max_size=8)
ROLLS = st.text("ABC123", max_size=6)
ACCOUNTS = st.builds(Account, st.just("Ada Lovelace"), DIGITS, NUMBERS, ROLLS)
WORD = st.text("abcdefghijklmnopqrstuvwxyz", min_size=2, max_size=9).filter(
    lambda word: word not in {"mr", "ms", "mx", "dr", "mrs", "miss", "prof", "rev", "sir", "dame"}
)


def test_somebody_without_an_account_is_led_on_and_not_turned_away() -> None:
    """The two ways without an account, each to an end; the Payment Exception Service is named."""
    choices = {choice.value for choice in WITHOUT.questions["withoutAccount"].choices}
    shown = WITHOUT.pages["/no-account"].components[0].content.en
    assert "Payment Exception Service" in shown
    assert "exception" in choices
    now = datetime(2026, 11, 30, 12, tzinfo=UTC)
    ways = {choice.value for choice in WITHOUT.questions["payInto"].choices} - {"account"}
    assert ways
    for way in ways:
        for choice in choices:
            journey = find_journey(WITHOUT, {"payInto": way, "withoutAccount": choice}, now)
            assert journey.is_complete
            assert WITHOUT.pages["/account"] not in journey.pages


@pytest.mark.parametrize(
    ("name", "holder", "expected"),
    [
        ("Ada Lovelace", "ADA LOVELACE", NameCheck.MATCH),
        ("Ada Lovelace", "Lovelace Ada", NameCheck.MATCH),
        ("Siân Ó Briain", "Mrs Sian O Briain", NameCheck.MATCH),
        ("Mary Smith-Jones", "Mary Smith Jones", NameCheck.MATCH),
        ("Kwabena", "kwabena", NameCheck.MATCH),
        ("Ada Lovelace", "Mr C & Mrs Ada Lovelace", NameCheck.MATCH),
        ("Ada Lovelace", "Ada and Charles Lovelace", NameCheck.MATCH),
        ("Ada Lovelace", "A Lovelace", NameCheck.CLOSE),
        ("Ada Lovelace", "Ada Augusta Lovelace", NameCheck.CLOSE),
        ("Ada Lovelace", "Ada Lovelase", NameCheck.CLOSE),
        ("Mohammed Khan", "Mohamed Khan", NameCheck.CLOSE),
        ("Mohammed Al-Hassan", "M ALHASSAN", NameCheck.CLOSE),
        ("Nguyen Thi Mai", "Mrs Mai Nguyen", NameCheck.CLOSE),
        ("Robert James Hall", "Hall R J", NameCheck.CLOSE),
        ("Vera Ann Stone", "Ann Stone", NameCheck.NO_MATCH),  # her daughter, say
        ("Vera Ann Stone", "V A", NameCheck.NO_MATCH),
        ("Ada Lovelace", "Bertha Lovelace", NameCheck.NO_MATCH),
        ("Ada Lovelace", "Ada Smith", NameCheck.NO_MATCH),
        ("Ada Lovelace", "", NameCheck.NO_MATCH),
        ("Lee Wu", "Lee Wi", NameCheck.NO_MATCH),  # a short word has to be the same
    ],
)
def test_whose_name_it_is(name: str, holder: str, expected: NameCheck) -> None:
    assert compare_names(name, holder) is expected


@pytest.mark.parametrize(
    ("holder", "other", "expected"),
    [
        ("Vera Stone and Hal Helper", "Hal Helper", True),
        ("Vera Stone & Fenwick Forms", "Fenwick Forms", True),
        ("Mr V Stone", "Victor Stone", True),  # which of the two, nobody can tell
        ("Vera Stone", "Victor Stone", False),
        ("Mr N Stone and Mrs V Stone", "Hal Helper", False),
        ("Vera Stone", "Vera Stone", False),  # of one name with whom they help
    ],
)
def test_whether_it_is_in_the_name_of_who_acts(holder: str, other: str, expected: bool) -> None:
    assert names_another(holder, other, "Vera Stone") is expected


@pytest.mark.parametrize(
    ("holder", "expected"),
    [
        ("Fenwick Forms", True),
        ("FENWICK FORMS LTD", True),
        ("Fenwick Forms & Vera Stone", False),
        ("Fenwick", False),
        ("Vera Stone", False),
        ("", False),
    ],
)
def test_whether_it_is_the_organisations_alone(holder: str, expected: bool) -> None:
    assert is_same_organisation(holder, "Fenwick Forms Limited") is expected
    assert not is_same_organisation(holder, "")


@given(st.lists(WORD, min_size=1, max_size=4), st.randoms())
def test_case_accents_order_and_titles_are_no_difference(words: list[str], random: Any) -> None:
    name = " ".join(words)
    shuffled = random.sample(words, len(words))
    accented = unicodedata.normalize("NFC", "".join(c + "\u0301" * (c in "aeo") for c in name))
    assert compare_names(name, f"MRS {' '.join(shuffled).upper()}") is NameCheck.MATCH
    assert compare_names(name, accented) is NameCheck.MATCH


@given(WORD, WORD)
def test_nearness_is_the_same_both_ways(one: str, other: str) -> None:
    assert is_near(one, other) == is_near(other, one)
    assert is_near(one, one)


@given(ACCOUNTS, ACCOUNTS)
def test_the_difference_is_told_place_by_place(before: Account, now: Account) -> None:
    parts = compare_accounts(before, now)
    assert "".join(digit.now for digit in parts[1].digits) == now.number
    assert "".join(digit.before for digit in parts[0].digits) == before.sort_code
    assert (count_changed(before, now) == 0) == (before.canonical == now.canonical)
    for part in parts:
        # Said in words, for whoever cannot see the frames: place by place, or the whole.
        named = [f"place {place} was" in part.sentence for place in part.changed]
        whole = " ".join(digit.now for digit in part.digits).strip() in part.sentence
        assert all(named) if len(part.changed) <= 3 else whole
    assert compare_accounts(None, None) == []
    assert count_changed(None, now) == 14 + len(now.roll)
    assert now.sort_code not in now.masked
    assert now.number not in now.masked


def test_the_roll_number_is_part_of_the_account() -> None:
    answers = {"sortCode": "08-99-99", "accountNumber": "6637495", "rollNumber": "a/12"}
    account = read_account(answers)
    assert account is not None
    assert account.canonical == "089999 06637495 A12"
    other = read_account({**answers, "rollNumber": "A/13"})
    assert other is not None
    assert other.canonical != account.canonical
    assert read_account({"payInto": "none"}) is None
    (masked,) = mask([Difference("accountNumber", "Account number", ("12345678",), None)])
    assert masked.before == ("••• 678",)


OLD = Account("Ada Lovelace", "089999", "66374958", "")
NEW = Account("Ada Lovelace", "309430", "12345678", "")
SLIP = Account("Ada Lovelace", "089999", "66374985", "")


def ask(**facts: Any) -> Payee:
    asked = {
        "account": NEW,
        "before": OLD,
        "whose": Whose.OWN,
        "name_check": NameCheck.MATCH,
        "name_check_before": NameCheck.MATCH,
        **facts,
    }
    return Payee(**asked)


def find(name: str = CHANGE, **facts: Any) -> list[tuple[Verdict, str]]:
    act = Act(name, SYSTEM, facts=ask(**facts).facts())
    return [(found.verdict, found.reason_code) for found in check_payee(act)]


def codes(**facts: Any) -> set[str]:
    return {code for _verdict, code in find(**facts)}


RENAMED = replace(OLD, holder="Vera Stone")
FIX = {"account": SLIP, "is_same_day": True, "person_is_here": True}


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({}, set()),
        ({"account": None}, set()),
        ({"is_anothers": True}, {"payee_is_a_helper"}),
        ({"is_anothers": True, "by_law": True}, {"payee_is_a_helper"}),
        ({"is_anothers": True, "account": None}, set()),
        ({"needs_word": True}, {"payee_needs_the_persons_word"}),
        ({"account": None, "needs_word": True}, {"payee_needs_the_persons_word"}),
        ({"needs_word": True, "is_confirmed": True}, set()),
        ({"needs_word": True, "account": RENAMED}, set()),
        (
            {"needs_word": True, "account": RENAMED, "name_check": NameCheck.CLOSE},
            {"payee_needs_the_persons_word"},
        ),
    ],
)
def test_what_waits_and_what_goes_on_at_once(facts: dict[str, Any], expected: set[str]) -> None:
    found = find(**facts)
    assert {code for _verdict, code in found} == expected
    assert all(verdict is Verdict.HOLD for verdict, _code in found)


@pytest.mark.parametrize(
    ("facts", "is_small"),
    [
        (FIX, True),
        ({**FIX, "is_same_day": False}, False),
        ({**FIX, "was_changed": True}, False),
        ({**FIX, "person_is_here": False}, False),
        ({**FIX, "account": NEW}, False),
        ({**FIX, "before": None}, False),
        ({**FIX, "name_check": NameCheck.CLOSE}, False),
        ({**FIX, "name_check": NameCheck.CLOSE, "name_check_before": NameCheck.NO_MATCH}, True),
    ],
)
def test_what_is_a_slip_of_the_pen(facts: dict[str, Any], is_small: bool) -> None:
    assert ask(**facts).is_small_fix is is_small


def test_nobody_is_paid_for_somebody_they_help_but_by_law() -> None:
    """Also where it is the claim itself that names the account: that is refused, never held."""
    refused = (Verdict.REFUSE, "payee_is_helper")
    assert refused in find(is_helpers=True)
    assert find("applications.submit_application", is_helpers=True) == [refused]
    assert find("applications.submit_application") == []
    anothers = [(Verdict.HOLD, "payee_is_a_helper")]
    assert find("applications.submit_application", is_anothers=True) == anothers
    assert find("applications.submit_application", is_anothers=True, by_law=True) == []
    assert find("applications.submit_application", is_anothers=True, account=None) == []
    assert "payee_is_helper" not in codes(is_helpers=True, by_law=True)
    assert list(check_payee(Act(CHANGE, SYSTEM))) == []


def test_whoever_decides_reads_the_name_and_how_it_fits() -> None:
    def say(holder: str) -> str:
        account = replace(NEW, holder=holder)
        return words_payee.name_holder(account, compare_names("Vera Stone", holder))

    assert say("Vera Stone") == "Vera Stone. It is the person’s name"
    both = "Vera Stone and Hal Helper"
    assert say(both) == f"{both}. One of the names on it is the person’s"
    assert say("Hal Helper") == "Hal Helper. It is not the person’s name"
    assert words_payee.name_holder(None, None) == "–"


def test_a_sort_code_is_shown_as_on_a_card() -> None:
    assert replace(NEW, sort_code="089999").shown_sort_code == "08-99-99"
