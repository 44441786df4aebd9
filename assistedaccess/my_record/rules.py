"""What of a person's record is told where, and for how long a reading stays open. Pure.

A card and a reference in the wrong hands must not show where somebody lives or what they are ill
with. So what is sensitive is told in person alone, after a private moment; everywhere else the
same words stand in its place whether there is something or not.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum


class Sensitivity(StrEnum):
    """Who may hear an entry: anybody who may hear the record, or the person alone."""

    ORDINARY = "ordinary"
    SENSITIVE = "sensitive"


class HowAsked(StrEnum):
    """Where the person asks for their record."""

    IN_FRONT = "in_front"
    TELEPHONE = "telephone"
    ONLINE = "online"


class Style(StrEnum):
    """In which form the record is given."""

    ORDINARY = "ordinary"
    LARGE_PRINT = "large_print"
    EASY_READ = "easy_read"
    AUDIO = "audio"


READING_IS_OPEN_FOR = timedelta(minutes=30)
"""A reading is for the person who is there now: it is not opened again once they have gone."""

PAGE = 300
"""Facts of the journal that one page of the record is made of; looks of one day are one line."""


@dataclass(frozen=True)
class Telling:
    """How much may be told.

    ``in_private``: the person is in front of the helper and nobody else hears. ``hides_place``:
    the record says that where they live is hidden, or that contact is not safe, so that the name
    of a desk near their home is not told either.
    """

    how: HowAsked
    in_private: bool = False
    hides_place: bool = False

    @property
    def tells_sensitive(self) -> bool:
        """Only face to face, and only alone: a voice on the telephone may have company."""
        return self.how is HowAsked.IN_FRONT and self.in_private

    @property
    def tells_place(self) -> bool:
        return self.tells_sensitive or not self.hides_place

    def tells(self, sensitivity: Sensitivity) -> bool:
        """Whether an entry of that sensitivity is told at all."""
        return sensitivity is Sensitivity.ORDINARY or self.tells_sensitive
