"""The rules of casework: who may read a note, when a date is lost, what looks like a password."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistedaccess.casework import rules
from assistedaccess.casework.rules import NoteKind, NoteReader, Urgency, WhyHelp

AUTHOR, OWNER, OTHER = UUID(int=1), UUID(int=2), UUID(int=3)
HUMAN = UUID(int=9)


def may_read(reader: NoteReader, kind: NoteKind = NoteKind.SENSITIVE) -> bool:
    return rules.may_read_note(
        kind, reader=reader, author_id=AUTHOR, author_human_id=HUMAN, assigned_to=OWNER
    )


@pytest.mark.parametrize(
    ("reader", "allowed"),
    [
        (NoteReader(AUTHOR, HUMAN, False), True),
        (NoteReader(OTHER, HUMAN, False), True),  # the author through another account
        (NoteReader(OWNER, UUID(int=8), False), True),
        (NoteReader(OTHER, UUID(int=7), True), True),
        (NoteReader(OTHER, UUID(int=7), False), False),
        (NoteReader(OTHER, None, False), False),
        (NoteReader(None, None, False), False),
    ],
)
def test_sensitive_note_is_for_author_owner_and_safeguarding(
    reader: NoteReader, allowed: bool
) -> None:
    assert may_read(reader) is allowed


def test_ordinary_note_is_for_every_colleague() -> None:
    assert may_read(NoteReader(OTHER, None, False), NoteKind.ORDINARY)


def test_nobody_is_the_author_by_having_no_human() -> None:
    assert not rules.may_read_note(
        NoteKind.SENSITIVE,
        reader=NoteReader(OTHER, None, False),
        author_id=AUTHOR,
        author_human_id=None,
        assigned_to=OWNER,
    )


@given(st.lists(st.sampled_from(list(WhyHelp)), min_size=1))
def test_reasons_are_kept_once_each_in_one_order(reasons: list[WhyHelp]) -> None:
    joined = rules.join_reasons(reasons)
    assert set(rules.split_reasons(joined)) == set(reasons)
    assert joined == rules.join_reasons(reversed(reasons))


def test_all_reasons_fit_their_column() -> None:
    assert len(rules.join_reasons(list(WhyHelp))) <= 120


@pytest.mark.parametrize("reasons", [[], ["laziness"], ["trust", "laziness"], ["trust,other"]])
def test_reasons_come_from_the_list(reasons: list[str]) -> None:
    with pytest.raises(ValueError, match=r".+"):
        rules.join_reasons(reasons)


def test_a_date_is_kept_for_so_many_days() -> None:
    assert rules.keep_date_by(date(2026, 11, 23), 42) == date(2027, 1, 4)
    assert rules.keep_date_by(date(2028, 2, 29), 0) == date(2028, 2, 29)
    assert rules.keep_date_by(date(2026, 11, 23), None) is None


TODAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("keep_by", "urgency"),
    [
        (TODAY - timedelta(days=1), Urgency.LOST),
        (TODAY, Urgency.TODAY),
        (TODAY + timedelta(days=1), Urgency.SOON),
        (TODAY + timedelta(days=7), Urgency.SOON),
        (TODAY + timedelta(days=8), Urgency.LATER),
    ],
)
def test_urgency(keep_by: date, urgency: Urgency) -> None:
    assert rules.urgency_of(keep_by, TODAY) is urgency
