"""When a lone-worker warning holds, and who meets it. Pure.

Source: the Information Commissioner's guidance on markers that warn of violence. A marker rests on
something that happened, is right, is no more than whoever visits needs, and ends by itself.
"""

from __future__ import annotations

from datetime import date, timedelta

from .rules_appointments import AppointmentKind, AppointmentState

LONGEST = timedelta(days=365)
"""A warning that nobody looked at for a year is a rumour."""
LONGEST_WORDS = 300


class ExpiryPassed(ValueError):
    """The last day of a warning lies before today."""


class TooLong(ValueError):
    """The last day of a warning lies more than LONGEST ahead."""


def check_expiry(expires_on: date, today: date) -> date:
    """The last day of a warning, where it may be that. Raises ExpiryPassed, TooLong."""
    if expires_on < today:
        raise ExpiryPassed
    if expires_on > today + LONGEST:
        raise TooLong
    return expires_on


def meets_warnings(kind: AppointmentKind, state: AppointmentState, day: date, today: date) -> bool:
    """Whether whoever opens this appointment is told of warnings: before a home visit alone."""
    return kind is AppointmentKind.HOME and state is AppointmentState.BOOKED and day >= today
