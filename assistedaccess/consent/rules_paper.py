"""The printed form: how long its photograph may take, and when a visit may have been. Pure."""

from __future__ import annotations

from datetime import date, timedelta

from flask_babel import gettext as _

from assistedaccess.kernel.errors import InvalidInput

SCAN_WITHIN = timedelta(days=14)
"""How long a signed paper may take to be photographed; then what rests on it lapses."""

PACK_LIFETIME = timedelta(days=14)
"""How long a printed form may wait to be signed and entered."""

SIGNS = ("signature", "mark")


def check_visited_on(visited_on: date, *, printed_on: date, today: date) -> None:
    """Raise InvalidInput for a visit before its pack was printed, or one still to come."""
    if visited_on > today:
        raise InvalidInput("visited_on", _("The day of the visit must be today or in the past"))
    if visited_on < printed_on:
        raise InvalidInput(
            "visited_on", _("The form was printed after that day. Enter the day of the visit")
        )


def is_open_on(today: date, visited_on: date, has_ended: bool, waits_until: date | None) -> bool:
    """Whether what a person was asked can still be answered: that day at the visit, or while a
    letter or a printed form is on its way."""
    if waits_until is not None and visited_on <= today <= waits_until:
        return True
    return visited_on == today and not has_ended
