"""The numbers that the controls count with: what each is, where it comes from, how far it goes.

Pure. A set of numbers has a version; two humans change it, with a day's notice, and each verdict
keeps the version under which it was given. The scenarios give starting values: none of them is
measured on real work (docs/measure.md).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Number:
    """One setting: its ``start``, the ``least`` and the ``most`` that it may ever be, its source.

    The bounds keep two humans in a hurry from switching a control off.
    """

    start: int
    least: int
    most: int
    source: str


NUMBERS: dict[str, Number] = {
    "people_on_account": Number(3, 2, 5, "scenario A02: held from the third unrelated person"),
    "confirmed_for_one": Number(
        3, 1, 10, "two who always answer for each other: a starting value of this project"
    ),
    "people_on_contact": Number(4, 2, 8, "scenario A27: held from the fourth unrelated person"),
    "money_days": Number(10, 3, 60, "scenario A06: the sum of ten days"),
    "money_line_pence": Number(
        50_000, 5_000, 200_000, "scenario A06: the £500 line, as for a limit (delegation.rules)"
    ),
    "identity_cluster": Number(4, 2, 10, "scenario A10: a cluster of four or more"),
    "new_days": Number(30, 7, 90, "scenarios: a contact point is independent after 30 days"),
    "dormant_record_days": Number(
        365, 180, 548, "scenario A13 names 18 months; a year, so that waiting less gains nothing"
    ),
    "dormant_account_days": Number(30, 14, 90, "scenario A38: dormant for 30 days"),
    "facts_changed": Number(3, 2, 6, "scenario A15: three or more changed material facts"),
    "facts_days": Number(365, 30, 730, "a year of claims: a starting value of this project"),
    "glass_times": Number(3, 2, 6, "scenario A35: from the third unresolved in seven days"),
    "glass_days": Number(7, 3, 30, "scenario A35: in seven days"),
    "device_hours": Number(
        12, 1, 72, "scenario A39: two places within 40 minutes; half a day, a starting value"
    ),
    "place_minutes": Number(
        60, 15, 720, "scenario A39: two places within 40 minutes; an hour, a starting value"
    ),
    "device_known_days": Number(
        7,
        1,
        60,
        "a device, or a place, is usual from the second week on: a starting value of this project",
    ),
}
"""Every setting by its name, as the page lists them."""


@dataclass(frozen=True)
class Settings:
    """One version of all numbers."""

    version: int
    numbers: Mapping[str, int]

    def __getitem__(self, name: str) -> int:
        return self.numbers[name]


STARTING = Settings(1, {name: number.start for name, number in NUMBERS.items()})
"""What an installation begins with."""


def read_numbers(document: Mapping[str, Any]) -> dict[str, int]:
    """The numbers of a stored or asked-for document, all of them within their bounds.

    A number that a later version of the program added takes its start. Raises ValueError, naming
    the setting, for one that is out of bounds or none.
    """
    numbers = {}
    for name, number in NUMBERS.items():
        value = document.get(name, number.start)
        if not isinstance(value, int) or isinstance(value, bool):
            raise ValueError(name)
        if not number.least <= value <= number.most:
            raise ValueError(name)
        numbers[name] = value
    unknown = set(document) - set(NUMBERS)
    if unknown:
        raise ValueError(min(unknown))
    return numbers


def list_changes(before: Settings, after: Mapping[str, int]) -> list[tuple[str, int, int]]:
    """What would be another number: (name, before, after), in the order of NUMBERS."""
    return [
        (name, before[name], after[name]) for name in NUMBERS if before[name] != after.get(name)
    ]
