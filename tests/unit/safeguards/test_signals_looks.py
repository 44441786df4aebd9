"""What explains a look in the measure: the records that explain one where people work."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from assistedaccess.safeguards.facts_world import DAY, HOUR, MINUTE, Case, Look
from assistedaccess.safeguards.signals_looks import LooksMemory

MEMORY: Any = SimpleNamespace(
    helpers={
        name: SimpleNamespace(site=site, surname=name, address="", human=name)
        for name, site in (("anna", "north"), ("bela", "north"), ("cara", "south"))
    },
    people={"ada": SimpleNamespace(surname="ada", address="x", human="u", is_notable=False)},
    relations={},
)


@pytest.mark.parametrize(
    ("site", "whose", "kind", "explained"),
    [
        ("north", "", "case", {"anna", "bela"}),
        ("", "", "referral", {"anna", "bela", "cara"}),
        ("", "anna", "appointment", {"anna"}),
    ],
)
def test_a_case_is_its_sites_and_an_appointment_somebodys(
    site: str, whose: str, kind: str, explained: set[str]
) -> None:
    case = Case("c", "o", site, whose, "ada", kind, 0, DAY)
    looks = [Look(name, HOUR, name, "o", "open", "ada") for name in MEMORY.helpers]
    found = LooksMemory(MEMORY, [case]).end_day(looks, DAY)
    assert {look.helper for look, _seen, why in found if why} == explained


def test_a_case_says_nothing_of_broken_glass_which_an_auditor_sees_each_time() -> None:
    case = Case("c", "o", "north", "", "ada", "case", 0, DAY)
    look = Look("k", HOUR, "anna", "o", "open", "ada", broke_glass=True)
    [(_look, seen, why)] = LooksMemory(MEMORY, [case]).end_day([look], DAY)
    assert why == ""
    assert seen.is_explained  # the queue knows that a case is attached (A35)


def test_a_search_is_used_by_what_is_opened_or_registered_soon_after() -> None:
    memory = LooksMemory(MEMORY, [])
    memory.note_act("anna", "ada", 3 * HOUR + 20 * MINUTE)
    looks = [
        Look("s1", HOUR, "anna", "o", "search"),
        Look("k1", HOUR + MINUTE, "anna", "o", "open", "ada"),
        Look("s2", 2 * HOUR, "anna", "o", "search"),
        Look("s3", 3 * HOUR, "anna", "o", "search"),
    ]
    found = {look.id: seen for look, seen, _why in memory.end_day(looks, DAY)}
    counts = [found[name].searches_unused_in_60_days for name in ("s1", "s2", "s3")]
    assert counts == [0, 1, 1]
    assert found["s3"].searches_unused_share == 1 / 3
