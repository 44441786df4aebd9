"""How commands read what they are given, whoever called them: a page, a rehearsal, a command line.

Pages say the same earlier and more kindly (kernel.form_fields); what a command takes, it checks.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TypeVar

from flask_babel import gettext as _

from .card_numbers import holds_card_number, words_for_card
from .errors import InvalidInput
from .foreign_passwords import holds_password, words_for_password
from .text import UnfitText, clean_text

W = TypeVar("W", bound=StrEnum)


def read_text(
    field: str, value: str | None, most: int, missing: str = "", *, multiline: bool = True
) -> str:
    """``value`` as it may be stored: clean, no longer than ``most``, no password or card's number.

    Empty where there is none, unless ``missing`` says what to enter. Raises InvalidInput.
    """
    try:
        text = clean_text(value or "", multiline=multiline)
    except UnfitText:
        raise InvalidInput(field, _("Take out the characters that cannot be printed")) from None
    if missing and not text:
        raise InvalidInput(field, missing)
    if len(text) > most:
        raise InvalidInput(field, _("Use %(count)s characters or less", count=most))
    if holds_password(text):
        raise InvalidInput(field, words_for_password())
    if holds_card_number(text):
        raise InvalidInput(field, words_for_card())
    return text


def read_word(field: str, value: object, words: type[W], missing: str) -> W:
    """One word of a closed list. Raises InvalidInput with ``missing`` for any other."""
    try:
        return words(str(value))
    except ValueError:
        raise InvalidInput(field, missing) from None
