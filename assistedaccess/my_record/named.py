"""What an objection names, as it stands: what was done, under what, and what waits."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, exists, or_, select

from assistedaccess.approvals.models import PendingAct
from assistedaccess.approvals.stops import lock_waiting
from assistedaccess.audit import Action
from assistedaccess.audit.models import AuditEvent
from assistedaccess.consent.models import Consent
from assistedaccess.delegation.models import Delegation
from assistedaccess.delegation.rules_grant import check_no_stop
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.errors import NotFound
from assistedaccess.people.queries_merging import records_of
from assistedaccess.people.reach import find_standing
from assistedaccess.people.rules_death import UNDO

from .models import Objection
from .reviewers import find_concerned
from .rules_objections import OBJECTION_OPEN, PENDING, list_ids


@dataclass(frozen=True)
class Named:
    """What an objection names. ``waiting``: what waits for a second human, or did."""

    delegations: list[Delegation]
    consents: list[Consent]
    events: list[AuditEvent]
    waiting: list[PendingAct]

    @property
    def is_empty(self) -> bool:
        """Whether the person could not say what it was: then everything stops."""
        return not (self.delegations or self.consents or self.events or self.waiting)

    @property
    def concerned(self) -> set[UUID]:
        """The organisations whose matter it is; none of theirs answers."""
        found = {row.organisation_id for row in self.delegations}
        found |= {row.organisation_id for row in self.consents}
        found |= {row.organisation_id for row in self.waiting if row.organisation_id}
        return found | {row.organisation_id for row in self.events if row.organisation_id}

    @property
    def authority(self) -> tuple[str, UUID] | None:
        """The one delegation that it is about, so that its story tells of it too."""
        if len(self.delegations) == 1:
            return ("delegation", self.delegations[0].id)
        return ("consent", self.consents[0].id) if len(self.consents) == 1 else None

    def as_json(self) -> list[dict[str, str]]:
        """As the objection keeps it."""
        named = [("delegation", row.id) for row in self.delegations]
        named += [("consent", row.id) for row in self.consents]
        named += [("event", row.id) for row in self.events]
        named += [(PENDING, row.id) for row in self.waiting]
        return [{"kind": kind, "id": str(key)} for kind, key in named]


def load_named(
    person_id: UUID,
    delegation_ids: Collection[UUID],
    event_ids: Collection[UUID],
    pending_ids: Collection[UUID],
) -> Named:
    """What was named, and what each fact was done under. Raises NotFound for another person's.

    All that waits about the person is locked, so that nothing is released meanwhile.
    """
    session = get_session()
    events = list(
        session.scalars(
            select(AuditEvent).where(
                AuditEvent.id.in_(event_ids), AuditEvent.person_id == person_id
            )
        )
    )
    if len(events) != len(set(event_ids)):
        raise NotFound
    under = {
        (kind, key)
        for event in events
        for kind, key in (
            (event.subject_kind, event.subject_id),
            (event.authority_kind, event.authority_id),
        )
        if kind in ("delegation", "consent", PENDING) and key is not None
    }
    consent_ids = [key for kind, key in under if kind == "consent"]
    wanted = {*delegation_ids, *(key for kind, key in under if kind == "delegation")}
    found = list(
        session.scalars(
            select(Delegation).where(
                Delegation.person_id == person_id,
                Delegation.id.in_(wanted) | Delegation.consent_id.in_(consent_ids),
            )
        )
    )
    if not set(delegation_ids) <= {row.id for row in found}:
        raise NotFound
    granted = {row.consent_id for row in found}
    consents = list(
        session.scalars(
            select(Consent).where(
                Consent.person_id == person_id,
                Consent.id.in_([key for key in consent_ids if key not in granted]),
            )
        )
    )
    waits = {*pending_ids, *(key for kind, key in under if kind == PENDING)}
    waiting = [row for row in lock_waiting(person_id, waits) if row.id in waits]
    if not set(pending_ids) <= {row.id for row in waiting}:
        raise NotFound
    told = [event for event in events if event.subject_kind != PENDING]
    return Named(found, consents, told, waiting)


TELLS_OF_MONEY = frozenset(
    {
        Action.APPLICATION_SUBMITTED,
        Action.PAYMENT_DETAILS_CHANGED,
        Action.PAYMENT_DETAILS_KEPT,
    }
)
"""The facts by which it counts from then on where somebody's money is paid."""


def list_told_of_money(events: Iterable[AuditEvent]) -> set[UUID]:
    """The applications that told where the person's money goes, among the facts named."""
    return {
        event.subject_id
        for event in events
        if event.action in TELLS_OF_MONEY and event.subject_id is not None
    }


def list_standing(person_id: UUID) -> set[UUID]:
    """Whoever may act for the person, where they could not say whose act it was.

    Where nobody may, every organisation that ever did anything for them: any could be meant, and
    none of them answers.
    """
    standing = set(
        get_session().scalars(
            select(Delegation.organisation_id).where(
                Delegation.person_id == person_id, Delegation.ended_at.is_(None)
            )
        )
    )
    if standing:
        return standing
    ever = select(AuditEvent.organisation_id).where(
        AuditEvent.person_id == person_id, AuditEvent.organisation_id.is_not(None)
    )
    return {found for found in get_session().scalars(ever.distinct()) if found is not None}


def open_of(person_id: UUID) -> tuple[ColumnElement[bool], ...]:
    """The objections of the person that are open, on whichever of their records: conditions."""
    return Objection.person_id.in_(records_of(person_id)), Objection.closed_at.is_(None)


def find_stop(row: PendingAct) -> str:
    """Why a pending act cannot be released: an objection that is open names it, or another act of
    whoever asked for it, or could not say what it was. For approvals.stops.

    That somebody lives is never stopped by their own word that they do."""
    if row.person_id is None or row.command == UNDO:
        return ""
    open_ones = get_session().scalars(select(Objection).where(*open_of(row.person_id)))
    for objection in open_ones:
        is_about_it = row.id in list_ids(objection.names, PENDING) or not objection.names
        if is_about_it or row.human_id in find_concerned(objection).human_ids:
            return _(
                "The person has said that they do not want this, or that they did not agree to "
                "something of the same helper. Somebody from elsewhere looks into it first."
            )
    return ""


def check_no_objection(actor: Actor, person_id: UUID) -> None:
    """Raise StopStands where an objection is open to something that this helper did or asked for.

    Whoever is objected to writes down no yes of the person until somebody from elsewhere has
    answered; another helper, of the same desk too, can. What was done under a delegation that was
    stopped with it counts while that stop stands, so that the person can lift it. No statement
    where none is open, as the person's row said. For consent.stops.
    """
    if find_standing(person_id, OBJECTION_OPEN) is False:
        return
    open_ones = get_session().scalars(select(Objection.names).where(*open_of(person_id)))
    names = [each for listed in open_ones for each in listed]
    check_no_stop(is_stopped=bool(names) and _did_any(actor.human_id, names))


def _did_any(human_id: UUID | None, names: list[dict[str, str]]) -> bool:
    """Whether this human did, or asked for, what is named and rests on no delegation named."""
    event_ids, delegation_ids, pending_ids = (
        list_ids(names, kind) for kind in ("event", "delegation", PENDING)
    )
    stopped = select(Delegation.id).where(Delegation.id.in_(delegation_ids))
    under = stopped.union(
        select(Delegation.consent_id).where(
            Delegation.id.in_(delegation_ids), Delegation.consent_id.is_not(None)
        )
    )
    did = exists().where(
        AuditEvent.id.in_(event_ids),
        AuditEvent.human_id == human_id,
        or_(AuditEvent.subject_id.is_(None), AuditEvent.subject_id.not_in(under)),
        or_(AuditEvent.authority_id.is_(None), AuditEvent.authority_id.not_in(under)),
    )
    asked = exists().where(PendingAct.id.in_(pending_ids), PendingAct.human_id == human_id)
    return bool(get_session().scalar(select(or_(did, asked))))
