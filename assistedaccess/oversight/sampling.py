"""Sampling for auditors: how many to look at, which ones, and what may then be said. Pure.

**Discovery**: so many that at least one hit would be found, with the given certainty, if hits were
as common as the rate says. With n looked at of a large frame the chance of missing all is
(1 - rate)**n, so 95 % sure at 1 % needs 299. In a small frame the draw is without replacement
(hypergeometric), which needs fewer.

**Attribute**: so many that, if no more exceptions turn up than were expected, the true rate is
below the tolerable one with the given certainty. The size is the smallest n for which k
exceptions, k being at least n times the expected rate, have a binomial chance of at most
1 - certainty at the tolerable rate: the rule behind the tables of the AICPA's *Audit Sampling*.
``upper_limit`` is the one-sided limit of Clopper and Pearson.

**Monetary unit**: every pound has the same chance. The size is the book value times the
reliability factor (Poisson: 3.00 for none expected at 95 %) over the tolerable misstatement. The
interval is the book value over the size; an item as large as the interval is always in.

**Which ones** is decided by nobody. The order names the frame: every item, by its key, and the hash
of them all. The seed is the SHA-256 of the first checkpoint of the journal that was signed after
the order, so that whoever ordered could not know it, and whoever holds the checkpoint can draw
again:

    rank(item) = SHA-256("assistedaccess sample 1\\n" + hex(seed) + "\\n" + item)

The sample is the n items of the smallest rank. For monetary units the start is
int(seed) mod interval pence; the sample is every item that holds one of the pence start,
start + interval, start + 2 interval, …, the items being laid end to end in the order of their keys.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from assistedaccess.audit.draws import draw as draw
from assistedaccess.audit.draws import hash_frame as hash_frame
from assistedaccess.audit.draws import make_seed as make_seed

MOST = 100_000
"""Beyond this many nobody looks at a sample: the question is put wrongly."""


class TooMany(ValueError):
    """What is asked for would take more than MOST items."""


@dataclass(frozen=True)
class AttributeSize:
    """How many to look at, and with how many exceptions it still holds."""

    size: int
    allowed: int


def discovery_size(rate: float, certainty: float, frame: int | None = None) -> int:
    """How many to look at, so that one hit is found with ``certainty`` if ``rate`` of all are hits.

    ``frame``: of how many, where that is known; then the draw is without replacement, and the hits
    are the rate of the frame, rounded up.
    """
    _check_share(rate)
    _check_share(certainty)
    if frame is None:
        return _capped(math.ceil(math.log(1 - certainty) / math.log(1 - rate) - 1e-9))
    hits = max(1, math.ceil(frame * rate - 1e-9))
    low, high = 0, frame
    while low < high:  # the chance of missing all falls with every item that is looked at
        middle = (low + high) // 2
        if _miss_all(frame, hits, middle) <= 1 - certainty + 1e-12:
            high = middle
        else:
            low = middle + 1
    return _capped(low)


def _miss_all(frame: int, hits: int, size: int) -> float:
    """The hypergeometric chance that none of ``size`` drawn of ``frame`` is one of ``hits``."""
    if size > frame - hits:
        return 0.0
    whole, without = math.lgamma(frame + 1), math.lgamma(frame - hits + 1)
    left, rest = math.lgamma(frame - size + 1), math.lgamma(frame - hits - size + 1)
    return math.exp(without - rest - whole + left)


def attribute_size(tolerable: float, certainty: float, expected: float = 0.0) -> AttributeSize:
    """How many to look at, so that the rate is below ``tolerable`` with ``certainty``, if no more
    exceptions turn up than ``expected`` (a rate) lets expect. Raises TooMany near the two meet."""
    _check_share(tolerable)
    _check_share(certainty)
    if not 0 <= expected < tolerable:
        raise ValueError("what is expected must be less than what is tolerable")

    def is_enough(allowed: int) -> bool:
        return _smallest(allowed, tolerable, 1 - certainty) * expected <= allowed + 1e-9

    # The more are allowed, the fewer more it takes for each: once enough, always enough.
    low, high = 0, 1
    while not is_enough(high - 1):
        low, high = high, 2 * high
    high -= 1
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if is_enough(middle) else (middle + 1, high)
    return AttributeSize(_smallest(low, tolerable, 1 - certainty), low)


def _smallest(allowed: int, rate: float, risk: float) -> int:
    """The smallest n of which at most ``allowed`` are exceptions by a chance of ``risk``."""
    low, high = allowed + 1, allowed + 2
    while binomial_cdf(allowed, high, rate) > risk:
        high *= 2
        _capped(high // 2)
    while low < high:
        middle = (low + high) // 2
        if binomial_cdf(allowed, middle, rate) <= risk:
            high = middle
        else:
            low = middle + 1
    return _capped(low)


def binomial_cdf(hits: int, size: int, rate: float) -> float:
    """The chance of at most ``hits`` in ``size``, each a hit by ``rate``."""
    if hits >= size:
        return 1.0
    logs = math.log(rate), math.log1p(-rate)
    whole = math.lgamma(size + 1)
    terms = (
        math.exp(
            whole
            - math.lgamma(k + 1)
            - math.lgamma(size - k + 1)
            + k * logs[0]
            + (size - k) * logs[1]
        )
        for k in range(hits + 1)
    )
    return min(1.0, math.fsum(terms))


def upper_limit(exceptions: int, size: int, certainty: float) -> float:
    """Below what the true rate is with ``certainty``, after ``exceptions`` among ``size`` (Clopper
    and Pearson 1934, one-sided)."""
    _check_share(certainty)
    if not 0 <= exceptions <= size or size == 0:
        raise ValueError("no such result")
    if exceptions == size:
        return 1.0
    low, high = 0.0, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        if middle == 0.0 or binomial_cdf(exceptions, size, middle) > 1 - certainty:
            low = middle
        else:
            high = middle
    return high


def poisson_factor(misstatements: int, certainty: float) -> float:
    """The reliability factor: the mean at which at most so many are seen by 1 - certainty."""
    _check_share(certainty)
    low, high = 0.0, 10.0 + 4.0 * misstatements
    for _ in range(80):
        middle = (low + high) / 2
        if _poisson_cdf(misstatements, middle) > 1 - certainty:
            low = middle
        else:
            high = middle
    return high


def _poisson_cdf(seen: int, mean: float) -> float:
    if mean == 0.0:
        return 1.0
    terms = (math.exp(k * math.log(mean) - mean - math.lgamma(k + 1)) for k in range(seen + 1))
    return math.fsum(terms)


def monetary_size(book: int, tolerable: int, certainty: float) -> int:
    """How many pence to point at, in a book of ``book`` pence of which ``tolerable`` may be wrong,
    where nothing wrong is expected."""
    if not 0 < tolerable <= book:
        raise ValueError("what is tolerable is more than nothing, and no more than all")
    return _capped(math.ceil(book * poisson_factor(0, certainty) / tolerable))


def draw_monetary(items: Sequence[tuple[str, int]], size: int, seed: bytes) -> list[str]:
    """The items, of (key, pence) in the order of their keys, that hold one of the pence that are
    pointed at; each once."""
    book = sum(amount for _, amount in items)
    if book == 0 or size == 0:
        return []
    interval = max(1, book // size)
    point = int.from_bytes(seed, "big") % interval
    chosen, reached = [], 0
    for item, amount in items:
        reached += amount
        if point < reached:
            chosen.append(item)
            point += interval * ((reached - 1 - point) // interval + 1)
    return chosen


def _check_share(value: float) -> None:
    if not 0 < value < 1:
        raise ValueError("a share lies between 0 and 1")


def _capped(size: int) -> int:
    if size > MOST:
        raise TooMany(size)
    return size
