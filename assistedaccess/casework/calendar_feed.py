"""A helper's times as iCalendar (RFC 5545): when, how long, where; nobody's name."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from flask_babel import gettext as _
from icalendar import Calendar, Event

from .forms_appointments import KINDS
from .rules_appointments import AppointmentKind
from .rules_groups import GroupKind
from .service_links import GROUP, Slot

ASK_AGAIN = timedelta(hours=1)


def write_calendar(slots: Iterable[Slot], now: datetime) -> bytes:
    """The feed. An appointment that was moved keeps its key; one that was cancelled is not there.

    REFRESH-INTERVAL is RFC 7986: how often to ask.
    """
    calendar = Calendar()
    calendar.add("prodid", "-//Assisted Access//Appointments//EN")
    calendar.add("version", "2.0")
    calendar.add("refresh-interval", ASK_AGAIN, parameters={"VALUE": "DURATION"})
    for slot in slots:
        event = Event()
        event.add("uid", f"{slot.id}@assisted-access")
        event.add("dtstamp", now)
        event.add("dtstart", slot.starts_at)
        event.add("dtend", slot.ends_at)
        event.add("summary", _summary(slot.kind))
        if slot.kind in _AT_A_SITE and slot.site_name:
            event.add("location", slot.site_name)
        event.add("class", "PRIVATE")
        calendar.add_component(event)
    return bytes(calendar.to_ical())


_AT_A_SITE = (AppointmentKind.DESK, f"{GROUP}{GroupKind.ROOM}")


def _summary(kind: str) -> str:
    if kind.startswith(GROUP):  # never its topic: a calendar is shared, and open on a desk
        return _("Group session")
    return _("Appointment: %(where)s", where=KINDS[AppointmentKind(kind)])
