"""The catalogue's files: whole, sourced, and each with a form that is free of faults."""

from __future__ import annotations

import json
from typing import Any

import pytest

from assistedaccess.kernel.text import fold_text
from assistedaccess.services.catalogue import (
    DEFINITIONS,
    IncompleteEntry,
    ServiceEntry,
    load_catalogue,
    read_entry,
)
from assistedaccess.services.parsing import load_definition

EACH = pytest.mark.parametrize("entry", load_catalogue(), ids=lambda entry: entry.slug)


@EACH
def test_a_form_of_ours_has_neither_errors_nor_warnings(entry: ServiceEntry) -> None:
    definition = load_definition(entry.form_file)
    assert definition.errors == definition.unsupported == definition.warnings == ()
    assert definition.name == entry.name
    assert definition.declaration


@EACH
def test_a_form_of_ours_names_its_sources_and_what_is_known(entry: ServiceEntry) -> None:
    definition = load_definition(entry.form_file)
    assert all(s["url"].startswith("https://") for s in definition.metadata["sources"])
    assert set(definition.metadata["known"]) <= set(definition.questions)


@EACH
def test_each_question_of_ours_is_named_in_its_errors(entry: ServiceEntry) -> None:
    definition = load_definition(entry.form_file)
    unnamed = [q.key for q in definition.questions.values() if not q.options.get("noun")]
    needed = [key for key in unnamed if definition.questions[key].required]
    assert needed == []


@EACH
def test_an_entry_says_how_to_challenge_in_each_nation(entry: ServiceEntry) -> None:
    for nation in entry.nations:
        challenge = entry.challenge_in(nation)
        assert challenge is not None
        assert challenge.source.startswith("https://")
        assert challenge.steps


@EACH
def test_an_entry_can_be_searched_in_both_languages(entry: ServiceEntry) -> None:
    assert entry.search_words["en"]
    assert entry.search_words["cy"]
    assert entry.name.in_language("cy") != entry.name.in_language("en")
    names, asked_for, _all = entry.search_texts
    assert fold_text(entry.name.in_language("cy")) in names
    for words in entry.search_words.values():
        assert all(fold_text(word) in asked_for for word in words)


def test_a_helper_by_consent_may_not_declare_a_benefit_claim() -> None:
    by_slug = {entry.slug: entry for entry in load_catalogue()}
    claims = ["attendance-allowance", "council-tax-reduction", "pension-credit"]
    claims += ["personal-independence-payment", "universal-credit", "universal-credit-change"]
    for slug in claims:
        assert "helper_under_delegation" not in by_slug[slug].may_declare
        assert "appointee" in by_slug[slug].may_declare
    assert "helper_under_delegation" in by_slug["blue-badge"].may_declare


def test_the_fee_is_in_pence_and_by_nation() -> None:
    badge = next(entry for entry in load_catalogue() if entry.slug == "blue-badge")
    assert [badge.fee.for_nation(nation) for nation in "EWS"] == [1000, 0, 2000]


MAY_BE_EMPTY = ("special_rules", "regulated_help", "search_words")
RAW = json.loads((DEFINITIONS / "blue-badge.service.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    "change",
    [{key: None} for key in RAW if key not in MAY_BE_EMPTY]
    + [
        {"nations": ["E", "X"]},
        {"risk": "spicy"},
        {"may_declare": ["anybody"]},
        {"ways_out": ["pigeon"]},
        {"challenge": RAW["challenge"][:1]},
        {"regulated_help": "gambling"},
        {"fee": {"pence": -1, "words": "x"}},
    ],
    ids=str,
)
def test_an_entry_that_is_not_whole_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(IncompleteEntry):
        read_entry(RAW | change, DEFINITIONS)
