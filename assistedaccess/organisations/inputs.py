"""How this package's commands read what they are given, whoever called them."""

from __future__ import annotations

from datetime import date

from flask_babel import gettext as _

from assistedaccess.kernel.errors import InvalidInput
from assistedaccess.kernel.text import UnfitText, clean_text

from .rules import EARLIEST


def read_text(field: str, value: str | None, required: str, *, most: int = 2000) -> str:
    """Clean text of one or more lines. Raises InvalidInput with ``required`` when it is empty."""
    return _read(field, value, required, most, multiline=True)


def read_name(field: str, value: str | None, required: str, *, most: int = 200) -> str:
    """Clean text of one line. Raises InvalidInput with ``required`` when it is empty."""
    return _read(field, value, required, most, multiline=False)


def _read(field: str, value: str | None, required: str, most: int, *, multiline: bool) -> str:
    try:
        text = clean_text(value or "", multiline=multiline)
    except UnfitText:
        raise InvalidInput(field, _("Remove the characters that cannot be printed")) from None
    if not text and required:
        raise InvalidInput(field, required)
    if len(text) > most:
        raise InvalidInput(field, _("Enter %(most)s characters or less", most=most))
    return text


def read_past_day(field: str, value: date, today: date) -> date:
    """A day that is not in the future. Raises InvalidInput."""
    if not EARLIEST <= value <= today:
        raise InvalidInput(field, _("The date must be today or in the past"))
    return value
