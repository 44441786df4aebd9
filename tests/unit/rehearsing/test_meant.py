"""Other words for an act, a field or a word lead to it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pytest

from assistedaccess.rehearsing.acts import ACTS
from assistedaccess.rehearsing.kinds import (
    Kind,
    fold,
)
from assistedaccess.rehearsing.language import STEP_WORDS
from assistedaccess.rehearsing.language_expect import EXPECTATIONS
from assistedaccess.rehearsing.language_world import WORLD as PARTS
from assistedaccess.rehearsing.meant import MEANT

from .files import WORLD, problems_of


@pytest.mark.parametrize(
    ("word", "act"),
    [
        ("register", "register_person"),
        ("find", "search_people"),
        ("open", "open_person"),
        ("end", "end_delegation"),
        ("object", "object_to"),
        ("submit", "submit_application"),
        ("change report", "report_change"),
        ("emergency grant", "give_emergency_help"),
        ("change setting", "change_settings"),
        ("work directly on the database", "work_on_database"),
        ("pass time", "wait"),
        ("approve", "review"),
        ("login", "sign_in"),
        ("freeze account", "freeze"),
        ("transfer case", "hand_over"),
    ],
)
def test_the_words_of_whoever_knows_the_field_lead_to_the_act(word: str, act: str) -> None:
    (problem,) = problems_of(f"  - {{act: {word}}}\n")
    assert problem.words == f"“{word}” is no act. Did you mean “{act}”?"


@pytest.mark.parametrize(
    ("step", "field"),
    [
        ("act: register person, by: Harriet Hill, person: Bea Bell", "name"),
        ("act: apply, helper: Harriet Hill, person: Ada Lovelace", "by"),
        ("act: wait, for: 1 day, times: 3", "each"),
        ("act: hand over, account: Harriet Hill, person: Ada Lovelace", "by"),
        ("act: sign in, by: Harriet Hill", "account"),
        ("act: wait, time: 3 days", "for"),
        ("act: apply, by: Harriet Hill, client: Ada Lovelace", "person"),
        ("expect: {flag: tip}", "flags"),
        ("act: wait, for: 1 d, expect: blocked", "refuse"),
        ("act: review, decision: approve", "release"),
    ],
)
def test_other_words_for_a_field_lead_to_it(step: str, field: str) -> None:
    (problem,) = problems_of(f"  - {{{step}}}\n")
    assert problem.words.endswith(f"Did you mean “{field}”?")


def test_what_is_near_to_nothing_is_told_what_there_is() -> None:
    (problem,) = problems_of("  - {act: wait, for: 1 d, expect: hold or refuse}\n")
    assert problem.words.endswith("Where either will do, write “expect: {allow: no}”.")
    world = WORLD.replace(
        "    contact_points: {kind: mobile", "    gender: f\n    contact_points: {kind: mobile"
    )
    (problem,) = problems_of("  - {expect: allow}\n", world)
    assert "“gender” is no field of people. It may be: access_card, address, as" in problem.words


def test_whatever_is_suggested_for_a_word_is_there_somewhere() -> None:
    there = {*ACTS, *EXPECTATIONS.fields, *STEP_WORDS, *(fold(word) for word in list_words())}
    meant = {word for words in MEANT.values() for word in words}
    assert meant <= there, meant - there


def list_words() -> Iterator[str]:
    """Every field of an act, of the world and of an expectation, and every word of a choice."""
    fields = {name: field.kind for act in ACTS.values() for name, field in act.fields.items()}
    kinds: list[Mapping[str, Kind]] = [fields, PARTS, EXPECTATIONS.fields]
    while kinds:
        for name, kind in kinds.pop().items():
            inner = kind.each or kind
            yield name
            yield from inner.choices
            if inner.fields:
                kinds.append(inner.fields)


def test_a_name_where_fields_are_needed_is_told_once() -> None:
    sites = WORLD.partition("    sites:\n")[2].partition("accounts:")[0]
    world = WORLD.replace(f"    sites:\n{sites}", "    sites: Town Hall\n")
    words = "“sites” needs fields of its own: “{name: value}”."
    assert words in [each.words for each in problems_of("  - {expect: allow}\n", world)]
    assert not any("needs “name”" in each.words for each in problems_of("", world))


def test_one_wrong_field_of_an_account_is_told_once_and_not_at_each_step() -> None:
    world = WORLD.replace("    sites: Town Hall\n", "    site: Town Hall\n")
    found = problems_of("  - {act: apply, by: Harriet Hill, person: Ada Lovelace}\n", world)
    assert [each.words for each in found] == [
        "“site” is no field of accounts. Did you mean “sites”?"
    ]
