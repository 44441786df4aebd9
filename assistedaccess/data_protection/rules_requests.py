"""What a person may ask about their data, by when it is answered, and what must stay. Pure.

UK GDPR, Articles 16 to 18 and 21; the answer is due within one month (Article 12(3)). Access is
given at once, as a pack.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from assistedaccess.kernel.errors import Refused
from assistedaccess.kernel.working_days import add_months


class Kind(StrEnum):
    """What is asked."""

    RECTIFICATION = "rectification"
    ERASURE = "erasure"
    RESTRICTION = "restriction"
    OBJECTION = "objection"


class Outcome(StrEnum):
    """What was done about it."""

    DONE = "done"
    PARTLY = "partly"
    REFUSED = "refused"


class Stays(StrEnum):
    """Why something of a person must stay though they want it erased (Article 17(3))."""

    OPEN_HELP = "open_help"  # help goes on: a case, something that waits for a second human
    ON_ITS_WAY = "on_its_way"  # a message to them, which may be the answer itself
    MAY_ACT = "may_act"  # somebody may act for them: the authority has to be shown
    OBJECTION = "objection"  # what they did not agree to is not answered yet
    CLAIMS = "claims"  # Article 17(3)(e): what was done may be claimed about for six years
    LED_TO = "led_to"  # another record leads here, which is erased on its own account
    MONEY = "money"  # Article 17(3)(b): accounts are kept for six years


class NotOwnRequest(Refused):
    """Whoever wrote a request down does not answer it."""

    reason_code = "own_work"


class AlreadyAnswered(Refused):
    """A request is answered once."""

    reason_code = "already_answered"


class MustStay(Refused):
    """The law says that this record must stay for now."""

    reason_code = "must_stay"


def find_answer_day(asked_on: date) -> date:
    """One month later, by the calendar: the same day of the next month, or its last one."""
    return add_months(asked_on, 1)


def is_another_human(asked_by_human: object, answers_human: object) -> bool:
    """Whether another human answers than the one who wrote it down (design, section 4, rule 7)."""
    return asked_by_human is None or asked_by_human != answers_human
