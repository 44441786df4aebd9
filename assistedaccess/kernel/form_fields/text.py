"""Fields for text."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import Any

from email_validator import EmailNotValidError, validate_email
from flask_babel import gettext as _
from flask_babel import ngettext

from ..card_numbers import holds_card_number, words_for_card
from ..foreign_passwords import holds_password, mask_password, words_for_mask
from ..text import UnfitText, clean_text
from .base import AppField, first_value
from .rendering import keep_lines

# One number for each plural form that a language of ours has (CLDR; Welsh has all six).
_PLURAL_EXAMPLES = {"zero": 0, "one": 1, "two": 2, "few": 3, "many": 6, "other": 4}


def _without_unfit(text: str) -> str:
    """``text`` without what clean_text refuses, so that it can be shown to be mended."""
    kept = []
    for character in text:
        try:
            clean_text(character, multiline=True)
        except UnfitText:
            continue
        kept.append(character)
    return "".join(kept)


class TextField(AppField):
    """One line of text; data is None when nothing was entered."""

    macro = "input"
    multiline = False
    refuses_cards = True
    refuses_passwords = True

    def __init__(
        self,
        label: object = "",
        *,
        max_length: int = 200,
        min_length: int = 0,
        autocomplete: str | None = None,
        inputmode: str | None = None,
        spellcheck: bool | None = None,
        width: int | None = None,
        prefix: object = None,
        suffix: object = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(label, **kwargs)
        self.max_length = max_length
        self.min_length = min_length
        self.autocomplete = autocomplete
        self.inputmode = inputmode
        self.spellcheck = spellcheck
        self.width = width
        self.prefix = prefix
        self.suffix = suffix
        self.entered: str | None = None

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        self.data = None
        self.entered = raw = first_value(valuelist)
        try:
            text = self.clean(raw)
        except UnfitText:
            self.entered = _without_unfit(raw)
            raise ValueError(
                _(
                    "%(name)s had a hidden character that cannot be stored. It has been taken "
                    "out: check what is left",
                    name=self.name_in_errors,
                )
            ) from None
        if self.refuses_cards and holds_card_number(text):
            self.entered = ""  # it is not even shown again
            raise ValueError(words_for_card())
        if self.refuses_passwords and holds_password(text):
            self.entered = mask_password(raw)
            raise ValueError(words_for_mask(self.name_in_errors))
        self.check_length(text)
        self.data = self.read(text)

    def clean(self, raw: str) -> str:
        # A tab that came with a paste is a space here; line breaks have no place in one line.
        text = raw if self.multiline else raw.replace("\t", " ")
        return clean_text(text, multiline=self.multiline)

    def read(self, text: str) -> Any:
        """The data for cleaned text. Raises ValueError, with the words, where it does not fit."""
        return text or None

    def check_length(self, text: str) -> None:
        """Raise ValueError for too much or too little; before anything slower looks at it."""
        if len(text) > self.max_length:
            raise ValueError(
                _(
                    "%(name)s must be %(count)s characters or less",
                    name=self.name_in_errors,
                    count=self.max_length,
                )
            )
        if text and len(text) < self.min_length:
            raise ValueError(
                _(
                    "%(name)s must be %(count)s characters or more",
                    name=self.name_in_errors,
                    count=self.min_length,
                )
            )

    @property
    def shown(self) -> str:
        """What stands in the box: what was typed, else the data."""
        if self.entered is not None:
            return self.entered
        return "" if self.data is None else self.show(self.data)

    def show(self, data: Any) -> str:
        """``data`` as one would type it."""
        return str(data)

    def params(self) -> dict[str, Any]:
        params: dict[str, Any] = {
            "id": self.id,
            "name": self.name,
            "value": self.shown,
            "autocomplete": self.autocomplete,
            "inputmode": self.inputmode,
            "spellcheck": self.spellcheck,
        }
        if self.width:
            params["classes"] = f"govuk-input--width-{self.width}"
        if self.prefix:
            params["prefix"] = {"text": self.prefix}
        if self.suffix:
            params["suffix"] = {"text": self.suffix}
        return params


class TextAreaField(TextField):
    """Lines of text, with a count of the characters that are left."""

    macro = "character_count"
    multiline = True

    def __init__(
        self, label: object = "", *, max_length: int = 2000, rows: int = 5, **kwargs: Any
    ) -> None:
        super().__init__(label, max_length=max_length, **kwargs)
        self.rows = rows

    def params(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "name": self.name,
            "value": keep_lines(self.shown.replace("\r\n", "\n").replace("\r", "\n")),
            "rows": self.rows,
            "maxlength": self.max_length,
            "spellcheck": self.spellcheck,
            "textareaDescriptionText": _(
                "You can enter up to %(count)s characters", count="%{count}"
            ),
            "charactersUnderLimitText": {
                rule: ngettext(
                    "You have %(count)s character remaining",
                    "You have %(count)s characters remaining",
                    number,
                    count="%{count}",
                )
                for rule, number in _PLURAL_EXAMPLES.items()
            },
            "charactersAtLimitText": _("You have 0 characters remaining"),
            "charactersOverLimitText": {
                rule: ngettext(
                    "You have %(count)s character too many",
                    "You have %(count)s characters too many",
                    number,
                    count="%{count}",
                )
                for rule, number in _PLURAL_EXAMPLES.items()
            },
        }


class PasswordField(TextField):
    """A secret that somebody types. Never shown again; spaces inside and at its ends count."""

    macro = "password_input"
    refuses_cards = False  # kept as a hash alone, and never said to be anything
    refuses_passwords = False

    def __init__(
        self,
        label: object = "",
        *,
        max_length: int = 1000,
        autocomplete: str = "current-password",
        **kwargs: Any,
    ) -> None:
        super().__init__(label, max_length=max_length, autocomplete=autocomplete, **kwargs)

    def clean(self, raw: str) -> str:
        clean_text(raw)  # refuses; what it trims stays
        return unicodedata.normalize("NFC", raw)

    def params(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "name": self.name,
            "autocomplete": self.autocomplete,
            "showPasswordText": _("Show"),
            "hidePasswordText": _("Hide"),
            "showPasswordAriaLabelText": _("Show password"),
            "hidePasswordAriaLabelText": _("Hide password"),
            "passwordShownAnnouncementText": _("Your password is visible"),
            "passwordHiddenAnnouncementText": _("Your password is hidden"),
        }


class EmailField(TextField):
    """An e-mail address, by its form alone: nothing is looked up."""

    def __init__(self, label: object = "", *, autocomplete: str = "off", **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 254)  # RFC 5321, section 4.5.3.1.3, less its brackets
        super().__init__(label, autocomplete=autocomplete, spellcheck=False, **kwargs)

    def read(self, text: str) -> str | None:
        if not text:
            return None
        try:
            validate_email(text, check_deliverability=False)
        except EmailNotValidError:
            raise ValueError(
                _("Enter an email address in the correct format, like name@example.com")
            ) from None
        return text

    def params(self) -> dict[str, Any]:
        return {**super().params(), "type": "email", "autocapitalize": "none"}


class TelField(TextField):
    """A telephone number as it was typed, with between 7 and 15 digits (ITU-T E.164)."""

    _pattern = re.compile(r"\+?[\d\s().\-–]{7,}(?: ?(?:ext|x)\.? ?\d{1,6})?", re.IGNORECASE)

    def __init__(self, label: object = "", *, autocomplete: str = "off", **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 40)
        super().__init__(label, autocomplete=autocomplete, width=20, **kwargs)

    def read(self, text: str) -> str | None:
        if not text:
            return None
        digits = sum(character.isdecimal() for character in text)
        if not self._pattern.fullmatch(text) or not 7 <= digits <= 21:
            raise ValueError(
                _("Enter a telephone number, like 01632 960001, 07700 900982 or +44 808 157 0192")
            )
        return text

    def params(self) -> dict[str, Any]:
        return {**super().params(), "type": "tel"}
