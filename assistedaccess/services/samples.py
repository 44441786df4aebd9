"""Answers to try a question with: an ordinary one, those at its limits, those a condition wants."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from assistedaccess.services.components import (
    Asking,
    CheckboxesQuestion,
    ChoiceQuestion,
    FileQuestion,
    NumberQuestion,
    PartsQuestion,
    Question,
    RepeatedQuestion,
    RowQuestion,
    TextQuestion,
)
from assistedaccess.services.components.address import AddressQuestion, format_postcode
from assistedaccess.services.components.base import whole_number
from assistedaccess.services.components.dates import (
    DateTimePartsQuestion,
    MonthYearQuestion,
    TimeQuestion,
    add_days,
)
from assistedaccess.services.components.plain import (
    EmailQuestion,
    MultilineQuestion,
    NinoQuestion,
    TelephoneQuestion,
    WebsiteQuestion,
)
from assistedaccess.services.conditions import Comparison
from assistedaccess.services.pattern_samples import sample_pattern
from assistedaccess.services.relative_time import RelativeTime

_ADDRESS = {"addressLine1": "1 High Street", "town": "Ashford Vale", "postcode": "AA3 1AB"}
_LINES = {"addressLine2": "Flat 2", "county": "Kent"}
_FIXED: tuple[tuple[type[Question], tuple[str, ...]], ...] = (
    (EmailQuestion, ("name@example.org", "a@example.org", "a@b.uk")),
    (
        TelephoneQuestion,
        ("01632 960001", "01632960001", "+44 7700 900123", "+447700900123", "9600001"),
    ),
    (WebsiteQuestion, ("https://www.example.org", "www.example.org", "example.org", "b.uk")),
    (NinoQuestion, ("QQ123456C",)),
)


def sample_answers(question: Question, asking: Asking) -> list[Any]:
    """Canonical answers that ``question`` ought to take, the ordinary one first.

    All are within its own limits, and at them. Empty only where nothing could ever be answered.
    """
    found = list(_sample(question, asking))
    if not question.required:
        found.append(None)
    return _distinct(found)


def _distinct(answers: Iterable[Any]) -> list[Any]:
    found: list[Any] = []
    for answer in answers:
        if answer not in found:
            found.append(answer)
    return found


def _sample(question: Question, asking: Asking) -> Iterator[Any]:
    match question:
        case RepeatedQuestion():
            rows = [row for row in sample_answers(question.each, asking) if row is not None]
            fewest, most = question.bounds(asking.find)
            least = max(fewest, 1)
            yield from ([row] * least for row in rows[:1] if most)
            if most > 1:
                yield from ([*rows[:1] * max(least - 1, 1), row] for row in rows[1:])
            yield from (rows[:1] * most for _ in rows[:1] if fewest > 1)
            if most == 0:
                yield None
        case RowQuestion():
            yield from _sample_rows(question, asking)
        case AddressQuestion():
            yield from (_ADDRESS, _ADDRESS | _LINES)
        case CheckboxesQuestion():
            values = [choice.value for choice in question.offered(asking)]
            yield from ([value] for value in values[:1])
            yield from (_without(values, question.exclusive), values[-1:])
        case ChoiceQuestion():
            values = [choice.value for choice in question.offered(asking)]
            yield from _distinct([*values[:1], *values[-1:]])
            yield from (choice.value for choice in question.offered(asking) if choice.reveals)
        case FileQuestion():
            for count in _distinct([max(question.fewest, 1), question.most]):
                yield [f"sample-{number}" for number in range(count)]
        case PartsQuestion():
            yield from _sample_moments(question, asking)
        case NumberQuestion():
            yield from map(_write_number, _sample_numbers(question))
        case TextQuestion():
            yield from _sample_texts(question)


def _without(values: list[str], exclusive: str) -> list[str]:
    return [value for value in values if value != exclusive] or values


def _sample_rows(question: RowQuestion, asking: Asking) -> Iterator[dict[str, Any]]:
    """Rows, each without the cells that it does not ask."""
    for row in _fill_rows(question, asking):
        yield question.prune(row, asking)


def _fill_rows(question: RowQuestion, asking: Asking) -> Iterator[dict[str, Any]]:
    samples = {cell.name: sample_answers(cell, asking) for cell in question.cells}
    if not all(samples.values()):
        return
    for place in range(max(map(len, samples.values()), default=0)):
        yield {name: tried[min(place, len(tried) - 1)] for name, tried in samples.items()}


def _around_rows(
    question: RowQuestion, part: str, comparison: Comparison, asking: Asking
) -> Iterator[dict[str, Any]]:
    """Rows on both sides of a comparison with the cell ``part``."""
    full = next(_fill_rows(question, asking), {})
    for cell in question.cells:
        if cell.name == part:
            for each in _want(cell, comparison, asking):
                yield question.prune(full | {part: each}, asking)


def _sample_texts(question: TextQuestion) -> Iterator[str]:
    fewest, most = question.limits
    wanted = question.schema.get("regex")
    for kind, texts in _FIXED:
        if isinstance(question, kind):
            yield from texts
            return
    if isinstance(wanted, str) and wanted:
        yield from sample_pattern(wanted, fewest, most)
        return
    words = "A short answer that anybody might give "
    ordinary = (words * (fewest // len(words) + 1))[: max(fewest, min(most, len(words) - 1))]
    longest = "x" * most
    if isinstance(question, MultilineQuestion) and question.most_words is not None:
        ordinary = " ".join(ordinary.split()[: question.most_words])
        longest = " ".join(["x"] * question.most_words)[:most].rstrip()
    yield ordinary if ordinary == ordinary.strip() else "x" * max(fewest, 1)
    yield "x" * max(fewest, 1)
    if len(longest) >= fewest:
        yield longest


def _sample_numbers(question: NumberQuestion) -> Iterator[Decimal]:
    low, high, places = question.low, question.high, question.places
    step = Decimal(1).scaleb(-places) if places else Decimal(1)
    tried = [Decimal(1) if low is None else low, Decimal(10), Decimal(0)]
    tried += [n for n in (low, high) if n is not None]
    tried += [low + step] if low is not None else []
    tried += [high - step] if high is not None else []
    tried += [Decimal(10) + step]
    for number in tried:
        if (low is None or number >= low) and (high is None or number <= high):
            yield number.quantize(step) if places is not None else number


def _write_number(number: Decimal) -> str:
    return f"{number:f}"


def _sample_moments(question: PartsQuestion, asking: Asking) -> Iterator[str]:
    today = asking.now.date()
    back = whole_number(question.options.get("maxDaysInPast"))
    ahead = whole_number(question.options.get("maxDaysInFuture"))
    days = [today]
    days += [add_days(today, ahead)] if ahead is not None else [date(2028, 2, 29)]
    days += [add_days(today, -back)] if back is not None else [date(1948, 7, 5)]
    yield from (write_moment(question, datetime.combine(day, datetime.min.time())) for day in days)
    yield write_moment(question, datetime.combine(today, datetime.max.time()))


def write_moment(question: Question, moment: datetime) -> str:
    """``moment`` in the canonical form of ``question``'s answers."""
    match question:
        case TimeQuestion():
            return moment.strftime("%H:%M")
        case DateTimePartsQuestion():
            return moment.replace(tzinfo=None).isoformat(timespec="minutes")
        case MonthYearQuestion():
            return moment.date().isoformat()[:7]
    return moment.date().isoformat()


def wanted_answers(question: Question, comparison: Comparison, asking: Asking) -> list[Any]:
    """Answers on both sides of ``comparison`` and on its edge, fit or not."""
    if isinstance(question, RepeatedQuestion):
        fewest = max(question.bounds(asking.find)[0], 1)
        return [[row] * fewest for row in wanted_answers(question.each, comparison, asking)]
    part = comparison.field.rpartition(".")[2]
    if isinstance(question, RowQuestion):
        return list(_around_rows(question, part, comparison, asking))
    if isinstance(question, AddressQuestion):
        return [_ADDRESS | {part: line} for line in _lines_around(part, str(comparison.value))]
    return list(_want(question, comparison, asking))


def _want(question: Question, comparison: Comparison, asking: Asking) -> Iterator[Any]:
    value = comparison.value
    if isinstance(value, RelativeTime):
        yield from _around(question, value.resolve(asking.now))
    elif isinstance(question, CheckboxesQuestion):
        values = [choice.value for choice in question.offered(asking)]
        yield from ([value], [other for other in values if other != value])
        yield from ([other] for other in values)
        yield [other for other in values if other != question.exclusive]
    elif isinstance(question, ChoiceQuestion):
        yield from (choice.value for choice in question.offered(asking))
    elif isinstance(question, NumberQuestion):
        yield from _around_number(question, value)
    elif isinstance(question, PartsQuestion):
        try:
            text = value if len(value) > 7 else f"{value}-01"
            moment = datetime.combine(asking.now.date(), datetime.min.time())
            if ":" in value and "T" not in value:
                hour, minute = (int(part) for part in value.split(":")[:2])
                moment = moment.replace(hour=hour, minute=minute)
            else:
                moment = datetime.fromisoformat(text).replace(tzinfo=None)
        except ValueError:
            return
        yield from _around(question, moment)
    elif isinstance(question, TextQuestion):
        yield from _texts_around(question, comparison.operator, value)


def _around(question: Question, moment: datetime) -> Iterator[str]:
    step = timedelta(minutes=1) if isinstance(question, TimeQuestion) else timedelta(days=1)
    if isinstance(question, MonthYearQuestion):
        step = timedelta(days=31)
    for times in (0, -1, 1):
        try:
            yield write_moment(question, moment + times * step)
        except OverflowError:
            continue


def _around_number(question: NumberQuestion, value: str) -> Iterator[str]:
    try:
        number = Decimal(value)
    except ArithmeticError:
        return
    step = Decimal(1).scaleb(-(question.places or 0))
    yield from (_write_number(tried) for tried in (number, number - step, number + step))


def _lines_around(part: str, value: str) -> Iterator[str]:
    """Lines of an address on both sides of a comparison with ``value``, a part of one perhaps."""
    tried = (value, f"{value} 1AB", f"{value}1 1AB", f"{value} High Street", f"1 {value}")
    yield from filter(None, map(format_postcode, tried)) if part == "postcode" else tried


def _texts_around(question: TextQuestion, operator: str, value: str) -> Iterator[str]:
    if operator == "matches":
        yield from sample_pattern(value, *question.limits)
    elif value.isdecimal() and len(value) < 6:
        around = (int(value), int(value) + 1, int(value) - 1)
        yield from ("x" * length for length in around)
        yield from map(str, around)
    yield from (value, f"x{value}", f"{value}x", f"x{value}x")
