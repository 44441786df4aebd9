"""Looking at a consent, and printing its receipt: recorded before anything is shown."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select

from assistedaccess.access import Permission, require
from assistedaccess.accounts.models import Account
from assistedaccess.audit import Action, record, record_look
from assistedaccess.audit.explain import Explanation
from assistedaccess.kernel import clock, encryption
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.commands import command, concerns
from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.errors import NotFound
from assistedaccess.organisations.models import Organisation
from assistedaccess.people.models import Person
from assistedaccess.people.rules import Format, split_formats

from . import queries
from .models import Consent
from .queries import StatementView
from .rules import Mode


@dataclass(frozen=True)
class ConsentView:
    """All of a consent, in clear, once the look has been recorded."""

    id: UUID
    reference: str
    mode: Mode
    person_id: UUID
    person_name: str
    person_reference: str
    person_language: str
    large_print: bool
    helper_name: str
    organisation_name: str
    holder_kind: str
    services: list[str]
    powers: list[str]
    money_limit_pence: int | None
    money_period: str | None
    act_limit_pence: int | None
    until_on: date
    purpose: str
    statement: StatementView
    language: str
    read_began_at: datetime
    read_ended_at: datetime
    said: dict[str, str]
    way: str
    evidence: dict[str, str]
    strength: str
    reasons: list[str]
    recorded_at: datetime
    withdrawn_at: datetime | None
    withdrawn_how: str | None
    visit_id: UUID

    @property
    def holder_name(self) -> str:
        """Who may act: the helper by name, or the organisation."""
        return self.organisation_name if self.holder_kind == "organisation" else self.helper_name


@command("consent.open_consent")
def open_consent(*, actor: Actor, reference: str, stated_reason: str | None = None) -> ConsentView:
    """Open a consent of one's own organisation. Raises NotFound, or ReasonNeeded."""
    require(actor, Permission.DELEGATION_VIEW)
    row = queries.get_own_consent(actor, reference)
    concerns(person_id=row.person_id, subject=("consent", row.id))
    record_look(
        Action.CONSENT_VIEWED,
        actor=actor,
        person_id=row.person_id,
        subject=("consent", row.id),
        stated_reason=stated_reason,
    )
    return _view(row)


@command("consent.print_receipt")
def print_receipt(*, actor: Actor, reference: str) -> ConsentView:
    """Print what a person agreed to, for the person: recorded, needs no other reason."""
    require(actor, Permission.MY_RECORD_PRINT)
    row = queries.get_printable_consent(actor, reference)
    concerns(person_id=row.person_id, subject=("consent", row.id))
    record(
        Action.RECEIPT_PRINTED,
        actor=actor,
        person_id=row.person_id,
        subject=("consent", row.id),
        authority=("visit", row.visit_id),
        reason="for_the_person",
    )
    return _view(row)


@dataclass(frozen=True)
class StopView:
    """As much of a consent as any desk needs to end it: nothing that was said or is wanted."""

    id: UUID
    reference: str
    mode: Mode
    organisation_name: str
    services: list[str]
    powers: list[str]
    recorded_at: datetime
    until_on: date
    withdrawn_at: datetime | None


@command("consent.open_to_stop")
def open_to_stop(*, actor: Actor, reference: str) -> StopView:
    """Open a consent that its person wants to take back, at whichever desk they say so.

    A recorded look, whose reason is the person's word itself. Raises NotFound.
    """
    require(actor, Permission.DELEGATION_END)
    found = (
        get_session()
        .execute(
            select(Consent, Organisation.name)
            .join(Organisation, Organisation.id == Consent.organisation_id)
            .where(Consent.reference == reference)
        )
        .one_or_none()
    )
    if found is None:
        raise NotFound
    row, organisation_name = found
    concerns(person_id=row.person_id, subject=("consent", row.id))
    record_look(
        Action.CONSENT_VIEWED,
        actor=actor,
        person_id=row.person_id,
        subject=("consent", row.id),
        stated_reason="asked_to_stop",
    )
    return StopView(
        id=row.id,
        reference=row.reference,
        mode=Mode(row.mode),
        organisation_name=organisation_name,
        services=row.services,
        powers=row.powers,
        recorded_at=row.recorded_at,
        until_on=row.until_on,
        withdrawn_at=row.withdrawn_at,
    )


def _view(row: Consent) -> ConsentView:
    person, helper_name, organisation_name = (
        get_session()
        .execute(
            select(Person, Account.name, Organisation.name)
            .select_from(Person)
            .join(Account, Account.id == row.account_id)
            .join(Organisation, Organisation.id == row.organisation_id)
            .where(Person.id == row.person_id)
        )
        .one()
    )
    return ConsentView(
        id=row.id,
        reference=row.reference,
        mode=Mode(row.mode),
        person_id=row.person_id,
        person_name=person.name,
        person_reference=person.reference,
        person_language=person.language,
        large_print=Format.LARGE_PRINT in split_formats(person.formats),
        helper_name=helper_name,
        organisation_name=organisation_name,
        holder_kind=row.holder_kind,
        services=row.services,
        powers=row.powers,
        money_limit_pence=row.money_limit_pence,
        money_period=row.money_period,
        act_limit_pence=row.act_limit_pence,
        until_on=row.until_on,
        purpose=encryption.unseal(row.person_id, "consent.purpose", row.purpose),
        statement=queries.get_statement_text(row.statement_id),
        language=row.language,
        read_began_at=row.read_began_at,
        read_ended_at=row.read_ended_at,
        said=queries.unseal_json(row.person_id, "consent.said", row.said),
        way=row.way,
        evidence=queries.unseal_json(row.person_id, "consent.evidence", row.evidence),
        strength=row.strength,
        reasons=row.reasons,
        recorded_at=row.recorded_at,
        withdrawn_at=row.withdrawn_at,
        withdrawn_how=row.withdrawn_how,
        visit_id=row.visit_id,
    )


def explain_by_consent(actor: Actor, person_id: UUID) -> Explanation | None:
    """Answers the explain port: the person said yes to this helper today, and it stands."""
    found: UUID | None = get_session().scalar(
        select(Consent.id)
        .where(
            Consent.person_id == person_id,
            Consent.account_id == actor.account_id,
            Consent.organisation_id == actor.organisation_id,
            Consent.recorded_at >= clock.start_of_day(clock.today()),
            Consent.withdrawn_at.is_(None),
        )
        .order_by(Consent.id.desc())
        .limit(1)
    )
    return Explanation("consent_today", ("consent", found)) if found is not None else None
