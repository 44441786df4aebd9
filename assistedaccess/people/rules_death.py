"""When a death may be recorded, and that a mistaken one is undone by two humans. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from enum import StrEnum

from flask_babel import gettext as _

from assistedaccess.kernel import clock
from assistedaccess.kernel.controls import Act, Finding, Verdict
from assistedaccess.kernel.errors import InvalidInput

UNDO = "people.undo_death"


class ToldBy(StrEnum):
    """How the helper knows."""

    FAMILY = "family"
    CARE_HOME = "care_home"
    CERTIFICATE = "certificate"
    GOVERNMENT = "government"


def check_date(died_on: date, birth_year: int | None, today: date) -> None:
    """Raise InvalidInput for a day that is to come, or before the person was born."""
    if died_on > today:
        raise InvalidInput("died_on", _("The day must be today or in the past"))
    if birth_year is not None and died_on.year < birth_year:
        raise InvalidInput("died_on", _("The day is before the person was born. Check the year"))
    if died_on.year < 1990:
        raise InvalidInput("died_on", _("Check the year"))


def is_same_day(recorded_at: datetime, now: datetime) -> bool:
    """Whether both are of one day in the UK: only then does everything come back as it was."""
    return clock.local(recorded_at).date() == clock.local(now).date()


def hold_undoing(act: Act) -> Iterable[Finding]:
    """The control: that somebody lives after all is for two humans to say.

    A record that opens again is worth much to whoever would claim in a dead person's name.
    """
    if act.name == UNDO:
        yield Finding(
            Verdict.HOLD,
            "death_undone_by_two",
            _("A second person has to agree before this record opens again."),
        )
