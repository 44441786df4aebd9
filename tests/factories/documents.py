"""Documents and letters for tests, by the commands."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from assistedaccess.casework.queries import CaseDetails
from assistedaccess.documents import service, service_letters
from assistedaccess.documents.queries import (
    DocumentDetails,
    LetterDetails,
    get_document,
    get_letter,
)
from assistedaccess.documents.service_letters import WrittenLetter
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.transactions import reading


def keep(actor: Actor, case: CaseDetails, **fields: Any) -> UUID:
    """A tenancy agreement, typed in, that proves the rent."""
    given = {"title": "Tenancy agreement", "proves": ["rent"], "text": "£120 a week", **fields}
    return service.add_document(actor=actor, case_id=case.id, **given)


def receive(actor: Actor, case: CaseDetails, **fields: Any) -> UUID:
    """A letter that came, typed in."""
    given = {"title": "The council", "text": "We have turned you down.", **fields}
    return service.receive_letter(actor=actor, case_id=case.id, **given)


def get(actor: Actor, document_id: UUID) -> DocumentDetails:
    """The document as it stands."""
    with reading():
        return get_document(actor, document_id)


def write(actor: Actor, case: CaseDetails, **fields: Any) -> WrittenLetter:
    """A letter that challenges a decision."""
    given = {
        "kind": "challenge",
        "recipient": "The Council\nMillbrook",
        "why": "I do live here.",
        **fields,
    }
    return service_letters.write_letter(actor=actor, case_id=case.id, **given)


def find(actor: Actor, reference: str) -> LetterDetails:
    """The letter as it stands."""
    with reading():
        return get_letter(actor, reference)
