"""How large a file may be, and why one is not taken."""

from __future__ import annotations

from enum import StrEnum

LARGEST = 20_000_000
"""Bytes of one file: 20 MB, as the form says."""
MOST_OF_APPLICATION = 40
"""How many files one application holds at most."""


class Fault(StrEnum):
    """Why a file is not taken."""

    EMPTY = "empty"
    TOO_LARGE = "too_large"
    WRONG_TYPE = "wrong_type"
    BROKEN = "broken"
    BOMB = "bomb"
    LOCKED = "locked"
    ACTIVE = "active"
    VIRUS = "virus"


class BadFile(Exception):
    """A file that is not taken."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(str(fault))
        self.fault = fault
