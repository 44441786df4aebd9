"""Commands about the people who wait at a desk: by first name or ticket number, for one day."""

from __future__ import annotations

from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, and_, update

from assistedaccess.access import Permission, require
from assistedaccess.audit import Action, record
from assistedaccess.audit.once import Once
from assistedaccess.kernel import clock, encryption
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.commands import command, concerns
from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.errors import NotFound, StaleVersion
from assistedaccess.kernel.ids import new_id
from assistedaccess.kernel.inputs import read_text
from assistedaccess.organisations.service import require_may_act
from assistedaccess.people.queries import read_person
from assistedaccess.people.reach import check_may_begin, reach_person

from . import rules
from .models import WaitingPerson


class NoLongerWaiting(StaleVersion):
    """Somebody else has taken them, or they have left."""

    reason_code = "no_longer_waiting"


@command("casework.add_waiting_person")
def add_waiting_person(
    *,
    actor: Actor,
    called: str,
    person_reference: str | None = None,
    request_key: str | None = None,
) -> UUID:
    """Put somebody into the queue of the actor's site, as they will be called.

    The name is sealed with the organisation's key. With ``person_reference`` their place in the
    queue explains why a colleague opens their record today. Two requests with one ``request_key``
    add one.
    """
    require(actor, Permission.TODAY_VIEW)
    require_may_act(actor)
    name = read_text(
        "called", called, rules.LONGEST_NAME, _("Enter a first name or a ticket number")
    )
    once = Once(actor, "casework.add_waiting_person", request_key, name)
    repeated = once.find("waiting_person")
    if repeated is not None:
        return repeated
    person_id = read_person("person_reference", person_reference) if person_reference else None
    if person_id is not None:
        check_may_begin(reach_person(actor, person_id, lock=True))
    assert actor.organisation_id is not None  # noqa: S101  (require_may_act refused it)
    assert actor.account_id is not None  # noqa: S101
    row = WaitingPerson(
        id=new_id(),
        organisation_id=actor.organisation_id,
        site_id=actor.site_id,
        called=encryption.seal(actor.organisation_id, "waiting_person.called", name),
        person_id=person_id,
        arrived_at=clock.now(),
        added_by=actor.account_id,
    )
    get_session().add(row)
    # Names do not wait for the nightly job where it is late or missing.
    _blank_earlier_days(
        and_(
            WaitingPerson.organisation_id == actor.organisation_id,
            WaitingPerson.called.is_not(None),
        )
    )
    record(
        Action.WAITING_PERSON_ADDED,
        actor=actor,
        person_id=person_id,
        subject=("waiting_person", row.id),
    )
    return once.keep(row.id)


@command("casework.take_waiting_person")
def take_waiting_person(*, actor: Actor, waiting_person_id: UUID) -> UUID:
    """Call somebody to one's desk. Of two helpers one wins; the other sees NoLongerWaiting."""
    require(actor, Permission.TODAY_VIEW)
    require_may_act(actor)
    row = _lock_waiting(actor, waiting_person_id)
    row.taken_at = clock.now()
    row.taken_by = actor.account_id
    record(
        Action.WAITING_PERSON_TAKEN,
        actor=actor,
        person_id=row.person_id,
        subject=("waiting_person", row.id),
    )
    return row.id


@command("casework.note_person_left")
def note_person_left(*, actor: Actor, waiting_person_id: UUID) -> UUID:
    """Note that somebody left before they were called."""
    require(actor, Permission.TODAY_VIEW)
    require_may_act(actor)
    row = _lock_waiting(actor, waiting_person_id)
    row.left_at = clock.now()
    record(Action.WAITING_PERSON_LEFT, actor=actor, subject=("waiting_person", row.id))
    return row.id


def _lock_waiting(actor: Actor, waiting_person_id: UUID) -> WaitingPerson:
    row = get_session().get(
        WaitingPerson, waiting_person_id, with_for_update=True, populate_existing=True
    )
    if row is None or row.organisation_id != actor.organisation_id:
        raise NotFound
    concerns(subject=("waiting_person", row.id))
    if row.taken_at is not None or row.left_at is not None or row.called is None:
        raise NoLongerWaiting(
            _("This person is not waiting any more: a colleague has called them, or they left."),
            next_step=_("Go back to Today and call the next one."),
        )
    return row


@command("casework.clear_queues")
def clear_queues(*, actor: Actor) -> int:
    """Blank the names of all who waited on earlier days; returns of how many. For `expire`."""
    require(actor, Permission.QUEUE_CLEAR)
    count = _blank_earlier_days(WaitingPerson.called.is_not(None))
    record(Action.QUEUES_CLEARED, actor=actor, details={"people": count})
    return count


def _blank_earlier_days(which: ColumnElement[bool]) -> int:
    done = get_session().execute(
        update(WaitingPerson)
        .where(which, WaitingPerson.arrived_at < clock.start_of_day(clock.today()))
        .values(called=None)
        .execution_options(synchronize_session=False)
    )
    return int(done.rowcount)  # type: ignore[attr-defined]
