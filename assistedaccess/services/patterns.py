"""Regular expressions of a definition, run so that none can hold up a request.

They come from outside and are written for another language: each is compiled once, searched for
with a time limit, and one that cannot be compiled is reported by the definition's check.
"""

from __future__ import annotations

import re
from functools import lru_cache

import regex

_LONGEST = 1_000
_SECONDS = 0.5
_LITERAL = re.compile(r"/(.+)/([dgimsuvy]*)", re.DOTALL)


@lru_cache(maxsize=512)
def _compile(pattern: str) -> regex.Pattern[str] | None:
    if len(pattern) > _LONGEST:
        return None
    pattern, flags = unwrap_literal(pattern)
    try:
        return regex.compile(pattern, regex.IGNORECASE if "i" in flags else 0)
    except (regex.error, RecursionError, OverflowError, ValueError):
        return None


def unwrap_literal(pattern: str) -> tuple[str, str]:
    """``pattern`` without the slashes of a JavaScript literal, and the flags after them."""
    literal = _LITERAL.fullmatch(pattern)
    return (literal[1], literal[2]) if literal else (pattern, "")


def is_pattern(pattern: str) -> bool:
    """Whether ``pattern`` can be used at all."""
    return _compile(pattern) is not None


def search_pattern(pattern: str, text: str) -> bool:
    """Whether ``pattern`` is found in ``text``; one that is too slow or broken is not found."""
    compiled = _compile(pattern)
    if compiled is None:
        return False
    try:
        return compiled.search(text, timeout=_SECONDS) is not None
    except TimeoutError:
        return False
