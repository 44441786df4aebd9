"""One record of help in clear. The recorded look is service_viewing's."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import or_, select

from assistedaccess.accounts.models import Account
from assistedaccess.casework.models import Case
from assistedaccess.kernel import encryption
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.encryption import KeyForgotten
from assistedaccess.kernel.errors import NotFound
from assistedaccess.kernel.ids import read_reference
from assistedaccess.organisations.models import Organisation
from assistedaccess.people.models import Person

from .models import RecordOfHelp


@dataclass(frozen=True)
class HelpView:
    """All of one record of help. ``service_name`` is free where ``service`` is None."""

    id: UUID
    reference: str
    person_id: UUID
    person_reference: str
    person_name: str
    case_reference: str | None
    service: str | None
    service_name: str
    asked: str
    their_reference: str
    note: str
    word: str
    mode: str
    authority_kind: str
    was_sent: bool
    made_at: datetime
    made_by_name: str
    made_at_organisation: str
    is_paper_unsafe: bool


def load_help(actor: Actor, reference: str) -> HelpView:
    """The organisation's record of help with that reference; two statements. Raises NotFound."""
    row = (
        get_session()
        .execute(
            select(
                RecordOfHelp,
                Person.reference.label("person_reference"),
                Person.name.label("person_name"),
                or_(Person.no_paper_at_home, Person.contact_is_unsafe).label("is_paper_unsafe"),
                Case.reference.label("case_reference"),
                Account.name.label("made_by_name"),
                Organisation.name.label("made_at_organisation"),
            )
            .join(Person, Person.id == RecordOfHelp.person_id)
            .join(Account, Account.id == RecordOfHelp.made_by)
            .join(Organisation, Organisation.id == RecordOfHelp.organisation_id)
            .outerjoin(Case, Case.id == RecordOfHelp.case_id)
            .where(
                RecordOfHelp.reference == (read_reference("R", reference) or ""),
                RecordOfHelp.organisation_id == actor.organisation_id,
            )
        )
        .one_or_none()
    )
    if row is None:
        raise NotFound
    found: RecordOfHelp = row.RecordOfHelp
    facts = open_facts(found)
    return HelpView(
        id=found.id,
        reference=found.reference,
        person_id=found.person_id,
        person_reference=row.person_reference,
        person_name=row.person_name,
        case_reference=row.case_reference,
        service=found.service,
        service_name=facts["service"],
        asked=facts["asked"],
        their_reference=facts["their_reference"],
        note=facts["note"],
        word=found.word,
        mode=found.mode,
        authority_kind=found.authority_kind,
        was_sent=found.was_sent,
        made_at=found.made_at,
        made_by_name=row.made_by_name,
        made_at_organisation=row.made_at_organisation,
        is_paper_unsafe=bool(row.is_paper_unsafe),
    )


def find_last_service(actor: Actor, person_id: UUID) -> str | None:
    """The service that the person had help with last at the actor's organisation; one statement."""
    return get_session().scalar(
        select(RecordOfHelp.service)
        .where(
            RecordOfHelp.person_id == person_id,
            RecordOfHelp.organisation_id == actor.organisation_id,
            RecordOfHelp.service.is_not(None),
        )
        .order_by(RecordOfHelp.id.desc())
        .limit(1)
    )


def open_facts(row: RecordOfHelp) -> dict[str, str]:
    """The sealed facts; dashes for somebody who was erased."""
    try:
        text = encryption.unseal(row.person_id, f"record_of_help.facts.{row.id}", row.facts)
    except KeyForgotten:
        return dict.fromkeys(("service", "asked", "their_reference", "note"), "–")
    opened: dict[str, str] = json.loads(text)
    return opened
