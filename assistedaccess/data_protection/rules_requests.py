"""What a person may ask about their data, by when it is answered, and what must stay. Pure.

UK GDPR, Articles 16 to 18 and 21; the answer is due within one month (Article 12(3)). Access is
given at once, as a pack. So is a restriction, and an objection to being counted and sampled: they
hold while they are looked at, and nobody loses anything by that (docs/data-protection.md).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from enum import StrEnum

from assistedaccess.kernel.errors import Refused
from assistedaccess.kernel.working_days import add_months
from assistedaccess.people.rules import GoesOn


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
    RESTRICTED = "restricted"  # they asked us to keep it, and not to use it (Article 18)
    LED_TO = "led_to"  # another record leads here, which is erased on its own account
    MONEY = "money"  # Article 17(3)(b): accounts are kept for six years


class EndedHow(StrEnum):
    """By whom what stood was ended."""

    PERSON = "person"
    ORGANISATION = "organisation"


STANDING = (Kind.RESTRICTION, Kind.OBJECTION)
"""What stands from the moment it is written down, and is not only answered."""

TOLD_BEFORE = timedelta(days=14)
"""How long the person has known before the organisation uses their record again. Article 18(3)
says before, and names no time: a letter takes a week, and somebody needs a week to find help."""


class NotToldYet(Refused):
    """The person has not known for long enough that their record is to be used again."""

    reason_code = "not_told_yet"


class NotStanding(Refused):
    """Nothing of this stands, or not any more."""

    reason_code = "not_standing"


def find_goes_on(standing: Iterable[str | None]) -> GoesOn | None:
    """What goes on where several restrictions stand: the least of what any of them leaves."""
    asked = set(standing)
    if not asked:
        return None
    return GoesOn.NOTHING if GoesOn.NOTHING in asked else GoesOn.BEGUN


def may_be_used_from(end_said_on: date) -> date:
    """The day from which a record may be used again, of which the person was told on that day."""
    return end_said_on + TOLD_BEFORE


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
