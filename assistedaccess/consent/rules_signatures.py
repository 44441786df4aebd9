"""Strokes of a signature as a browser sends them. Pure."""

from __future__ import annotations

import json

from flask_babel import gettext as _

from assistedaccess.kernel.errors import InvalidInput

Strokes = tuple[tuple[tuple[int, int], ...], ...]

WIDTH, HEIGHT = 600, 200
"""The field in which somebody signs, in its own units, whatever the screen."""

MOST_POINTS = 5_000
FEWEST_POINTS = 5
LONGEST_JSON = 100_000
SMALLEST = 20
"""A signature is at least that wide or high: a tap is none."""


def read_strokes(text: str, field: str = "how", words: str = "") -> Strokes:
    """The strokes in a JSON list of lists of ``[x, y]``, in whole units of the field.

    Raises InvalidInput at ``field``, with ``words``, for what is no signature: nothing, a dot, or
    nonsense.
    """
    missing = InvalidInput(field, words or _("Ask the person to sign in the box"))
    if not text:
        raise missing
    if len(text) > LONGEST_JSON:
        raise InvalidInput(field, _("This is too long for a signature. Clear it and sign anew"))
    try:
        strokes = tuple(
            tuple((_read(point[0], WIDTH), _read(point[1], HEIGHT)) for point in stroke)
            for stroke in json.loads(text)
        )
    except (ValueError, TypeError, KeyError, IndexError, RecursionError):
        raise missing from None
    points = [point for stroke in strokes for point in stroke]
    if len(points) > MOST_POINTS:
        raise InvalidInput(field, _("This is too long for a signature. Clear it and sign anew"))
    if len(points) < FEWEST_POINTS:
        raise missing
    spans = [max(axis) - min(axis) for axis in zip(*points, strict=True)]
    if max(spans) < SMALLEST:
        raise missing
    return strokes


def _read(value: object, most: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError
    if not 0 <= value <= most:  # NaN and infinity too
        raise ValueError
    return round(value)
