"""Commands of the register of data sharing agreements."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import select

from assistedaccess.access import Permission, require
from assistedaccess.audit import Action, record
from assistedaccess.audit.once import Once
from assistedaccess.kernel import clock
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.commands import command, concerns
from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.errors import InvalidInput, NotFound
from assistedaccess.kernel.ids import new_id
from assistedaccess.kernel.inputs import read_text
from assistedaccess.kernel.working_days import add_months

from . import queries_agreements
from .models import Organisation
from .models_agreements import SharingAgreement
from .rules_agreements import LONGEST_WORDS, LONGEST_YEARS, AgreementOver, OwnProposal

SUBJECT = "sharing_agreement"


@command("organisations.propose_agreement")
def propose_agreement(
    *,
    actor: Actor,
    partner_reference: str,
    purpose: str,
    shared: str,
    starts_on: date,
    review_on: date,
    request_key: str | None = None,
) -> UUID:
    """Enter an agreement with another organisation; it counts once they have confirmed it."""
    require(actor, Permission.AGREEMENT_KEEP)
    if actor.organisation_id is None or actor.account_id is None:
        raise NotFound
    typed = (partner_reference, purpose, shared, starts_on, review_on)
    once = Once(actor, "organisations.propose_agreement", request_key, *typed)
    repeated = once.find(SUBJECT)
    if repeated is not None:
        return repeated
    partner_id = get_session().scalar(
        select(Organisation.id).where(
            Organisation.reference == partner_reference,
            Organisation.closed_on.is_(None),
            Organisation.id != actor.organisation_id,
        )
    )
    if partner_id is None:
        raise InvalidInput("partner", _("Select the other organisation"))
    if not starts_on < review_on <= add_months(starts_on, 12 * LONGEST_YEARS):
        raise InvalidInput("review_on", _("Enter a day after the first, within three years"))
    row = SharingAgreement(
        id=new_id(),
        organisation_id=actor.organisation_id,
        partner_organisation_id=partner_id,
        purpose=read_text("purpose", purpose, LONGEST_WORDS, _("Enter what it is for")),
        shared=read_text("shared", shared, LONGEST_WORDS, _("Enter what is shared")),
        starts_on=starts_on,
        review_on=review_on,
        proposed_at=clock.now(),
        proposed_by=actor.account_id,
        proposed_by_human=actor.human_id,
    )
    get_session().add(row)
    _record(Action.AGREEMENT_PROPOSED, actor, row)
    return once.keep(row.id)


@command("organisations.confirm_agreement")
def confirm_agreement(*, actor: Actor, agreement_id: UUID) -> UUID:
    """Confirm for the other organisation what was proposed; once.

    Never by the human who proposed it, by whichever account. Raises NotFound, OwnProposal,
    AgreementOver.
    """
    require(actor, Permission.AGREEMENT_KEEP)
    row = _lock(actor, agreement_id)
    if row.partner_organisation_id != actor.organisation_id:
        raise NotFound
    if row.ended_at is not None:
        raise AgreementOver(_("This agreement has been ended."))
    if actor.is_same_human(row.proposed_by_human):
        raise OwnProposal(
            _("You proposed this agreement for the other side."),
            next_step=_("Ask another manager of this organisation to confirm it."),
        )
    if row.confirmed_at is not None:
        return _repeat(actor, row)
    row.confirmed_at, row.confirmed_by = clock.now(), actor.account_id
    _record(Action.AGREEMENT_CONFIRMED, actor, row)
    return row.id


@command("organisations.end_agreement")
def end_agreement(*, actor: Actor, agreement_id: UUID) -> UUID:
    """End an agreement, or turn down what was proposed; either side may, at once."""
    require(actor, Permission.AGREEMENT_KEEP)
    row = _lock(actor, agreement_id)
    if row.ended_at is not None:
        return _repeat(actor, row)
    row.ended_at, row.ended_by = clock.now(), actor.account_id
    _record(Action.AGREEMENT_ENDED, actor, row)
    return row.id


def _lock(actor: Actor, agreement_id: UUID) -> SharingAgreement:
    row = queries_agreements.lock_agreement(actor, agreement_id)
    if row is None:
        raise NotFound
    concerns(subject=(SUBJECT, row.id))
    return row


def _repeat(actor: Actor, row: SharingAgreement) -> UUID:
    record(Action.REQUEST_REPEATED, actor=actor, subject=(SUBJECT, row.id))
    return row.id


def _record(action: Action, actor: Actor, row: SharingAgreement) -> None:
    record(
        action,
        actor=actor,
        subject=(SUBJECT, row.id),
        details={
            "organisation": str(row.organisation_id),
            "partner": str(row.partner_organisation_id),
        },
    )
