"""By when a request is answered, how long things are kept, and what a column is by its name."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistedaccess.data_protection.rules import Held, Kept, Sort, Withheld, sort_column
from assistedaccess.data_protection.rules_requests import find_answer_day, is_another_human
from assistedaccess.data_protection.rules_retention import (
    PERIODS,
    RULES,
    NoSuchKind,
    read_periods,
)


@pytest.mark.parametrize(
    ("asked", "due"),
    [
        (date(2026, 11, 23), date(2026, 12, 23)),
        (date(2026, 12, 31), date(2027, 1, 31)),
        (date(2027, 1, 31), date(2027, 2, 28)),
        (date(2028, 1, 30), date(2028, 2, 29)),
    ],
)
def test_an_answer_is_due_within_a_month(asked: date, due: date) -> None:
    assert find_answer_day(asked) == due


@given(st.dates(min_value=date(2020, 1, 1), max_value=date(2100, 1, 1)))
def test_a_month_is_never_longer_than_one(asked: date) -> None:
    due = find_answer_day(asked)
    assert timedelta(28) <= due - asked <= timedelta(31)
    assert (due.year * 12 + due.month) - (asked.year * 12 + asked.month) == 1


def test_nobody_answers_what_they_wrote_down() -> None:
    assert not is_another_human("h", "h")
    assert is_another_human("h", "i")


def test_each_kind_has_a_period_and_a_source() -> None:
    assert set(PERIODS) == set(Kept)
    assert all(period.source for period in PERIODS.values())
    assert {rule.kind for rule in RULES} <= {k for k, p in PERIODS.items() if p.days}


def test_the_setting_changes_a_period() -> None:
    assert read_periods("")[Kept.QUEUE] == timedelta(days=7)
    changed = read_periods("queue=1, notice=365")
    assert changed[Kept.QUEUE] == timedelta(days=1)
    assert changed[Kept.NOTICE] == timedelta(days=365)
    assert changed[Kept.PERSON] == read_periods("")[Kept.PERSON]


@pytest.mark.parametrize(
    "given", ["journal=1", "queue", "queue=0", "queue=-1", "queue=x", "dogs=3"]
)
def test_a_setting_that_says_nothing_clear_is_refused(given: str) -> None:
    with pytest.raises(NoSuchKind):
        read_periods(given)


@pytest.mark.parametrize(
    ("name", "sort"),
    [
        ("id", Sort.KEY),
        ("sealed_for", Sort.KEY),
        ("opened_by", Sort.ACTOR),
        ("opened_by_human", Sort.ACTOR),
        ("opened_at", Sort.MOMENT),
        ("starts_on", Sort.MOMENT),
        ("organisation_id", Sort.PLACE),
        ("terms_hash", Sort.TRACE),
        ("need", None),
        ("hobby", None),
    ],
)
def test_a_column_is_what_its_name_says(name: str, sort: Sort | None) -> None:
    assert sort_column(name) is sort


def test_a_pack_shows_what_is_declared_and_nothing_else() -> None:
    held = Held(
        "help", "case", "t", shown="need", away="words", withheld={"sheet": Withheld.SECRET}
    )
    assert held.shows("need")
    assert held.shows("opened_at")
    assert not held.shows("words")
    assert held.shows("words", at_desk=False)
    assert not held.shows("sheet", at_desk=False)
    assert not held.shows("hobby", at_desk=False)
    assert held.why_withheld("hobby") is None
    assert not Held("help", "case", all_withheld=Withheld.HARM).shows("opened_at")
