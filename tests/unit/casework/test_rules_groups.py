"""Group sessions: by the clock on the wall, a topic about nobody, a register for a few."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistedaccess.casework import rules_groups as rules
from assistedaccess.casework.rules_appointments import NoSuchTime, TimeHasPassed, TooFarAhead
from assistedaccess.casework.rules_groups import EndsTooEarly, Reader, TakesTooLong
from assistedaccess.kernel.clock import LONDON

NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)
TIMES = st.times().map(lambda at: at.replace(second=0, microsecond=0))


@given(st.dates(date(2026, 11, 20), date(2027, 12, 31)), TIMES, TIMES)
def test_it_is_when_the_clocks_say_so_or_is_refused(day: date, begins: time, ends: time) -> None:
    try:
        starts_at, ends_at = rules.find_session_times(day, begins, ends, NOW)
    except (NoSuchTime, TimeHasPassed, TooFarAhead):
        return  # tests/unit/casework/test_rules_appointments.py
    except EndsTooEarly:
        earliest = datetime.combine(day, begins) + timedelta(minutes=75)  # the hour gone twice
        assert datetime.combine(day, ends) < earliest
    except TakesTooLong:
        assert datetime.combine(day, ends) - datetime.combine(day, begins) > timedelta(hours=7)
    else:
        local = [each.astimezone(LONDON) for each in (starts_at, ends_at)]
        assert [(each.date(), each.time()) for each in local] == [(day, begins), (day, ends)]
        assert rules.SHORTEST <= ends_at - starts_at <= rules.LONGEST


@given(st.integers(1, rules.MOST_WEEKS), st.dates(date(2026, 11, 24), date(2027, 5, 1)))
def test_each_week_has_the_same_weekday_and_the_same_clock(weeks: int, day: date) -> None:
    spans = rules.find_weekly_times(day, time(10), time(12), weeks, NOW)
    local = [(begins.astimezone(LONDON), ends.astimezone(LONDON)) for begins, ends in spans]
    assert len(spans) == weeks
    assert {(b.weekday(), b.time(), e.time()) for b, e in local} == {
        (day.weekday(), time(10), time(12))
    }
    assert [b.date() for b, _e in local] == [day + timedelta(weeks=each) for each in range(weeks)]


def test_summer_time_moves_a_series_in_utc_and_not_on_the_wall() -> None:
    spans = rules.find_weekly_times(date(2027, 3, 23), time(10), time(12), 2, NOW)
    assert [begins.hour for begins, _ends in spans] == [10, 9]
    with pytest.raises(NoSuchTime):  # one of the weeks has no such hour: none is planned
        rules.find_weekly_times(date(2027, 3, 21), time(1, 30), time(3), 2, NOW)
    for weeks in (0, -1, rules.MOST_WEEKS + 1):
        with pytest.raises(ValueError, match="not offered"):
            rules.find_weekly_times(date(2027, 3, 21), time(10), time(12), weeks, NOW)


@pytest.mark.parametrize(
    "topic",
    [
        "Debt drop-in", "DEBTS", "Domestic abuse survivors", "Freedom from violence",
        "Carers' coffee", "Living with dementia", "Mental health walk", "Asylum questions",
        "After prison", "PIP forms", "Grief café", "Gamblers together", "Cymorth dyled",
    ],
)  # fmt: skip
def test_a_topic_that_tells_what_people_come_for_must_be_hidden(topic: str) -> None:
    assert rules.tells_what_for(topic)


@pytest.mark.parametrize(
    "topic",
    [
        "Help with forms", "First steps with a tablet", "Reading and writing", "Online shopping",
        "Transport passes", "Office365", "Windows 11", "Writing a CV", "Pipers and folk songs",
    ],
)  # fmt: skip
def test_a_topic_for_anybody_need_not_be(topic: str) -> None:
    assert not rules.tells_what_for(topic)
    assert not rules.names_somebody(topic)


@pytest.mark.parametrize(
    "topic",
    ["For Mrs Ellis", "P-7K2M-9XAB", "Ring 01632 960001", "write to ada@example.org", "QQ123456C"],
)
def test_a_topic_is_about_nobody(topic: str) -> None:
    assert rules.names_somebody(topic)


@given(st.booleans(), st.booleans(), st.booleans(), st.booleans())
def test_a_hidden_register_is_for_who_leads_and_who_keeps_people_safe(
    is_private: bool, leads: bool, is_here: bool, is_lead: bool
) -> None:
    account_id, site_id = uuid4(), uuid4()
    reader = Reader(account_id, site_id if is_here else uuid4(), is_lead)
    may = rules.may_open_register(
        reader,
        is_private=is_private,
        site_id=site_id,
        leaders={account_id} if leads else {uuid4()},
    )
    assert may == (leads or is_lead or (is_here and not is_private))
    nowhere = Reader(account_id, None)
    assert not rules.may_open_register(
        nowhere, is_private=False, site_id=site_id, leaders={uuid4()}
    )
