"""Supervision by sample: how many cases, of which month, and what is asked of each. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from enum import StrEnum

from assistedaccess.kernel.errors import Refused

CASES_A_MONTH = 5
LONGEST_WORDS = 1_000


class Question(StrEnum):
    """The short form. Each is answered from what stands in the case."""

    ASKED = "asked"  # the person's wish, in their words, and their yes where one is needed
    RIGHT = "right"  # the right thing for this need, in time
    TOLD = "told"  # the person knows what was done and what comes next
    CARRY_ON = "carry_on"  # a colleague could carry on from what is written
    RESPECT = "respect"  # the person could read it


class Answer(StrEnum):
    """To one question."""

    YES = "yes"
    NO = "no"
    CANNOT_TELL = "cannot_tell"


class Outcome(StrEnum):
    """What follows from it."""

    GOOD = "good"
    TALK = "talk"
    WORRY = "worry"


class NoCheckpointYet(Refused):
    """The journal has no checkpoint since the month ended, so nothing can be drawn."""

    reason_code = "not_sealed_yet"


class AlreadySupervised(Refused):
    """Somebody has written the form of this case."""

    reason_code = "already_supervised"


def month_before(today: date) -> tuple[date, date]:
    """The first day of the last month that is over, and the first day of this one."""
    end = today.replace(day=1)
    year, month = divmod(end.year * 12 + end.month - 2, 12)
    return date(year, month + 1, 1), end


def join_answers(answers: Mapping[str, str]) -> str:
    """One text of all answers, in the order of Question. Raises ValueError where one is missing."""
    try:
        return ",".join(Answer(answers[question]) for question in Question)
    except KeyError as error:
        raise ValueError("each question is answered") from error


def split_answers(joined: str) -> dict[Question, Answer]:
    """What join_answers wrote."""
    return {
        question: Answer(answer)
        for question, answer in zip(Question, joined.split(","), strict=True)
    }
