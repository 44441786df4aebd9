"""The operators of conditions, comparing an answer with a value by the type of the question."""

from __future__ import annotations

import operator
from collections.abc import Callable
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from typing import Any

from assistedaccess.services.patterns import search_pattern
from assistedaccess.services.relative_time import RelativeTime

_ORDER: dict[str, Callable[[Any, Any], bool]] = {
    "is at least": operator.ge,
    "is at most": operator.le,
    "is more than": operator.gt,
    "is less than": operator.lt,
    "is after": operator.gt,
    "is before": operator.lt,
}
_LENGTH: dict[str, Callable[[int, int], bool]] = {
    "has length": operator.eq,
    "is longer than": operator.gt,
    "is shorter than": operator.lt,
}
_NEGATIVE = {"is not": "is", "does not contain": "contains"}
_TEXT: dict[str, Callable[[str, str], bool]] = {
    "starts with": str.startswith,
    "ends with": str.endswith,
    "matches": lambda text, pattern: search_pattern(pattern, text),
}
_SYMBOLS = {"==": "is", "=": "is", "!=": "is not", ">=": "is at least", "<=": "is at most"}
_SYMBOLS |= {">": "is more than", "<": "is less than", "in": "contains"}
_DATES = {"DateField", "DatePartsField", "MonthYearField"}
_MOMENTS = {"DateTimeField", "DateTimePartsField"}


def is_known_operator(name: str) -> bool:
    """Whether this engine honours the operator ``name``."""
    return _spell(name) in {*_ORDER, *_LENGTH, *_NEGATIVE, *_NEGATIVE.values(), *_TEXT}


def _spell(name: str) -> str:
    words = " ".join(name.split()).lower()
    return _SYMBOLS.get(words, words)


def compare_answer(
    answer: Any,
    operator_name: str,
    value: str | RelativeTime,
    kind: str,
    now: datetime,
    *,
    in_play: bool = True,
) -> bool:
    """Whether ``answer operator value`` holds, compared as ``kind`` of question answers compare.

    ``answer`` is canonical (components' read); a value that is no number or date where one is
    needed makes the comparison false, never an error. ``now`` is the local time that relative
    values count from.
    """
    name = _spell(operator_name)
    if name in _NEGATIVE:
        return not compare_answer(answer, _NEGATIVE[name], value, kind, now, in_play=in_play)
    if not in_play:
        return False
    if isinstance(answer, list):
        return _compare_list(answer, name, value, kind, now)
    if isinstance(value, RelativeTime):
        return _compare_relative(str(answer or ""), name, value, now)
    text = answer if isinstance(answer, str) else ""
    if name in _LENGTH:
        size = _number(value)
        return size is not None and _LENGTH[name](len(text), int(size))
    if name in _TEXT:
        return bool(text) and _TEXT[name](text, value)
    if name == "contains":
        return bool(value) and value in text
    return _compare_scalar(text, name, value, kind)


def _compare_list(
    answers: list[Any], name: str, value: str | RelativeTime, kind: str, now: datetime
) -> bool:
    if kind != "CheckboxesField":  # a repeated question: whether any of its rows does
        return any(compare_answer(row, name, value, kind, now) for row in answers)
    if name == "contains":
        return value in answers
    if name == "is":
        return answers == [value]
    return False


def _compare_scalar(text: str, name: str, value: str, kind: str) -> bool:
    if kind == "YesNoField":
        return name == "is" and _yes(text) is not None and _yes(text) == _yes(value)
    left: Any
    right: Any
    if kind in _DATES | _MOMENTS | {"TimeField"}:
        left, right = _moment(text), _moment(value)
        # A date and a moment meet at the coarser of the two: "is 1 May" holds at any hour of it.
        if left and right and ("T" in text) != ("T" in value) and kind != "TimeField":
            left, right = _moment(text[:10]), _moment(value[:10])
    else:
        left, right = _number(text), _number(value)
        if name == "is" and (left is None or right is None or kind != "NumberField"):
            return text == value
    if left is None or right is None:
        return False
    if name == "is":
        return bool(left == right)
    return name in _ORDER and _ORDER[name](left, right)


def _compare_relative(text: str, name: str, value: RelativeTime, now: datetime) -> bool:
    answered = _moment(text)
    if answered is None or name not in {*_ORDER, "is"}:
        return False
    target = value.resolve(now).replace(tzinfo=None, microsecond=0)
    if value.time_only or (":" in text and "T" not in text):
        left: Any = answered.time()
        right: Any = target.time()
    elif "T" in text:
        left, right = answered, target
    else:
        left, right = answered.date(), target.date()
    if name == "is":
        return bool(left == right)
    # "At least 18 years in the past" means that long ago or longer: the order turns round.
    turned = value.in_past and name not in ("is before", "is after")
    return _ORDER[name](right, left) if turned else _ORDER[name](left, right)


def _yes(text: str) -> bool | None:
    return {"true": True, "yes": True, "false": False, "no": False}.get(text.strip().lower())


def _number(text: str) -> Decimal | None:
    try:
        number = Decimal(text.strip())
    except InvalidOperation:
        return None
    return number if number.is_finite() and abs(number.adjusted()) < 40 else None


def _moment(text: str) -> datetime | None:
    """A canonical date, month, time or moment as a naive local datetime (a time: on day one)."""
    words = text.strip()
    try:
        if len(words) == 7 and words[4] == "-":
            return datetime.combine(date.fromisoformat(words + "-01"), time())
        if ":" in words and "T" not in words:
            return datetime.combine(date.min, time.fromisoformat(words).replace(tzinfo=None))
        return datetime.fromisoformat(words).replace(tzinfo=None)
    except ValueError:
        return None
