"""The stop of a caller who could not be recognised: somebody from elsewhere asks whether it was so.

It holds for 72 hours (design, section 4, rule 6), and nobody may let it lapse who gains by that: a
second human, of no organisation that it stops, asks the person. If it was theirs, it holds until
they lift it, also where it has run out meanwhile. Beside an objection somebody from elsewhere is
asked anyway (my_record.service_objections).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from babel.dates import format_datetime
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from assistedaccess.access import Permission, require
from assistedaccess.approvals.describe import Row
from assistedaccess.approvals.rules import CONFIRM_STOP
from assistedaccess.approvals.second_look import open_second_look
from assistedaccess.consent.service import tell_person
from assistedaccess.kernel import clock
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.commands import command, concerns
from assistedaccess.kernel.database import get_session
from assistedaccess.notices.rules import Channel, NoticeKind
from assistedaccess.organisations.models import Membership
from assistedaccess.people.routes import choose_other_route

from . import service_stops
from .events import StoppedUnproven
from .models import Delegation
from .queries import make_facts, name_holders

UNPROVEN = "stop_unproven"
TITLE = _l("Ask whether a stop was the person’s own")


def have_it_confirmed(event: StoppedUnproven) -> None:
    """Have somebody from elsewhere ask the person; once a day for the same helper and delegations.

    In the caller's transaction.
    """
    if not event.delegation_ids:
        return
    open_second_look(
        actor=event.actor,
        person_id=event.person_id,
        command=CONFIRM_STOP,
        arguments={
            "person_id": event.person_id,
            "delegation_ids": list(event.delegation_ids),
            "asked_on": clock.today(),
        },
        reason=UNPROVEN,
        words=_("A stop was asked for by somebody who could not be recognised."),
    )


@command(CONFIRM_STOP)
def confirm_stop(
    *, actor: Actor, person_id: UUID, delegation_ids: list[UUID], asked_on: date
) -> int:
    """The person told a second human that the stop of ``asked_on`` was theirs: it holds until they
    lift it; returns how many it holds longer than before.

    ``actor`` is who heard the stop; who asked the person stands in the review's own events.
    """
    require(actor, Permission.DELEGATION_END)
    concerns(person_id=person_id)
    rows = service_stops.keep_frozen(actor, person_id, delegation_ids, "confirmed")
    if rows:
        tell_person(
            actor=actor,
            person_id=person_id,
            kind=NoticeKind.DELEGATION_FROZEN,
            organisation_id=actor.organisation_id or rows[0].organisation_id,
            facts=make_facts(person_id, rows),
        )
    return len(rows)


def exclude_stopped(name: str, arguments: Mapping[str, Any], _person_id: UUID | None) -> set[UUID]:
    """Whoever could act on what was stopped, and everybody of the organisations that gave it."""
    if name != CONFIRM_STOP:
        return set()
    stopped = Delegation.id.in_(arguments["delegation_ids"])
    members = (
        select(Membership.human_id)
        .join(Delegation, Delegation.organisation_id == Membership.organisation_id)
        .where(stopped, Membership.ended_at.is_(None))
    )
    holders = select(Delegation.holder_human_id).where(
        stopped, Delegation.holder_human_id.is_not(None)
    )
    return set(get_session().scalars(members.union(holders)))


def describe_stop(arguments: Mapping[str, Any]) -> Sequence[Row]:
    """What the drawn reviewer needs: what was stopped, until when, and how to ask the person.

    Where the only number is one of those who were stopped, or none is safe, none is given.
    """
    rows = list(
        get_session().scalars(
            select(Delegation)
            .where(Delegation.id.in_(arguments["delegation_ids"]))
            .order_by(Delegation.id)
        )
    )
    return [
        (_("Stopped"), name_holders(rows)),
        (_("Until"), _spell_end(rows)),
        (
            _("What to do"),
            _(
                "Ask the person without whoever may act for them: by the number given here, or at "
                "a desk. If the stop was theirs, release this: it then holds until they lift it. "
                "If it was not, refuse it and say what you found."
            ),
        ),
        (_("Their number"), _find_number(arguments["person_id"], rows)),
    ]


def _spell_end(rows: Sequence[Delegation]) -> str:
    ends = [row.frozen_until for row in rows if row.frozen_until is not None]
    if not ends:
        return _("The stop is over. To release this begins it again.")
    return format_datetime(
        clock.local(min(ends)), "d MMMM y, HH:mm", locale=get_locale() or "en_GB"
    )


def _find_number(person_id: UUID, rows: Sequence[Delegation]) -> str:
    number = None
    for human_id in {row.holder_human_id for row in rows}:
        route = choose_other_route(person_id, human_id=human_id, failed=None)
        number = route.address if route.channel == Channel.TEXT and route.independent else None
        if number is None:
            break
    return number or _("None: only at a desk")
