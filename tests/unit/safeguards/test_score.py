"""Ranking a world: the past alone, and the same whatever comes after."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from assistedaccess.safeguards.facts_world import DAY, World, read_world
from assistedaccess.safeguards.score import rank, read_days
from assistedaccess.safeguards.score_acts import HELD_UNLESS_KNOWN, PLAYED, Verdicts
from assistedaccess.safeguards.score_queue import CHANCE
from assistedaccess.safeguards.score_report import (
    Truth,
    find_first,
    read_truth,
    report_acts,
    report_queue,
)
from assistedaccess.simulate.town import Size
from assistedaccess.simulate.writing import simulate

BUDGET = 0.03


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("town")
    simulate(folder, Size(seed=7, rate=0.04, weeks=16, people=900))
    return folder


@pytest.fixture(scope="module")
def world(town: Path) -> World:
    return read_world(town / "world")


@pytest.fixture(scope="module")
def truth(town: Path) -> Truth:
    return read_truth(town / "labels")


def test_it_never_looks_ahead(world: World) -> None:
    """Cut the world off in its middle: what stood in the queue by then stands in it still."""
    whole = rank(read_days(world).days, BUDGET)
    middle = world.acts[len(world.acts) // 2].at // DAY * DAY
    past = replace(
        world,
        acts=[act for act in world.acts if act.at < middle],
        looks=[look for look in world.looks if look.at < middle],
        answers=[answer for answer in world.answers if answer.at < middle],
        cases=[case for case in world.cases if case.begins_at < middle],
        shifts=[shift for shift in world.shifts if shift.begins_at < middle],
    )
    until = [flag for flag in whole if flag.at <= middle]
    assert until
    assert rank(read_days(past).days, BUDGET) == until


def test_it_finds_more_than_chance_and_says_so(world: World, truth: Truth) -> None:
    days = read_days(world).days
    flags = rank(days, BUDGET)
    times = {act.id: act.at for act in world.acts} | {look.id: look.at for look in world.looks}
    report = report_queue(flags, truth, times, {})
    found = find_first(flags, truth)
    assert report["schemes_found"] == round(len(found) / len(truth.rows), 4)
    assert isinstance(report["schemes_found"], float)
    assert report["schemes_found"] > 0.5
    assert isinstance(report["money_gone_before_stop"], float)
    assert report["money_gone_before_stop"] < 1


def test_money_is_gone_until_somebody_stops_it(world: World, truth: Truth) -> None:
    times = {act.id: act.at for act in world.acts} | {look.id: look.at for look in world.looks}
    nobody = report_queue([], truth, times, {})
    assert nobody["money_gone_before_stop"] == 1
    at_once = report_queue([], truth, times, dict.fromkeys(truth.rows, 0))
    assert at_once["money_gone_before_stop"] == 0
    assert nobody["schemes_found"] == 0


def test_a_signal_that_is_off_finds_nothing(world: World) -> None:
    days = read_days(world).days
    loudest = next(flag.signal for flag in rank(days, BUDGET) if flag.signal != CHANCE)
    assert loudest not in {flag.signal for flag in rank(days, BUDGET, without=loudest)}


def test_an_account_that_nobody_declared_is_to_be_held_and_one_that_was_refused() -> None:
    """A01 asks for a refusal where the account is on the helper's own list, else for a hold."""
    truth = Truth(
        rows={"S1": "A01", "S2": "A01", "S3": "A08", "S4": "A01", "S5": "A02"},
        careful=frozenset({"S4"}),
        items={f"a{number}": f"S{number}" for number in range(1, 6)},
        flows={},
        improper=frozenset(),
        alike={},
        groups={},
    )
    about = dict.fromkeys(truth.items, "p")

    def report(held: set[str], refused: set[str], known: set[str]) -> tuple[object, object]:
        found = report_acts(
            held,
            refused,
            PLAYED,
            truth,
            about,
            known=known,
            held_unless_known=HELD_UNLESS_KNOWN,
        )
        return found["prevent_rows_refused"], found["not_known_held"]

    assert report({"a2"}, {"a1", "a3"}, {"a1"}) == (1.0, 1.0)
    assert report({"a1", "a2"}, {"a3"}, {"a1"}) == (0.5, 1.0)  # known, and held alone: a miss
    assert report(set(), {"a1", "a3"}, {"a1"}) == (1.0, 0.0)  # unknown, and let through: a miss
    assert report(set(), {"a1", "a2"}, {"a1", "a2"}) == (0.6667, None)


def test_who_is_only_to_be_rung_back_waits_and_is_not_blocked() -> None:
    truth = Truth(
        rows={"S1": "A25"},
        careful=frozenset(),
        items={"a1": "S1"},
        flows={},
        improper=frozenset(),
        alike={"h1": "L03", "h2": "L03"},
        groups={},
    )
    about = dict.fromkeys(["a1", "h1", "h2"], "p")
    found = report_acts(set(), {"a1", "h1", "h2"}, PLAYED, truth, about, to_ring={"a1", "h1"})
    assert found["lookalikes_held"] == found["lookalikes_blocked"] == 0.5
    assert found["lookalikes_to_ring_back"] == 0.5
    assert found["prevent_rows_refused"] == 1.0  # a caller stays refused until somebody rings


def test_what_is_known_is_what_its_own_helper_declared(world: World) -> None:
    theirs = next(act for act in world.acts if act.account and act.kind == "change_payee")
    helpers = [
        replace(each, account=theirs.account if each.id == theirs.helper else "")
        for each in world.helpers
    ]
    verdicts = Verdicts()
    read_days(replace(world, helpers=helpers), verdicts)
    human = next(each.human for each in helpers if each.id == theirs.helper)
    hands = {each.id for each in helpers if each.human == human}
    named = {act.id for act in world.acts if act.account == theirs.account}
    assert theirs.id in verdicts.known
    assert verdicts.known == {a.id for a in world.acts if a.id in named and a.helper in hands}
