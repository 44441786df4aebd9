"""What whoever complained is told, and by which message. Pure.

Nothing but these sentences leaves by itself, to whatever number somebody gave: no word that anybody
typed, and in a text none that says that there is a complaint, or about whom.
"""

from __future__ import annotations

from enum import StrEnum


class ComplaintMessage(StrEnum):
    """What is told of a complaint."""

    RECEIVED = "complaint_received"
    EXTENDED = "complaint_extended"
    ASKED_AGAIN = "complaint_asked_again"
    ANSWERED = "complaint_answered"
