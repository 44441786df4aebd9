"""Sample sizes against published tables, and draws that anybody can repeat."""

from __future__ import annotations

import hashlib
import math
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistedaccess.oversight.sampling import (
    AttributeSize,
    TooMany,
    attribute_size,
    binomial_cdf,
    discovery_size,
    draw,
    draw_monetary,
    hash_frame,
    make_seed,
    monetary_size,
    poisson_factor,
    upper_limit,
)


@pytest.mark.parametrize(
    ("rate", "certainty", "size"),
    # ln(1 - certainty) / ln(1 - rate), rounded up; 299 is the number in every audit manual.
    [(0.01, 0.95, 299), (0.05, 0.95, 59), (0.02, 0.95, 149), (0.01, 0.99, 459), (0.10, 0.90, 22)],
)
def test_discovery_in_a_large_frame(rate: float, certainty: float, size: int) -> None:
    assert discovery_size(rate, certainty) == size
    assert (1 - rate) ** size <= 1 - certainty < (1 - rate) ** (size - 1)


@given(
    frame=st.integers(1, 400),
    percent=st.integers(1, 60),
    certainty=st.sampled_from([0.5, 0.8, 0.9, 0.95, 0.99]),
)
def test_discovery_in_a_small_frame_is_exact(frame: int, percent: int, certainty: float) -> None:
    """Against exact fractions: this many are enough, and one fewer is not."""
    size = discovery_size(percent / 100, certainty, frame)
    hits = max(1, math.ceil(Fraction(frame * percent, 100)))

    def chance_of_none(drawn: int) -> Fraction:
        return Fraction(math.comb(frame - hits, drawn), math.comb(frame, drawn))

    risk = 1 - Fraction(str(certainty))
    assert chance_of_none(size) <= risk
    assert size == 0 or chance_of_none(size - 1) > risk


# Audit Sampling (AICPA), statistical sample sizes for tests of controls, 5 % risk of overreliance:
# (tolerable %, expected % ×100, size, allowed).
AICPA = [
    (2, 0, 149, 0), (3, 0, 99, 0), (4, 0, 74, 0), (5, 0, 59, 0), (6, 0, 49, 0), (7, 0, 42, 0),
    (8, 0, 36, 0), (9, 0, 32, 0), (10, 0, 29, 0), (15, 0, 19, 0), (20, 0, 14, 0),
    (5, 100, 93, 1), (4, 100, 156, 2), (6, 100, 78, 1), (7, 100, 66, 1),
    (5, 150, 124, 2), (5, 200, 181, 4), (6, 200, 127, 3), (7, 200, 88, 2), (6, 300, 195, 6),
]  # fmt: skip


@pytest.mark.parametrize(("tolerable", "expected", "size", "allowed"), AICPA)
def test_attribute_sizes_are_those_of_the_published_table(
    tolerable: int, expected: int, size: int, allowed: int
) -> None:
    found = attribute_size(tolerable / 100, 0.95, expected / 10_000)
    assert found == AttributeSize(size, allowed)


@pytest.mark.parametrize(
    ("exceptions", "size", "percent"),
    # The same book, evaluation of results at 5 % risk.
    [(0, 25, 11.3), (0, 50, 5.8), (0, 100, 3.0), (1, 100, 4.7), (2, 100, 6.2), (1, 60, 7.7)],
)
def test_upper_limits_are_those_of_the_published_table(
    exceptions: int, size: int, percent: float
) -> None:
    assert round(100 * upper_limit(exceptions, size, 0.95), 1) == percent


@given(size=st.integers(1, 300), share=st.floats(0, 1), certainty=st.sampled_from([0.8, 0.95]))
def test_the_limit_is_where_so_few_exceptions_become_unlikely(
    size: int, share: float, certainty: float
) -> None:
    exceptions = int(share * size)
    limit = upper_limit(exceptions, size, certainty)
    assert exceptions / size <= limit <= 1
    if exceptions < size:
        assert binomial_cdf(exceptions, size, limit) == pytest.approx(1 - certainty, abs=1e-6)


def test_the_factors_of_monetary_unit_sampling() -> None:
    """The Poisson table of every manual: 3.00, 4.75, 6.30, 7.76, 9.16 at 95 %; 2.31 at 90 %."""
    at_95 = [poisson_factor(k, 0.95) for k in range(5)]
    assert at_95 == pytest.approx([3.00, 4.75, 6.30, 7.76, 9.16], abs=0.011)
    assert poisson_factor(0, 0.90) == pytest.approx(2.31, abs=0.011)
    assert monetary_size(10_000_000, 500_000, 0.95) == 60


@pytest.mark.parametrize(
    "ask",
    [
        lambda: discovery_size(0.00001, 0.95),
        lambda: attribute_size(0.05, 0.95, 0.0499),
        lambda: monetary_size(10**12, 1, 0.95),
    ],
)
def test_a_sample_that_nobody_could_look_at_is_refused(ask) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(TooMany):
        ask()


@pytest.mark.parametrize("share", [0, 1, -0.1, 1.5])
def test_shares_that_are_none(share: float) -> None:
    for ask in (lambda: discovery_size(share, 0.95), lambda: attribute_size(0.05, share)):
        with pytest.raises(ValueError, match="share"):
            ask()


# -- which ones

ITEMS = [f"{number:032x}" for number in range(500)]
NOTE = "assistedaccess.example\n4711\nabc=\n\n— assistedaccess.example xyz=\n"


def draw_again(items: list[str], size: int, note: str) -> list[str]:
    """What an outsider writes from the module's description, and nothing else."""
    seed = hashlib.sha256(note.encode()).hexdigest()
    ranked = sorted(
        (hashlib.sha256(f"assistedaccess sample 1\n{seed}\n{item}".encode()).hexdigest(), item)
        for item in items
    )
    return [item for _rank, item in ranked][:size]


@given(st.sets(st.sampled_from(ITEMS), min_size=1), st.integers(0, 600), st.text(max_size=30))
def test_anybody_draws_the_same_again(items: set[str], size: int, note: str) -> None:
    drawn = draw(sorted(items), size, make_seed(note))
    assert drawn == draw_again(sorted(items, reverse=True), size, note)
    assert len(set(drawn)) == len(drawn) == min(size, len(items))


def test_a_draw_is_fixed_for_ever() -> None:
    """So that a sample of today can be drawn again by the program of another year."""
    assert draw(ITEMS, 3, make_seed(NOTE)) == draw_again(ITEMS, 3, NOTE)
    known = hashlib.sha256("\n".join(draw(ITEMS, 60, make_seed(NOTE))).encode()).hexdigest()
    assert known == FIXED


def test_every_item_is_drawn_as_often_as_any_other() -> None:
    items = ITEMS[:50]
    counts = dict.fromkeys(items, 0)
    for number in range(2_000):
        for item in draw(items, 10, make_seed(str(number))):
            counts[item] += 1
    assert all(320 < count < 480 for count in counts.values())  # 400 expected, 17.9 apart


def test_another_checkpoint_draws_others() -> None:
    assert draw(ITEMS, 30, make_seed("a")) != draw(ITEMS, 30, make_seed("b"))


@given(
    amounts=st.lists(st.integers(1, 10_000), min_size=1, max_size=60),
    size=st.integers(1, 40),
    note=st.text(max_size=10),
)
def test_the_pence_that_are_pointed_at_decide(amounts: list[int], size: int, note: str) -> None:
    """Against a walk along every single penny."""
    items = [(f"{number:04}", amount) for number, amount in enumerate(amounts)]
    book = sum(amounts)
    interval = max(1, book // size)
    start = int.from_bytes(make_seed(note), "big") % interval
    owners = [key for key, amount in items for _ in range(amount)]
    pointed = [owners[penny] for penny in range(start, book, interval)]
    chosen = draw_monetary(items, size, make_seed(note))
    assert chosen == list(dict.fromkeys(pointed))
    large = {key for key, amount in items if amount >= interval}
    assert large <= set(chosen)


def test_nothing_is_drawn_of_nothing() -> None:
    assert draw([], 5, make_seed("x")) == []
    assert draw_monetary([], 5, make_seed("x")) == []


def test_the_frame_is_known_by_its_hash() -> None:
    assert hash_frame(["a", "b"]) == hashlib.sha256(b"a\nb\n").digest()
    assert hash_frame(["ab"]) != hash_frame(["a", "b"])


FIXED = "d1f40ba3b3498f77823bcf5be23e10ef38f7a0d604aee007d7d43f79f582fcbd"
