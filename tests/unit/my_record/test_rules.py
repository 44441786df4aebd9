"""What is told where, and that looks of one day are one line."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import escape

from assistedaccess.audit import Action
from assistedaccess.my_record import words
from assistedaccess.my_record.rules import HowAsked, Sensitivity, Telling
from assistedaccess.my_record.story import Line, join_looks

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


@given(how=st.sampled_from(HowAsked), in_private=st.booleans(), hides=st.booleans())
def test_what_is_sensitive_is_told_face_to_face_and_alone(
    how: HowAsked, in_private: bool, hides: bool
) -> None:
    telling = Telling(how, in_private, hides)
    alone = how is HowAsked.IN_FRONT and in_private
    assert telling.tells(Sensitivity.SENSITIVE) is alone
    assert telling.tells(Sensitivity.ORDINARY)
    assert telling.tells_place is (alone or not hides)


def test_every_action_reads_as_something_or_is_told_by_another() -> None:
    about_people = {
        action
        for action in Action
        if not action.startswith(
            (
                *(
                    "account.",
                    "invitation.",
                    "password.",
                    "recovery.",
                    "factor.",
                    "codes.",
                    "passkey.",
                ),
                *("sign_in.", "sign_ins.", "form.", "organisation.", "audit_remit.", "site."),
                *("membership.", "training.", "check.", "interest.", "role.", "service."),
                *("installation.", "demonstration.", "today.", "statement.published"),
                *("waiting_person.", "secret_link.", "queues.", "person.searched", "till."),
                *("waiting_person.", "queues.", "person.searched", "till.", "retention."),
            )
        )
    }
    assert about_people - set(words.SENTENCES) - words.UNTOLD == set()
    assert not set(words.SENTENCES) & words.UNTOLD


def line(kind: str, minutes: int, said: str = "Ann looked.", why: str = "") -> Line:
    at = NOON + timedelta(minutes=minutes)
    return Line(UUID(int=minutes), kind, at, escape(said), "Library", why, "", "")


def test_looks_of_one_day_are_one_line_where_the_first_of_them_stood() -> None:
    lines = [
        line("looked", 1),
        line("done", 2, "Ann sent a form."),
        line("looked", 3),
        line("looked", 4, why="another reason"),
        line("done", 5, "Ann sent a form."),
        line("looked", 24 * 60 + 1),
    ]
    joined = join_looks(lines)
    assert [(each.kind, each.count) for each in joined] == [
        ("looked", 2),
        ("done", 1),
        ("looked", 1),
        ("done", 1),
        ("looked", 1),
    ]


@given(st.lists(st.tuples(st.sampled_from(["looked", "done"]), st.integers(0, 5000)), max_size=30))
def test_no_fact_is_lost_in_joining(facts: list[tuple[str, int]]) -> None:
    lines = [line(kind, minutes) for kind, minutes in sorted(facts, key=lambda fact: fact[1])]
    joined = join_looks(lines)
    assert sum(each.count for each in joined) == len(lines)
    assert [each.at for each in joined] == sorted(each.at for each in joined)


@pytest.mark.parametrize("power", words.POWERS)
def test_each_power_is_said_to_the_person(power: str) -> None:
    assert str(words.POWERS[power]).startswith("They may")
