"""Dates and times, stored as ISO 8601 text: 1948-07-05, 1948-07, 09:30, 1948-07-05T09:30."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any, ClassVar

from assistedaccess.services import messages
from assistedaccess.services.components.base import (
    Answer,
    Asking,
    Posted,
    Question,
    Reading,
    first_posted,
    tidy,
    whole_number,
)
from assistedaccess.services.components.plain import plain_digits
from assistedaccess.services.messages import N_, Problem

MONTHS = (
    N_("January"), N_("February"), N_("March"), N_("April"), N_("May"), N_("June"), N_("July"),
    N_("August"), N_("September"), N_("October"), N_("November"), N_("December"),
)  # fmt: skip
_LABELS = {
    "day": N_("Day"),
    "month": N_("Month"),
    "year": N_("Year"),
    "hour": N_("Hour"),
    "minute": N_("Minute"),
}
_WELSH_MONTHS = (
    "ionawr", "chwefror", "mawrth", "ebrill", "mai", "mehefin", "gorffennaf", "awst", "medi",
    "hydref", "tachwedd", "rhagfyr",
)  # fmt: skip
_EARLIEST_YEAR, _LATEST_YEAR = 1000, 9998


@dataclass(frozen=True)
class PartsQuestion(Question):
    """A date or time asked for in parts, with the errors of the Design System's date input."""

    macro: ClassVar[str] = "date_input"
    in_fieldset: ClassVar[bool] = True
    part_names: ClassVar[tuple[str, ...]] = ("day", "month", "year")
    not_real: ClassVar[str] = messages.NOT_REAL_DATE

    @property
    def parts(self) -> tuple[str, ...]:
        return self.part_names

    def read(self, posted: Posted, asking: Asking) -> Reading:
        typed = {part: self._typed(posted, part) for part in self.parts}
        given = [part for part, words in typed.items() if words]
        if not given:
            missing = replace(self.missing(asking), marks=self.parts)
            return Reading(None, (missing,) if self.required else ())
        absent = [part for part in self.parts if part not in given]
        if absent:
            named = [asking.translate(messages.PART_NAMES[part]) for part in absent]
            words = f" {asking.translate(AND)} ".join(named)
            return self._wrong(messages.MISSING_PARTS, asking, *absent, values={"parts": words})
        numbers = {part: _read_part(part, words) for part, words in typed.items()}
        for part, number in numbers.items():
            if number is None:
                return self._wrong(self.not_real, asking, part)
        year = numbers.get("year")
        if year is not None and year < _EARLIEST_YEAR:
            return Reading(None, (Problem(messages.SHORT_YEAR, {}, "year", marks=("year",)),))
        return self._finish({part: n for part, n in numbers.items() if n is not None}, asking)

    def _typed(self, posted: Posted, part: str) -> str:
        text = tidy(first_posted(posted, self.part_control(part)))
        return "?" if text is None else text[:40]

    def _wrong(
        self, template: str, asking: Asking, *marks: str, values: dict[str, str] | None = None
    ) -> Reading:
        problem = self.problem(template, asking, marks[0], **(values or {}))
        return Reading(None, (replace(problem, marks=marks),))

    def _finish(self, numbers: dict[str, int], asking: Asking) -> Reading:
        try:
            answer = self.compose(numbers)
        except ValueError:
            return self._wrong(self.not_real, asking, *self.parts)
        problem = check_range(self, answer, asking)
        if problem is None:
            return Reading(answer)
        return Reading(None, (replace(problem, marks=self.parts),))

    def compose(self, numbers: dict[str, int]) -> str:
        """The canonical text; raises ValueError where there is no such date or time."""
        return date(numbers["year"], numbers["month"], numbers["day"]).isoformat()

    def split(self, answer: str) -> dict[str, str]:
        """``answer`` in its parts, as they are typed."""
        moment = date.fromisoformat(answer)
        return {"day": str(moment.day), "month": str(moment.month), "year": str(moment.year)}

    def repost(self, answer: Answer) -> dict[str, list[str]]:
        try:
            typed = self.split(answer) if isinstance(answer, str) and answer else {}
        except ValueError:
            typed = {}
        return {self.part_control(part): [words] for part, words in typed.items()}

    def show(self, answer: Answer, asking: Asking) -> tuple[str, ...]:
        return (show_moment(answer, asking),) if isinstance(answer, str) and answer else ()

    def params(self, posted: Posted, asking: Asking) -> dict[str, Any]:
        items = [
            {
                "id": self.part_control(part),
                "name": self.part_control(part),
                "label": asking.translate(_LABELS[part]),
                "value": first_posted(posted, self.part_control(part)),
                "classes": f"govuk-input--width-{4 if part == 'year' else 2}",
            }
            for part in self.parts
        ]
        # The anchor of the whole question is its first input; the group needs an id of its own.
        return {"id": f"{self.control}-group", "items": items}


@dataclass(frozen=True)
class MonthYearQuestion(PartsQuestion):
    """A month of a year, as ``1948-07``."""

    part_names: ClassVar[tuple[str, ...]] = ("month", "year")

    def compose(self, numbers: dict[str, int]) -> str:
        return date(numbers["year"], numbers["month"], 1).isoformat()[:7]

    def split(self, answer: str) -> dict[str, str]:
        moment = date.fromisoformat(f"{answer[:7]}-01")
        return {"month": str(moment.month), "year": str(moment.year)}


@dataclass(frozen=True)
class DateTimePartsQuestion(PartsQuestion):
    """A date with a time of day, as ``1948-07-05T09:30``."""

    part_names: ClassVar[tuple[str, ...]] = ("day", "month", "year", "hour", "minute")

    def compose(self, numbers: dict[str, int]) -> str:
        day = date(numbers["year"], numbers["month"], numbers["day"])
        clock = time(numbers["hour"], numbers["minute"])
        return datetime.combine(day, clock).isoformat(timespec="minutes")

    def split(self, answer: str) -> dict[str, str]:
        moment = datetime.fromisoformat(answer)
        dated = super().split(answer[:10])
        return dated | {"hour": str(moment.hour), "minute": f"{moment.minute:02d}"}


@dataclass(frozen=True)
class TimeQuestion(PartsQuestion):
    """A time of day, as ``09:30``."""

    part_names: ClassVar[tuple[str, ...]] = ("hour", "minute")
    not_real: ClassVar[str] = messages.NOT_REAL_TIME

    def compose(self, numbers: dict[str, int]) -> str:
        return time(numbers["hour"], numbers["minute"]).isoformat(timespec="minutes")

    def split(self, answer: str) -> dict[str, str]:
        moment = time.fromisoformat(answer)
        return {"hour": str(moment.hour), "minute": f"{moment.minute:02d}"}


AND = N_("and")


def check_range(question: Question, answer: str, asking: Asking) -> Problem | None:
    """Whether ``answer`` lies outside ``maxDaysInPast`` and ``maxDaysInFuture``, in whole days.

    A month is outside when all of it is.
    """
    if len(answer) < 7:
        return None
    today, size = asking.now.date(), min(len(answer), 10)
    back = whole_number(question.options.get("maxDaysInPast"))
    ahead = whole_number(question.options.get("maxDaysInFuture"))
    last = add_days(today, ahead or 0).isoformat()[:size]
    first = add_days(today, -(back or 0)).isoformat()[:size]
    if ahead is not None and answer[:size] > last:
        template = messages.TOO_LATE if ahead or size < 10 else messages.NOT_IN_PAST
        limit = show_moment(last, asking)
        return question.problem(template, asking, question.first_part, limit=limit)
    if back is not None and answer[:size] < first:
        template = messages.TOO_EARLY if back or size < 10 else messages.NOT_IN_FUTURE
        limit = show_moment(first, asking)
        return question.problem(template, asking, question.first_part, limit=limit)
    return None


def add_days(day: date, days: int) -> date:
    """``day`` moved by ``days``, held within the dates that there are."""
    try:
        return day + timedelta(days=days)
    except OverflowError:
        return date.min if days < 0 else date.max


def show_moment(answer: str, asking: Asking) -> str:
    """A canonical date or time as it is read aloud: 5 July 1948, July 1948, 09:30."""
    try:
        if len(answer) == 7:
            month = date.fromisoformat(f"{answer}-01")
            return f"{asking.translate(MONTHS[month.month - 1])} {month.year}"
        if len(answer) < 10:
            return answer
        day = date.fromisoformat(answer[:10])
    except ValueError:
        return answer
    words = f"{day.day} {asking.translate(MONTHS[day.month - 1])} {day.year}"
    return f"{words}, {answer[11:16]}" if len(answer) > 10 else words


def _read_part(part: str, words: str) -> int | None:
    if part == "month" and (named := _month_by_name(words)) is not None:
        return named
    digits = plain_digits(words)
    if not digits.isascii() or not digits.isdecimal() or len(digits) > 4:
        return None
    number = int(digits)
    return number if number <= _LATEST_YEAR else None


def _month_by_name(words: str) -> int | None:
    name = words.lower().rstrip(".")
    if len(name) < 3:
        return None
    for names in (tuple(month.lower() for month in MONTHS), _WELSH_MONTHS):
        for number, month in enumerate(names, start=1):
            if month.startswith(name):
                return number
    return None
