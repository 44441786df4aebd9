"""What would say nothing is told before anything is played, and no means no."""

from __future__ import annotations

import pytest

from assistedaccess.rehearsing.expectations import find_differences
from assistedaccess.rehearsing.language import read_text
from assistedaccess.rehearsing.looks import Outcome

from .files import STEPS, WORLD, problems_of


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
