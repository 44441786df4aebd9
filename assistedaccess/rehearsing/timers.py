"""What runs by itself in an installation while time passes."""

from __future__ import annotations

from datetime import datetime, timedelta

from assistedaccess.audit.sealing import seal_all
from assistedaccess.consent.silent import tell_calls
from assistedaccess.installation import expire_everything
from assistedaccess.notices.senders import make_sender
from assistedaccess.notices.service import send_due_notices
from assistedaccess.safeguards.scan import scan_everything

from .stage import Stage

AN_HOUR = timedelta(hours=1)
"""In a shorter wait nothing runs but what is due: nothing there is told by the minute."""
SHORTLY = timedelta(minutes=5)
"""How soon the timers run after something was done (docs/operating.md has them each minute)."""
ALL_DUE = timedelta(days=4)
"""After so long everything that is due within three days has passed."""
LAST_SEEN = timedelta(days=14)
"""So long before a longer wait ends everybody who works here was at work, as on other days; so were
they after so long in shorter ones."""


def run_timers(stage: Stage) -> None:
    """One round of all timers, now."""
    expire_everything()
    tell_calls()
    send_due_notices(limit=500, sender=make_sender(stage.settings))
    seal_all()
    scan_everything()


def pass_time(stage: Stage, until: datetime) -> None:
    """Go on to ``until``, with the timers on the way, the promises' deadlines among them."""
    began = stage.clock.moment
    stops: set[datetime] = set()
    if until - began >= AN_HOUR:
        stops = {began + SHORTLY, until}
    elif stage.promises:
        stops = {began + SHORTLY}
    worked = max(until - LAST_SEEN, began)
    is_work = stage.worked is None or until - stage.worked >= LAST_SEEN
    stops |= {began + ALL_DUE}
    if is_work and worked == began:
        stage.go_on_working()
    elif is_work:
        stops |= {worked}
    due = {promise.due for promise in stage.promises if not promise.is_kept}
    stops |= due | {moment - SHORTLY for moment in due}
    for stop in sorted(stop for stop in stops if began < stop <= until):
        stage.clock.moment = max(stage.clock.moment, stop)
        if is_work and stop == worked:
            stage.go_on_working()
        else:
            run_timers(stage)
        for promise in stage.promises:
            promise.look()
    stage.clock.moment = max(stage.clock.moment, until)
