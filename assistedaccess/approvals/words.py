"""The words for where a pending act stands, and the colour of their tag."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from .rules import State

STATES: dict[str, tuple[object, str]] = {
    State.WAITING: (_l("Waits"), "yellow"),
    State.RELEASED: (_l("Released"), "green"),
    State.REFUSED: (_l("Refused"), "red"),
    State.FAILED: (_l("Not done"), "orange"),
    State.WITHDRAWN: (_l("Withdrawn"), "grey"),
}
