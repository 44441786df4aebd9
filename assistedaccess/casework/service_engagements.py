"""What appointments and group sessions share: nobody is in two places, and what a person is told.

A message about a group is worded as one about an appointment: whoever reads it beside the person
learns of no group, and of nothing that its topic tells.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from babel.dates import format_datetime
from flask_babel import get_locale
from flask_babel import gettext as _
from sqlalchemy import select

from assistedaccess.accounts.models import Account
from assistedaccess.kernel import clock
from assistedaccess.kernel.actor import SYSTEM, Actor
from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.errors import RefusedInput
from assistedaccess.notices.rules import Channel, NoticeKind
from assistedaccess.notices.service import queue_notice
from assistedaccess.organisations.models import Site
from assistedaccess.people.models import Person
from assistedaccess.people.queries import get_person
from assistedaccess.people.routes import choose_route

from .queries_engagements import Elsewhere, find_engagement
from .rules_appointments import AppointmentKind
from .rules_groups import Span

LOCALES = {"en": "en_GB", "cy": "cy"}


class DoubleBooking(RefusedInput):
    """A helper, or a person, would be in two places at one time."""

    reason_code = "double_booking"


class TimeOnNoClock(RefusedInput):
    """The clocks go forward over this time."""

    reason_code = "time_on_no_clock"

    def __init__(self, field: str) -> None:
        super().__init__(
            field, _("The clocks go forward then: this time is on no clock. Choose another.")
        )


def check_elsewhere(
    actor: Actor,
    spans: Sequence[Span],
    *,
    helpers: Collection[UUID] = (),
    person_id: UUID | None = None,
    but: UUID | None = None,
    field: str = "at",
) -> None:
    """Raise DoubleBooking at ``field`` where one of the helpers, or the person, is elsewhere then.

    They are locked, accounts in the order of their ids: of two who book the same time, one reads
    what the other wrote.
    """
    assert actor.organisation_id is not None  # noqa: S101  (require_may_act refused it)
    session = get_session()
    if helpers:
        accounts = select(Account.id).where(Account.id.in_(helpers)).order_by(Account.id)
        session.execute(accounts.with_for_update())
    if person_id is not None:
        session.execute(select(Person.id).where(Person.id == person_id).with_for_update())
    found = find_engagement(
        actor.organisation_id, spans, helpers=helpers, person_id=person_id, but=but
    )
    if found is None:
        return
    begins, ends = clock.local(found.starts_at), clock.local(found.ends_at)
    said = {"begins": f"{begins:%H:%M}", "ends": f"{ends:%H:%M}"}
    words = _elsewhere(found.what) % said
    if len(spans) > 1:
        words = f"{spell_time(found.starts_at, 'EEEE d MMMM')}: {words}"
    raise DoubleBooking(field, words)


def _elsewhere(what: Elsewhere) -> str:
    return {
        Elsewhere.HELPER_MEETS: _(
            "The helper has an appointment from %(begins)s to %(ends)s. Choose another time."
        ),
        Elsewhere.HELPER_LEADS: _(
            "The helper leads a group session from %(begins)s to %(ends)s. Choose another time."
        ),
        Elsewhere.PERSON_MEETS: _(
            "The person has an appointment from %(begins)s to %(ends)s. Choose another time."
        ),
        Elsewhere.PERSON_JOINS: _(
            "The person is on the register of a group session from %(begins)s to %(ends)s. "
            "Choose another time."
        ),
    }[what]


def spell_time(moment: datetime, pattern: str = "EEEE d MMMM, h:mma") -> str:
    """A moment by the clocks of the UK, for whoever reads the page; babel's ``pattern``."""
    return str(format_datetime(clock.local(moment), pattern, locale=get_locale() or "en_GB"))


def say_when(
    person_id: UUID, starts_at: datetime, site_id: UUID | None, kind: str, *more: datetime
) -> dict[str, str]:
    """The facts of a notice about a time, and ``more`` at the same place: when, and at which desk,
    in the person's language."""
    locale = LOCALES.get(get_person(person_id).language, "en_GB")
    when = "; ".join(
        format_datetime(clock.local(each), "EEEE d MMMM, h:mma", locale=locale)
        for each in (starts_at, *more)
    )
    site = get_session().get(Site, site_id) if site_id else None
    where = site.name if site is not None and kind == AppointmentKind.DESK else ""
    return {"when": when, "where": where, "kind": str(kind)}


def remind(person_id: UUID, organisation_id: UUID, facts: dict[str, str]) -> bool:
    """Remind somebody of tomorrow by text or e-mail; False where they have neither.

    A letter that is printed today comes too late.
    """
    route = choose_route(person_id, SYSTEM)
    if route.channel not in (Channel.TEXT, Channel.EMAIL):
        return False
    queue_notice(
        actor=SYSTEM,
        person_id=person_id,
        kind=NoticeKind.APPOINTMENT_REMINDER,
        route=route,
        organisation_id=organisation_id,
        facts=facts,
    )
    return True
