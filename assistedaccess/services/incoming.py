"""A definition from somebody's hands: its bytes are read strictly, whichever way they come. Pure.

Whoever sends it is trusted with services, and not with this process: size, depth and characters
have limits, and what two programs could read in two ways is refused.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from typing import Any

from assistedaccess.kernel.text import UnfitText, clean_text

LARGEST_FORM = 1_000_000
"""The most bytes of a definition. The longest that is in use anywhere has a fifth of it."""

_DEEPEST = 60


class Unreadable(ValueError):
    """It is not the JSON of one object; the text says why, and where."""


def read_incoming(body: bytes) -> dict[str, Any]:
    """The decoded definition in ``body``. Raises Unreadable.

    UTF-8, at most LARGEST_FORM bytes. Refused as well: a key given twice, a number that is none, a
    character that cannot be printed, and nesting that nobody draws a form with.
    """
    if len(body) > LARGEST_FORM:
        raise Unreadable(f"The file is larger than {LARGEST_FORM} bytes")
    try:
        raw = json.loads(
            body.decode("utf-8-sig"), object_pairs_hook=_read_object, parse_constant=_refuse_number
        )
    except UnicodeDecodeError as error:
        raise Unreadable(f"The file is not text in UTF-8 (byte {error.start})") from error
    except json.JSONDecodeError as error:
        raise Unreadable(
            f"The file is not JSON: {error.msg}, line {error.lineno}, column {error.colno}"
        ) from error
    except RecursionError as error:
        raise Unreadable("The definition is nested too deeply") from error
    except ValueError as error:
        if isinstance(error, Unreadable):
            raise
        raise Unreadable("A number in the file is too long") from error
    if not isinstance(raw, dict):
        raise Unreadable("A definition must be a JSON object")
    for place, value in _walk(raw, "", 0):
        _check_value(place, value)
    return raw


def _read_object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise Unreadable(f"The key “{_show(key)}” is given twice in one object")
        found[key] = value
    return found


def _refuse_number(word: str) -> None:
    raise Unreadable(f"{word} is not a number in JSON")


def _walk(value: object, place: str, depth: int) -> Iterator[tuple[str, object]]:
    if depth > _DEEPEST:
        raise Unreadable(f"The definition is nested too deeply, at {place[:80]}")
    if isinstance(value, dict):
        for key, inner in value.items():
            yield place, key
            yield from _walk(inner, f"{place}.{_show(key)}" if place else _show(key), depth + 1)
    elif isinstance(value, list):
        for number, inner in enumerate(value, start=1):
            yield from _walk(inner, f"{place}.{number}", depth + 1)
    else:
        yield place, value


def _check_value(place: str, value: object) -> None:
    if isinstance(value, float) and not math.isfinite(value):
        raise Unreadable(f"{place or 'The file'}: a number is too large")
    if not isinstance(value, str):
        return
    try:
        clean_text(value, multiline=True)
    except UnfitText as error:
        raise Unreadable(f"{place or 'The file'}: a text holds characters no page shows") from error


def _show(key: str) -> str:
    return "".join(c if c.isprintable() else "?" for c in key)[:60]
