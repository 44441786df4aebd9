"""What can become of an application, in which order, and until when one may answer. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from assistedaccess.kernel.working_days import Unit, add_months, find_last_day, working_day_by
from assistedaccess.services.catalogue import Challenge, ChallengeStep

LONGEST_WORDS = 500
MOST_PENCE = 100_000_000
"""A million pounds: more is a slip of the point."""
MOST_COUNT = 400
"""The longest limit in its unit: more is a slip."""
LONGEST_LIMIT_YEARS = 3


class OutcomeKind(StrEnum):
    """What was heard. The first five come from the other side; the rest is what we or the person
    did about it, or that nobody will ever hear."""

    RECEIVED = "received"
    MORE_ASKED = "more_asked"
    DECIDED = "decided"
    PAID = "paid"
    REFUSED = "refused"
    ANSWERED = "answered"
    CHALLENGED = "challenged"
    NOT_KNOWN = "not_known"


class Correction(StrEnum):
    """How what is heard now goes with what was written down before and says another thing."""

    CHANGED = "changed"  # both were right at their time
    MISTAKE = "mistake"  # what was written down before was wrong


class LimitFrom(StrEnum):
    """Where the last day is known from."""

    RULE = "rule"
    LETTER = "letter"
    WITHIN = "within"
    NOT_SAID = "not_said"


ENDS = frozenset({OutcomeKind.PAID, OutcomeKind.NOT_KNOWN})
"""Nothing more is awaited after these. A decision is awaited until the money has come, a refusal
until it was challenged or its last day has passed."""
WITH_LIMIT = frozenset({OutcomeKind.MORE_ASKED, OutcomeKind.DECIDED, OutcomeKind.REFUSED})
WITH_MONEY = frozenset({OutcomeKind.DECIDED, OutcomeKind.PAID})
CALLS_FOR_WORK = frozenset({OutcomeKind.MORE_ASKED, OutcomeKind.REFUSED})
CHALLENGEABLE = frozenset({OutcomeKind.DECIDED, OutcomeKind.REFUSED})

_GOES_ON: dict[OutcomeKind | None, frozenset[OutcomeKind]] = {
    None: frozenset(OutcomeKind) - {OutcomeKind.ANSWERED, OutcomeKind.CHALLENGED},
    OutcomeKind.RECEIVED: frozenset(OutcomeKind)
    - {OutcomeKind.ANSWERED, OutcomeKind.CHALLENGED, OutcomeKind.RECEIVED},
    OutcomeKind.MORE_ASKED: frozenset(OutcomeKind) - {OutcomeKind.RECEIVED, OutcomeKind.CHALLENGED},
    OutcomeKind.ANSWERED: frozenset(OutcomeKind) - {OutcomeKind.CHALLENGED},
    OutcomeKind.DECIDED: frozenset(
        {OutcomeKind.PAID, OutcomeKind.CHALLENGED, OutcomeKind.NOT_KNOWN}
    ),
    OutcomeKind.REFUSED: frozenset({OutcomeKind.CHALLENGED, OutcomeKind.NOT_KNOWN}),
    OutcomeKind.CHALLENGED: frozenset(OutcomeKind) - {OutcomeKind.ANSWERED},
    OutcomeKind.PAID: frozenset({OutcomeKind.PAID}),
    OutcomeKind.NOT_KNOWN: frozenset(OutcomeKind) - {OutcomeKind.ANSWERED, OutcomeKind.CHALLENGED},
}
_NEEDS_BEFORE = {
    OutcomeKind.ANSWERED: frozenset({OutcomeKind.MORE_ASKED}),
    OutcomeKind.CHALLENGED: CHALLENGEABLE,
}


@dataclass(frozen=True)
class Heard:
    """One thing that was heard: when it happened, and the money it speaks of, in pence."""

    kind: OutcomeKind
    on: date
    weekly_pence: int | None = None
    arrears_pence: int | None = None


def may_follow(before: OutcomeKind | None, kind: OutcomeKind) -> bool:
    """Whether it is something that can be done now at all: nobody answers what nobody asked."""
    needed = _NEEDS_BEFORE.get(kind)
    return needed is None or before in needed


def contradicts(before: Heard | None, now: Heard) -> bool:
    """Whether ``now`` says another thing than what was heard last.

    A refusal after money, money after a refusal that nobody challenged, another amount a week than
    was decided, or something that happened before what is known: all of it can be true, and all of
    it can be a slip of the pen, so it is asked.
    """
    if before is None:
        return False
    if now.kind not in _GOES_ON[before.kind]:
        return True
    if now.on < before.on:
        return True
    told = (before.weekly_pence, now.weekly_pence)
    return now.kind in WITH_MONEY and None not in told and told[0] != told[1]


def count_challenges(kinds: Sequence[OutcomeKind]) -> int:
    """How often it was challenged so far: it says which step of challenging comes next."""
    return sum(kind is OutcomeKind.CHALLENGED for kind in kinds)


def find_step(challenge: Challenge | None, challenged: int) -> ChallengeStep | None:
    """The step that comes next after ``challenged`` of them; the last one where there is no more.

    None where the service's catalogue says nothing.
    """
    if challenge is None:
        return None
    return challenge.steps[min(challenged, len(challenge.steps) - 1)]


def find_rule_day(step: ChallengeStep | None, decided_on: date, nation: str) -> date | None:
    """The last day of a step by the service's rule, from the date of the decision.

    None where the rule gives no number: then the letter says.
    """
    if step is None:
        return None
    if step.months is not None:
        return find_last_day(decided_on, step.months, Unit.MONTHS, nation)
    if step.days is not None:
        return find_last_day(decided_on, step.days, Unit.DAYS, nation)
    return None


def act_by(last_day: date, nation: str) -> date:
    """The day by which to act: the last working day there, on or before the last day."""
    return working_day_by(last_day, nation)


REMIND_BEFORE = timedelta(days=7)


def remind_on(last_day: date, nation: str, today: date) -> date:
    """The day of the helper's task: a working day about a week ahead, but never a past one."""
    wished = working_day_by(act_by(last_day, nation) - REMIND_BEFORE, nation)
    return max(wished, today)


USUAL_WEEKS = 8
"""After how many weeks an answer is missed, where the service names no number."""
QUARTER_MONTHS = 3
ASK_AGAIN = timedelta(days=28)


def expect_on(sent_on: date, decision_weeks: int | None) -> date:
    """The day after which an answer is missed."""
    return sent_on + timedelta(weeks=decision_weeks or USUAL_WEEKS)


def chase_on(last_on: date) -> date:
    """The day on which what has been silent since ``last_on`` is chased: a quarter later."""
    return add_months(last_on, QUARTER_MONTHS)


def find_next_day(
    heard: Heard,
    last_day: date | None,
    today: date,
    *,
    pays_money: bool,
    decision_weeks: int | None,
) -> date | None:
    """The day after which the next word is missed; None where nothing more is awaited.

    A refusal awaits nothing: it has its last day. A decision awaits its money, where there is any.
    What they asked for is missed when its last day is over.
    """
    if heard.kind in ENDS or heard.kind is OutcomeKind.REFUSED:
        return None
    if heard.kind is OutcomeKind.DECIDED:
        return max(today, heard.on) + ASK_AGAIN if pays_money else None
    if heard.kind is OutcomeKind.MORE_ASKED:
        return last_day or today + ASK_AGAIN
    return expect_on(max(today, heard.on), decision_weeks)
