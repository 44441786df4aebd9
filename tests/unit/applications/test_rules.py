"""What comes next, who may declare, what is sent: as the rules say, without a database."""

from __future__ import annotations

from typing import Any

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from assistedaccess.applications import rules, words
from assistedaccess.applications.rules import (
    Declarer,
    Progress,
    SaidBack,
    Step,
    StepMissing,
    Word,
)
from assistedaccess.consent.rules import Mode
from assistedaccess.services.journey import find_journey
from assistedaccess.services.pages import SummaryRow
from tests.unit.services.forms import NOW, component, condition, page, parse


def progress(**values: Any) -> Progress:
    given = {"version": 3, "read_back_version": None, "read_back_answer": None, "unanswered": ""}
    return Progress(**{**given, **values})


@pytest.mark.parametrize(
    ("stands", "step"),
    [
        (progress(unanswered="/name"), Step.QUESTIONS),
        (progress(), Step.READ_BACK),
        (progress(read_back_version=3, read_back_answer=SaidBack.CORRECTION), Step.READ_BACK),
        (progress(read_back_version=2, read_back_answer=SaidBack.YES), Step.READ_BACK),
        (progress(read_back_version=3, read_back_answer=SaidBack.YES), Step.DECLARATION),
        (progress(read_back_version=3, read_back_answer=SaidBack.NOT_HERE), Step.DECLARATION),
        (
            progress(read_back_version=3, read_back_answer=SaidBack.YES, unanswered="/name"),
            Step.QUESTIONS,
        ),
    ],
)
def test_what_comes_next(stands: Progress, step: Step) -> None:
    assert rules.next_step(stands) is step


def test_a_step_that_has_not_come_names_what_is_missing() -> None:
    with pytest.raises(StepMissing) as missing:
        rules.check_step(progress(unanswered="/name"), Step.DECLARATION)
    assert (missing.value.step, missing.value.path) == (Step.QUESTIONS, "/name")
    rules.check_step(progress(unanswered="/name"), Step.QUESTIONS)
    rules.check_step(progress(), Step.READ_BACK)
    with pytest.raises(StepMissing):
        rules.check_step(progress(), Step.DECLARATION)


FORM = parse(
    page("/one", component("YesNoField", "fit"), to=["/two", ("/exit", "unfit")]),
    page("/two", component("TextField", "name"), to="/summary"),
    page("/exit"),
    conditions=[condition("unfit", ("fit", "YesNoField", "is", "false"))],
)


@pytest.mark.parametrize(
    ("answers", "unanswered", "can_be_sent"),
    [
        ({}, "/one", False),
        ({"fit": "true"}, "/two", False),
        ({"fit": "true", "name": "Ada"}, "", True),
        ({"fit": "false", "name": "Ada"}, "/exit", False),
    ],
)
def test_only_a_form_that_came_to_its_summary_can_be_sent(
    answers: dict[str, str], unanswered: str, can_be_sent: bool
) -> None:
    journey = find_journey(FORM, answers, NOW)
    assert rules.can_be_sent(FORM, journey) is can_be_sent
    assert rules.first_unanswered(FORM, journey) == unanswered


def test_a_way_out_of_the_form_is_named() -> None:
    out = {"path": "/summary", "redirect": "https://example.org/next"}
    form = parse(page("/one", component("TextField", "name"), next=[out]))
    journey = find_journey(form, {"name": "Ada"}, NOW)
    assert rules.leads_out(form, journey, NOW) == "https://example.org/next"
    assert not rules.can_be_sent(form, journey)
    assert rules.leads_out(FORM, find_journey(FORM, {}, NOW), NOW) == ""


BADGE = {"person", "helper_under_delegation", "parent", "attorney"}
BENEFIT = {"person", "appointee", "third_party_special_rules"}


@pytest.mark.parametrize(
    ("allowed", "mode", "declarers"),
    [
        (BADGE, Mode.ASSISTING, ["person", "parent", "attorney"]),
        (BADGE, Mode.REPRESENTING, ["person", "parent", "attorney", "helper_under_delegation"]),
        (BENEFIT, Mode.ASSISTING, ["person", "appointee"]),
        (BENEFIT, Mode.REPRESENTING, ["person", "appointee"]),
    ],
)
def test_a_helper_declares_only_where_they_represent_and_the_service_says_so(
    allowed: set[str], mode: Mode, declarers: list[str]
) -> None:
    assert rules.list_declarers(allowed, mode) == declarers


def test_only_who_represents_does_without_the_person() -> None:
    assert SaidBack.NOT_HERE not in rules.list_read_back(Mode.ASSISTING)
    assert SaidBack.NOT_HERE in rules.list_read_back(Mode.REPRESENTING)
    assert [word.mode for word in Word] == [
        Mode.ASSISTING,
        Mode.ASSISTING,
        Mode.REPRESENTING,
    ]


@pytest.mark.parametrize(
    ("answers", "found"),
    [
        ({"note": "my password is hunter2"}, ["note"]),
        ({"rows": [{"a": "x", "b": "PIN: 1234"}]}, ["rows"]),
        ({"note": "I forgot my password", "empty": None, "list": ["a", "b"]}, []),
    ],
)
def test_an_answer_that_holds_a_password_is_found(answers: Any, found: list[str]) -> None:
    assert rules.find_passwords(answers) == found


ANSWERS = st.recursive(
    st.none() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(st.dictionaries(st.text(min_size=1, max_size=8), ANSWERS, max_size=5))
def test_whatever_was_answered_has_one_canonical_form(answers: dict[str, Any]) -> None:
    sent = {
        "reference": "A-7K3M-9QTR",
        "service": "blue-badge",
        "form_version": 1,
        "form_hash": "0" * 64,
        "mode": "assisting",
        "language": "en",
        "declared_by": "person",
        "declared_words_hash": "1" * 64,
        "read_back": "yes",
        "submitted_at": "2026-11-23T09:00:00.000+00:00",
    }
    written = rules.write_submission(answers=answers, from_record=[*answers, "gone"], **sent)
    again = rules.write_submission(
        answers=dict(reversed(answers.items())), from_record=reversed([*answers]), **sent
    )
    assert set(written["from_record"]) == set(answers)
    try:
        assert rfc8785.dumps(written) == rfc8785.dumps(again)
    except rfc8785.CanonicalizationError:  # a lone surrogate: kernel.text lets none in
        assert any("\ud800" <= c <= "\udfff" for c in str(answers))


@pytest.mark.parametrize(
    ("question", "lines", "said"),
    [
        ("Full name", ("Ada",), "Full name: Ada."),
        ("Do you drive?", ("Yes",), "I asked: Do you drive? You said: Yes."),
        ("Address:", ("1 High St", "Town"), "Address: 1 High St; Town."),
        ("Note", (), "You left this empty: Note."),
    ],
)
def test_an_answer_is_read_out_as_a_sentence(
    question: str, lines: tuple[str, ...], said: str
) -> None:
    row = SummaryRow(key="x", question=question, lines=lines, path="/x", anchor="q-x")
    assert words.read_out(row) == said


def test_each_word_of_a_closed_list_is_said_in_words() -> None:
    assert set(words.DECLARERS) == set(words.DECLARED) == set(Declarer)
    assert set(words.STATES) == set(rules.State)
    assert set(words.SAID_BACK) == set(SaidBack)
    assert set(words.WITHDRAW_REASONS) == set(rules.WithdrawReason)
    assert set(words.WORDS_OF) == set(Word)
    assert set(words.MODES) == {str(mode) for mode in Mode}


def test_a_form_without_a_declaration_has_ours_in_both_languages() -> None:
    english, welsh = (words.declaration_html(FORM, language) for language in ("en", "cy"))
    assert "true and complete" in english
    assert "wir ac yn gyflawn" in welsh
    own = parse(page("/one"), declaration='<p onclick="x()">It is true.</p>')
    assert words.declaration_html(own, "cy") == "<p>It is true.</p>"
