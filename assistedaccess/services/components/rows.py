"""Questions answered more than once: rows of several fields, and pages that repeat."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, ClassVar

from assistedaccess.services import messages
from assistedaccess.services.components.base import (
    EMPTY,
    Answer,
    Asking,
    Find,
    Posted,
    Question,
    Reading,
    select_asked,
    walk_questions,
    whole_number,
)
from assistedaccess.services.messages import Problem
from assistedaccess.services.text import read_text

MOST_ROWS = 100


@dataclass(frozen=True)
class RowQuestion(Question):
    """One row of a MultiInputField; the answer maps each child's name to its answer.

    A cell may hang on a condition, and a choice of one may reveal others: the row is then read
    twice, for what was typed first, and by what follows from that. A cell that is not asked has no
    place in the answer.
    """

    macro: ClassVar[str] = "row"
    in_fieldset: ClassVar[bool] = True

    @property
    def cells(self) -> tuple[Question, ...]:
        """The fields of the row, those that a choice reveals right after it."""
        return tuple(walk_questions(self.children))

    @cached_property
    def varies(self) -> bool:
        """Whether what a row asks depends on answers: its own, or those of other questions."""
        return any(
            cell.condition or any(choice.condition or choice.reveals for choice in cell.choices)
            for cell in self.cells
        )

    @property
    def parts(self) -> tuple[str, ...]:
        first = self.cells[0] if self.cells else None
        return (self._suffix(first, first.first_part),) if first else ()

    @property
    def part_kinds(self) -> Mapping[str, str]:
        return {cell.name: cell.type for cell in self.cells}

    def _suffix(self, cell: Question, part: str) -> str:
        return cell.anchor(part).removeprefix(f"{self.control}-")

    def read(self, posted: Posted, asking: Asking) -> Reading:
        if not self.required and not self.is_filled(posted):
            return Reading(None)
        problems: list[Problem] = []
        answer: dict[str, Answer] = {}
        typed = {c.name: c.read(posted, asking).answer for c in self.cells} if self.varies else {}
        inside = asking.within({self.key: typed}) if self.varies else asking
        for cell in self.list_asked(typed, inside):
            reading = cell.read(posted, inside)
            problems += [self._place(cell, problem) for problem in reading.problems]
            answer[cell.name] = reading.answer
        return Reading(None, tuple(problems)) if problems else Reading(answer)

    def list_asked(self, row: Mapping[str, Answer], inside: Asking) -> tuple[Question, ...]:
        """The cells that a row of these answers asks; ``inside`` knows them."""
        if not self.varies:
            return self.cells
        given = {cell.key: row.get(cell.name) for cell in self.cells}
        return select_asked(self.cells, given, inside.holds)

    def prune(self, row: Answer, asking: Asking) -> Answer:
        """``row`` without the cells that it does not ask."""
        if not self.varies or not isinstance(row, dict):
            return row
        asked = self.list_asked(row, asking.within({self.key: row}))
        return {cell.name: row[cell.name] for cell in asked if cell.name in row}

    def is_complete(self, row: Answer, asking: Asking) -> bool:
        """Whether ``row`` answers what it asks."""
        if not self.varies or not isinstance(row, dict):
            return True
        inside = asking.within({self.key: row})
        return all(
            row.get(cell.name) not in EMPTY or (cell.name in row and not cell.required)
            for cell in self.list_asked(row, inside)
        ) and all(cell.offers(row.get(cell.name), inside) for cell in self.cells)

    def _place(self, cell: Question, problem: Problem) -> Problem:
        marks = tuple(self._suffix(cell, part) for part in problem.marks)
        return replace(problem, part=self._suffix(cell, problem.part), marks=marks)

    def is_filled(self, posted: Posted) -> bool:
        """Whether anything at all was typed or chosen in the row."""
        return any(is_filled(cell, posted) for cell in self.cells)

    def repost(self, answer: Answer) -> dict[str, list[str]]:
        cells = answer if isinstance(answer, dict) else {}
        posted: dict[str, list[str]] = {}
        for cell in self.cells:
            posted |= cell.repost(cells.get(cell.name))
        return posted

    def show(self, answer: Answer, asking: Asking) -> tuple[str, ...]:
        line = ", ".join(words for words in self.show_cells(answer, asking) if words)
        return (line,) if line else ()

    def show_cells(self, answer: Answer, asking: Asking) -> tuple[str, ...]:
        """The row cell by cell, for a table."""
        cells = answer if isinstance(answer, dict) else {}
        return tuple(", ".join(c.show(cells.get(c.name), asking)) for c in self.cells)

    def params(self, posted: Posted, asking: Asking) -> dict[str, Any]:
        return {"id": f"{self.control}-group"}


@dataclass(frozen=True)
class RepeatedQuestion(Question):
    """``inner`` asked again and again; the answer is the list of its answers.

    A post adds one row. ``read_more`` is what a page uses: it knows the rows there are.
    """

    macro: ClassVar[str] = "repeated"
    inner: Question | None = None

    @property
    def each(self) -> Question:
        """The question that is repeated."""
        assert self.inner is not None  # noqa: S101  (repeat() gives one)
        return self.inner

    @property
    def cells(self) -> tuple[Question, ...]:
        """The fields of a row; none where one field is asked again."""
        return self.each.cells if isinstance(self.each, RowQuestion) else ()

    def prune(self, answer: Answer, asking: Asking) -> Answer:
        """The rows without the cells that they do not ask now."""
        if not isinstance(self.each, RowQuestion) or not isinstance(answer, list):
            return answer
        return [self.each.prune(row, asking) for row in answer]

    def is_complete(self, answer: Answer, asking: Asking) -> bool:
        """Whether there are as many rows as there must be, and each answers what it asks."""
        fewest, most = self.bounds(asking.find)
        rows = answer if isinstance(answer, list) else []
        each = self.each
        complete = not isinstance(each, RowQuestion) or all(
            each.is_complete(row, asking) for row in rows
        )
        return complete and fewest <= len(rows) <= most

    @property
    def parts(self) -> tuple[str, ...]:
        return self.each.parts

    @property
    def part_kinds(self) -> Mapping[str, str]:
        return self.each.part_kinds

    @property
    def fewest(self) -> int:
        """The fewest rows that will do."""
        given = whole_number(self.options.get("minMultiInputFieldRows")) or 0
        return max(1 if self.required else 0, min(given, self.most))

    @property
    def most(self) -> int:
        """The most rows; every list has a most."""
        given = whole_number(self.options.get("maxMultiInputFieldRows"))
        return min(given, MOST_ROWS) if given and given > 0 else MOST_ROWS

    def bounds(self, find: Find) -> tuple[int, int]:
        """The fewest and the most rows now: as many as an answer says, where one does.

        ``find`` gives the answer to a field as a definition names it.
        """
        field = self.options.get("rowsFrom")
        if not isinstance(field, str):
            return self.fewest, self.most
        count = min(max(whole_number(find(field)) or 0, 0), MOST_ROWS)
        return count, count

    def column_titles(self, asking: Asking) -> tuple[str, ...]:
        """The headings of the table of rows, without the builder's last one for the actions."""
        cells = self.each.cells if isinstance(self.each, RowQuestion) else (self.each,)
        own = self.options.get("columnTitles")
        if isinstance(own, Sequence) and not isinstance(own, str) and len(own) >= len(cells):
            return tuple(read_text(t).in_language(asking.language) for t in own[: len(cells)])
        return tuple(asking.fill(cell.title) for cell in cells)

    def read(self, posted: Posted, asking: Asking) -> Reading:
        return self.read_more((), posted, asking)

    def read_more(
        self, rows: Sequence[Answer], posted: Posted, asking: Asking, place: int | None = None
    ) -> Reading:
        """``rows`` with what was posted added; an empty post keeps the rows there are.

        With ``place`` (from 0), what was posted is that row anew, and must not be empty.
        """
        if place is not None and 0 <= place < len(rows):
            reading = self.each.read(posted, asking)
            if not reading.is_fit:
                return reading
            if reading.answer is None:
                return Reading(None, (self.each.missing(asking),))
            return Reading([*rows[:place], reading.answer, *rows[place + 1 :]])
        fewest, most = self.bounds(asking.find)
        too_many = Reading(None, (self.problem(messages.TOO_MANY_ROWS, asking, limit=most),))
        if not is_filled(self.each, posted):
            if rows and len(rows) < fewest:
                few = self.problem(messages.TOO_FEW_ROWS, asking, self.first_part, limit=fewest)
                return Reading(None, (few,))
            if len(rows) > most:
                return too_many
            unfinished = self._find_unfinished(rows, asking)
            if unfinished:
                told = self.problem(
                    messages.UNFINISHED_ROW, asking, self.first_part, number=unfinished
                )
                return Reading(None, (told,))
            if rows:
                return Reading(list(rows))
            return Reading(None, self.each.read(posted, asking).problems if fewest else ())
        if len(rows) >= most:
            return too_many
        reading = self.each.read(posted, asking)
        return Reading([*rows, reading.answer]) if reading.is_fit else reading

    def _find_unfinished(self, rows: Sequence[Answer], asking: Asking) -> int:
        """The number (from 1) of the first row that asks more now than it answers; 0 for none."""
        each = self.each
        if not isinstance(each, RowQuestion):
            return 0
        return next((n for n, r in enumerate(rows, start=1) if not each.is_complete(r, asking)), 0)

    def repost(self, answer: Answer) -> dict[str, list[str]]:
        return {}  # the rows are listed; the inputs are for the next one

    def show(self, answer: Answer, asking: Asking) -> tuple[str, ...]:
        rows = answer if isinstance(answer, list) else []
        return tuple(", ".join(self.each.show(row, asking)) for row in rows)

    def show_rows(self, answer: Answer, asking: Asking) -> tuple[tuple[str, ...], ...]:
        """The rows for a table, cell by cell."""
        rows = answer if isinstance(answer, list) else []
        if isinstance(self.each, RowQuestion):
            return tuple(self.each.show_cells(row, asking) for row in rows)
        return tuple((", ".join(self.each.show(row, asking)),) for row in rows)

    def params(self, posted: Posted, asking: Asking) -> dict[str, Any]:
        return self.each.params(posted, asking)


def repeat(question: Question) -> RepeatedQuestion:
    """``question``, asked again and again under the same key."""
    return RepeatedQuestion(
        type=question.type,
        name=question.name,
        key=question.key,
        title=question.title,
        hint=question.hint,
        options=question.options,
        schema=question.schema,
        choices=question.choices,
        children=question.children,
        inner=question,
    )


def is_filled(question: Question, posted: Posted) -> bool:
    """Whether anything was posted for ``question``."""
    if isinstance(question, RowQuestion):
        return question.is_filled(posted)
    controls = [question.part_control(part) for part in question.parts] or [question.control]
    return any(
        isinstance(value, str) and value.strip()
        for control in controls
        for value in posted.get(control, ())
    )
