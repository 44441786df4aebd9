"""Commands about the directory of places outside this system, which a manager keeps."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from flask_babel import gettext as _

from assistedaccess.access import Permission, require
from assistedaccess.audit import Action, record
from assistedaccess.audit.once import Once
from assistedaccess.kernel import clock
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.commands import command, concerns
from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.errors import InvalidInput, NotFound, StaleVersion
from assistedaccess.kernel.ids import new_id
from assistedaccess.kernel.inputs import read_text

from .models_referrals import OutsidePlace
from .queries_places import get_outside_place
from .rules_places import LONGEST_NAME, LONGEST_WORDS, join_kinds
from .rules_referrals import LONGEST_PLACE

SUBJECT = "outside_place"


@command("casework.add_place")
def add_place(
    *,
    actor: Actor,
    name: str,
    kinds: list[str],
    reach: str,
    checked_on: date,
    area: str | None = None,
    hours: str | None = None,
    request_key: str | None = None,
) -> UUID:
    """Put a place into the organisation's directory; ``checked_on``: when somebody asked them."""
    require(actor, Permission.PLACE_KEEP)
    if actor.organisation_id is None or actor.account_id is None:
        raise NotFound
    typed = (name, kinds, reach, checked_on, area, hours)
    once = Once(actor, "casework.add_place", request_key, *typed)
    repeated = once.find(SUBJECT)
    if repeated is not None:
        return repeated
    row = OutsidePlace(
        id=new_id(),
        organisation_id=actor.organisation_id,
        added_at=clock.now(),
        added_by=actor.account_id,
        version=1,
    )
    _fill(row, name, kinds, reach, checked_on, area, hours)
    get_session().add(row)
    _record(Action.PLACE_ADDED, actor, row)
    return once.keep(row.id)


@command("casework.change_place")
def change_place(
    *,
    actor: Actor,
    place_id: UUID,
    version: int,
    name: str,
    kinds: list[str],
    reach: str,
    checked_on: date,
    area: str | None = None,
    hours: str | None = None,
) -> UUID:
    """Change an entry. What was told of it in a referral stays as it was that day."""
    require(actor, Permission.PLACE_KEEP)
    row = _lock(actor, place_id, version)
    _fill(row, name, kinds, reach, checked_on, area, hours)
    row.version += 1
    _record(Action.PLACE_CHANGED, actor, row)
    return row.id


@command("casework.remove_place")
def remove_place(*, actor: Actor, place_id: UUID, version: int) -> UUID:
    """Take an entry out of the directory; referrals to it stay."""
    require(actor, Permission.PLACE_KEEP)
    row = _lock(actor, place_id, version)
    row.removed_at, row.removed_by = clock.now(), actor.account_id
    _record(Action.PLACE_REMOVED, actor, row)
    return row.id


def read_other_place(typed: str | None, *chosen: UUID | None) -> str:
    """The name of a place that was typed, where none is chosen from a list; else nothing.

    Raises InvalidInput unless exactly one place is named.
    """
    name = read_text("other_place", typed, LONGEST_PLACE, multiline=False)
    if sum(one is not None for one in (*chosen, name or None)) != 1:
        raise InvalidInput("place", _("Select a place, or enter the name of another one"))
    return name


def _lock(actor: Actor, place_id: UUID, version: int) -> OutsidePlace:
    row = get_outside_place(actor, place_id, lock=True)
    concerns(subject=(SUBJECT, row.id))
    if row.version != version:
        raise StaleVersion(
            _("Somebody else changed this place after you opened the page."),
            next_step=_("Open it again, see what is new, and decide then."),
        )
    return row


def _fill(
    row: OutsidePlace,
    name: str,
    kinds: list[str],
    reach: str,
    checked_on: date,
    area: str | None,
    hours: str | None,
) -> None:
    row.name = read_text("name", name, LONGEST_NAME, _("Enter the name"), multiline=False)
    try:
        row.kinds = join_kinds(kinds)
    except ValueError as error:
        raise InvalidInput("kinds", _("Select what they help with")) from error
    row.reach = read_text("reach", reach, LONGEST_WORDS, _("Enter how to reach them"))
    row.area = read_text("area", area, LONGEST_NAME, multiline=False)
    row.hours = read_text("hours", hours, LONGEST_WORDS)
    if checked_on > clock.today():
        raise InvalidInput("checked_on", _("The day must be today or in the past"))
    row.checked_on = checked_on


def _record(action: Action, actor: Actor, row: OutsidePlace) -> None:
    record(
        action,
        actor=actor,
        subject=(SUBJECT, row.id),
        details={"checked_on": row.checked_on.isoformat()},
    )
