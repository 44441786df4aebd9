"""Regular expressions of a definition, run so that none can hold up a request.

They come from outside and are written for another language: each is compiled once, searched for
with a time limit, and one that cannot be compiled is reported by the definition's check.
"""

from __future__ import annotations

from functools import lru_cache

import regex

_LONGEST = 1_000
_SECONDS = 0.5


@lru_cache(maxsize=512)
def _compile(pattern: str) -> regex.Pattern[str] | None:
    if len(pattern) > _LONGEST:
        return None
    if len(pattern) > 2 and pattern.startswith("/") and pattern.endswith("/"):
        pattern = pattern[1:-1]  # written as a JavaScript literal
    try:
        return regex.compile(pattern)
    except (regex.error, RecursionError, OverflowError, ValueError):
        return None


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
