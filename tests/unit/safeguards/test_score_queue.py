"""The queue keeps to its budget and its quotas, and shows nothing twice within six weeks."""

from __future__ import annotations

from collections import Counter, defaultdict

from hypothesis import given
from hypothesis import strategies as st

from assistedaccess.safeguards.facts_world import DAY, WEEK
from assistedaccess.safeguards.score_queue import CHANCE, LEAST, REST, Peers, Queue
from assistedaccess.safeguards.signals import Hit

HITS = st.lists(
    st.tuples(
        st.integers(0, 90),  # day
        st.integers(0, 12),  # helper
        st.integers(0, 12),  # account
        st.sampled_from(["one", "two", "three"]),
        st.floats(0, 1),
    ),
    max_size=60,
)


def fill(drawn: list[tuple[int, int, int, str, float]], budget: float, acts: int) -> Queue:
    queue, by_day = Queue(budget), defaultdict(list)
    for number, (day, helper, account, signal, strength) in enumerate(drawn):
        hit = Hit(day * DAY, f"i{number}", f"h{helper}", f"a{account}", "p", signal, strength)
        by_day[day].append(hit)
    for day in range(91):
        items = [f"d{day}n{number}" for number in range(acts)]
        queue.end_day((day + 1) * DAY, items, {"h0": acts}, by_day[day])
    return queue


@given(HITS, st.sampled_from([0.01, 0.05, 0.2]), st.integers(5, 60))
def test_it_never_holds_more_than_the_budget(drawn, budget, acts) -> None:  # type: ignore[no-untyped-def]
    queue = fill(drawn, budget, acts)
    so_far = Counter(flag.at for flag in queue.flags)
    used = 0
    for day in range(91):
        used += so_far[(day + 1) * DAY]
        assert used <= (day + 1) * acts * budget + 1e-9


@given(HITS)
def test_nothing_stands_in_it_twice_within_six_weeks(drawn) -> None:  # type: ignore[no-untyped-def]
    last: dict[tuple[str, str], int] = {}
    for flag in fill(drawn, 0.2, 60).flags:
        if flag.signal == CHANCE:
            continue
        assert flag.strength >= LEAST
        for what in ((flag.helper, flag.signal), ("about", flag.about)):
            assert flag.at - last.get(what, -REST) >= REST
            last[what] = flag.at


def test_who_was_looked_at_for_one_thing_is_not_free_to_do_another() -> None:
    helper = 1
    thrice = [(30, helper, 1, "one", 0.9), (33, helper, 2, "one", 0.9), (36, helper, 3, "two", 0.9)]
    flags = [flag for flag in fill(thrice, 0.2, 60).flags if flag.signal != CHANCE]
    assert [(flag.about, flag.signal) for flag in flags] == [("a1", "one"), ("a3", "two")]


def test_one_signal_does_not_fill_the_week() -> None:
    busy = [(day, day, 100 + day, "one", 0.9) for day in range(28)]
    queue = fill(busy, 0.05, 40)
    weekly = Counter(flag.at // WEEK for flag in queue.flags if flag.signal == "one")
    assert weekly
    assert max(weekly.values()) <= 2  # 0.12 of 14 a week is one; two is the least quota


def test_a_tenth_is_drawn_by_lot_and_the_same_each_time() -> None:
    queue, again = fill([], 0.1, 50), fill([], 0.1, 50)
    assert queue.flags == again.flags
    assert len(queue.flags) == int(91 * 50 * 0.1 * 0.1)
    assert {flag.signal for flag in queue.flags} == {CHANCE}


def test_oddities_are_compared_with_the_work_that_they_came_from() -> None:
    """Ten oddities in a thousand acts are a busy volunteer; ten in twenty are not."""
    peers = Peers()
    found = []
    for day in range(10):
        hits = [
            Hit(day, f"{who}{day}", who, "", f"p{day}", f"s{day % 3}", 0.3)
            for who in ("busy", "odd")
        ]
        work = {"busy": 100, "odd": 2, **{f"other{number}": 40 for number in range(10)}}
        found.extend(peers.end_day((day + 1) * DAY, work, hits))
    assert {hit.helper for hit in found} == {"odd"}
