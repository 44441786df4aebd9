"""The kinds of values that a rehearsal may write: what is read, and what is said where it is not.

Each kind reads what YAML gives and raises Misfit with a sentence; ``schema`` is its JSON Schema.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Annotated, Any

from assistedaccess.kernel.canonical import canonical_bank_account
from assistedaccess.kernel.clock import LONDON

from .meant import find_meant


class Misfit(Exception):
    """A value that its kind does not take; the message is a sentence."""


def fits(read: Mapping[str, Any]) -> str:
    """Nothing is wrong with these fields beside each other."""
    return ""


@dataclass(frozen=True, eq=False)
class Kind:
    """What may be written in one place. ``names``: a thing of this sort must have that name;
    ``misfit``: what is wrong with fields beside each other, as the end of a sentence."""

    words: str
    read: Callable[[Any], Any]
    schema: Mapping[str, Any]
    names: str = ""
    choices: tuple[str, ...] = ()
    fields: Mapping[str, Kind] = field(default_factory=dict)
    each: Kind | None = None
    required: frozenset[str] = frozenset()
    misfit: Callable[[Mapping[str, Any]], str] = fits


def fold(text: object) -> str:
    """How words of the language are compared: small letters, one underscore between words."""
    return re.sub(r"[\s\-]+", "_", str(text).strip().lower())


MOST_TOLD = 30
"""So many words are told where none is near: all fields of an act or of a person, not all acts."""


def suggest(word: object, among: Iterable[str]) -> str:
    """``Did you mean …?`` where something is meant by that word, or written near to it, else what
    there is if that is short."""
    known = {fold(each): each for each in sorted(set(among))}
    meant = find_meant(fold(word), known)
    near = difflib.get_close_matches(fold(word), known, n=1, cutoff=0.6)
    if meant or near:
        return f" Did you mean “{known[meant or near[0]]}”?"
    if known and len(known) <= MOST_TOLD:
        return f" It may be: {', '.join(known.values())}."
    return ""


def _read_text(value: Any) -> str:
    if isinstance(value, bool | dict | list) or value is None:
        raise Misfit("is not a text")
    return str(value)


def _read_words(value: Any) -> str:
    text = _read_text(value)
    if not text.strip():
        raise Misfit("says nothing")
    return text


def _read_yes(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    if str(value).lower() in ("yes", "true"):
        return True
    if str(value).lower() in ("no", "false"):
        return False
    raise Misfit("is neither yes nor no")


def _read_number(value: Any) -> int:
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if isinstance(value, str) and re.fullmatch(r"\d+", value):
        return int(value)
    raise Misfit("is not a whole number")


def _read_count(value: Any) -> int:
    number = _read_number(value)
    if not number:
        raise Misfit("is none: what is to be there is one at least")
    return number


_MONEY = re.compile(r"£?(\d{1,3}(?:,\d{3})+|\d+)(?:\.(\d\d))?")


def _read_money(value: Any) -> int:
    found = _MONEY.fullmatch(str(value).strip()) if not isinstance(value, bool | float) else None
    if found is None:
        raise Misfit("is not an amount such as £493 or £10.50")
    return int(found[1].replace(",", "")) * 100 + int(found[2] or 0)


_UNITS = {
    "s": "seconds", "sec": "seconds", "second": "seconds", "seconds": "seconds",
    "min": "minutes", "m": "minutes", "minute": "minutes", "minutes": "minutes",
    "h": "hours", "hour": "hours", "hours": "hours",
    "d": "days", "day": "days", "days": "days",
    "w": "weeks", "week": "weeks", "weeks": "weeks",
}  # fmt: skip
_MONTHS = {"month": 30, "months": 30, "year": 365, "years": 365}
_PART = re.compile(r"(\d+)\s*([a-z]+)")


def read_span(value: Any) -> timedelta:
    """A length of time such as ``40 minutes``, ``2 days 3 hours``; a month is 30 days."""
    text = str(value).strip().lower()
    parts = _PART.findall(text)
    left = _PART.sub("", text).replace("and", "").strip(" ,")
    if not parts or left:
        raise Misfit("is not a length of time such as 40 minutes, 72 h or 12 weeks")
    length = timedelta()
    for count, unit in parts:
        if unit in _UNITS:
            length += timedelta(**{_UNITS[unit]: int(count)})
        elif unit in _MONTHS:
            length += timedelta(days=int(count) * _MONTHS[unit])
        else:
            raise Misfit(f"has “{unit}”, which is no unit of time.{suggest(unit, _UNITS)}")
    return length


def spell_span(length: timedelta) -> str:
    """A length of time as a rehearsal writes it: ``2 days 3 hours``."""
    left, parts = round(length.total_seconds()), []
    for unit, seconds in (("day", 86_400), ("hour", 3_600), ("minute", 60), ("second", 1)):
        count, left = divmod(left, seconds)
        if count:
            parts.append(f"{count} {unit}{'' if count == 1 else 's'}")
    return " ".join(parts) or "0 seconds"


@dataclass(frozen=True)
class Ago:
    """A day or moment counted from now: ``3 weeks ago``, ``in 12 months``."""

    by: timedelta


def _read_relative(value: Any) -> Ago | None:
    text = str(value).strip().lower()
    if text in ("today", "now"):
        return Ago(timedelta())
    if text in ("yesterday", "tomorrow"):
        return Ago(timedelta(days=-1 if text == "yesterday" else 1))
    if text.endswith(" ago"):
        return Ago(-read_span(text[: -len(" ago")]))
    if text.startswith("in "):
        return Ago(read_span(text[len("in ") :]))
    return None


def read_day(value: Any) -> date | Ago:
    """A date, or one counted from today."""
    if isinstance(value, datetime):
        raise Misfit("is a moment, where a day is wanted")
    if isinstance(value, date):
        return value
    relative = _read_relative(value)
    if relative is not None:
        return relative
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        raise Misfit("is not a day such as 2026-11-23, 3 weeks ago or in 6 months") from None


def read_moment(value: Any) -> datetime | Ago:
    """A date and time as clocks in the United Kingdom show it, or one counted from now."""
    if isinstance(value, datetime):
        return value if value.tzinfo else value.replace(tzinfo=LONDON)
    if isinstance(value, date):
        return datetime.combine(value, time(10), tzinfo=LONDON)
    relative = _read_relative(value)
    if relative is not None:
        return relative
    try:
        read = datetime.fromisoformat(str(value).strip())
    except ValueError:
        raise Misfit("is not a moment such as 2026-11-23 09:10, or 2 hours ago") from None
    return read if read.tzinfo else read.replace(tzinfo=LONDON)


_TEXT = {"type": ["string", "number"]}
_WHEN = {"type": "string"}

TEXT = Kind("a text", _read_text, _TEXT)
YES = Kind("yes or no", _read_yes, {"type": ["boolean", "string"]})
BORN = Kind("a day of birth such as 1950-12-10", _read_text, _TEXT)
TONGUE = Kind("a language by its letters, such as `en` (see Languages)", _read_text, _TEXT)
SAID = Kind("a text", _read_words, _TEXT)
NUMBER = Kind("a whole number", _read_number, {"type": ["integer", "string"]})
POINTS = Kind(
    "a whole number: by how many points of a drawing 60 points high each second stroke is moved; 0 "
    "is the very same picture",
    _read_number,
    {"type": ["integer", "string"]},
)
COUNT = Kind("a whole number, one or more", _read_count, {"type": ["integer", "string"]})
MONEY = Kind("an amount such as £493", _read_money, {"type": ["string", "integer"]})
SPAN = Kind("a length of time such as 40 minutes", read_span, _WHEN)
DAY = Kind("a day such as 2026-11-23, 3 weeks ago or in 6 months", read_day, _WHEN)
MOMENT = Kind("a moment such as 2026-11-23 09:10, or 2 hours ago", read_moment, _WHEN)


def choice(
    words: Iterable[str] | type[StrEnum], what: str = "", also: Mapping[str, str] | None = None
) -> Kind:
    """One of these words. ``also``: another spelling of some of them."""
    known = tuple(str(word.value if isinstance(word, StrEnum) else word) for word in words)

    def read(value: Any) -> str:
        if isinstance(value, bool):  # YAML reads yes and no as truths
            value = "yes" if value else "no"
        folded = fold(value)
        folded = (also or {}).get(folded, folded)
        for word in known:
            if fold(word) == folded:
                return word
        raise Misfit(f"is “{value}”, which is no word for this.{suggest(value, known)}")

    spelt = (*known, *(also or {}))
    spellings = dict.fromkeys((*spelt, *(word.replace("_", " ") for word in spelt)))
    return Kind(what or "one word", read, {"enum": list(spellings)}, choices=known)


def named(sort: str, words: str) -> Kind:
    """The name of something of this rehearsal: an account, a person, what ``as`` has named."""
    return Kind(words, _read_text, {"type": "string"}, names=sort)


def many(kind: Kind) -> Kind:
    """A list of them, or one alone."""

    def read(value: Any) -> list[Any]:
        values = value if isinstance(value, list) else [value]
        return [kind.read(each) for each in values]

    schema = {"anyOf": [dict(kind.schema), {"type": "array", "items": dict(kind.schema)}]}
    return Kind(f"a list: {kind.words}", read, schema, kind.names, kind.choices, each=kind)


def record(
    words: str,
    fields: Mapping[str, Kind],
    required: Iterable[str] = (),
    misfit: Callable[[Mapping[str, Any]], str] = fits,
) -> Kind:
    """Fields with kinds of their own. The reader goes into them, so that it can name the line."""
    needed = frozenset(required)

    def read(value: Any) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise Misfit(f"is not {words}: it needs fields of its own")
        return value

    schema = {
        "type": "object",
        "additionalProperties": False,
        "properties": {name: dict(kind.schema) for name, kind in fields.items()},
        "required": sorted(needed),
    }
    return Kind(words, read, schema, fields=fields, required=needed, misfit=misfit)


def free(words: str) -> Kind:
    """Fields of any name: the answers to a form, for instance."""

    def read(value: Any) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise Misfit("needs fields of its own")
        return value

    return Kind(words, read, {"type": "object"})


ACCOUNT = named("account", "the name of an account")
PERSON = named("person", "the name of a person")
SITE = named("site", "the name of a site")
ORGANISATION = named("organisation", "the name of an organisation")


def _find_no_account(read: Mapping[str, Any]) -> str:
    parts = (read.get(part, "") for part in ("sort_code", "number", "roll"))
    if canonical_bank_account(*parts) is None:
        return "is no account: a sort code has six digits, a number six to eight"
    return ""


BANK = record(
    "a bank account",
    {"holder": TEXT, "sort_code": TEXT, "number": TEXT, "roll": TEXT},
    ("sort_code", "number"),
    _find_no_account,
)
POINT = record(
    "a contact point",
    {
        "kind": choice(("mobile", "landline", "email", "postal", "held_at_desk")),
        "value": TEXT,
        "whose": choice(("own", "shared", "other", "trusted")),
        "is_safe": YES,
    },
    ("kind", "value"),
)
ADDRESS = record(
    "an address",
    {"line_1": TEXT, "line_2": TEXT, "town": TEXT, "county": TEXT, "postcode": TEXT},
    ("line_1",),
)

Text = Annotated[str, TEXT]
InLanguage = Annotated[str, TONGUE]
Yes = Annotated[bool, YES]
Number = Annotated[int, NUMBER]
Money = Annotated[int, MONEY]
Span = Annotated[timedelta, SPAN]
Day = Annotated[date, DAY]
Moment = Annotated[datetime, MOMENT]
ByAccount = Annotated[str, ACCOUNT]
OfPerson = Annotated[str, PERSON]
OfOrganisation = Annotated[str, ORGANISATION]
BankAccount = Annotated[dict[str, Any], BANK]
Fields = Annotated[dict[str, Any], free("fields by their names")]
Texts = Annotated[list[str], many(TEXT)]
Address = Annotated[dict[str, Any] | None, ADDRESS]
