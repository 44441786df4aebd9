"""Deciding is hard today (C14): a doubt about one decision, and the way to an appointee."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import select

from assistedaccess.access import Permission, require
from assistedaccess.audit import Action, record
from assistedaccess.consent.models import ConsentRequest
from assistedaccess.consent.service_asking import LONGEST_SAID, lock_request
from assistedaccess.consent.ways.bystanders import list_helper_names
from assistedaccess.kernel import clock, encryption
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.commands import command
from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.errors import InvalidInput, Refused
from assistedaccess.kernel.events import publish
from assistedaccess.kernel.ids import new_id
from assistedaccess.kernel.transactions import get_transaction

from . import rules_legal
from .events import AppointeeNeeded
from .models_legal import CapacityConcern
from .rules_legal import Outcome


@command("delegation.record_capacity_concern")
def record_capacity_concern(
    *,
    actor: Actor,
    request_id: UUID,
    decision: str,
    signs: str,
    support: str,
    assessor: str,
    assessed_on: date,
    outcome: str,
) -> UUID:
    """Record a doubt whether the person can make the decision that is asked of them now.

    Capacity is presumed; nobody is asked to prove it, and no consent is skipped by this. However
    it came out: ``can_decide`` (with the ``support`` that was given) lets a yes be recorded, and a
    second human looks before anything begins; ``cannot_decide`` lets no yes be recorded on this
    request. ``assessor``: name and role, not of who is to act. Raises InvalidInput at a field.
    """
    request = lock_request(actor, request_id)
    texts = {"decision": decision, "signs": signs, "support": support, "assessor": assessor}
    for field, text in texts.items():
        if not text.strip():
            raise InvalidInput(field, _("This must not be empty"))
        if len(text) > LONGEST_SAID:
            raise InvalidInput(field, _("This must be %(most)s letters or less", most=LONGEST_SAID))
    try:
        found = Outcome(outcome)
    except ValueError as error:
        raise InvalidInput("outcome", _("Select what came out")) from error
    rules_legal.check_concern(
        assessor=assessor.split(",")[0],
        helper_names=list_helper_names(actor, request.holder_account_id),
        assessed_on=assessed_on,
        today=clock.today(),
    )
    assert actor.account_id is not None  # noqa: S101
    assert actor.human_id is not None  # noqa: S101
    concern_id = new_id()
    get_session().add(
        CapacityConcern(
            id=concern_id,
            request_id=request.id,
            person_id=request.person_id,
            organisation_id=request.organisation_id,
            assessed_on=assessed_on,
            outcome=str(found),
            recorded_at=clock.now(),
            recorded_by=actor.account_id,
            recorded_by_human=actor.human_id,
            **{
                name: encryption.seal(request.person_id, f"capacity_concern.{name}", text)
                for name, text in texts.items()
            },
        )
    )
    get_session().flush()
    record(
        Action.CAPACITY_DOUBTED,
        actor=actor,
        person_id=request.person_id,
        subject=("consent", request.id),
        reason=str(found),
        details={**texts, "assessed_on": assessed_on.isoformat()},
    )
    return concern_id


_DOUBTS = "delegation.doubts"


def find_outcome(request_id: UUID) -> Outcome | None:
    """How the newest doubt about what is asked came out; None: nobody doubted."""
    found = get_session().scalar(
        select(CapacityConcern.outcome)
        .where(CapacityConcern.request_id == request_id)
        .order_by(CapacityConcern.recorded_at.desc(), CapacityConcern.id.desc())
        .limit(1)
    )
    return Outcome(found) if found else None


def check_can_decide(request_id: UUID) -> bool:
    """Whether somebody doubted it; raises CannotDecideToday where they cannot.

    Asked before the yes and before what rests on it; within one transaction that is one question.
    """
    known: dict[UUID, Outcome | None] = get_transaction().notes.setdefault(_DOUBTS, {})
    if request_id not in known:
        known[request_id] = find_outcome(request_id)
    outcome = known[request_id]
    if outcome is Outcome.CANNOT_DECIDE:
        raise rules_legal.cannot_decide()
    return outcome is not None


class NobodyDoubted(Refused):
    """The way to an appointee is for who cannot decide."""

    reason_code = "nobody_doubted"


@command("delegation.open_appointee_route")
def open_appointee_route(*, actor: Actor, request_id: UUID, service: str) -> UUID:
    """Open the way to an appointee where the person cannot decide and nobody has legal authority.

    A case is opened with today as its date of first contact, which protects the claim of
    ``service``, and with its first step (regulation 33 of the Social Security (Claims and Payments)
    Regulations 1987: anybody may ask DWP to appoint somebody). Returns the request's id.
    """
    require(actor, Permission.CASE_OPEN)
    request: ConsentRequest = lock_request(actor, request_id)
    if find_outcome(request_id) is not Outcome.CANNOT_DECIDE:
        raise NobodyDoubted(
            _("Nobody has recorded that the person cannot decide this today."),
            next_step=_("People are taken to be able to decide. Ask the person."),
        )
    if service not in request.services:
        raise InvalidInput("service", _("Select the service whose date is to be protected"))
    record(
        Action.APPOINTEE_ROUTE_OPENED,
        actor=actor,
        person_id=request.person_id,
        subject=("consent", request.id),
        service=service,
    )
    publish(AppointeeNeeded(request.person_id, service, actor))
    return request.id
