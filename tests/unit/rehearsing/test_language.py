"""What may be written in a rehearsal, and how each misspelling is told."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

import pytest

from assistedaccess.kernel.clock import LONDON
from assistedaccess.rehearsing.acts import ACTS
from assistedaccess.rehearsing.expectations import find_differences
from assistedaccess.rehearsing.kinds import (
    Ago,
    Kind,
    Misfit,
    fold,
    read_day,
    read_moment,
    read_span,
)
from assistedaccess.rehearsing.language import read_text
from assistedaccess.rehearsing.language_expect import EXPECTATIONS
from assistedaccess.rehearsing.language_world import WORLD as PARTS
from assistedaccess.rehearsing.looks import Outcome
from assistedaccess.rehearsing.meant import MEANT
from assistedaccess.rehearsing.written import Problem, Unreadable

WORLD = """\
rehearsal: Somebody is helped
organisations:
  - name: Millbrook Council
    sites:
      - name: Town Hall
        hours: {monday: 09:30-17:00}
accounts:
  - name: Harriet Hill
    sites: Town Hall
    bank_accounts: {sort_code: 01-02-03, number: 01234567}
people:
  - name: Ada Lovelace
    contact_points: {kind: mobile, value: 07700 900123}
steps:
"""
STEPS = WORLD.count("\n") + 1
"""The line on which the first step stands."""


def problems_of(steps: str, world: str = WORLD) -> list[Problem]:
    with pytest.raises(Unreadable) as raised:
        read_text(world + steps)
    return raised.value.problems


def test_values_are_read_as_they_are_written() -> None:
    read = read_text(
        WORLD
        + """\
  - act: change-payee
    by: Harriet Hill
    person: Ada Lovelace
    account: {sort_code: 01-02-03, number: 01234567, roll: 007}
    without: open
  - act: give emergency help
    by: Harriet Hill
    person: Ada Lovelace
    amount: £1,040.50
  - act: wait
    for: 2 days 3 hours
    expect: allow
"""
    )
    (account,) = read.world["accounts"]
    assert account["bank_accounts"] == [{"sort_code": "01-02-03", "number": "01234567"}]
    assert account["sites"] == ["Town Hall"]
    change, gift, wait = read.steps
    assert change.act is not None
    assert change.act.name == "change_payee"
    assert change.given["account"]["number"] == "01234567"
    assert change.given["account"]["roll"] == "007"
    assert gift.given["amount"] == 104_050
    assert wait.given["for"] == timedelta(days=2, hours=3)
    assert wait.expect == {"allow": ["any"]}
    assert [step.line for step in read.steps] == [STEPS, STEPS + 5, STEPS + 9]


@pytest.mark.parametrize(
    ("steps", "line", "words"),
    [
        ("  - act: aply\n", 0, "“aply” is no act. Did you mean “apply”?"),
        (
            "  - act: apply\n    by: Harriet Hil\n    person: Ada Lovelace\n",
            1,
            "There is no account “Harriet Hil”. Did you mean “Harriet Hill”?",
        ),
        (
            "  - act: apply\n    by: Harriet Hill\n    persn: Ada Lovelace\n",
            2,
            "“persn” is no field of the act “apply”. Did you mean “person”?",
        ),
        (
            "  - act: apply\n    by: Harriet Hill\n",
            0,
            "“apply” needs “person”: the name of a person.",
        ),
        (
            "  - act: apply\n    by: Harriet Hill\n    person: Ada Lovelace\n    mode: asisting\n",
            3,
            "“mode” is “asisting”, which is no word for this. Did you mean “assisting”?",
        ),
        ("  - act: wait\n    for: 3 dayz\n", 1, "Did you mean “day”?"),
        ("  - act: wait\n    for: soon\n", 1, "“for” is not a length of time"),
        ("  - act: wait\n    for: 1 d\n    expect: alow\n", 2, "Did you mean “allow”?"),
        (
            "  - act: wait\n    for: 1 d\n    expect:\n      refuse: payee_is_helpr\n",
            3,
            "“payee_is_helpr” is no reason code. Did you mean “payee_is_helper”?",
        ),
        (
            "  - act: wait\n    for: 1 d\n    expect:\n      flgs: tip\n",
            3,
            "“flgs” is no field of expect. Did you mean “flags”?",
        ),
        (
            "  - act: wait\n    for: 1 d\n    expect: {hold: any, refuse: any}\n",
            2,
            "An act ends in one way: hold or refuse.",
        ),
        (
            "  - act: give emergency help\n    by: Harriet Hill\n    person: Ada Lovelace\n"
            "    amount: ten\n",
            3,
            "“amount” is not an amount such as £493 or £10.50",
        ),
        (
            "  - act: close case\n    by: Harriet Hill\n    person: Ada Lovelace\n"
            "    case: first\n",
            3,
            "There is no case “first”.",
        ),
        (
            "  - wait: 3 weeks\n",
            0,
            "A step needs “act”, “expect” or “steps”. “wait” is an act: write “act: wait”.",
        ),
        (
            "  - act: apply\n    by: Harriet Hill\n    person: Ada Lovelace\n"
            "    service: council-crisis-support\n    answers: {stry: My purse is gone}\n",
            0,
            "“stry” is no question of this form. Did you mean “story”?",
        ),
        (
            "  - act: apply\n    by: Harriet Hill\n    person: Ada Lovelace\n"
            "    service: pension-credit\n    document: A letter\n",
            0,
            "This form asks for no papers, so “document” would say nothing.",
        ),
        (
            "  - act: apply\n    by: Harriet Hill\n    person: Ada Lovelace\n"
            "    service: blue-bage\n",
            3,
            "Did you mean “blue-badge”?",
        ),
        (
            "  - act: apply\n    by: Harriet Hill\n    person: Ada Lovelace\n"
            "    account: {sort_code: 20-30-40, number: 55667788}\n",
            3,
            "This form asks for no account, so “account” would say nothing.",
        ),
        (
            "  - act: apply\n    by: Harriet Hill\n    person: Ada Lovelace\n"
            "    service: pension-credit\n    account: {sort_code: 20-30, number: 12}\n",
            4,
            "“account” is no account: a sort code has six digits, a number six to eight.",
        ),
        (
            "  - act: register person\n    by: Harriet Hill\n    name: Ada Lovelace\n",
            0,
            "There is a person “Ada Lovelace” already: “as” says what the rehearsal calls this",
        ),
        ("  - note: nothing\n", 0, "A step needs “act”, “expect” or “steps”."),
        ("  - act: wait\n    for: 1 d\n    for: 2 d\n", 2, "“for” stands here twice."),
    ],
)
def test_each_misspelling_is_told_with_its_line_and_a_suggestion(
    steps: str, line: int, words: str
) -> None:
    (problem,) = problems_of(steps)
    assert problem.line == STEPS + line
    assert words in problem.words


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


def test_whatever_is_suggested_for_a_word_is_there_somewhere() -> None:
    there = set(ACTS) | set(EXPECTATIONS.fields) | {fold(word) for word in list_words()}
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


def test_one_wrong_field_of_an_account_is_told_once_and_not_at_each_step() -> None:
    world = WORLD.replace("    sites: Town Hall\n", "    site: Town Hall\n")
    found = problems_of("  - {act: apply, by: Harriet Hill, person: Ada Lovelace}\n", world)
    assert [each.words for each in found] == [
        "“site” is no field of accounts. Did you mean “sites”?"
    ]


def test_the_parts_and_the_world_are_held_to_their_words() -> None:
    world = WORLD.replace("organisations:", "organisation:", 1).replace("number: 01", "nummer: 01")
    found = problems_of("  - act: wait\n    for: 1 d\n", world)
    assert [(each.line, each.words) for each in found[:2]] == [
        (2, "“organisation” is no part of a rehearsal. Did you mean “organisations”?"),
        (9, "There is no site “Town Hall”."),
    ]
    assert any("“nummer” is no field of bank_accounts" in each.words for each in found)
    assert any("“bank_accounts” needs “number”." in each.words for each in found)


def test_a_world_knows_where_it_is_written_and_one_alone_needs_no_list() -> None:
    read = read_text(
        "rehearsal: A\n"
        "organisations: {name: Millbrook Council}\n"
        "people:\n"
        "  - each: 09 to 11\n"
        "    name: Person {each}\n"
        "    birth_date: 1950-01-{each}\n"
        "steps:\n"
        "  - expect: {no_flags: any}\n"
    )
    assert [entry["line"] for entry in read.world["organisations"]] == [2]
    assert [entry["line"] for entry in read.world["people"]] == [4, 4, 4]
    assert read.world["people"][0]["birth_date"] == "1950-01-09"


@pytest.mark.parametrize("text", ["", "steps: [", "a list", "- 1\n- 2\n", "rehearsal: A\n"])
def test_what_is_no_rehearsal_is_told_so(text: str) -> None:
    with pytest.raises(Unreadable):
        read_text(text)


@pytest.mark.parametrize(
    ("expect", "words"),
    [
        ("{}", "“expect” says nothing"),
        ("{flags: []}", "“flags” names nothing"),
        ("{refuse: []}", "“refuse” names nothing"),
        ("{says: ''}", "“says” says nothing"),
        ("{flags: {kind: tip, at_least: 0}}", "“at_least” is none"),
        ("{notices: {to: Ada Lovelace, at_least: 0}}", "“at_least” is none"),
        ("{no_notices: {to: Ada Lovelace, at_least: 2}}", "“at_least” is no field"),
        ("{reviewer: {}}", "“reviewer” says nothing of who was drawn: “is” or “is_not”."),
        ("{paid_into: {person: Ada Lovelace}}", "“paid_into” says nothing of where the money"),
        (
            "{paid_into: {person: Ada Lovelace, is_without: yes, account: {sort_code: 20-30-40, "
            "number: 55667788}}}",
            "“paid_into” is with an account or without one, not both.",
        ),
    ],
)
def test_an_expectation_that_everything_meets_is_told(expect: str, words: str) -> None:
    (problem,) = problems_of(f"  - act: wait\n    for: 1 d\n    expect: {expect}\n")
    assert problem.line == STEPS + 2
    assert words in problem.words


@pytest.mark.parametrize(
    ("steps", "line", "words"),
    [
        (" []\n", -1, "There are no steps here"),
        ("  - act: wait\n    for: 1 d\n  - note: later\n    steps: []\n", 3, "no steps here"),
        ("  - act: wait\n    for: 1 d\n", -1, "No step of this rehearsal expects anything"),
        ("  - each: []\n    act: wait\n    for: 1 d\n", 0, "“each” names nothing"),
    ],
)
def test_a_rehearsal_that_tests_nothing_is_told(steps: str, line: int, words: str) -> None:
    world = WORLD if steps.startswith("  -") else WORLD.rstrip("\n")
    (problem,) = problems_of(steps, world)
    assert problem.line == STEPS + line
    assert words in problem.words


@pytest.mark.parametrize(
    ("expect", "met_by"),
    [
        ("{allow: yes}", {"allow"}),
        ("{allow: no}", {"hold", "refuse"}),
        ("{allow: no, hold: any}", {"hold"}),
        ("{money: no effect}", {"allow"}),
    ],
)
def test_no_means_no(expect: str, met_by: set[str]) -> None:
    (step,) = read_text(WORLD + f"  - {{act: wait, for: 1 d, expect: {expect}}}\n").steps
    wanted = {name: value for name, value in step.expect.items() if name != "money"}
    ends = ("allow", "hold", "refuse", "impossible", "broken")
    met = {end for end in ends if not find_differences(None, wanted, Outcome(end))}  # type: ignore[arg-type]
    assert met == met_by


def test_who_was_refused_may_be_registered_by_somebody_else() -> None:
    register = "act: register person, by: Harriet Hill, name: Bea Bell"
    again = "act: register person, by: Harriet Hill, name: Ada Lovelace, as: the other Ada"
    read = read_text(
        WORLD
        + f"  - {{{register}, expect: {{allow: no}}}}\n"
        + f"  - {{{register}, expect: allow}}\n"
        + f"  - {{{again}}}\n"
    )
    assert [step.name for step in read.steps] == ["", "", "the other Ada"]


def test_each_writes_a_step_out_once_for_each_word() -> None:
    read = read_text(
        WORLD
        + """\
  - each: 1 to 3
    steps:
      - act: register person
        by: Harriet Hill
        name: Person {each}
      - act: open case
        by: Harriet Hill
        person: Person {each}
        as: case {each}
  - act: close case
    each: [case 1, case 3]
    by: Harriet Hill
    person: Ada Lovelace
    case: "{each}"
    expect: allow
"""
    )
    names = [step.given.get("name") or step.given.get("case") or step.name for step in read.steps]
    assert names == [
        "Person 1", "case 1", "Person 2", "case 2", "Person 3", "case 3", "case 1", "case 3",
    ]  # fmt: skip


def test_what_a_step_left_waiting_is_found_by_the_name_of_the_step() -> None:
    read = read_text(
        WORLD
        + """\
  - {act: apply, by: Harriet Hill, person: Ada Lovelace, as: held, expect: hold}
  - {act: review, pending: held}
"""
    )
    assert read.steps[1].given["pending"] == "held"


@pytest.mark.parametrize("steps", ["each: 1 to 900", "each: 5 to 1", "each: many"])
def test_each_has_its_limits(steps: str) -> None:
    (problem,) = problems_of(f"  - {steps}\n    act: wait\n    for: 1 d\n")
    assert "“each”" in problem.words


@pytest.mark.parametrize(
    ("read", "text", "value"),
    [
        (read_span, "40 minutes", timedelta(minutes=40)),
        (read_span, "72 h", timedelta(hours=72)),
        (read_span, "18 months", timedelta(days=540)),
        (read_day, "3 weeks ago", Ago(-timedelta(weeks=3))),
        (read_day, "tomorrow", Ago(timedelta(days=1))),
        (read_moment, "2026-11-23 09:10", datetime(2026, 11, 23, 9, 10, tzinfo=LONDON)),
        (read_moment, "in 2 hours", Ago(timedelta(hours=2))),
    ],
)
def test_times(read: Any, text: str, value: object) -> None:
    assert read(text) == value


@pytest.mark.parametrize("text", ["", "3", "days 3", "3 days or so", "-3 days"])
def test_no_time(text: str) -> None:
    with pytest.raises(Misfit):
        read_span(text)


def test_every_act_says_what_it_is() -> None:
    for act in ACTS.values():
        assert act.words.rstrip(")").endswith("."), act.name
