"""What two signatures have in common that one hand drew, point for point or nearly. Pure.

A signature is cut into columns; of each, the height of its ink counts. Traces are coarse parts of
that line: one hand that signs for several people, each time a little otherwise, leaves the same
ones, where different hands leave different ones. They are kept as keyed hashes alone
(models_evidence.SignatureTrace), so that nothing can be drawn from them, only found to be equal.
"""

from __future__ import annotations

import statistics
from collections.abc import Sequence

COLUMNS = 12
PARTS = 2
"""A signature leaves its beginning and its end; either is enough."""

CELL = 0.2
"""How coarse: two heights of ink in one fifth of the signature's height are taken as one. Tried on
the rehearsals' invented hands alone: of 7,140 pairs of two hands 0.2 % had a trace in common, of
one hand moved by up to five in sixty points nine in ten."""

SHIFTS = 3
"""The fifths begin at three places, since what differs little may lie on both sides of an edge."""

LEAST_SPREAD = 0.1
"""A cross, a tick or a line is made by many, and is nobody's hand: its ink lies at one height."""


QUARTERS = 4
FEWEST_IN_QUARTER = 8
"""Fewer points of a pen, or fewer cells with ink, may be alike by chance."""


def list_quarters(length: int) -> list[slice]:
    """The quarters of what a pen did, point by point; none of what is too short to be told apart.

    Whoever resends a signature with one point moved leaves three of them as they were; nobody who
    signs anew leaves one.
    """
    size = length // QUARTERS
    if size < FEWEST_IN_QUARTER:
        return []
    return [slice(place * size, (place + 1) * size) for place in range(QUARTERS)]


def list_traces(heights: Sequence[float | None]) -> tuple[str, ...]:
    """The traces of a signature; ``heights`` of its ink by column, 0 to 1, None where there is
    none. Empty for what is too plain to be told from anybody's."""
    inked = [height for height in heights if height is not None]
    if len(inked) < COLUMNS // 2 or statistics.pstdev(inked) < LEAST_SPREAD:
        return ()
    length = len(heights) // PARTS
    traces = []
    for shift in range(SHIFTS):
        for part in range(PARTS):
            cells = [
                "-" if height is None else str(int((height + shift * CELL / SHIFTS) / CELL))
                for height in heights[part * length : (part + 1) * length]
            ]
            traces.append(f"{shift}{part}:{''.join(cells)}")
    return tuple(traces)
