"""How long a delegation lasts, when people are warned, and what may take its place. Pure.

An end is always set: one task (90 days at most), 90 days, or 12 months with a check-in half-way.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from flask_babel import gettext as _

from assistedaccess.kernel.errors import InvalidInput, Refused
from assistedaccess.kernel.working_days import add_months

from .rules import (
    DelegationEnded,
    DelegationExpired,
    DelegationFrozen,
    is_frozen,
    spell_moment,
)
from .rules_lifting import OwnStop

ASKED_ABOUT_DAYS = 90
"""A longer term has a check-in half-way (a starting value of this project)."""

WARNING_DAYS = (30, 7, 0)
"""How many days before its end people are warned, and that they are told of the end itself."""


def find_check_in(starts_on: date, until_on: date) -> date | None:
    """The last day on which the person has to have said that it may go on: half-way of a long term.

    None for a term of ASKED_ABOUT_DAYS or less.
    """
    days = (until_on - starts_on).days
    return None if days <= ASKED_ABOUT_DAYS else starts_on + timedelta(days=days // 2)


def find_warning(
    starts_at: datetime, expires_at: datetime, warned_days: int | None, now: datetime
) -> int | None:
    """Of which end to warn now: so many days ahead, 0 once it has run out; None: not now.

    The nearest that is due, once each; a term that was no longer than the warning's days when it
    began needs none of it: the person has just been told its last day.
    """
    due = [
        days
        for days in WARNING_DAYS
        if now >= expires_at - timedelta(days=days)
        and (days == 0 or expires_at - starts_at > timedelta(days=days + 1))
    ]
    if not due or (warned_days is not None and warned_days <= due[-1]):
        return None
    return due[-1]


def renewed_until(starts_on: date, until_on: date, today: date, longest_months: int) -> date:
    """The last day of a renewal of today: the same length again, within the longest term."""
    return min(today + (until_on - starts_on), add_months(today, longest_months))


@dataclass(frozen=True)
class Replaced:
    """The edition that another one is to take the place of, as it stands."""

    person_id: UUID
    ended_at: datetime | None
    frozen_at: datetime | None
    frozen_until: datetime | None


def check_replacing(replaced: Replaced, person_id: UUID, now: datetime) -> None:
    """Raise why no other edition can take its place: it has ended, or the person has stopped it.

    One that has run out, or is at rest, can: that is how it is renewed. A stop is lifted first, by
    the person and in front of somebody else; no new yes steps around it.
    """
    if replaced.person_id != person_id:
        raise InvalidInput("replaces", _("That is about somebody else"))
    if replaced.ended_at is not None:
        raise DelegationEnded(
            _("What was agreed was ended on %(day)s.", day=spell_moment(replaced.ended_at)),
            next_step=_("Ask the person. If they want it, record a new yes."),
        )
    if is_frozen(replaced.frozen_at, replaced.frozen_until, now):
        raise DelegationFrozen(
            _("The person has put a stop on this for now."),
            next_step=_("Only the person can lift the stop, in front of another helper."),
        )


CHECK_IN_AHEAD_DAYS = 30
"""So many days before a check-in the person is asked for it."""


def check_running(ended_at: datetime | None, expires_at: datetime, now: datetime) -> None:
    """Raise DelegationEnded or DelegationExpired for one that is over."""
    if ended_at is not None:
        raise DelegationEnded(
            _("What was agreed was ended on %(day)s.", day=spell_moment(ended_at)),
            next_step=_("Ask the person. If they want it, record a new yes."),
        )
    if now >= expires_at:
        raise DelegationExpired(
            _("What was agreed ran out on %(day)s.", day=spell_moment(expires_at)),
            next_step=_("Ask the person. If they want it, they renew it with one yes."),
        )


class RestsOnLaw(Refused):
    """What the law gives is not changed or renewed by the person's yes."""

    reason_code = "rests_on_law"


class OwnCheckIn(OwnStop):
    """Nobody records for themself, or their organisation, that the person wants it to go on."""

    reason_code = "own_check_in"


def check_checking_in(*, is_own: bool) -> None:
    """Raise OwnCheckIn when one who acts on it would record that the person wants it to go on.

    So for each helper of an organisation that holds it: a desk that is to be asked about does not
    answer. What it may do is ask the person, whose own confirmation renews it.
    """
    if is_own:
        raise OwnCheckIn(
            _("This is about what you or your organisation do, so you cannot record it."),
            next_step=_(
                "The person can say it to another helper: where an organisation may act, to one of "
                "another organisation. Or renew it with them now: then they confirm it themself."
            ),
        )
