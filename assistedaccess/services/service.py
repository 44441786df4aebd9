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

from .catalogue import DEFINITIONS, IncompleteEntry, read_entry
from .models import FormDefinition, Service
from .parsing import parse_definition
from .queries import forget_found


@command("services.publish_services")
def publish_services(*, actor: Actor, folder: str = "") -> None:
    """Put the catalogue's files and their forms into the database; ``folder`` is for tests.

    A form whose bytes are new becomes the next version and is in force from now on; what was begun
    under an older one stays there. Can be run again: what is there already stays as it is, also
    where somebody has since put another form in force. Where two humans put one in force that was
    uploaded, an upgrade takes it from nobody: the new version waits until two put it in force.
    Raises IncompleteEntry for a bad file.
    """
    require(actor, Permission.SERVICE_PUBLISH)
    known = {service.key: service for service in get_session().scalars(select(Service))}
    place = Path(folder) if folder else DEFINITIONS
    news = [
        publication
        for file in sorted(place.glob("*.service.json"))
        if (publication := _publish(file, known)) is not None
    ]
    for key in SHARED_FORMS:
        shared = _publish_shared(place, key)
        if shared is not None:
            news.append((key, shared))
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


SHARED_FORMS = ("payment-details",)
"""Forms that come with the program and belong to no one service: none of the catalogue's."""


def _publish_shared(place: Path, key: str) -> UUID | None:
    file = place / f"{key}.json"
    return _publish_form(key, file) if file.is_file() else None


def _publish(file: Path, known: dict[str, Service]) -> tuple[str, UUID | None] | None:
    """Publish one file: the service's key and its new form, or None where nothing is new."""
    body = file.read_bytes()
    raw = json.loads(body)
    entry = read_entry(raw, file.parent)
    definition_id = _publish_form(entry.slug, entry.form_file) if entry.form_file else None
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
    if definition_id is not None and not _is_uploaded(service.form_definition_id):
        service.form_definition_id = definition_id
    get_session().flush()
    return entry.slug, definition_id


def _is_uploaded(definition_id: UUID | None) -> bool:
    if definition_id is None:
        return False
    return get_session().get_one(FormDefinition, definition_id).uploaded_by is not None


def _publish_form(key: str, file: Path) -> UUID | None:
    """The id of the form where its bytes are new, else None."""
    body = file.read_bytes()
    if find_form(key, body) is not None:
        return None
    definition = parse_definition(json.loads(body))
    faults = (*definition.errors, *definition.unsupported)
    if faults:
        raise IncompleteEntry(f"{file.name}: {'; '.join(faults)}")
    return store_form(key, body, None).id


def find_form(service: str, body: bytes) -> FormDefinition | None:
    """The version of the service's form that has these very bytes."""
    query = select(FormDefinition).filter_by(
        service_key=service, hash=hashlib.sha256(body).hexdigest()
    )
    return get_session().scalars(query).one_or_none()


def store_form(service: str, body: bytes, actor: Actor | None) -> FormDefinition:
    """Keep a checked form as the next version, which is not in force by that.

    ``actor`` is who brought it; None where it came with the program.
    """
    session = get_session()
    newest = session.scalar(
        select(func.max(FormDefinition.version)).where(FormDefinition.service_key == service)
    )
    row = FormDefinition(
        id=new_id(),
        service_key=service,
        version=(newest or 0) + 1,
        hash=hashlib.sha256(body).hexdigest(),
        body=body,
        published_at=clock.now(),
        uploaded_by=actor.account_id if actor else None,
        uploaded_by_human=actor.human_id if actor else None,
    )
    session.add(row)
    session.flush()
    return row
