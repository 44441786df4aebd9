"""The rules of handing a case over: what may go along, how it stands, why it comes back. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

LONGEST_MESSAGE = 1_000
LONGEST_RETURN = 500


class HandOverState(StrEnum):
    """Where a hand-over stands. Only an offered one changes."""

    OFFERED = "offered"
    TAKEN = "taken"
    RETURNED = "returned"
    WITHDRAWN = "withdrawn"


class Part(StrEnum):
    """What goes along beside what needs to be done, by when, and why they need help."""

    NOTES = "notes"
    TASKS = "tasks"


class HowSaid(StrEnum):
    """How the person said yes."""

    HERE = "here"
    TELEPHONE = "telephone"


class ReturnReason(StrEnum):
    """Why the other organisation does not take it. CLOSED: it has closed; nobody chose that."""

    NOT_OURS = "not_ours"
    NO_TIME = "no_time"
    NOT_REACHED = "not_reached"
    NOT_WANTED = "not_wanted"
    OTHER = "other"
    CLOSED = "closed"


def join_parts(parts: Iterable[str]) -> str:
    """The parts as one column holds them, each once. Raises ValueError for another word."""
    chosen = {Part(part) for part in parts}
    return ",".join(part for part in Part if part in chosen)


def split_parts(joined: str) -> tuple[Part, ...]:
    """What join_parts wrote."""
    return tuple(Part(part) for part in joined.split(",") if part)


def may_see_person(state: HandOverState, *, is_giver: bool, is_warm: bool) -> bool:
    """Whether somebody of one of the two organisations sees who it is and what was shared.

    The giver always; the other once it has taken the case, and before that where it is warm.
    """
    return is_giver or state is HandOverState.TAKEN or (is_warm and state is HandOverState.OFFERED)


def may_know(state: HandOverState, *, is_giver: bool) -> bool:
    """Whether there is a hand-over at all for them: once returned, the other knows of none."""
    return is_giver or state in (HandOverState.OFFERED, HandOverState.TAKEN)
