"""What may be written in a rehearsal, and how each misspelling is told."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from assistedaccess.kernel.clock import LONDON
from assistedaccess.rehearsing.acts import ACTS
from assistedaccess.rehearsing.kinds import (
    Ago,
    Misfit,
    read_day,
    read_moment,
    read_span,
)
from assistedaccess.rehearsing.language import read_text
from assistedaccess.rehearsing.written import Unreadable

from .files import STEPS, WORLD, problems_of


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
