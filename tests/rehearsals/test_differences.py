"""What ends otherwise than a rehearsal expects is told at the line that expects it."""

from __future__ import annotations

import pytest

from assistedaccess.rehearsing.language import read_text

from .conftest import Player

WORLD = """\
rehearsal: A claim, and new payment details that wait
organisations:
  - {name: Millbrook Council, sites: [{name: Town Hall}]}
  - {name: County Pool, is_pool: yes}
accounts:
  - {name: Harriet Hill}
  - {name: Rita Reviewer, roles: reviewer, organisation: County Pool}
people:
  - name: Ada Lovelace
    contact_points: [{kind: mobile, value: 07700 900123}]
    identity: [{kind: passport, level: high}]
steps:
  - act: apply
    by: Harriet Hill
    person: Ada Lovelace
    service: council-crisis-support
    account: {sort_code: 08-99-99, number: 66374958}
    expect: {paid_into: {person: Ada Lovelace, is_without: no, is_stopped: no}}
  - expect:
      paid_into:
        person: Ada Lovelace
        account: {holder: ada  LOVELACE, sort_code: 08-99-99, number: 66374958}
  - act: grant
    by: Harriet Hill
    person: Ada Lovelace
    services: council-crisis-support
    powers: [see, report_change]
"""
STEPS = WORLD.count("\n") + 1
"""The line of the first step that a test adds."""


def wrong_of(play_it: Player, steps: str) -> list[tuple[int, str]]:
    report = play_it(read_text(WORLD + steps))
    return [(step.line - STEPS, words) for step in report.steps for words in step.wrong]


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_each_difference_is_told_at_its_line(play_it: Player) -> None:
    wrong = wrong_of(
        play_it,
        """\
  - expect:
      paid_into:
        person: Ada Lovelace
        account: {holder: Harriet Hill, sort_code: 08-99-99, number: 66374958}
  - {expect: {paid_into: {person: Ada Lovelace, is_without: yes}}}
  - {expect: {paid_into: {person: Ada Lovelace, is_stopped: yes}}}
  - {expect: {flags: {kind: tip, within: 2 h}}}
  - act: change payee
    by: Harriet Hill
    person: Ada Lovelace
    account: {sort_code: 20-30-40, number: 11223344}
    expect: {allow: no, due: 96 h}
  - {act: wait, for: 1 h, expect: {allow: no}}
  - act: apply
    by: Harriet Hill
    person: Ada Lovelace
    service: council-crisis-support
    answers: {how: voucher}
    account: {sort_code: 08-99-99, number: 66374958}
""",
    )
    assert [line for line, _ in wrong] == [0, 4, 5, 12, 13, 6], wrong
    for (_, words), part in zip(
        wrong,
        (
            "expected the account to be in the name “Harriet Hill”; it is “Ada Lovelace”",
            "expected to be paid without an account; there is one",
            "expected the money to rest",
            "expected hold or refuse, was allow",
            "With these answers the form asks for no account",
            "expected a flag (kind tip)",
        ),
        strict=True,
    ):
        assert part in words


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_what_of_the_world_cannot_be_made_is_told_where_it_is_written(play_it: Player) -> None:
    establishments = """\
establishments:
  - {name: Elm House, telephone: 01632 960111}
  - {name: Oak House, telephone: not a number}
people:
"""
    report = play_it(read_text(WORLD.replace("people:\n", establishments)))
    (problem,) = report.problems
    assert problem["line"] == WORLD.partition("people:")[0].count("\n") + 3
    assert "“Oak House” of the world cannot be made" in problem["words"]
