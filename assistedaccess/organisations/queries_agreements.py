"""Questions about data sharing agreements, for either side of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import aliased

from assistedaccess.kernel import clock
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.database import get_session

from .models import Organisation
from .models_agreements import SharingAgreement
from .rules_agreements import AgreementState, find_state

MOST = 500


@dataclass(frozen=True)
class AgreementRow:
    """An agreement as one side sees it; ``may_confirm``: it waits for this side."""

    id: UUID
    partner: str
    purpose: str
    shared: str
    starts_on: date
    review_on: date
    state: AgreementState
    may_confirm: bool


def list_agreements(actor: Actor) -> list[AgreementRow]:
    """Those of the actor's organisation, whichever side it is on, newest first."""
    first, second = aliased(Organisation), aliased(Organisation)
    own = actor.organisation_id
    rows = get_session().execute(
        select(SharingAgreement, first.name, second.name)
        .join(first, first.id == SharingAgreement.organisation_id)
        .join(second, second.id == SharingAgreement.partner_organisation_id)
        .where(
            or_(
                SharingAgreement.organisation_id == own,
                SharingAgreement.partner_organisation_id == own,
            )
        )
        .order_by(SharingAgreement.id.desc())
        .limit(MOST)
    )
    return [
        AgreementRow(
            id=row.id,
            partner=partner if row.organisation_id == own else proposer,
            purpose=row.purpose,
            shared=row.shared,
            starts_on=row.starts_on,
            review_on=row.review_on,
            state=state,
            may_confirm=state is AgreementState.PROPOSED and row.partner_organisation_id == own,
        )
        for row, proposer, partner in rows
        for state in (_state(row),)
    ]


def _state(row: SharingAgreement) -> AgreementState:
    return find_state(
        is_confirmed=row.confirmed_at is not None,
        is_ended=row.ended_at is not None,
        starts_on=row.starts_on,
        review_on=row.review_on,
        today=clock.today(),
    )


def list_partners(organisation_id: UUID | None) -> set[UUID]:
    """The organisations with which this one has an agreement that counts today; one statement."""
    today = clock.today()
    rows = get_session().execute(
        select(SharingAgreement.organisation_id, SharingAgreement.partner_organisation_id).where(
            or_(
                SharingAgreement.organisation_id == organisation_id,
                SharingAgreement.partner_organisation_id == organisation_id,
            ),
            SharingAgreement.confirmed_at.is_not(None),
            SharingAgreement.ended_at.is_(None),
            SharingAgreement.starts_on <= today,
            SharingAgreement.review_on >= today,
        )
    )
    return {each for row in rows for each in row if each != organisation_id}


def list_others(actor: Actor) -> list[tuple[str, str]]:
    """Reference and name of every other open organisation."""
    rows = get_session().execute(
        select(Organisation.reference, Organisation.name)
        .where(Organisation.closed_on.is_(None), Organisation.id != actor.organisation_id)
        .order_by(Organisation.name_key)
        .limit(1_000)
    )
    return [(row.reference, row.name) for row in rows]


def lock_agreement(actor: Actor, agreement_id: UUID) -> SharingAgreement | None:
    """The agreement's row, locked, for either side of it; or None."""
    return get_session().scalar(
        select(SharingAgreement)
        .where(
            SharingAgreement.id == agreement_id,
            or_(
                SharingAgreement.organisation_id == actor.organisation_id,
                SharingAgreement.partner_organisation_id == actor.organisation_id,
            ),
        )
        .with_for_update()
    )
