"""The words of the summary of holds."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from .rules_holds import Ended

ENDED: dict[str, Any] = {
    Ended.RELEASED: _l("Released"),
    Ended.REVERSED: _l("Released when looked at again"),
    Ended.REFUSED: _l("Refused"),
    Ended.OTHERWISE: _l("Taken back, or not possible any more"),
}
TOTAL = _l("Total")


def say_time(length: timedelta) -> str:
    """How long something waited: hours below two days, else days."""
    hours = max(1, round(length.total_seconds() / 3600))
    if hours < 48:
        return ngettext("%(num)s hour", "%(num)s hours", hours)
    return ngettext("%(num)s day", "%(num)s days", round(hours / 24))
