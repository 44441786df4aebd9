"""What is said when an answer does not fit: the error templates of the GOV.UK Design System.

The engine knows no language: it hands out templates (marked for the translators by ``N_``) with
their values, and the page that shows them translates.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field


def N_(message: str) -> str:
    """Mark ``message`` for translation; it is translated where it is shown."""
    return message


ENTER = N_("Enter %(what)s")
SELECT = N_("Select %(what)s")
SELECT_YES_IF = N_("Select yes if %(what)s")
SELECT_ANSWER = N_("Select an answer to “%(what)s”")
SELECT_LISTED = N_("Select one of the answers listed for %(what)s")
ENTER_ANSWER = N_("Enter an answer to “%(what)s”")
SELECT_YES_NO = N_("Select yes or no to “%(what)s”")
UNFIT_CHARACTERS = N_("%(What)s must not include characters that cannot be printed")
TOO_LONG = N_("%(What)s must be %(limit)s characters or less")
TOO_SHORT = N_("%(What)s must be %(limit)s characters or more")
WRONG_LENGTH = N_("%(What)s must be exactly %(limit)s characters")
TOO_MANY_WORDS = N_("%(What)s must be %(limit)s words or less")
WRONG_FORMAT = N_("Enter %(what)s in the correct format")
NOT_A_NUMBER = N_("%(What)s must be a number, like 30")
NOT_WHOLE = N_("%(What)s must be a whole number")
TOO_PRECISE = N_("%(What)s must have %(limit)s decimal places or fewer")
TOO_LOW = N_("%(What)s must be %(limit)s or more")
TOO_HIGH = N_("%(What)s must be %(limit)s or less")
NOT_BETWEEN = N_("%(What)s must be between %(low)s and %(high)s")
BAD_EMAIL = N_("Enter an email address in the correct format, like name@example.com")
BAD_TELEPHONE = N_("Enter a phone number, like 01632 960 001, 07700 900 982 or +44 808 157 0192")
BAD_WEBSITE = N_("Enter a website address in the correct format, like www.example.org")
BAD_NINO = N_("Enter a National Insurance number in the correct format, like QQ 12 34 56 C")
BAD_POSTCODE = N_("Enter a full UK postcode, like AA3 1AB")
ENTER_ADDRESS_LINE_1 = N_("Enter address line 1, typically the building and street")
ENTER_TOWN = N_("Enter town or city")
ENTER_POSTCODE = N_("Enter postcode")
MISSING_PARTS = N_("%(What)s must include %(parts)s")
NOT_REAL_DATE = N_("%(What)s must be a real date")
NOT_REAL_TIME = N_("%(What)s must be a real time, like 09:30")
SHORT_YEAR = N_("Year must include 4 numbers")
NOT_IN_PAST = N_("%(What)s must be today or in the past")
NOT_IN_FUTURE = N_("%(What)s must be today or in the future")
TOO_LATE = N_("%(What)s must be the same as or before %(limit)s")
TOO_EARLY = N_("%(What)s must be the same as or after %(limit)s")
EXCLUSIVE = N_("Select “%(only)s” alone, or the other answers without it")
TOO_MANY_ROWS = N_("You can add up to %(limit)s entries")
UNFINISHED_ROW = N_("Change entry %(number)s: it needs another answer now")
TOO_FEW_ROWS = N_("Add %(limit)s entries or more")
TOO_MANY_FILES = N_("You can only select up to %(limit)s files at the same time")
TOO_FEW_FILES = N_("Upload %(limit)s or more files for %(what)s")
UPLOAD = N_("Upload %(what)s")
UNKNOWN_FILE = N_("The selected file could not be found. Upload it again")

PART_NAMES = {
    "day": N_("a day"),
    "month": N_("a month"),
    "year": N_("a year"),
    "hour": N_("an hour"),
    "minute": N_("minutes"),
}


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong with one answer.

    ``part`` names the control inside the question (``day``, ``postcode``) that the error summary
    links to, ``marks`` all the controls that it is about. ``own_words`` are the definition's own
    message and are shown as they stand.
    """

    template: str
    values: Mapping[str, str] = field(default_factory=dict)
    part: str = ""
    own_words: str = ""
    marks: tuple[str, ...] = ()


_YES_IF = re.compile(
    r"(?:(?P<do>do|does)|(?P<verb>are|have|can|will|would|could|should|is|has)) "
    r"(?P<who>you|they|he|she|it)\b (?P<rest>.+)",
    re.IGNORECASE,
)
_COMMAND = re.compile(
    r"(?:please )?(?:enter|select|choose|upload|provide|add|tell us) +(?=\w)",
    re.IGNORECASE,
)
_WHAT_IS = re.compile(r"what(?:’s|'s| is| are| was| were) (?P<rest>.+)", re.IGNORECASE)


def name_question(title: str) -> str | None:
    """The noun inside ``title`` ("What is your name?" gives "your name"), or None for a question.

    An error message names what is missing; a question that has no noun is quoted instead.
    """
    words = _COMMAND.sub("", title.strip().rstrip(":").strip())
    asked = _WHAT_IS.fullmatch(words.rstrip("?").strip())
    if asked:
        return _lower_first(asked["rest"])
    if words.endswith("?") or len(words) > 80 or not words:
        return None
    return _lower_first(words.rstrip("."))


def yes_if(title: str) -> str | None:
    """ "Do you own a car?" gives "you own a car", for "Select yes if …"; else None."""
    match = _YES_IF.fullmatch(title.strip().rstrip("?").strip())
    if match is None or (match["do"] and match["do"].lower() == "does"):
        return None
    if match["do"]:
        return f"{match['who'].lower()} {match['rest']}"
    return f"{match['who'].lower()} {match['verb'].lower()} {match['rest']}"


def capitalise(words: str) -> str:
    """``words`` with a capital first letter, the rest as it is."""
    return words[:1].upper() + words[1:]


def _lower_first(words: str) -> str:
    first = words.split(" ", 1)[0]
    names = ("National", "Universal", "British", "Blue")
    if (len(first) > 1 and not first[1:].islower()) or first in names:
        return words  # an abbreviation or a proper name
    return words[:1].lower() + words[1:]
