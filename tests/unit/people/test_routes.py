"""The choice of a route against a model that tries every point and asks each rule by itself."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistedaccess.notices.rules import Channel
from assistedaccess.people.rules_routes import (
    OLD_ROUTE,
    Chosen,
    Point,
    PointKind,
    Whose,
    Wishes,
    choose,
    choose_seconds,
    is_unproven,
)

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
TODAY = NOW.replace(hour=0)
HELPER, OTHER = UUID(int=1), UUID(int=2)

points = st.builds(
    Point,
    id=st.uuids(),
    kind=st.sampled_from(PointKind),
    whose=st.sampled_from(Whose),
    is_safe=st.booleans(),
    created_at=st.sampled_from([NOW - timedelta(days=n) for n in (0, 1, 40, 400)]),
    created_by_human_id=st.sampled_from([HELPER, OTHER, None]),
    ended_at=st.sampled_from([None, None, NOW - timedelta(days=1), NOW - timedelta(days=31)]),
    ended_by_human_id=st.sampled_from([HELPER, OTHER, None]),
    may_be_told=st.booleans(),
    is_helpers=st.booleans(),
)
wishes = st.builds(
    Wishes,
    has_died=st.booleans(),
    contact_is_unsafe=st.booleans(),
    no_paper_at_home=st.booleans(),
    preferred=st.sampled_from([None, *PointKind]),
)


def may_be_used(point: Point, wish: Wishes) -> bool:
    if point.ended_at or not point.is_safe or point.kind is PointKind.LANDLINE:
        return False
    if point.whose is Whose.TRUSTED:  # gets a copy, and is no way to the person
        return False
    return not (wish.no_paper_at_home and point.kind is PointKind.POSTAL)


def is_out_of_hand(point: Point) -> bool:
    return (
        point.created_by_human_id != HELPER
        and point.ended_by_human_id != HELPER
        and not point.is_helpers
        and point.created_at < TODAY
    )


@given(st.lists(points, max_size=6), wishes)
def test_the_safest_route_that_the_helper_has_no_hand_in(
    given_points: list[Point], wish: Wishes
) -> None:
    chosen = choose(given_points, wish, human_id=HELPER, since=TODAY)
    usable = [point for point in given_points if may_be_used(point, wish)]
    if wish.has_died:
        assert chosen == Chosen(Channel.NONE)
    elif wish.contact_is_unsafe or not usable:
        assert chosen == Chosen(Channel.IN_PERSON)
    else:
        assert chosen.point in usable
        assert chosen.independent == any(is_out_of_hand(point) for point in usable)
        assert chosen.independent == is_out_of_hand(chosen.point)
        peers = [p for p in usable if is_out_of_hand(p) == chosen.independent]
        if any(p.kind is wish.preferred for p in peers):
            assert chosen.point.kind is wish.preferred
        else:
            assert chosen.point.whose is min((p.whose for p in peers), key=list(Whose).index)


@given(st.lists(points, max_size=6, unique_by=lambda p: p.id), wishes)
def test_old_routes_are_told_unless_that_is_unsafe(given_points: list[Point], wish: Wishes) -> None:
    first = choose(given_points, wish, human_id=HELPER, since=TODAY)
    seconds = choose_seconds(given_points, wish, first=first, human_id=HELPER, since=TODAY, now=NOW)
    told = {chosen.point.id for chosen in seconds if chosen.point}
    for point in given_points:
        should = (
            not wish.has_died
            and not wish.contact_is_unsafe
            and point.ended_at is not None
            and NOW - point.ended_at <= OLD_ROUTE
            and point.is_safe
            and point.may_be_told
            and point.kind is not PointKind.LANDLINE
            and point.whose is not Whose.TRUSTED
            and not (wish.no_paper_at_home and point.kind is PointKind.POSTAL)
        )
        assert (point.id in told) == should


def test_a_route_that_others_read_says_little() -> None:
    def brief(kind: PointKind, whose: Whose) -> bool:
        point = Point(UUID(int=3), kind, whose, True, NOW - timedelta(days=9), OTHER)
        return choose([point], Wishes(), human_id=HELPER, since=TODAY).is_brief

    assert not brief(PointKind.EMAIL, Whose.OWN)
    assert brief(PointKind.EMAIL, Whose.SHARED)
    assert not brief(PointKind.POSTAL, Whose.SHARED)
    assert brief(PointKind.POSTAL, Whose.OTHER)


@pytest.mark.parametrize(
    ("days", "proven", "unproven"),
    [
        (0, None, True),
        (0, 0, True),  # on the day itself nothing counts (design, section 4, rule 5)
        (1, None, True),
        (29, None, True),
        (30, None, False),
        (400, None, False),
        (3, 3, False),  # whoever entered it saw a paper that day
        (3, 1, False),
        (3, 4, True),  # before there was this number
    ],
)
def test_a_number_is_worth_more_when_it_is_a_month_old_or_was_given_in_front_of_somebody(
    days: int, proven: int | None, unproven: bool
) -> None:
    proven_at = None if proven is None else NOW - timedelta(days=proven)
    assert is_unproven(NOW - timedelta(days=days), proven_at, now=NOW) is unproven


@pytest.mark.parametrize("slept", [False, True])
def test_a_record_that_slept_tells_by_the_old_telephone_and_the_old_address(slept: bool) -> None:
    def point(number: int, kind: PointKind, days: int) -> Point:
        made = NOW - timedelta(days=days)
        return Point(UUID(int=number), kind, Whose.OWN, True, made, OTHER)

    mobile = point(1, PointKind.MOBILE, 900)
    letters = point(2, PointKind.POSTAL, 900)
    desk = point(3, PointKind.HELD_AT_DESK, 800)
    given_points = [mobile, letters, desk, point(4, PointKind.EMAIL, 7)]
    asked = {"human_id": HELPER, "since": TODAY}
    for wish, told in (
        (Wishes(), [letters]),
        (Wishes(no_paper_at_home=True), [desk]),
        (Wishes(preferred=PointKind.EMAIL), [mobile, letters]),  # which is new, and tells as well
        (Wishes(contact_is_unsafe=True), []),
    ):
        first = choose(given_points, wish, **asked)
        seconds = choose_seconds(given_points, wish, first=first, now=NOW, slept=slept, **asked)
        assert [chosen.point for chosen in seconds] == (told if slept else [])
