"""From a year that has gone by to files: the world as it was recorded, and the truth beside it."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from assistedaccess.safeguards.facts_world import Answer, Person, World, write_world

from . import figures
from .abuse import plan_abuse
from .alike import plan_lookalikes
from .office import plan_office_work
from .ordinary import plan_ordinary_work
from .slips import make_slips
from .town import BEGIN, Size, build_town
from .year import OPTIONAL, Year


def simulate(folder: Path, size: Size) -> dict[str, int]:
    """Write ``folder``/world and ``folder``/labels; returns how many of what there are."""
    year = Year(build_town(size))
    plan_ordinary_work(year)
    plan_office_work(year)
    plan_lookalikes(year)
    plan_abuse(year)
    year.run()
    make_slips(year)
    _lose_some(year)
    _number(year)
    write_world(folder / "world", _world(year))
    _write_labels(folder / "labels", year)
    return {
        "acts": len(year.acts),
        "looks": len(year.looks),
        "people": len(year.town.people),
        "helpers": len(year.town.helpers),
        "schemes": sum(1 for s in year.schemes if s.acts or s.looks),
        "abusive_acts": sum(len(s.acts) + len(s.looks) for s in year.schemes),
    }


def _lose_some(year: Year) -> None:
    """Leave out fields as people do, whoever acted: honest and not alike."""
    town = year.town
    cells = len(OPTIONAL) * len(year.acts)
    for _ in range(round(cells * figures.MISSING)):
        act = year.acts[int(town.chance.random() * len(year.acts))]
        name = OPTIONAL[int(town.chance.random() * len(OPTIONAL))]
        value = getattr(act, name)
        if value not in ("", None):
            setattr(act, name, "" if isinstance(value, str) else None)


def _number(year: Year) -> None:
    """Give keys that say nothing: by time for acts and looks, shuffled for people."""
    town = year.town
    year.acts.sort(key=lambda act: act.at)
    year.looks.sort(key=lambda look: look.at)
    order = list(range(len(town.people)))
    town.chance.shuffle(order)
    people = {person.id: f"P{order[n]:05d}" for n, person in enumerate(town.people)}
    acts = {act.id: f"A{n:06d}" for n, act in enumerate(year.acts)}
    for act in year.acts:
        act.id, act.person = acts[act.id], people.get(act.person, "")
        act.reviewed = acts.get(act.reviewed, "")
    for number, look in enumerate(year.looks):
        look.id, look.person = f"K{number:06d}", people.get(look.person, "")
    for case in year.cases:
        case.person = people[case.person]
    for relation in town.relations:
        relation.person = people[relation.person]
    town.household_of = {people[key]: value for key, value in town.household_of.items()}
    for person in town.people:
        person.id = people[person.id]
        person.human = f"U{person.id[1:]}" if person.human.startswith("U") else person.human
    town.people.sort(key=lambda person: person.id)


def _world(year: Year) -> World:
    town, end = year.town, year.town.size.end
    cases = sorted(year.cases, key=lambda case: case.begins_at)
    for number, case in enumerate(cases):
        case.id = f"C{number:06d}"
    answers = sorted(
        (Answer("", at, act.person, act.id, said) for at, act, said in year.answers if at < end),
        key=lambda answer: answer.at,
    )
    for number, answer in enumerate(answers):
        answer.id = f"W{number:06d}"
    return World(
        organisations=town.organisations,
        sites=town.sites,
        helpers=town.helpers,
        people=town.people,
        establishments=town.establishments,
        relations=town.relations,
        cases=cases,
        shifts=sorted(year.shifts, key=lambda shift: shift.begins_at),
        acts=year.acts,
        looks=year.looks,
        answers=answers,
    )


def _write_labels(folder: Path, year: Year) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    schemes = [s for s in year.schemes if s.acts or s.looks]
    _write(
        folder / "schemes.csv",
        ("scheme", "row", "is_careful", "strength"),
        ((s.id, s.row, int(s.is_careful), round(s.strength, 3)) for s in schemes),
    )
    _write(
        folder / "items.csv",
        ("item", "scheme"),
        ((key, s.id) for s in schemes for key in (*_ids(s.acts), *_ids(s.looks))),
    )
    _write(
        folder / "flows.csv",
        ("scheme", "at", "pence"),
        ((s.id, at, pence) for s in schemes for at, pence in s.flows),
    )
    _write(folder / "improper.csv", ("look",), ((look.id,) for look in year.improper))
    alike: list[tuple[str, str]] = []
    for name in {*year.alike, *year.alike_looks}:
        alike.extend((item.id, name) for item in year.alike.get(name, ()))
        alike.extend((item.id, name) for item in year.alike_looks.get(name, ()))
    _write(folder / "alike.csv", ("item", "kind"), sorted(alike))
    _write(
        folder / "groups.csv",
        ("person", "group"),
        ((p.id, group) for p in year.town.people for group in _groups(year, p)),
    )


def _ids(rows: Iterable[Any]) -> list[str]:
    return [row.id for row in rows]


def _groups(year: Year, person: Person) -> Iterable[str]:
    age = (BEGIN - (person.born or BEGIN)) / (365.25 * 86400)
    yield "under_35" if age < 35 else "over_75" if age >= 75 else "35_to_74"
    if person.language != "en":
        yield "other_language"
    if not person.phone:
        yield "no_phone"
    if not person.has_id:
        yield "no_id"
    if person.establishment:
        yield "care_home"
    elif len(year.town.living.get(person.address, ())) > 1:
        yield "household"


def _write(file: Path, names: tuple[str, ...], rows: Iterable[tuple[Any, ...]]) -> None:
    with file.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(names)
        writer.writerows(rows)
