"""What a group session may be, what its topic may say, and who may open its register. Pure.

That somebody is on the register of a group about debt says that they are in debt. So a topic that
tells what people come for is hidden: from lists, calendars, messages, stories and paper, and from
whoever neither leads the session nor keeps people safe.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from uuid import UUID

from . import rules_appointments

MOST_PLACES = 60
MOST_LEADERS = 6
MOST_WEEKS = 26
SHORTEST, LONGEST = timedelta(minutes=15), timedelta(hours=8)
LONGEST_TOPIC = 80
LONGEST_ROOM = 80
LONGEST_WHY = 300
TOLD_WITHIN = timedelta(minutes=10)
"""How often `expire` runs: by then whoever was on a register has a message on its way."""

Span = tuple[datetime, datetime]


class GroupKind(StrEnum):
    """Where a group meets. A desk, a telephone and a home are for one person alone."""

    ROOM = "room"
    VIDEO = "video"


class GroupState(StrEnum):
    """Where a session stands. Only a PLANNED one can still change; CLOSED is its register."""

    PLANNED = "planned"
    CLOSED = "closed"
    CANCELLED = "cancelled"


class EntryState(StrEnum):
    """Where one line of a register stands.

    That somebody did not come is a fact about the day, never one about the person: nothing counts
    how often. CANCELLED: taken off, or the session does not take place.
    """

    BOOKED = "booked"
    CAME = "came"
    LEFT_EARLY = "left_early"
    DID_NOT_COME = "did_not_come"
    CANCELLED = "cancelled"


TAKES_A_PLACE = (EntryState.BOOKED, EntryState.CAME, EntryState.LEFT_EARLY)
SAYS_THEY_CAME = (EntryState.CAME, EntryState.LEFT_EARLY)


class ToTell(StrEnum):
    """What somebody on a register is still to be told; it stands there until they are."""

    MOVED = "moved"
    CANCELLED = "cancelled"


class EndsTooEarly(ValueError):
    """It would end before it begins, or within a quarter of an hour."""


class TakesTooLong(ValueError):
    """It would take longer than a working day."""


def find_session_times(day: date, begins: time, ends: time, now: datetime) -> Span:
    """Beginning and end, in UTC, by the clocks of the United Kingdom on ``day``.

    Raises EndsTooEarly, TakesTooLong, and what rules_appointments.find_beginning raises.
    """
    starts_at = rules_appointments.find_beginning(day, begins, now)
    ends_at = rules_appointments.find_instant(day, ends)
    if ends <= begins or ends_at - starts_at < SHORTEST:
        raise EndsTooEarly
    if ends_at - starts_at > LONGEST:
        raise TakesTooLong
    return starts_at, ends_at


def find_weekly_times(day: date, begins: time, ends: time, weeks: int, now: datetime) -> list[Span]:
    """The times of ``weeks`` sessions, a week apart by the calendar and the clock on the wall.

    Raises ValueError unless there are 1 to MOST_WEEKS, and as find_session_times.
    """
    if not 1 <= weeks <= MOST_WEEKS:
        raise ValueError("so many weeks are not offered")
    return [
        find_session_times(day + timedelta(weeks=week), begins, ends, now) for week in range(weeks)
    ]


# -- the topic

_SOMEBODY = re.compile(
    r"@"  # an e-mail address
    r"|\d[\d\s]{4,}\d"  # a telephone or account number
    r"|\b[A-Za-z]-?[0-9A-Za-z]{4}-[0-9A-Za-z]{4}\b"  # a reference
    r"|\b(?:Mr|Mrs|Ms|Miss|Mx|Dr)\.?\s+[^\W\d_]"
)
_TELLING = re.compile(
    r"\b(?:debt|arrears|bailiff|insolven|bankrupt|abus|violen|domestic|refuge|survivor|victim"
    r"|rape|sexual|traffick|slavery|addict|alcohol|drug|gambl|sober|recovery|mental|depress|anxi"
    r"|suicid|self.?harm|bereave|grief|widow|hiv|aids\b|cancer|dementia|alzheimer|autis|adhd"
    r"|disab|illness|diagnos|health|pregnan|abortion|fertil|menopaus|asylum|immigra|visa\b"
    r"|settled status|deport|offend|probation|prison|criminal|lgbt|gay\b|lesbian|trans\b"
    r"|transgender|homeless|evict|divorc|separat|sanction|food ?bank|pip\b|attendance allowance"
    r"|blue badge|carer"
    r"|dyled|trais|cam-drin|iechyd|canser|digartref|lloches)",
    re.IGNORECASE,
)
"""Beginnings of words, English and some Welsh, for what a life holds that is nobody's business:
health, belief apart (UK GDPR, Article 9), crime (Article 10), money trouble, harm, family, home.
It is a net under whoever forgets, and no fence: the form asks first."""


def names_somebody(topic: str) -> bool:
    """Whether a topic holds what belongs to one person: a number, a reference, an e-mail, a name
    with a title."""
    return _SOMEBODY.search(topic) is not None


def tells_what_for(topic: str) -> bool:
    """Whether a topic plainly tells what people come for, so that it must be hidden."""
    return _TELLING.search(topic) is not None


# -- who may open a register


@dataclass(frozen=True)
class Reader:
    """Who would open a register, already known to be of its organisation."""

    account_id: UUID | None
    site_id: UUID | None
    is_safeguarding_lead: bool = False


def may_open_register(
    reader: Reader, *, is_private: bool, site_id: UUID, leaders: Collection[UUID]
) -> bool:
    """Whether this reader may see who is on a register.

    Its leaders and the safeguarding lead always; the helpers of its site too, unless its topic is
    hidden: who comes to such a group is for nobody else to know.
    """
    if reader.is_safeguarding_lead or reader.account_id in leaders:
        return True
    return not is_private and reader.site_id == site_id
