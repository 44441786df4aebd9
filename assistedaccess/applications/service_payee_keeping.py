"""The account of a claim that was sent while a second human had still to look at it."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select

from assistedaccess.access import Permission, require
from assistedaccess.audit import Action, record
from assistedaccess.consent.service import name_helper, tell_person
from assistedaccess.delegation.authority import Authority
from assistedaccess.kernel import controls
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.commands import command
from assistedaccess.kernel.controls import Act
from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.errors import NotFound
from assistedaccess.notices.rules import NoticeKind
from assistedaccess.people.queries import get_person
from assistedaccess.services.queries import get_service

from . import service_payee
from .models import Submission
from .models_payee import PaymentDetails
from .queries_changes import open_answers
from .rules import State
from .rules_changes import Purpose
from .rules_payee import KEEP
from .service import lock_application


@command(KEEP)
def keep_payment_details(*, actor: Actor, application_id: UUID) -> UUID:
    """Let the account that a claim named count from now on; returns the claim's id.

    What a release runs, as who sent the claim, on what was sent then: the controls are asked anew.
    Kept already: the same id. Raises NotFound, Refused or Held.
    """
    require(actor, Permission.APPLICATION_SUBMIT)
    row = lock_application(actor, application_id)
    if row.state != State.SUBMITTED or row.purpose != Purpose.CLAIM:
        raise NotFound
    session = get_session()
    sent = session.scalars(select(Submission).where(Submission.application_id == row.id)).one()
    authority = Authority(sent.authority_kind, sent.authority_id)
    if session.get(PaymentDetails, row.id) is not None:
        record(Action.REQUEST_REPEATED, actor=actor, subject=("application", row.id))
        return row.id
    person = get_person(row.person_id)
    answers = open_answers(row, sent.body)
    payee = service_payee.assess(actor, row, answers, person, authority, None)
    if payee is None:
        raise NotFound
    controls.decide(
        Act(
            KEEP,
            actor,
            person_id=row.person_id,
            organisation_id=row.organisation_id,
            service=row.service,
            facts={**payee.facts(), "application": row.id, "mode": row.mode, "answers": answers},
        )
    )
    service_payee.keep(actor, row, answers, payee)
    record(
        Action.PAYMENT_DETAILS_KEPT,
        actor=actor,
        person_id=row.person_id,
        subject=("application", row.id),
        authority=authority.pair,
        service=row.service,
    )
    tell_person(
        actor=actor,
        person_id=row.person_id,
        kind=NoticeKind.PAYMENT_DETAILS_CHANGED,
        organisation_id=row.organisation_id,
        facts={
            "helper": name_helper(actor),
            "service": get_service(row.service).name(person.language),
            "their_reference": row.reference,
        },
    )
    return row.id
