"""Where each role begins, where stories are cut, and the keys of lists that are sorted by day."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistedaccess.access import Role
from assistedaccess.desk import rules
from assistedaccess.desk.story import Entry, cut_story
from assistedaccess.desk.views_lists import read_dated_key, write_dated_key
from assistedaccess.kernel import clock


def test_every_role_has_a_home() -> None:
    assert set(rules.HOMES) == set(Role)


def test_who_has_no_role_chooses_one() -> None:
    assert rules.find_home(None) == "accounts.choose_role"
    assert rules.find_home("something new") == "accounts.show_account"


@given(st.dates(), st.uuids())
def test_dated_keys_are_read_as_written(day: date, key: UUID) -> None:
    assert read_dated_key(write_dated_key(day, key)) == (day, key)


@pytest.mark.parametrize("text", [None, "", ",", "2026-13-01,x", "2026-11-23", "x" * 5000])
def test_other_keys_are_none(text: str | None) -> None:
    assert read_dated_key(text) is None


@given(st.text())
def test_any_text_is_a_key_or_none(text: str) -> None:
    found = read_dated_key(text)
    assert found is None or isinstance(found[1], UUID)


def entry(number: int) -> Entry:
    nothing = dict.fromkeys(
        (
            *("who", "organisation", "account_id", "human_id"),
            *("reference", "state", "detail", "about_id"),
        )
    )
    return Entry(
        kind="note",
        id=UUID(int=number),
        at=clock.now(),
        services=[],
        powers=[],
        until=None,
        sealed=None,
        **nothing,
    )


@pytest.mark.parametrize(("entries", "shown", "older"), [(0, 0, None), (3, 3, None), (4, 3, 3)])
def test_a_story_is_cut_where_the_next_page_begins(
    entries: int, shown: int, older: int | None
) -> None:
    story = cut_story([entry(number) for number in range(1, entries + 1)], 3)
    assert len(story.entries) == shown
    assert story.older == (UUID(int=older) if older else None)
