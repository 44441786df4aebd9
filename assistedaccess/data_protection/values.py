"""Stored values in words: dates, yes and no, money, words of closed lists, opened JSON."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from babel.dates import format_date
from flask_babel import get_locale
from flask_babel import lazy_gettext as _l

from assistedaccess.consent.words import LANGUAGES
from assistedaccess.kernel import clock
from assistedaccess.kernel.money import spell_money
from assistedaccess.services.queries import list_services

_CODE = re.compile(r"[a-z0-9]+([_-][a-z0-9]+)+")
"""A word of a closed list that is written as one."""
_CODES = re.compile(r"[a-z0-9_-]+(,[a-z0-9_-]+)+")
"""Several of them, stored in one column."""


COVERED, ERASED = "covered", "erased"
SAID: Mapping[object, Any] = {
    True: _l("yes"),
    False: _l("no"),
    COVERED: _l("Hidden. A safeguarding lead can give it to you alone."),
    ERASED: _l("Erased."),
}


def say(name: str, value: Any) -> str:
    """A column's value; ``name`` tells money (``…_pence``) from other whole numbers."""
    if isinstance(value, bool):
        return str(SAID[value])
    if isinstance(value, datetime):
        local = clock.local(value)
        return f"{_say_day(local.date())}, {local:%H:%M}"
    if isinstance(value, date):
        return _say_day(value)
    if isinstance(value, int):
        return spell_money(value) if name.endswith("_pence") else str(value)
    if name in _KNOWN:
        return ", ".join(
            _KNOWN[name](one) for one in (value if isinstance(value, list) else [value])
        )
    if isinstance(value, list | dict):
        return "\n".join(_flatten(value))
    return _say_word(str(value))


def _name_service(key: str) -> str:
    view = next((view for view in list_services() if view.key == key), None)
    locale = get_locale()
    return view.name(locale.language if locale else "en") if view else key


def _name_language(code: str) -> str:
    return str(LANGUAGES.get(code, code))


_KNOWN: Mapping[str, Callable[[str], str]] = {
    "service": _name_service,
    "services": _name_service,
    "language": _name_language,
    "spoken_language": _name_language,
}
"""Columns whose words are names elsewhere."""


def _say_day(day: date) -> str:
    return str(format_date(day, "d MMMM y", locale=get_locale() or "en_GB"))


def _say_word(text: str) -> str:
    """A word, or words, of a closed list as one reads it; what somebody typed as it is."""
    if _CODES.fullmatch(text):
        return ", ".join(_say_word(word) for word in text.split(","))
    return text.replace("_", " ").replace("-", " ") if _CODE.fullmatch(text) else text


def say_opened(opened: bytes) -> str:
    """What was sealed: text as it is, JSON as its parts, one a line."""
    text = opened.decode()
    if text[:1] not in ("{", "["):
        return text
    try:
        return "\n".join(_flatten(json.loads(text)))
    except ValueError:
        return text


def _flatten(value: Any, before: str = "") -> Iterator[str]:
    if isinstance(value, Mapping):
        for key, one in value.items():
            yield from _flatten(one, f"{before}{_say_word(str(key))}: ")
    elif isinstance(value, list):
        for one in value:
            yield from _flatten(one, before)
    elif value not in (None, "") and not _is_key(value):
        yield before + (say("", value) if isinstance(value, bool) else _say_word(str(value)))


def _is_key(value: Any) -> bool:
    """Ids are ours: they say nothing to anybody, and may be somebody else's."""
    try:
        UUID(str(value))
    except ValueError:
        return False
    return True


def say_covered() -> str:
    """In place of what tells where somebody lives, who keeps it hidden."""
    return str(SAID[COVERED])


def say_erased() -> str:
    """In place of what nobody can open any more."""
    return str(SAID[ERASED])
