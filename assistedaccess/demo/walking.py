"""A clock that walks from the beginning of the demonstration to now."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from assistedaccess.kernel.clock import LONDON

DAYS = 60


class WalkingClock:
    """Goes on a few seconds whenever it is looked at, and by days when it is told to."""

    def __init__(self, ends: datetime) -> None:
        self.ends = ends
        self.began = _morning(ends - timedelta(days=DAYS))
        self.moment = self.began

    def __call__(self) -> datetime:
        self.moment = min(self.moment + timedelta(seconds=3), self.ends)
        return self.moment

    def go_to_day(self, number: int) -> None:
        """To ten in the morning of that day of the demonstration; never back."""
        self.moment = max(self.moment, _morning(self.began + timedelta(days=number)))

    def go_to_end(self) -> None:
        """To just before now, so that what is done then is of today."""
        self.moment = max(self.moment, self.ends - timedelta(minutes=10))


def _morning(moment: datetime) -> datetime:
    local = moment.astimezone(LONDON)
    return local.replace(hour=10, minute=0, second=0, microsecond=0).astimezone(UTC)
