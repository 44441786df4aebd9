"""The synthetic town: repeatable, of the shape that was asked for, and silent about its truth."""

from __future__ import annotations

import csv
import json
from collections import Counter
from pathlib import Path

import pytest
from click.testing import CliRunner

from assistedaccess.safeguards import facts_world
from assistedaccess.safeguards.facts_world import BadWorld, World, read_world
from assistedaccess.simulate import abuse, alike, figures
from assistedaccess.simulate.command_line import simulate as command
from assistedaccess.simulate.schemes import Plot, find_crook
from assistedaccess.simulate.town import BEGIN, Size, build_town
from assistedaccess.simulate.writing import simulate
from assistedaccess.simulate.year import Scheme, Year
from tests.support.sources import APPLICATION, imported_names, parse

SMALL = {"weeks": 10, "people": 900}


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("town")
    simulate(folder, Size(seed=3, rate=0.05, **SMALL))
    return folder


@pytest.fixture(scope="module")
def world(town: Path) -> World:
    return read_world(town / "world")


def labels(town: Path, name: str) -> list[dict[str, str]]:
    with (town / "labels" / f"{name}.csv").open() as lines:
        return list(csv.DictReader(lines))


def contents(folder: Path) -> dict[str, bytes]:
    return {str(f.relative_to(folder)): f.read_bytes() for f in sorted(folder.rglob("*.csv"))}


def test_the_same_seed_writes_the_same_files_and_another_does_not(tmp_path: Path) -> None:
    tiny = {"rate": 0.02, "weeks": 6, "people": 200}
    for name, seed in (("one", 5), ("same", 5), ("other", 6)):
        simulate(tmp_path / name, Size(seed=seed, **tiny))
    assert contents(tmp_path / "one") == contents(tmp_path / "same")
    assert contents(tmp_path / "one") != contents(tmp_path / "other")


def test_it_has_the_size_that_was_asked_for(world: World, town: Path) -> None:
    wanted = Size(seed=3, rate=0.05, **SMALL)
    assert 0.8 < len(world.acts) / wanted.acts < 1.3
    assert 0.6 < len(world.looks) / len(world.acts) < 1.0
    ghosts = len(world.people) - SMALL["people"]
    assert 0 <= ghosts < 40
    assert 0.02 < len(labels(town, "items")) / len(world.acts) < 0.1


def test_files_read_back_as_they_were_written(world: World, tmp_path: Path) -> None:
    facts_world.write_world(tmp_path, world)
    assert read_world(tmp_path) == world


def test_a_broken_file_is_named_with_its_line(world: World, tmp_path: Path) -> None:
    facts_world.write_world(tmp_path, world)
    file = tmp_path / "shifts.csv"
    file.write_text(file.read_text() + "H0001,L001,noon,1\n")
    with pytest.raises(BadWorld, match=r"shifts\.csv, line \d+"):
        read_world(tmp_path)
    file.unlink()
    with pytest.raises(BadWorld, match=r"shifts\.csv"):
        read_world(tmp_path)


def test_keys_and_order_say_nothing_about_the_truth(world: World, town: Path) -> None:
    for rows in (world.acts, world.looks, world.answers, world.cases):
        times = [getattr(row, "at", None) or row.begins_at for row in rows]
        assert times == sorted(times)
        assert [row.id for row in rows] == sorted(row.id for row in rows)
    # Every value that a scheme leaves in a column of few words is also left by honest work.
    bad = {row["item"] for row in labels(town, "items")}
    for name in ("kind", "call", "identity", "present", "service", "consent_state", "result"):
        honest = {getattr(act, name) for act in world.acts if act.id not in bad}
        abusive = {getattr(act, name) for act in world.acts if act.id in bad}
        allowed = {"withdrawn", "expired", "out_of_scope", "inbound", "called_back", "none"}
        assert abusive - honest <= allowed, name


def test_labels_point_into_the_world(world: World, town: Path) -> None:
    items = {act.id for act in world.acts} | {look.id for look in world.looks}
    schemes = {row["scheme"] for row in labels(town, "schemes")}
    assert {row["item"] for row in labels(town, "items")} <= items
    assert {row["item"] for row in labels(town, "alike")} <= items
    assert {row["scheme"] for row in labels(town, "items")} == schemes
    assert {row["scheme"] for row in labels(town, "flows")} <= schemes
    assert {row["look"] for row in labels(town, "improper")} <= {look.id for look in world.looks}
    assert {row["kind"] for row in labels(town, "alike")} == set(alike.ALIKE)


def test_a_full_year_has_two_hundred_of_each_look_alike() -> None:
    assert Size(seed=0, rate=0.01).lookalikes == figures.LOOKALIKES == 200


@pytest.mark.parametrize("row", sorted(abuse.ROWS))
def test_each_row_leaves_its_traces_as_written_and_carefully(row: str) -> None:
    traces = []
    for is_careful in (False, True):
        year = Year(build_town(Size(seed=11, rate=0, weeks=40, people=250)))
        scheme = Scheme("S0", row, is_careful, strength=0.7)
        crook = find_crook(year.town, *abuse.BY_WHOM.get(row, ("staff",)))
        abuse.ROWS[row](Plot(year, scheme, crook, BEGIN + 30 * facts_world.DAY))
        year.run()
        items = [*scheme.acts, *scheme.looks]
        assert items, f"{row} careful={is_careful} left nothing"
        assert all(BEGIN <= item.at < year.town.size.end + facts_world.DAY for item in items)
        traces.append(items)
    assert traces[0] != traces[1]


def test_work_is_spread_as_it_is_in_life(world: World) -> None:
    loads = sorted(Counter(act.helper for act in world.acts).values())
    assert loads[-1] > 3 * loads[len(loads) // 2]  # a heavy tail
    missing = [act for act in world.acts if act.kind == "change_payee" and not act.account]
    assert len(missing) < len(world.acts) * 0.01
    phones = Counter(person.phone for person in world.people if person.phone)
    assert phones.most_common(1)[0][1] > 5  # a care home's
    assert any(person.has_id is False for person in world.people)
    assert any(not person.phone for person in world.people)


def test_the_generator_knows_no_rule() -> None:
    imported = {
        name
        for path in sorted((APPLICATION / "simulate").glob("*.py"))
        for name, _line in imported_names(parse(path))
        if name.startswith("assistedaccess.")
    }
    assert imported
    assert all(name.startswith("assistedaccess.safeguards.facts_world") for name in imported)


def test_the_smallest_town_is_written_whatever_its_seed(tmp_path: Path) -> None:
    for seed in range(8):
        simulate(tmp_path / str(seed), Size(seed=seed, rate=0.05, weeks=6, people=200))


def test_the_command_writes_both_folders_and_never_over_another(tmp_path: Path) -> None:
    folder = tmp_path / "town"
    words = [str(folder), "--seed", "1", "--rate", "0.01", "--weeks", "6", "--people", "200"]
    done = CliRunner().invoke(command, [*words, "--json"])
    assert done.exit_code == 0, done.output
    made = json.loads(done.output)
    assert made["acts"] == len(read_world(folder / "world").acts) > 0
    assert (folder / "labels" / "schemes.csv").is_file()
    again = CliRunner().invoke(command, words)
    assert again.exit_code == 2
    assert "not empty" in again.output
