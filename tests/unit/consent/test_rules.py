"""What a yes is worth, what it may carry, and who may witness it."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
import textstat
from hypothesis import given
from hypothesis import strategies as st

from assistedaccess.consent import rules, rules_codes, rules_statements, rules_terms
from assistedaccess.consent.rules import Evidence, HolderKind, Period, Power, Strength
from assistedaccess.consent.rules_codes import CodeKind, CodeState
from assistedaccess.consent.rules_terms import Terms
from assistedaccess.kernel.errors import InvalidInput
from assistedaccess.organisations.rules import limits_for

PACKAGE = Path(rules.__file__).parent
STATEMENTS = sorted((PACKAGE / "statements").glob("*.txt"))
TODAY = date(2026, 11, 23)
POLICY = rules.read_policy(json.loads((PACKAGE / "policy.json").read_text("utf-8")))


# -- policy


def test_the_policy_names_every_power_once() -> None:
    document = json.loads((PACKAGE / "policy.json").read_text("utf-8"))
    assert {p for p, s in POLICY.strengths.items() if s is Strength.STRONG} == set(
        rules.RESERVED_POWERS
    )
    del document["powers"]["pay"]
    with pytest.raises(ValueError, match="each power once"):
        rules.read_policy(document)
    document["powers"]["everything"] = "basic"
    with pytest.raises(ValueError, match="each power once"):
        rules.read_policy(document)


@given(
    st.sets(st.sampled_from(list(Power)), min_size=1),
    st.sampled_from([Evidence("code"), Evidence("code", True), Evidence("witness")]),
)
def test_a_yes_carries_a_power_only_when_it_is_strong_enough(
    powers: set[Power], evidence: Evidence
) -> None:
    order = ["basic", "standard", "strong"]
    assessment = rules.compute_strength(evidence)
    enough = all(
        order.index(assessment.strength) >= order.index(POLICY.strengths[power]) for power in powers
    )
    try:
        rules.check_carries(POLICY, powers, assessment)
    except rules.ConsentTooWeak as refused:
        assert (enough, bool(refused.words), bool(refused.next_step)) == (False, True, True)  # noqa: PT017
    else:
        assert enough


# -- terms


def make_terms(**changed: object) -> Terms:
    values: dict[str, object] = {
        "holder_kind": HolderKind.ACCOUNT,
        "services": ("blue-badge",),
        "powers": (Power.SUBMIT,),
        "until_on": TODAY,
        "purpose": "Renew it",
        **changed,
    }
    return Terms(**values)  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", ["staff", "volunteer", "family"])
@pytest.mark.parametrize("power", list(Power))
def test_each_kind_of_helper_is_given_what_it_may_hold(kind: str, power: Power) -> None:
    limits = limits_for(kind)
    money = {"money_limit_pence": 100, "money_period": Period.MONTH} if power == "pay" else {}
    terms = make_terms(powers=(power,), **money)
    if power in limits.powers:
        rules_terms.check_terms(terms, POLICY, limits, TODAY)
    else:
        with pytest.raises(rules.PowerNotOffered):
            rules_terms.check_terms(terms, POLICY, limits, TODAY)


@pytest.mark.parametrize(
    ("today", "last"),
    [
        (date(2026, 11, 23), date(2027, 11, 23)),
        (date(2028, 2, 29), date(2029, 2, 28)),
        (date(2026, 12, 31), date(2027, 12, 31)),
    ],
)
def test_twelve_months_and_no_day_more(today: date, last: date) -> None:
    limits = limits_for("staff")
    rules_terms.check_terms(make_terms(until_on=last), POLICY, limits, today)
    with pytest.raises(InvalidInput, match="within 12 months"):
        rules_terms.check_terms(
            make_terms(until_on=last + timedelta(days=1)), POLICY, limits, today
        )


HASHED = {
    "holder_kind": HolderKind.ORGANISATION,
    "services": ("attendance-allowance",),
    "powers": (Power.SEE,),
    "until_on": TODAY + timedelta(days=1),
    "purpose": "Something else",
    "money_limit_pence": 5,
    "money_period": Period.TERM,
    "act_limit_pence": 5,
}


@pytest.mark.parametrize("changed", sorted(HASHED))
def test_whatever_changes_is_another_thing_to_agree_to(changed: str) -> None:
    person, holder = UUID(int=1), UUID(int=2)
    other = make_terms(**{changed: HASHED[changed]})
    before = rules_terms.hash_terms(person, holder, make_terms(), "a" * 64)
    assert rules_terms.hash_terms(person, holder, other, "a" * 64) != before


def test_so_do_the_person_the_holder_and_the_words() -> None:
    one, two = UUID(int=1), UUID(int=2)
    terms = make_terms(services=("b", "a"))
    hashes = {
        rules_terms.hash_terms(one, two, terms, "a"),
        rules_terms.hash_terms(two, two, terms, "a"),
        rules_terms.hash_terms(one, one, terms, "a"),
        rules_terms.hash_terms(one, two, terms, "b"),
    }
    assert len(hashes) == 4
    # The order in which boxes were ticked is nothing that anybody agrees to.
    again = make_terms(services=("a", "b"))
    assert rules_terms.hash_terms(one, two, again, "a") in hashes


# -- witnesses


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Ada Lovelace", "ada  LOVELACE", True),
        ("Ada Lovelace", "Lovelace, Ada", True),
        ("Zoë Müller", "Zoe Muller", True),
        ("Siân", "Sian", True),
        ("Ada Lovelace", "Ada Byron", False),
        ("Ada", "Ada Lovelace", False),
        ("", "", False),
        ("李雷", "李雷", True),
    ],
)
def test_names_that_are_the_same(one: str, other: str, same: bool) -> None:
    assert rules_terms.is_same_name(one, other) is same


@given(st.text(max_size=40))
def test_nobody_witnesses_for_themself_whatever_their_name(name: str) -> None:
    about = {
        "person_names": ["Ada Lovelace"],
        "is_helpers_human": False,
        "is_persons_human": False,
        "is_paid": False,
    }
    if rules_terms.is_same_name(name, name):
        with pytest.raises(rules_terms.WitnessNotIndependent):
            rules_terms.check_bystander("witness", name, helper_names=[name], **about)


# -- codes

SENT = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
LIVE = {
    "sent_at": SENT,
    "used_at": None,
    "voided_at": None,
    "tries": 0,
    "bound_to": "a",
    "terms_hash": "a",
    "now": SENT,
}


@pytest.mark.parametrize(
    ("changed", "state"),
    [
        ({}, CodeState.LIVE),
        ({"now": SENT + timedelta(minutes=10, seconds=-1)}, CodeState.LIVE),
        ({"now": SENT + timedelta(minutes=10)}, CodeState.EXPIRED),
        ({"now": SENT - timedelta(seconds=1)}, CodeState.EXPIRED),
        ({"tries": 4}, CodeState.LIVE),
        ({"tries": 5}, CodeState.VOID),
        ({"voided_at": SENT}, CodeState.VOID),
        ({"used_at": SENT}, CodeState.USED),
        ({"terms_hash": "b"}, CodeState.VOID),
        ({"kind": CodeKind.LETTER, "now": SENT + timedelta(days=27)}, CodeState.LIVE),
        ({"kind": CodeKind.LETTER, "now": SENT + timedelta(days=28)}, CodeState.EXPIRED),
    ],
)
def test_when_a_code_still_confirms(changed: dict[str, object], state: CodeState) -> None:
    assert rules_codes.find_code_state(**{**LIVE, **changed}) is state  # type: ignore[arg-type]


@given(st.text(max_size=20))
def test_only_six_digits_are_a_code(text: str) -> None:
    found = rules_codes.read_code(text)
    assert found is None or (len(found) == 6 and found.isascii() and found.isdigit())


# -- statements


@pytest.mark.parametrize("file", STATEMENTS, ids=lambda file: file.name)
def test_a_statement_is_short_and_its_hash_is_of_its_words(file: Path) -> None:
    statement = rules_statements.parse_statement(file.read_text("utf-8"))
    assert len(statement.text.split()) <= 120
    assert file.name == f"{statement.kind}_{statement.language}.txt"
    # A checkout on another machine may change the ends of lines; the words are the same.
    elsewhere = file.read_text("utf-8").replace("\n", "\r\n").replace(".\r\n", ".  \r\n")
    again = rules_statements.parse_statement(elsewhere)
    assert again.hash == statement.hash


@pytest.mark.parametrize(
    "file", [file for file in STATEMENTS if file.stem.endswith("_en")], ids=lambda file: file.name
)
def test_a_child_of_nine_can_read_it(file: Path) -> None:
    """By the two indexes that count letters and words, and need no word list: grade 4 is age 9."""
    text = rules_statements.parse_statement(file.read_text("utf-8")).text
    assert textstat.automated_readability_index(text) <= 4
    assert textstat.coleman_liau_index(text) <= 4
    assert max(len(sentence.split()) for sentence in text.replace("?", ".").split(".")) <= 20


def test_a_draft_says_that_nobody_stands_for_it() -> None:
    drafts = {file.name for file in STATEMENTS if "approved-by" not in file.read_text("utf-8")}
    assert drafts == {"assisting_cy.txt", "representing_cy.txt"}


@pytest.mark.parametrize(
    "document",
    [
        "kind: assisting\nlanguage: en\nversion: 1\n\n",
        "kind: assisting\nlanguage: en\nversion: 1\n\n" + "word " * 121,
        "kind: assisting\nlanguage: en\nversion: 1\napproved-by: Nobody\n\nWords.",
        "kind: whatever\nlanguage: en\nversion: 1\n\nWords.",
        "kind: assisting\nlanguage: en\nversion: one\n\nWords.",
    ],
)
def test_what_cannot_be_published(document: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        rules_statements.parse_statement(document)
