"""By when a complaint is acknowledged and answered, and whom its words may mean."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistedaccess.casework.rules_complaints import (
    INFORMATION,
    PUBLIC_SERVICES,
    About,
    Told,
    answer_again_by,
    extend,
    join_kinds,
    list_outside,
    may_mean,
    set_clocks,
    split_kinds,
)
from assistedaccess.kernel.working_days import is_working_day
from assistedaccess.organisations.rules import Nation

DAYS = st.dates(date(2026, 1, 1), date(2027, 12, 31))
NATIONS = st.sampled_from(Nation)


@given(DAYS, NATIONS, st.sets(st.sampled_from(About), min_size=1))
def test_clocks_end_on_working_days_and_never_after_the_law(
    day: date, nation: Nation, kinds: set[About]
) -> None:
    clocks = set_clocks(day, nation, kinds)
    assert day < clocks.acknowledge_by <= clocks.answer_by
    assert is_working_day(clocks.acknowledge_by, nation)
    assert is_working_day(clocks.answer_by, nation)
    assert is_working_day(answer_again_by(day, nation), nation)
    assert answer_again_by(day, nation) > clocks.answer_by
    # Data Protection Act 2018, s.164A(3): acknowledged within 30 days of its receipt.
    assert clocks.law_by == (day + timedelta(days=30) if About.DATA in kinds else None)
    assert clocks.law_by is None or clocks.acknowledge_by <= clocks.law_by


@pytest.mark.parametrize(
    ("nation", "received", "acknowledged", "answered"),
    [
        # Christmas 2026 is a Friday: Boxing Day is kept on the Monday.
        (Nation.ENGLAND, date(2026, 12, 23), date(2027, 1, 4), date(2027, 1, 11)),
        (Nation.WALES, date(2026, 6, 1), date(2026, 6, 8), date(2026, 6, 15)),
        # 2 January is a holiday in Scotland alone; in 2027 it is kept on Monday the 4th.
        (Nation.SCOTLAND, date(2026, 12, 30), date(2027, 1, 6), date(2027, 1, 8)),
        # 12 July is a holiday in Northern Ireland alone; in 2026 it is kept on the 13th.
        (Nation.NORTHERN_IRELAND, date(2026, 7, 10), date(2026, 7, 16), date(2026, 7, 20)),
    ],
)
def test_the_procedure_of_each_nation_with_its_holidays(
    nation: Nation, received: date, acknowledged: date, answered: date
) -> None:
    clocks = set_clocks(received, nation, [About.SERVICE])
    assert (clocks.acknowledge_by, clocks.answer_by) == (acknowledged, answered)


@pytest.mark.parametrize(
    ("nation", "stage", "answer_by", "later"),
    [
        (Nation.ENGLAND, 1, date(2026, 6, 15), date(2026, 6, 29)),  # ten working days
        (Nation.ENGLAND, 2, date(2026, 6, 15), date(2026, 7, 13)),  # twenty
        (Nation.SCOTLAND, 1, date(2026, 12, 30), date(2027, 1, 8)),  # five, less three holidays
        (Nation.NORTHERN_IRELAND, 1, date(2026, 7, 10), date(2026, 7, 20)),
    ],
)
def test_an_answer_is_put_off_by_as_many_days_again(
    nation: Nation, stage: int, answer_by: date, later: date
) -> None:
    assert extend(answer_by, stage, nation) == later


def test_each_nation_has_somebody_outside_and_data_the_commissioner_too() -> None:
    assert set(PUBLIC_SERVICES) == set(Nation)
    for nation in Nation:
        assert list_outside(nation, [About.HELPER]) == [PUBLIC_SERVICES[nation]]
        assert INFORMATION in list_outside(nation, [About.DATA])
    for one in (*PUBLIC_SERVICES.values(), INFORMATION):
        assert one.source.startswith("https://")
        assert all((one.name, one.telephone, one.address))


@pytest.mark.parametrize(
    ("who", "name", "may"),
    [
        ("the manager, Mrs Élodie O’Neil", "Elodie Martin", True),
        ("JONES at the desk", "Mary Jones-Smith", True),
        ("the man with the beard", "Mary Jones", False),
        ("Al", "Al Bo", False),  # too short to mean anybody
        ("", "Mary Jones", False),
    ],
)
def test_one_word_of_a_name_is_enough(who: str, name: str, may: bool) -> None:
    assert may_mean(who, name) is may


@given(st.lists(st.sampled_from([*About]), min_size=1))
def test_kinds_are_kept_once_and_in_order(kinds: list[About]) -> None:
    assert split_kinds(join_kinds(kinds)) == tuple(kind for kind in About if kind in kinds)


def test_a_complaint_is_about_something_and_words_of_a_later_version_are_passed_over() -> None:
    for nothing in ([], ["weather"]):
        with pytest.raises(ValueError, match=r"about something|not a valid"):
            join_kinds(nothing)
    assert Told.read({"words": "Late", "mood": "bad"}) == Told(words="Late")
