"""Who may have a person told less (design, section 4, rule 5). Pure: no web, no database.

The person's own *no more letters*, said alone, holds at once. Anybody else's waits for a second
human, needs a reason, and ends on a day.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from flask_babel import gettext as _

from assistedaccess.kernel.controls import Act, Finding, Verdict
from assistedaccess.kernel.errors import InvalidInput

ACT = "people.set_safe_contact"
LONGEST = timedelta(days=90)
"""How long somebody else's wish holds at most; a starting value of this project."""

ASK_AGAIN = timedelta(days=180)
"""So long after somebody said, alone, that they want to be told less, whoever serves them next asks
them again. Nothing is sent when it has passed: that could reach whom they fear. Source: a stop of
notices has an end (SCENARIOS, A44); half a year is a starting value of this project."""


def is_silence(
    *, was_unsafe: bool, was_without_paper: bool, is_unsafe: bool, is_without_paper: bool
) -> bool:
    """Whether the person is told by fewer ways than before."""
    return (is_unsafe and not was_unsafe) or (
        is_without_paper and not was_without_paper and not was_unsafe
    )


def find_next_asking(
    before: date | None, *, is_own: bool, person_was_alone: bool, today: date
) -> date | None:
    """The day from which the person is asked again whether they still want to be told less; none
    where they are told as anybody is, or where the end is set (``is_own``: theirs, without one)."""
    if not is_own:
        return None
    return today + ASK_AGAIN if person_was_alone or before is None else before


def check_silence(act: Act) -> Iterable[Finding]:
    """The control: who was not asked alone is not silenced by one human."""
    if act.name == ACT and act.facts.get("is_silence") and not act.facts.get("person_was_alone"):
        yield Finding(
            Verdict.HOLD,
            "silence_not_by_the_person",
            _(
                "The person was not asked alone, so a second person has to agree before they are "
                "told less. Until then they are told as before."
            ),
        )


def check_end(until_on: date | None, today: date) -> date:
    """The day on which somebody else's wish ends. Raises InvalidInput."""
    if until_on is None:
        raise InvalidInput("until_on", _("Enter the day on which this ends"))
    if not today < until_on <= today + LONGEST:
        raise InvalidInput(
            "until_on", _("Enter a day in the next %(days)s days", days=LONGEST.days)
        )
    return until_on
