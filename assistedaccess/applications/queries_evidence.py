"""Files of an application: their names for its pages, one with its content to be handed out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import Select, Uuid, bindparam, or_, select
from sqlalchemy.orm import aliased

from assistedaccess.kernel import encryption
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.encryption import KeyForgotten
from assistedaccess.kernel.errors import NotFound
from assistedaccess.kernel.ids import read_reference

from .models import Application, Evidence, EvidenceContent
from .scanning import Scan


@dataclass(frozen=True)
class EvidenceRow:
    """A file as a page lists it; ``size`` in bytes."""

    id: UUID
    question: str
    name: str
    kind: str
    size: int
    scan: Scan
    added_at: datetime


@dataclass(frozen=True)
class EvidenceFile:
    """A file with its content."""

    id: UUID
    person_id: UUID
    name: str
    kind: str
    content: bytes = field(repr=False)


@cache
def _rows() -> Select[*tuple[Any, ...]]:
    return (
        select(
            Evidence.id,
            Evidence.question,
            Evidence.name,
            Evidence.kind,
            Evidence.size,
            Evidence.scan,
            Evidence.added_at,
        )
        .join(Application, Application.id == Evidence.application_id)
        .where(
            or_(
                Application.id == bindparam("application_id", type_=Uuid()),
                Application.id == bindparam("changes_id", type_=Uuid()),
                Application.changes_id == bindparam("changes_id", type_=Uuid()),
            ),
            Evidence.removed_at.is_(None),
        )
        .order_by(Evidence.id)
    )


def list_evidence(
    application_id: UUID, person_id: UUID, changes_id: UUID | None = None
) -> Mapping[str, EvidenceRow]:
    """The files of an application by their ids as text, oldest first; one statement.

    With ``changes_id``, of a change report, also those of the claim and of its other changes: an
    answer that stays names the file that was sent with it.
    """
    given = {"application_id": application_id, "changes_id": changes_id}
    rows = get_session().execute(_rows(), given)
    return {
        str(row.id): EvidenceRow(
            row.id,
            row.question,
            _name(person_id, row.id, row.name),
            row.kind,
            row.size,
            Scan(row.scan),
            row.added_at,
        )
        for row in rows
    }


def _name(person_id: UUID, evidence_id: UUID, sealed: bytes | None) -> str:
    try:
        return encryption.unseal(person_id, f"evidence.name.{evidence_id}", sealed or b"")
    except KeyForgotten:
        return "–"


def get_evidence(actor: Actor, reference: str, evidence_id: UUID) -> EvidenceFile:
    """A file of the organisation's application with that reference. Raises NotFound.

    A change report shows what it changes, so the claim's files and its other changes' too.
    """
    owner = aliased(Application)
    row = (
        get_session()
        .execute(
            select(Application.person_id, Evidence.name, Evidence.kind, EvidenceContent.body)
            .join(owner, owner.id == Evidence.application_id)
            .join(
                Application,
                or_(
                    Application.id == owner.id,
                    Application.changes_id == owner.id,
                    Application.changes_id == owner.changes_id,
                ),
            )
            .join(EvidenceContent, EvidenceContent.evidence_id == Evidence.id)
            .where(
                Evidence.id == evidence_id,
                Evidence.removed_at.is_(None),
                Application.reference == (read_reference("A", reference) or ""),
                Application.organisation_id == actor.organisation_id,
            )
        )
        .one_or_none()
    )
    if row is None:
        raise NotFound
    try:
        content = encryption.unseal_bytes(
            row.person_id, f"evidence_content.body.{evidence_id}", row.body
        )
    except KeyForgotten as error:
        raise NotFound from error
    name = _name(row.person_id, evidence_id, row.name)
    return EvidenceFile(evidence_id, row.person_id, name, row.kind, content)
