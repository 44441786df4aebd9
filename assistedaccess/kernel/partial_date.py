"""A date of which parts may not be known: many people know the year of their birth, not the day.

Never filled up with invented parts: nobody becomes "born on 1 January".
"""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date

_LEAP_YEAR = 2000


@dataclass(frozen=True)
class PartialDate:
    """Year, month and day, each None where it is not known.

    Known together may be: all; year and month; the year; month and day; or nothing
    (``UNKNOWN_DATE``). Raises ValueError for anything else and for a date that does not exist.
    """

    year: int | None = None
    month: int | None = None
    day: int | None = None

    def __post_init__(self) -> None:
        if self.day is not None and self.month is None:
            raise ValueError("a day needs a month")
        if self.month is not None and self.day is None and self.year is None:
            raise ValueError("a month alone says nothing")
        # 29 February without a year is possible, so a leap year stands in for the year.
        date(
            _LEAP_YEAR if self.year is None else self.year,
            1 if self.month is None else self.month,
            1 if self.day is None else self.day,
        )

    @classmethod
    def of(cls, day: date) -> PartialDate:
        """The full date ``day``."""
        return cls(day.year, day.month, day.day)

    @classmethod
    def from_text(cls, text: str) -> PartialDate:
        """The date that ``str()`` wrote: ``1942-03-27``, ``1942-03``, ``1942``, ``--03-27``, or "".

        Raises ValueError for any other text.
        """
        if not text:
            return cls()
        if text.startswith("--"):
            month, _, day = text[2:].partition("-")
            return cls(None, int(month), int(day))
        parts = [int(part) for part in text.split("-")]
        if len(parts) > 3:
            raise ValueError(f"not a date: {text!r}")
        return cls(*parts)

    def __str__(self) -> str:
        """As ISO 8601 writes it, cut where knowledge ends (``--03-27`` without a year)."""
        if self.year is None:
            return f"--{self.month:02}-{self.day:02}" if self.month else ""
        text = f"{self.year:04}"
        if self.month:
            text += f"-{self.month:02}"
        if self.day:
            text += f"-{self.day:02}"
        return text

    @property
    def is_full(self) -> bool:
        return self.year is not None and self.day is not None

    @property
    def is_unknown(self) -> bool:
        return self.year is None and self.month is None

    def full(self) -> date | None:
        """The date, where all of it is known."""
        if self.year is None or self.month is None or self.day is None:
            return None
        return date(self.year, self.month, self.day)

    def earliest(self) -> date | None:
        """The first day that it can be; None where the year is not known."""
        if self.year is None:
            return None
        return date(self.year, self.month or 1, self.day or 1)

    def latest(self) -> date | None:
        """The last day that it can be; None where the year is not known."""
        if self.year is None:
            return None
        month = self.month or 12
        return date(self.year, month, self.day or calendar.monthrange(self.year, month)[1])


UNKNOWN_DATE = PartialDate()
