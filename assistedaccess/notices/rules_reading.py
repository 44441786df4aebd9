"""What is known of a notice having been read. Pure."""

from __future__ import annotations

from enum import StrEnum


class ReadHow(StrEnum):
    """What shows that a notice was read, by whoever could read it there; called what it is.

    A provider’s *delivered* shows nothing of the kind, and no message carries anything that
    reports when it is looked at.
    """

    ANSWERED = "answered"  # by a text, or with its number
    OPENED = "opened"  # its link, or the record that tells the same, online
    CODE_USED = "code_used"  # what stood in it alone
    READ_OUT = "read_out"  # the record that tells the same, aloud
    HANDED = "handed"  # the same on paper, into their hand
