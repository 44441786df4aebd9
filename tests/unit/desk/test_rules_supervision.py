"""Which month is supervised, and the short form as one column."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import bindparam

from assistedaccess.desk.forms_supervision import ENTRIES
from assistedaccess.desk.rules_supervision import (
    Answer,
    Question,
    join_answers,
    month_before,
    split_answers,
)
from assistedaccess.desk.sources import CASE_STORY
from assistedaccess.desk.story import Asked


def test_each_kind_of_entry_in_the_story_of_a_case_has_its_words_and_no_other() -> None:
    asked = Asked(*map(bindparam, ("person_id", "organisation_id", "now", "today", "case_id")))
    kinds = {source(asked).selected_columns.kind.element.value for source in CASE_STORY}
    assert set(ENTRIES) == kinds


@given(st.dates(date(2024, 1, 1), date(2030, 12, 31)))
def test_the_last_month_that_is_over(today: date) -> None:
    start, end = month_before(today)
    assert start.day == end.day == 1
    assert start < end <= today
    assert (today - end).days < 31
    last = end - timedelta(days=1)
    assert (last.year, last.month) == (start.year, start.month)


@given(st.fixed_dictionaries({question: st.sampled_from(Answer) for question in Question}))
def test_answers_are_read_as_they_were_written(answers: dict[Question, Answer]) -> None:
    joined = join_answers(answers)
    assert split_answers(joined) == answers
    assert len(joined) <= 60  # the column
    for missing in Question:
        with pytest.raises(ValueError, match=r"each question|not a valid"):
            join_answers({**answers, missing: ""})
