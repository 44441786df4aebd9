"""Answers to every page of a form, as somebody gives them who goes through it to the end."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from itertools import islice, product
from typing import Any

from assistedaccess.services.asking import list_own, start_asking
from assistedaccess.services.components import RepeatedQuestion
from assistedaccess.services.definition import Definition, Page, PageKind
from assistedaccess.services.journey import choose_way
from assistedaccess.services.pages import read_page
from assistedaccess.services.samples import sample_answers

MOST_TRIES = 12
"""Ways to answer one page that are tried before it is left for another."""
ENDS = (PageKind.SUMMARY, PageKind.CONFIRM)

Answered = list[tuple[str, dict[str, Any]]]


def answer_form(definition: Definition, now: datetime) -> Answered:
    """Each page on a way through ``definition`` with its answers, to the page that sums up.

    ``now`` is local. Raises LookupError for a form that has no such way.
    """
    found = _follow(definition, definition.start_page, {}, now, set())
    if found is None:
        raise LookupError("no way leads through this form")
    return found


def _follow(
    definition: Definition, page: Page, answers: dict[str, Any], now: datetime, seen: set[str]
) -> Answered | None:
    if page.kind in ENDS:
        return []
    if page.path in seen or (page.is_end and not page.questions):
        return None
    for given in islice(_ways(definition, page, answers, now), MOST_TRIES):
        after = {**answers, **given}
        way = choose_way(definition, page, after, now)
        if way is None or way.redirect:
            continue
        following = definition.pages[way.path]
        rest = _follow(definition, following, after, now, seen | {page.path})
        if rest is not None:
            return [(page.path, given), *rest] if page.questions else rest
    return None


def _ways(
    definition: Definition, page: Page, answers: dict[str, Any], now: datetime
) -> Iterator[dict[str, Any]]:
    asking = start_asking(definition, "en", answers, now, unread=list_own(page))
    samples = [
        [(question, answer) for answer in sample_answers(question, asking)[:3]]
        for question in page.questions
    ]
    for picked in product(*samples):
        posted: dict[str, list[str]] = {}
        for question, answer in picked:
            if isinstance(question, RepeatedQuestion):
                answer = answer[0] if answer else None
                posted |= question.each.repost(answer) if answer else {}
            else:
                posted |= question.repost(answer)
        reading = read_page(definition, page, posted, answers=answers, now=now)
        if reading.is_fit:
            yield dict(reading.answers)
