"""What a second human looks at afterwards, of how a person can be told (design, section 4, rule 5).

Where the only way to tell a person is one that this helper made, the act goes on, and a second
human rings, writes or meets the person. Where nobody tells them any more because they said so,
that holds at once; a second human then asks them too.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from assistedaccess.access import Permission, require
from assistedaccess.approvals.describe import Row
from assistedaccess.approvals.second_look import open_second_look
from assistedaccess.audit import Action, record
from assistedaccess.kernel import clock, encryption
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.commands import command
from assistedaccess.kernel.database import get_session

from .events import RouteNotIndependent
from .models import ContactPoint

COMMAND = "people.note_second_look"
COMMAND_SILENCE = "people.note_silence_reviewed"
TITLE = _l("Look again at how a person can be told")
ROUTE, SILENCE = "route_not_independent", "own_no_more_letters"
WHY = {
    ROUTE: _l("The only way to tell the person was put in by the helper who acts for them."),
    SILENCE: _l("The person asked not to be written to or rung, the helper says."),
}
HOW = {
    ROUTE: _l(
        "Reach the person without the helper: by what is given here, or at a desk. Ask if they "
        "know of this help. If they do, release this. If not, refuse it and say what you found."
    ),
    SILENCE: _l(
        "Do not write or ring. Look today at what the same helper has done for the person since: "
        "their money, who acts for them, how they are reached. If that is in order, release this. "
        "If not, refuse it and say what you found. When the person comes to a desk, have somebody "
        "else ask them alone if they want this."
    ),
}


@command(COMMAND)
def note_second_look(
    *, actor: Actor, person_id: UUID, about: str, contact_point_id: UUID | None = None
) -> UUID:
    """A second human looked, and found it in order. ``actor`` is whose act it was; who looked
    stands in the review's own events. Nothing else comes of it: a way that a helper made stays
    one that is not independent of them."""
    require(actor, Permission.PERSON_VIEW)
    record(
        Action.SECOND_LOOK_TAKEN,
        actor=actor,
        person_id=person_id,
        subject=("contact_point", contact_point_id)
        if contact_point_id is not None
        else ("person", person_id),
        reason=about,
    )
    return person_id


@command(COMMAND_SILENCE)
def note_silence_reviewed(*, actor: Actor, person_id: UUID, asked_on: date) -> UUID:
    """A second human looked at the person's own *no more letters* of that day, as the helper
    recorded it. It holds all the same: ``actor`` is whose record it was."""
    require(actor, Permission.PERSON_VIEW)
    record(
        Action.SECOND_LOOK_TAKEN,
        actor=actor,
        person_id=person_id,
        subject=("person", person_id),
        reason=SILENCE,
    )
    return person_id


def look_at_route(event: RouteNotIndependent) -> None:
    """Open the check that goes with a way which is not independent; once while one waits."""
    arguments = {"person_id": event.person_id, "about": ROUTE}
    if event.contact_point_id is not None:
        arguments["contact_point_id"] = event.contact_point_id
    _open(event.actor, event.person_id, COMMAND, ROUTE, arguments)


def look_at_silence(actor: Actor, person_id: UUID) -> None:
    """Open the second look at a person's own *no more letters*, for the next day (A44): again on
    each day on which the same helper records it again."""
    arguments = {"person_id": person_id, "asked_on": clock.today()}
    _open(actor, person_id, COMMAND_SILENCE, SILENCE, arguments)


def _open(
    actor: Actor, person_id: UUID, command: str, about: str, arguments: Mapping[str, Any]
) -> None:
    open_second_look(
        actor=actor,
        person_id=person_id,
        command=command,
        arguments=arguments,
        reason=about,
        words=str(WHY[about]),
    )


def describe_second_look(arguments: Mapping[str, Any]) -> Sequence[Row]:
    """What the drawn reviewer needs: why, what to do, and the way that is in doubt."""
    about = str(arguments.get("about", SILENCE))
    rows: list[Row] = [(_("Why"), WHY[about]), (_("What to do"), HOW[about])]
    point_id = arguments.get("contact_point_id")
    point = get_session().get(ContactPoint, point_id) if point_id is not None else None
    if about == ROUTE:
        value = (
            encryption.unseal(point.person_id, "contact_point.value", point.value)
            if point is not None and point.ended_at is None
            else _("None: only at a desk")
        )
        rows.append((_("The way in doubt"), value))
    return rows
