"""Until when somebody may answer or challenge: the service's rule, and what a letter says."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from flask_babel import gettext as _

from assistedaccess.kernel.errors import InvalidInput
from assistedaccess.kernel.inputs import read_word
from assistedaccess.kernel.working_days import Unit, find_last_day
from assistedaccess.services.catalogue import ChallengeStep

from . import rules_outcomes
from .rules_outcomes import Heard, LimitFrom, OutcomeKind


@dataclass(frozen=True)
class Letter:
    """What a letter says of the time there is: the last day, or so many days from its date."""

    known_from: str | None
    day: date | None = None
    count: int | None = None
    unit: str | None = None


def read_limit(
    heard: Heard, letter: Letter, step: ChallengeStep | None, nation: str
) -> tuple[date | None, LimitFrom | None]:
    """The last day to act on what was heard, and where it is known from. Raises InvalidInput.

    Of the letter's day and the service's rule (of ``step``) the earlier counts: nobody misses a
    day because one of them was wrong.
    """
    if heard.kind not in rules_outcomes.WITH_LIMIT:
        return None, None
    by_rule = None
    if heard.kind is not OutcomeKind.MORE_ASKED:
        by_rule = rules_outcomes.find_rule_day(step, heard.on, nation)
    ruled = (by_rule, LimitFrom.RULE) if by_rule else (None, LimitFrom.NOT_SAID)
    if letter.known_from is None:
        return ruled
    known_from = read_word(
        "limit_from", letter.known_from, LimitFrom, _("Select how long there is time")
    )
    if known_from in (LimitFrom.RULE, LimitFrom.NOT_SAID):
        return ruled
    said = _read_day(letter, known_from, heard, nation)
    return ruled if by_rule is not None and by_rule < said else (said, known_from)


def _read_day(letter: Letter, known_from: LimitFrom, heard: Heard, nation: str) -> date:
    if known_from is LimitFrom.LETTER:
        if letter.day is None:
            raise InvalidInput("last_day", _("Enter the last day that the letter gives"))
        day, field = letter.day, "last_day"
    else:
        field = "limit_count"
        if letter.count is None or not 0 < letter.count <= rules_outcomes.MOST_COUNT:
            raise InvalidInput(field, _("Enter how many days or months there are"))
        unit = read_word("limit_unit", letter.unit, Unit, _("Select days, working days or months"))
        if unit is Unit.MONTHS and letter.count > 12 * rules_outcomes.LONGEST_LIMIT_YEARS:
            raise InvalidInput(field, _("Check how many months there are"))
        day = find_last_day(heard.on, letter.count, unit, nation)
    if day < heard.on:
        raise InvalidInput(field, _("The last day must not be before the date of the letter"))
    if (day - heard.on).days > 366 * rules_outcomes.LONGEST_LIMIT_YEARS:
        raise InvalidInput(field, _("Check the year of the last day"))
    return day
