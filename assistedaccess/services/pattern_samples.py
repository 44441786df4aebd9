"""Texts that a pattern of a definition takes: so that its check can fill in the question.

Reads the pattern's syntax tree and writes the shortest text that fits, and some longer ones. What
it cannot invert (look-arounds, back references) it leaves to a few well-known texts; every text is
tried against the pattern before it is given out.
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from assistedaccess.services.patterns import search_pattern, unwrap_literal

# The standard library's own parser, which has no public name.
_parser: Any = importlib.import_module("re._parser")
_NAMED_GROUP = re.compile(r"\(\?<(?![=!])")  # as other languages write it
_UNICODE_CLASS = re.compile(r"\\p\{(\w+)\}")
_ASCII_PART = {"L": "A-Za-z", "N": "0-9", "P": ".,-", "Z": " "}
_WELL_KNOWN = (
    "Answer",
    "answer",
    "A",
    "1",
    "12",
    "123",
    "1234",
    "123456",
    "12345678",
    "1234567890",
    "AA3 1AB",
    "SW1A 1AA",
    "QQ123456C",
    "AB123456C",
    "AB12 CDE",
    "01632 960001",
    "07700900123",
    "name@example.org",
    "https://www.example.org",
    "2026-01-31",
    "31/01/2026",
    "09:30",
    "12.50",
    "£12.50",
    "0123456789abcdefghijklmnop",
)


@lru_cache(maxsize=256)
def sample_pattern(pattern: str, fewest: int, most: int) -> tuple[str, ...]:
    """Up to five texts of ``fewest`` to ``most`` characters in which ``pattern`` is found."""
    found: list[str] = []
    for text in (*_write_all(pattern), *_WELL_KNOWN):
        padded = text
        if len(text) < fewest:
            padded = text + "a" * (fewest - len(text))
        for candidate in dict.fromkeys((text, padded)):
            fits = max(fewest, 1) <= len(candidate) <= most and candidate == candidate.strip()
            if fits and candidate not in found and search_pattern(pattern, candidate):
                found.append(candidate)
        if len(found) >= 5:
            break
    return tuple(found)


def _write_all(pattern: str) -> Iterator[str]:
    pattern = unwrap_literal(pattern)[0]
    try:
        tree = _parser.parse(_spell_out(_NAMED_GROUP.sub("(?P<", pattern)))
    except (re.error, RecursionError, OverflowError):
        return
    for branch in range(4):
        for extra in (0, 1, 2, 3, 5, 8, 13, 30):
            yield _write(tree, extra, branch)[:2_000]


def _spell_out(pattern: str) -> str:
    """``pattern`` with Unicode's classes, which this parser does not know, as their ASCII part."""
    inside = False
    out: list[str] = []
    place = 0
    while place < len(pattern):
        named = _UNICODE_CLASS.match(pattern, place)
        if named:
            members = _ASCII_PART.get(named[1][:1], "A-Za-z0-9")
            out.append(members if inside else f"[{members}]")
            place = named.end()
            continue
        step = pattern[place : place + 2] if pattern[place] == "\\" else pattern[place]
        inside = (inside or step == "[") and step != "]"
        out.append(step)
        place += len(step)
    return "".join(out)


def _write(tree: Any, extra: int, branch: int) -> str:
    return "".join(_write_node(str(name), given, extra, branch) for name, given in tree)


def _write_node(name: str, given: Any, extra: int, branch: int) -> str:
    match name:
        case "LITERAL":
            return chr(given)
        case "NOT_LITERAL":
            return "a" if chr(given) != "a" else "b"
        case "ANY":
            return "a"
        case "IN":
            return _write_class(given, branch)
        case "BRANCH":
            branches = given[1]
            return _write(branches[branch % len(branches)], extra, branch)
        case "SUBPATTERN":
            return _write(given[3], extra, branch)
        case "ATOMIC_GROUP":
            return _write(given, extra, branch)
        case "MAX_REPEAT" | "MIN_REPEAT" | "POSSESSIVE_REPEAT":
            low, high, inner = given
            times = min(int(low) + extra, int(high), 1_000)
            return _write(inner, extra, branch) * times
    return ""  # anchors, look-arounds and back references write nothing


def _write_class(members: Any, branch: int) -> str:
    negated = str(members[0][0]) == "NEGATE"
    allowed = [
        character
        for character in map(
            chr, (*range(48, 58), *range(65, 91), *range(97, 123), *range(32, 127))
        )
        if _is_member(members[1:] if negated else members, character) is not negated
    ]
    if allowed:
        # Other members on other tries: a look-ahead may rule out the first.
        return allowed[branch % len(allowed)]
    kind, given = members[-1]
    return chr(given if str(kind) == "LITERAL" else given[0]) if not negated else "a"


def _is_member(members: Any, character: str) -> bool:
    code = ord(character)
    for kind, given in members:
        match str(kind):
            case "LITERAL" if given == code:
                return True
            case "RANGE" if given[0] <= code <= given[1]:
                return True
            case "CATEGORY" if _is_category(str(given), character):
                return True
    return False


def _is_category(name: str, character: str) -> bool:
    words = name.removeprefix("CATEGORY_")
    holds = {
        "DIGIT": character.isdigit(),
        "SPACE": character.isspace(),
        "WORD": character.isalnum() or character == "_",
    }[words.removeprefix("NOT_")]
    return holds is not words.startswith("NOT_")
