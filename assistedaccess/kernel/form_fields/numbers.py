"""Fields for whole numbers and for money."""

from __future__ import annotations

import re
from typing import Any

from flask_babel import gettext as _

from .text import TextField

_WHOLE = re.compile(r"[-−]?\d{1,12}")
_AMOUNT = re.compile(r"£? ?(\d{1,3}(?:,\d{3})+|\d{1,9})(?:\.(\d{2}))?")
LARGEST = 2_000_000_000  # fits the 32 bits of an INTEGER column


class IntegerField(TextField):
    """A whole number; data is int, or None when nothing was entered."""

    def __init__(
        self,
        label: object = "",
        *,
        minimum: int = 0,
        maximum: int = LARGEST,
        **kwargs: Any,
    ) -> None:
        kwargs.setdefault("width", 10)
        super().__init__(label, inputmode="numeric", spellcheck=False, **kwargs)
        self.minimum = minimum
        self.maximum = maximum

    def read(self, text: str) -> int | None:
        if not text:
            return None
        bare = text.replace(",", "").replace(" ", "")
        if not _WHOLE.fullmatch(bare):
            raise ValueError(
                _("%(name)s must be a whole number, like 15", name=self.name_in_errors)
            )
        return self.within(int(bare.replace("−", "-")))

    def within(self, number: int) -> int:
        """``number``; raises ValueError, with the words, outside the limits."""
        names = {
            "name": self.name_in_errors,
            "least": self.show_limit(self.minimum),
            "most": self.show_limit(self.maximum),
        }
        if number < self.minimum:
            raise ValueError(_("%(name)s must be %(least)s or more", **names))
        if number > self.maximum:
            raise ValueError(_("%(name)s must be %(most)s or less", **names))
        return number

    def show_limit(self, number: int) -> str:
        """A limit as an error names it."""
        return self.show(number)


class MoneyField(IntegerField):
    """An amount in pounds; data is integer pence, and so are the limits."""

    def __init__(self, label: object = "", **kwargs: Any) -> None:
        super().__init__(label, prefix="£", **kwargs)
        self.inputmode = "decimal"

    def read(self, text: str) -> int | None:
        if not text:
            return None
        found = _AMOUNT.fullmatch(text)
        if found is None:
            raise ValueError(
                _(
                    "%(name)s must be an amount of money, like 75 or 123.45",
                    name=self.name_in_errors,
                )
            )
        pounds, pence = found.groups(default="0")
        return self.within(int(pounds.replace(",", "")) * 100 + int(pence))

    def show_limit(self, number: int) -> str:
        return "£" + self.show(number)

    def show(self, data: Any) -> str:
        pounds, pence = divmod(data, 100)
        return f"{pounds:,}.{pence:02}" if pence else f"{pounds:,}"
