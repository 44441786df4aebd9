"""Commands that say how a submission gets to the other side, and that it did.

The submission carried the authority: what was declared and sent goes on, also when the yes to it
has ended since. So these ask for the role and the organisation alone.
"""

from __future__ import annotations

from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import insert, select

from assistedaccess.access import Permission, require
from assistedaccess.audit import Action, record
from assistedaccess.kernel import clock, encryption
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.commands import command
from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.errors import InvalidInput, Refused
from assistedaccess.kernel.inputs import read_text
from assistedaccess.services.catalogue import ServiceEntry
from assistedaccess.services.queries import get_service

from . import rules
from .delivery import ON_ITS_WAY, Standing, WayOut, list_ways
from .models import Application, Delivery
from .queries_changes import told_and_stopped
from .rules import State
from .rules_changes import Purpose
from .service import lock_application


class NotSubmitted(Refused):
    """Nothing is delivered before it is declared and submitted."""

    reason_code = "not_submitted"


class PayeeRests(Refused):
    """The person has said no to where this would have their money paid."""

    reason_code = "payee_rests"


class OnItsWay(Refused):
    """It is being sent as data: another way would send it twice."""

    reason_code = "on_its_way"


def plan_delivery(row: Application, entry: ServiceEntry) -> None:
    """Put what is sent as data into the outbox, in the transaction of the submission itself."""
    ways = list_ways(entry.ways_out)
    if ways and ways[0] is WayOut.DATA:
        _insert(row.id, WayOut.DATA, Standing.WAITING)


def _insert(application_id: UUID, way: WayOut, standing: Standing) -> None:
    now = clock.now()
    values = {
        "application_id": application_id,
        "way": str(way),
        "standing": str(standing),
        "ticked": [],
        "attempts": 0,
        "due_at": now,
        "changed_at": now,
    }
    get_session().execute(insert(Delivery), [values])


def _lock(actor: Actor, application_id: UUID) -> tuple[Application, Delivery | None]:
    row = lock_application(actor, application_id)
    if row.state != State.SUBMITTED:
        raise NotSubmitted(
            _("This application was not submitted."),
            next_step=_("Read it back, then declare and submit it first."),
        )
    if row.purpose == Purpose.PAYMENT and get_session().scalar(select(told_and_stopped(row.id))):
        raise PayeeRests(
            _("Where the money is paid is being looked at by a second person, or was put aside."),
            next_step=_("Send nothing of it to whoever pays. The claim itself goes on."),
        )
    found = get_session().get(Delivery, row.id, with_for_update=True, populate_existing=True)
    return row, found


def _record(action: Action, actor: Actor, row: Application, way: str) -> None:
    record(
        action,
        actor=actor,
        person_id=row.person_id,
        subject=("application", row.id),
        service=row.service,
        reason=way,
    )


@command("applications.choose_way_out")
def choose_way_out(*, actor: Actor, application_id: UUID, way: str) -> UUID:
    """Say in which of the service's ways a submission goes; sent as data, it is queued.

    Raises InvalidInput for a way that the service does not have, OnItsWay while it is being sent
    or has arrived in another way.
    """
    require(actor, Permission.APPLICATION_SUBMIT)
    row, found = _lock(actor, application_id)
    if way not in list_ways(get_service(row.service).entry.ways_out):
        raise InvalidInput("way", _("Select how it gets there"))
    if found is not None and found.way == way and found.standing != Standing.FAILED:
        record(Action.REQUEST_REPEATED, actor=actor, subject=("application", row.id))
        return row.id
    if found is not None and found.standing in (*ON_ITS_WAY, Standing.DONE):
        raise OnItsWay(
            _("It is on its way already, or has arrived."),
            next_step=_("Look at the application for how far it is."),
        )
    standing = Standing.WAITING if way == WayOut.DATA else Standing.OPEN
    if found is None:
        _insert(row.id, WayOut(way), standing)
    else:
        found.way, found.standing, found.attempts = way, standing, 0
        found.due_at = found.changed_at = clock.now()
        found.last_failure = None
        get_session().flush()
    _record(Action.DELIVERY_CHOSEN, actor, row, way)
    return row.id


@command("applications.type_elsewhere")
def type_elsewhere(
    *,
    actor: Actor,
    application_id: UUID,
    keys: list[str],
    ticked: list[str],
    their_reference: str | None = None,
    has_none: bool = False,
    is_done: bool = False,
) -> UUID:
    """Keep which answers went into the other side's form; ``is_done`` says that all did.

    ``keys`` are the answers that the page showed, ``ticked`` those that are in. Done asks for the
    other side's reference, or that it gave none (``has_none``). Raises InvalidInput.
    """
    require(actor, Permission.APPLICATION_SUBMIT)
    row, found = _lock(actor, application_id)
    if found is None or found.way != WayOut.TYPED:
        raise InvalidInput("way", _("Select first that it is typed in elsewhere"))
    if found.standing == Standing.DONE:
        record(Action.REQUEST_REPEATED, actor=actor, subject=("application", row.id))
        return row.id
    found.ticked = [key for key in keys if key in set(ticked)]
    found.changed_at = clock.now()
    if is_done:
        if len(found.ticked) < len(keys):
            raise InvalidInput("done", _("Tick each answer when it is in the other form"))
        _keep_reference(found, row, their_reference, has_none)
        _finish(actor, found)
    get_session().flush()
    _record(Action.DELIVERED if is_done else Action.DELIVERY_TYPED, actor, row, WayOut.TYPED)
    return row.id


def _keep_reference(
    found: Delivery, row: Application, their_reference: str | None, has_none: bool
) -> None:
    if has_none:
        return
    words = read_text(
        "their_reference",
        their_reference,
        rules.LONGEST_THEIR_REFERENCE,
        _("Enter the reference that the other side gave, or say that it gave none"),
    )
    field = f"delivery.their_reference.{row.id}"
    found.their_reference = encryption.seal(row.person_id, field, words)


def _finish(actor: Actor, found: Delivery) -> None:
    found.standing = Standing.DONE
    found.done_at = clock.now()
    found.done_by = actor.account_id


@command("applications.mark_posted")
def mark_posted(*, actor: Actor, application_id: UUID) -> UUID:
    """Note that the printed form is in the post, or was handed in: now, by this account."""
    require(actor, Permission.APPLICATION_SUBMIT)
    row, found = _lock(actor, application_id)
    if found is None or found.way != WayOut.POSTED:
        raise InvalidInput("way", _("Select first that it is posted"))
    if found.standing == Standing.DONE:
        record(Action.REQUEST_REPEATED, actor=actor, subject=("application", row.id))
        return row.id
    _finish(actor, found)
    found.changed_at = clock.now()
    get_session().flush()
    _record(Action.DELIVERED, actor, row, WayOut.POSTED)
    return row.id
