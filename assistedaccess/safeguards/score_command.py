"""What ``assistedaccess safeguards score`` does: rank the world, then open the labels."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from . import score_baselines as baselines
from .facts_world import read_world
from .score import rank, read_days, write_ranking
from .score_acts import HELD_UNLESS_KNOWN, PLAYED, Verdicts
from .score_report import (
    count_found,
    find_first,
    find_stops,
    find_with_own_off,
    read_truth,
    report_acts,
    report_flagged,
    report_looks,
    report_queue,
)


def score_world(folder: Path, budget: float) -> dict[str, Any]:
    """Rank ``folder``/world, write ``folder``/ranking, and say what the labels make of it.

    Raises BadWorld. The labels are opened after the ranking is written, and change nothing in it.
    """
    world = read_world(folder / "world")
    rows, verdicts = baselines.Rows(), Verdicts()
    read = read_days(world, rows, verdicts)
    flags = rank(read.days, budget)
    write_ranking(folder / "ranking", flags)

    truth = read_truth(folder / "labels")
    times = {act.id: act.at for act in world.acts} | {look.id: look.at for look in world.looks}
    person_of = {act.id: act.person for act in world.acts}
    person_of |= {look.id: look.person for look in world.looks}
    stops = find_stops(verdicts.held | verdicts.refused, truth, times)
    report = report_queue(flags, truth, times, stops)
    report["own_signal_off_found"] = find_with_own_off(
        find_first(flags, truth), truth, lambda signal: rank(read.days, budget, without=signal)
    )
    report |= report_looks(read.explained, truth)
    report |= report_flagged(flags, truth, person_of)
    about = {act.id: act.person for act in world.acts}
    report |= report_acts(
        verdicts.held,
        verdicts.refused,
        PLAYED,
        truth,
        about,
        to_ring=verdicts.to_ring,
        known=verdicts.known,
        held_unless_known=HELD_UNLESS_KNOWN,
    )
    count = int(len(world.acts) * budget)
    isolated = baselines.choose_isolated(rows, world, count)
    lent = baselines.choose_isolated(rows, world, count, lend=True)
    report["baselines"] = {
        "random": count_found(baselines.choose_random(world, count), truth),
        "velocity": count_found(baselines.choose_velocity(world, count), truth),
        "shared_payee": count_found(baselines.choose_shared_payee(rows, count), truth),
        "isolation_forest": None if isolated is None else count_found(isolated, truth),
        "isolation_forest_lent_our_facts": None if lent is None else count_found(lent, truth),
    }
    return report
