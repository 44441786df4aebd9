"""The form of authority that the other side accepts: for how long it counts there. Pure."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from flask_babel import gettext as _

from assistedaccess.kernel.errors import InvalidInput
from assistedaccess.kernel.working_days import add_months


class HowSent(StrEnum):
    """How the other side got it."""

    POST = "post"
    ONLINE = "online"
    EMAIL = "email"
    HANDED_OVER = "handed_over"
    TELEPHONE = "telephone"


def find_last_day(months: int | None, today: date, last_on: date) -> date:
    """The last day that the form names: the delegation's own, ``last_on``, or an earlier one.

    ``months``: for how long it surely counts at the other side; None where it has no rule.
    """
    return last_on if months is None else min(last_on, add_months(today, months))


def check_runs_out(runs_out_on: date, today: date, last_on: date) -> None:
    """Raise InvalidInput for a day that is over, or on which nobody may act any more."""
    if runs_out_on < today:
        raise InvalidInput("runs_out_on", _("The day must be today or later"))
    if runs_out_on > last_on:
        raise InvalidInput(
            "runs_out_on", _("It cannot hold there for longer than the person agreed to")
        )
