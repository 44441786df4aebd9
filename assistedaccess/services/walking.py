"""Walks a definition: finds answers that carry an applicant through every page to an end.

States are a page and what is still open of the conditions from there on; from each, every kind of
answer that a condition can tell apart is posted through ``read_page``, as on the web, and followed.
A page is walked when a state at it leads on to an end.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice, product
from time import monotonic
from typing import Any

from assistedaccess.services.asking import list_own, start_asking
from assistedaccess.services.components import Asking, Posted, Question, RepeatedQuestion
from assistedaccess.services.conditions import (
    Comparison,
    find_answer,
    find_key,
    list_fields,
    list_references,
)
from assistedaccess.services.definition import Definition, Page, find_owner
from assistedaccess.services.journey import choose_way
from assistedaccess.services.messages import SELECT_LISTED
from assistedaccess.services.operators import compare_answer
from assistedaccess.services.pages import PageReading, read_page
from assistedaccess.services.residuals import find_rest
from assistedaccess.services.samples import sample_answers, wanted_answers

MOST_STATES_OF_A_PAGE = 60
MOST_COMBINATIONS = 400
MOST_SUBMISSIONS = 50_000
_MOST_CLASSES = 40
State = tuple[str, str]


@dataclass
class Walk:
    """What walking found: pages that lead to an end, and what stood in the way."""

    reached: set[str] = field(default_factory=set)
    walked: set[str] = field(default_factory=set)
    errors: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    submissions: int = 0


def walk_definition(definition: Definition, now: datetime, seconds: float | None = None) -> Walk:
    """Walk ``definition``, which has no errors, at the local time ``now``.

    ``seconds``: how long it may take where somebody waits for it, in time of the clock.
    """
    return _Walker(definition, now, seconds).walk()


@dataclass
class _Step:
    """A state on the way that is being walked, with the ways on from it still to be tried."""

    page: Page
    state: State
    ways: Iterator[tuple[Page, dict[str, Any]]]


class _Walker:
    def __init__(self, definition: Definition, now: datetime, seconds: float | None) -> None:
        self.definition = definition
        self.now = now
        self.seconds = seconds
        self.ends_at = None if seconds is None else monotonic() + seconds
        self.found = Walk()
        self.comparisons = _comparisons_by_key(definition)
        self.live = _live_conditions(definition)
        self.leads_to: dict[State, set[State]] = defaultdict(set)
        self.ends: set[State] = set()
        self.states_of: Counter[str] = Counter()
        self.tried_limits: set[str] = set()

    def walk(self) -> Walk:
        """Depth first, so that each page new to the walk is followed to an end before others."""
        path = [self._enter(self.definition.start_page, {})]
        seen = {path[0].state}
        while path and self._has_time():
            following = next(path[-1].ways, None)
            if following is None:
                path.pop()
                continue
            page, answers = following
            state = self._state(page, answers)
            self.leads_to[state].add(path[-1].state)
            if state in seen or not self._is_wanted(page, path):
                continue
            seen.add(state)
            path.append(self._enter(page, answers))
        self._mark_walked()
        return self.found

    def _has_time(self) -> bool:
        if self.ends_at is not None and monotonic() > self.ends_at:
            self._warn(f"The walk was ended after {self.seconds:g} seconds")
            return False
        if self.found.submissions < MOST_SUBMISSIONS:
            return True
        self._warn(f"The walk was ended after {MOST_SUBMISSIONS} submissions")
        return False

    def _enter(self, page: Page, answers: dict[str, Any]) -> _Step:
        self.found.reached.add(page.path)
        self.states_of[page.path] += 1
        state = self._state(page, answers)
        return _Step(page, state, self._go_on(page, answers, state))

    def _is_wanted(self, page: Page, path: list[_Step]) -> bool:
        """Whether yet another state of ``page`` may show something new."""
        if self.states_of[page.path] < MOST_STATES_OF_A_PAGE:
            return True
        self._warn(f"Page {page.path}: not every way of reaching it was walked")
        self._mark_walked()
        return any(step.page.path not in self.found.walked for step in path)

    def _state(self, page: Page, answers: Mapping[str, Any]) -> State:
        rests = (
            f"{name}:{find_rest(self.definition, name, answers, self.now)}"
            for name in self.live[page.path]
        )
        return page.path, ";".join(rests)

    def _mark_walked(self) -> None:
        waiting, done = list(self.ends), set(self.ends)
        while waiting:
            state = waiting.pop()
            self.found.walked.add(state[0])
            for before in self.leads_to[state] - done:
                done.add(before)
                waiting.append(before)

    def _go_on(
        self, page: Page, answers: dict[str, Any], here: State
    ) -> Iterator[tuple[Page, dict[str, Any]]]:
        if page.is_end and not page.questions:
            self.ends.add(here)
            return
        asking = start_asking(self.definition, "en", answers, self.now, unread=list_own(page))
        samples = {q.key: self._samples(page, q, asking) for q in page.questions}
        if not all(samples.values()):
            return
        if page.path not in self.tried_limits:
            self.tried_limits.add(page.path)
            self._try_limits(page, answers, samples)
        for combination in self._combinations(page, samples, asking):
            reading = self._submit(page, answers, combination)
            if not reading.is_fit:
                self._complain(page, reading)
                continue
            after = answers | dict(reading.answers)
            if page.is_end:
                self.ends.add(here)
                continue
            way = choose_way(self.definition, page, after, self.now)
            if way is None:
                self._warn(
                    f"Page {page.path}: some answers lead nowhere, such as {after_words(reading)}"
                )
            elif way.redirect:
                self.ends.add(here)
            else:
                yield self.definition.pages[way.path], after

    def _samples(self, page: Page, question: Question, asking: Asking) -> list[Any]:
        fit = [s for s in sample_answers(question, asking) if _is_taken(question, s, asking)]
        if not fit:
            self._err(f"Page {page.path}, component {question.name}: no answer to it was found")
        return fit

    def _try_limits(
        self, page: Page, answers: dict[str, Any], samples: dict[str, list[Any]]
    ) -> None:
        """Post the page with each question at each of its limits."""
        for place in range(1, max(map(len, samples.values()), default=0)):
            picked = {key: tried[min(place, len(tried) - 1)] for key, tried in samples.items()}
            reading = self._submit(page, answers, picked)
            if not reading.is_fit:
                self._complain(page, reading)

    def _combinations(
        self, page: Page, samples: dict[str, list[Any]], asking: Asking
    ) -> Iterator[dict[str, Any]]:
        """Answers to the page, one for each set of conditions that they can make true."""
        classes = [
            [(q.key, answer) for answer in self._classes(q, samples[q.key], asking)]
            for q in page.questions
        ]
        count = 1
        for tried in classes:
            count *= len(tried)
        if count > MOST_COMBINATIONS:
            self._warn(f"Page {page.path}: not every combination of answers was walked")
            yield from _one_at_a_time(classes)
        yield from (dict(picked) for picked in islice(product(*classes), MOST_COMBINATIONS))

    def _classes(self, question: Question, samples: list[Any], asking: Asking) -> list[Any]:
        """The ordinary answer, and one for each other outcome of the comparisons on it."""
        comparisons = self.comparisons.get(question.key, [])
        tried = list(samples) if comparisons or _varies(question) else samples[:1]
        reveals = [choice.value for choice in question.choices if choice.reveals]
        offers = {choice.value: choice.condition for choice in question.choices}
        for comparison in comparisons:
            tried += wanted_answers(question, comparison, asking)
        kept: dict[tuple[Any, ...], Any] = {}
        for answer in [*tried, *reveals, *dict.fromkeys(v for v, name in offers.items() if name)]:
            outcome = (
                *(self._outcome(question, comparison, answer) for comparison in comparisons),
                answer if answer in reveals else "",
                offers.get(answer, "") if isinstance(answer, str) else "",
            )
            fits = outcome not in kept and (
                answer in samples or _is_taken(question, answer, asking)
            )
            if fits and len(kept) < _MOST_CLASSES:
                kept[outcome] = answer
        return list(kept.values())

    def _outcome(self, question: Question, comparison: Comparison, answer: Any) -> bool:
        key = find_key(comparison.field, self.definition.field_keys) or question.key
        kind = self.definition.kinds.get(key, question.type)
        _, compared = find_answer(key, {question.key: answer})
        return compare_answer(compared, comparison.operator, comparison.value, kind, self.now)

    def _submit(
        self, page: Page, answers: dict[str, Any], picked: Mapping[str, Any]
    ) -> PageReading:
        """Post ``picked`` to ``page`` as a browser would: a repeated question row by row."""
        self.found.submissions += 1
        single: dict[str, list[str]] = {}
        for question in page.questions:
            if not isinstance(question, RepeatedQuestion):
                single |= question.repost(picked.get(question.key))
        stored = {k: v for k, v in answers.items() if all(k != q.key for q in page.repeated)}
        rows = {q.key: picked.get(q.key) or [] for q in page.repeated}
        reading = PageReading({}, ())
        for place in range(max(1, *map(len, rows.values())) if rows else 1):
            posted = dict(single)
            for repeated in page.repeated:
                for row in rows[repeated.key][place : place + 1]:
                    posted |= repeated.each.repost(row)
            reading = self._read(page, posted, stored)
            if not reading.is_fit:
                break
            stored |= dict(reading.answers)
        return reading

    def _read(self, page: Page, posted: Posted, answers: dict[str, Any]) -> PageReading:
        return read_page(self.definition, page, posted, answers=answers, now=self.now)

    def _complain(self, page: Page, reading: PageReading) -> None:
        for fault in reading.faults:
            if fault.problem.template == SELECT_LISTED and _hangs_together(page):
                continue  # this choice does not go with the others on its page
            words = fault.words(lambda text: text)
            self._err(
                f"Page {page.path}, component {fault.question.name}: refuses what fits: {words}"
            )

    def _err(self, words: str) -> None:
        if words not in self.found.errors:
            self.found.errors.append(words)

    def _warn(self, words: str) -> None:
        start = words.split(", such as ")[0]
        if not any(said.startswith(start) for said in self.found.warnings):
            self.found.warnings.append(words)


def after_words(reading: PageReading) -> str:
    """The answers of a page for a warning, cut short."""
    return json.dumps(reading.answers, ensure_ascii=False)[:200]


def _is_taken(question: Question, answer: Any, asking: Asking) -> bool:
    if answer is None:
        is_none = isinstance(question, RepeatedQuestion) and question.bounds(asking.find)[1] == 0
        return is_none or not question.required
    if isinstance(question, RepeatedQuestion):
        rows = answer if isinstance(answer, list) else []
        fewest, most = question.bounds(asking.find)
        return max(fewest, 1) <= len(rows) <= most and all(
            _is_taken(question.each, row, asking) for row in rows
        )
    reading = question.read(question.repost(answer), asking)
    return reading.is_fit and reading.answer == answer


def _varies(question: Question) -> bool:
    """Whether ``question`` has rows that do not all ask the same."""
    return isinstance(question, RepeatedQuestion) and getattr(question.each, "varies", False)


def _hangs_together(page: Page) -> bool:
    return any(choice.condition for q in (*page.questions, *page.cells) for choice in q.choices)


def _one_at_a_time(classes: list[list[tuple[str, Any]]]) -> Iterator[dict[str, Any]]:
    ordinary = dict(tried[0] for tried in classes)
    for tried in classes:
        yield from (ordinary | {key: answer} for key, answer in tried)


def _comparisons_by_key(definition: Definition) -> dict[str, list[Comparison]]:
    """The comparisons of the conditions that are used, by the key of the answer they look at."""
    found: dict[str, list[Comparison]] = defaultdict(list)
    names = {name for page in definition.pages.values() for name in list_conditions(page)}
    for name in close_over(definition, names):
        for comparison in list_fields(definition.conditions[name].root):
            key = find_key(comparison.field, definition.field_keys)
            asked = find_owner(key, definition.questions) if key is not None else None
            if asked is not None and comparison not in found[asked]:
                found[asked].append(comparison)
    return found


def list_conditions(page: Page) -> set[str]:
    """The names of the conditions that ``page`` depends on: itself, ways on, what it asks."""
    names = {page.condition, *(way.condition for way in page.next)}
    for component in (*page.components, *page.questions, *page.cells):
        names.add(component.condition)
        names |= {choice.condition for choice in component.choices}
    return names - {""}


def close_over(definition: Definition, names: Iterable[str]) -> set[str]:
    """``names`` with all the conditions that they refer to, those that do not exist left out."""
    waiting, closed = list(names), set[str]()
    while waiting:
        name = waiting.pop()
        if name in closed or name not in definition.conditions:
            continue
        closed.add(name)
        waiting += list_references(definition.conditions[name].root)
    return closed


def _live_conditions(definition: Definition) -> dict[str, list[str]]:
    """For each page, the conditions that it, or a page after it, depends on."""
    live = {path: list_conditions(page) for path, page in definition.pages.items()}
    before: dict[str, set[str]] = defaultdict(set)
    for page in definition.pages.values():
        for way in page.next:
            before[way.path].add(page.path)
    waiting = list(live)
    while waiting:
        path = waiting.pop()
        for earlier in before[path]:
            if not live[path] <= live[earlier]:
                live[earlier] |= live[path]
                waiting.append(earlier)
    return {path: sorted(names) for path, names in live.items()}
