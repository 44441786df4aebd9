"""Evidence: files of an application, cleaned before they come here, sealed for the person."""

from __future__ import annotations

from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import func, insert, select

from assistedaccess.access import Permission, require
from assistedaccess.audit import Action, record, record_look
from assistedaccess.consent.rules import Power
from assistedaccess.kernel import clock, encryption
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.commands import command, concerns
from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.errors import InvalidInput, NotFound
from assistedaccess.kernel.ids import new_id
from assistedaccess.people.reach import load_reached

from . import files_rules, ties
from .evidence import list_file_questions
from .files import CleanFile, FileKind, clean_name
from .models import Evidence, EvidenceContent
from .queries_evidence import EvidenceFile, get_evidence
from .scanning import Scan
from .service import authorise_for, check_draft, lock_application
from .service_filling import load_definition_of


@command("applications.add_evidence")
def add_evidence(
    *,
    actor: Actor,
    application_id: UUID,
    question: str,
    name: str,
    kind: str,
    content: bytes,
    scan: str,
) -> UUID:
    """Store a file that clean_file() made, for the question of that key; returns its id.

    ``scan`` is what scan_file() said. The same content for the same question is the same file, so
    that a lost connection and a second try leave one. Raises NotFound, InvalidInput for more files
    than an application holds, ApplicationClosed, and what authorise() raises.
    """
    require(actor, Permission.APPLICATION_FILL_IN)
    row = lock_application(actor, application_id)
    if question not in list_file_questions(load_definition_of(row)):
        raise NotFound
    check_draft(row)
    authority = authorise_for(actor, row, Power.FILL_IN)
    session = get_session()
    print_of_it = encryption.fingerprint("evidence", content.hex())
    own = (Evidence.application_id == row.id, Evidence.removed_at.is_(None))
    same = (Evidence.question == question, Evidence.fingerprint == print_of_it)
    twin = session.scalar(select(Evidence.id).where(*own, *same))
    if twin is not None:
        record(Action.REQUEST_REPEATED, actor=actor, subject=("evidence", twin))
        return twin
    held = session.scalar(select(func.count()).select_from(Evidence).where(*own)) or 0
    if held >= files_rules.MOST_OF_APPLICATION:
        words = _("This application has as many files as it can hold")
        raise InvalidInput("file", words)
    made = CleanFile(FileKind(kind), content)
    evidence_id = new_id()
    shown = clean_name(name, made.kind)
    session.execute(
        insert(Evidence),
        [
            {
                "id": evidence_id,
                "application_id": row.id,
                "sealed_for": row.person_id,
                "question": question,
                "name": encryption.seal(row.person_id, f"evidence.name.{evidence_id}", shown),
                "kind": str(made.kind),
                "size": len(content),
                "fingerprint": print_of_it,
                "scan": str(Scan(scan)),
                "added_at": clock.now(),
                "added_by": actor.account_id,
                "authority_kind": authority.kind,
                "authority_id": authority.id,
            }
        ],
    )
    sealed = encryption.seal(row.person_id, f"evidence_content.body.{evidence_id}", content)
    session.execute(insert(EvidenceContent), [{"evidence_id": evidence_id, "body": sealed}])
    record(
        Action.EVIDENCE_ADDED,
        actor=actor,
        person_id=row.person_id,
        subject=("evidence", evidence_id),
        authority=authority.pair,
        service=row.service,
        reason=str(Scan(scan)),
        details={"kind": str(made.kind), "size": len(content), "question": question},
    )
    return evidence_id


@command("applications.open_evidence")
def open_evidence(
    *, actor: Actor, reference: str, evidence_id: UUID, stated_reason: str | None = None
) -> EvidenceFile:
    """A file with its content, the look recorded first.

    Raises NotFound, OwnRecord, RelativesRecord, ReasonNeeded, NotIncluded.
    """
    require(actor, Permission.APPLICATION_VIEW)
    found = get_evidence(actor, reference, evidence_id)
    person, look = load_reached(actor, found.person_id, lock=False)
    concerns(person_id=person.id, subject=("evidence", evidence_id))
    record_look(
        Action.EVIDENCE_OPENED,
        actor=actor,
        person_id=person.id,
        subject=("evidence", evidence_id),
        stated_reason=stated_reason or look.stated,
        tie=ties.EVIDENCE,
    )
    return found
