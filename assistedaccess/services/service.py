"""Publishing services: what comes with this version of the program is put into the database."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from uuid import UUID

from sqlalchemy import func, select

from assistedaccess.access import Permission, require
from assistedaccess.audit import Action, record
from assistedaccess.kernel import clock
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.commands import command
from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.ids import new_id

from .catalogue import DEFINITIONS, IncompleteEntry, ServiceEntry, read_entry
from .models import FormDefinition, Service
from .parsing import parse_definition
from .queries import forget_found


@command("services.publish_services")
def publish_services(*, actor: Actor, folder: str = "") -> None:
    """Put the catalogue's files and their forms into the database; ``folder`` is for tests.

    A form whose bytes are new becomes the next version and is in force from now on; what was begun
    under an older one stays there. Can be run again: what is there already stays as it is, also
    where somebody has since put another form in force. Raises IncompleteEntry for a bad file.
    """
    require(actor, Permission.SERVICE_PUBLISH)
    known = {service.key: service for service in get_session().scalars(select(Service))}
    place = Path(folder) if folder else DEFINITIONS
    news = [
        publication
        for file in sorted(place.glob("*.service.json"))
        if (publication := _publish(file, known)) is not None
    ]
    forget_found()
    for key, definition_id in news:
        record(
            Action.SERVICE_PUBLISHED,
            actor=actor,
            service=key,
            subject=("form_definition", definition_id) if definition_id else None,
        )
    if not news:
        record(Action.SERVICE_PUBLISHED, actor=actor, reason="nothing_new")


def _publish(file: Path, known: dict[str, Service]) -> tuple[str, UUID | None] | None:
    """Publish one file: the service's key and its new form, or None where nothing is new."""
    body = file.read_bytes()
    raw = json.loads(body)
    entry = read_entry(raw, file.parent)
    definition_id = _publish_form(entry)
    facts_hash = hashlib.sha256(body).hexdigest()
    service = known.get(entry.slug)
    if service is None:
        service = Service(key=entry.slug)
        get_session().add(service)
    elif service.facts_hash == facts_hash and definition_id is None:
        return None
    service.facts = raw
    service.facts_hash = facts_hash
    service.risk = entry.risk
    service.published_at = clock.now()
    if definition_id is not None:
        service.form_definition_id = definition_id
    get_session().flush()
    return entry.slug, definition_id


def _publish_form(entry: ServiceEntry) -> UUID | None:
    """The id of the service's form where its bytes are new, else None."""
    if entry.form_file is None:
        return None
    session = get_session()
    body = entry.form_file.read_bytes()
    digest = hashlib.sha256(body).hexdigest()
    of_service = FormDefinition.service_key == entry.slug
    if session.scalar(select(FormDefinition.id).where(of_service, FormDefinition.hash == digest)):
        return None
    definition = parse_definition(json.loads(body))
    faults = (*definition.errors, *definition.unsupported)
    if faults:
        raise IncompleteEntry(f"{entry.form_file.name}: {'; '.join(faults)}")
    newest = session.scalar(select(func.max(FormDefinition.version)).where(of_service)) or 0
    definition_id = new_id()
    session.add(
        FormDefinition(
            id=definition_id,
            service_key=entry.slug,
            version=newest + 1,
            hash=digest,
            body=body,
            published_at=clock.now(),
        )
    )
    session.flush()
    return definition_id
