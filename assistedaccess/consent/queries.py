"""Questions about visits, statements and consents. The recorded looks are commands."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import select

from assistedaccess.accounts.models import Account
from assistedaccess.kernel import clock, encryption
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.drafts import shows_drafts
from assistedaccess.kernel.errors import InvalidInput, NotFound
from assistedaccess.organisations.models import Organisation
from assistedaccess.services.queries import ServiceView, list_services

from . import rules
from .models import Consent, ConsentPolicy, ConsentRequest, Statement, Visit
from .rules import Mode, Policy

# -- sealed JSON


def seal_json(person_id: UUID, field: str, value: Mapping[str, Any]) -> bytes:
    """A JSON object sealed with the person's key."""
    text = json.dumps(dict(value), ensure_ascii=False, sort_keys=True)
    return encryption.seal(person_id, field, text)


def unseal_json(person_id: UUID, field: str, sealed: bytes | None) -> dict[str, Any]:
    """What seal_json was given; empty where nothing is there."""
    if sealed is None:
        return {}
    opened: dict[str, Any] = json.loads(encryption.unseal(person_id, field, sealed))
    return opened


# -- services


def list_all_services() -> dict[str, ServiceView]:
    """The catalogue by its keys; one statement in each unit of work, however often it is asked."""
    kept: dict[str, ServiceView] | None = get_session().info.get("consent.services")
    if kept is None:
        kept = {view.key: view for view in list_services()}
        get_session().info["consent.services"] = kept
    return kept


def get_service_name(key: str, language: str) -> str:
    """The name of a service. Raises InvalidInput for one that the catalogue does not have."""
    view = list_all_services().get(key)
    if view is None:
        raise InvalidInput("service", _("Select what the person needs help with"))
    return view.name(language)


def name_services(keys: Collection[str], language: str) -> str:
    """The names of services, in one line; a service that has gone keeps its short name."""
    found = list_all_services()
    return ", ".join(found[key].name(language) if key in found else key for key in keys)


# -- statements and policy


@dataclass(frozen=True)
class StatementView:
    """The words to be read. ``is_draft``: nobody has approved them; demonstrations show them."""

    id: UUID
    kind: str
    language: str
    version: int
    text: str
    text_hash: str
    is_draft: bool


def list_statements(kind: Mode) -> list[StatementView]:
    """The newest version of the words that may be read, one for each language; English first."""
    rows = get_session().scalars(select(Statement).filter_by(kind=kind).order_by(Statement.version))
    newest: dict[str, StatementView] = {}
    for row in rows:
        if row.approved_at is not None or shows_drafts():
            newest[row.language] = _view(row)
    return sorted(newest.values(), key=lambda statement: statement.language != "en")


def _view(row: Statement) -> StatementView:
    return StatementView(
        id=row.id,
        kind=row.kind,
        language=row.language,
        version=row.version,
        text=row.text,
        text_hash=row.text_hash,
        is_draft=row.approved_at is None,
    )


def get_statement(kind: Mode, language: str) -> StatementView:
    """The words to be read in a language. Raises InvalidInput where no approved ones exist."""
    for statement in list_statements(kind):
        if statement.language == language:
            return statement
    raise InvalidInput("language", _("Select a language in which the words are approved"))


def get_statement_text(statement_id: UUID) -> StatementView:
    """The very words of a consent, whatever has been published since."""
    row = get_session().get(Statement, statement_id)
    if row is None:
        raise NotFound
    return _view(row)


def get_policy() -> Policy:
    """The policy that counts now, the highest version; one statement in each unit of work."""
    kept: Policy | None = get_session().info.get("consent.policy")
    if kept is not None:
        return kept
    document = get_session().scalar(
        select(ConsentPolicy.document).order_by(ConsentPolicy.version.desc()).limit(1)
    )
    if document is None:
        raise RuntimeError("no consent policy is published: run `assistedaccess migrate`")
    policy: Policy = rules.read_policy(document)
    get_session().info["consent.policy"] = policy
    return policy


# -- visits


def place_of(actor: Actor) -> UUID | None:
    """Where the actor helps: at a site, or from the organisation at large."""
    return actor.site_id or actor.organisation_id


def find_visit_id(actor: Actor, person_id: UUID, channel: str) -> UUID | None:
    """The open visit of today between this person and this helper, here."""
    return get_session().scalar(
        select(Visit.id).where(
            Visit.person_id == person_id,
            Visit.account_id == actor.account_id,
            Visit.place_id == place_of(actor),
            Visit.channel == str(channel),
            Visit.visited_on == clock.today(),
            Visit.ended_at.is_(None),
        )
    )


def list_open_visits(actor: Actor, person_id: UUID) -> list[tuple[UUID, str, datetime]]:
    """The open visits of today between this person and this helper: id, channel, started_at."""
    rows = get_session().execute(
        select(Visit.id, Visit.channel, Visit.started_at)
        .where(
            Visit.person_id == person_id,
            Visit.account_id == actor.account_id,
            Visit.visited_on == clock.today(),
            Visit.ended_at.is_(None),
        )
        .order_by(Visit.id)
    )
    return [(row.id, row.channel, row.started_at) for row in rows]


# -- requests


def find_own_request(actor: Actor, reference: str) -> ConsentRequest | None:
    """The request of that reference that this account began at this organisation."""
    return (
        get_session()
        .scalars(
            select(ConsentRequest).where(
                ConsentRequest.reference == reference,
                ConsentRequest.account_id == actor.account_id,
                ConsentRequest.organisation_id == actor.organisation_id,
            )
        )
        .one_or_none()
    )


def get_own_request(actor: Actor, reference: str) -> ConsentRequest:
    """As find_own_request. Raises NotFound."""
    row = find_own_request(actor, reference)
    if row is None:
        raise NotFound
    return row


def get_request_reference(request_id: UUID) -> str:
    """The reference of a request, which its consent has too. Raises NotFound."""
    row = get_session().get(ConsentRequest, request_id)
    if row is None:
        raise NotFound
    return row.reference


# -- consents


def find_live_assisting_consent(
    actor: Actor, person_id: UUID, service: str | None, *, lock: bool = False
) -> UUID | None:
    """The consent by which this helper may assist with this service now: of an open visit of today.

    ``lock`` holds its row until the transaction ends, so that a withdrawal and an act have an
    order. Only for the account that recorded it, at the place where it did.
    """
    query = (
        select(Consent.id, Consent.services)
        .join(Visit, Visit.id == Consent.visit_id)
        .where(
            Consent.person_id == person_id,
            Consent.account_id == actor.account_id,
            Consent.organisation_id == actor.organisation_id,
            Consent.mode == Mode.ASSISTING,
            Consent.withdrawn_at.is_(None),
            Visit.place_id == place_of(actor),
            Visit.visited_on == clock.today(),
            Visit.ended_at.is_(None),
        )
        .order_by(Consent.id.desc())
    )
    if lock:
        query = query.with_for_update(of=Consent)
    wanted = [service] if service else []
    return next((row.id for row in get_session().execute(query) if row.services == wanted), None)


@dataclass(frozen=True)
class ConsentRow:
    """A consent in a list; nothing that was said."""

    id: UUID
    reference: str
    mode: str
    services: list[str]
    powers: list[str]
    strength: str
    way: str
    helper_name: str
    organisation_id: UUID
    organisation_name: str
    recorded_at: datetime
    until_on: date
    withdrawn_at: datetime | None


def list_consents(
    person_id: UUID, *, before: UUID | None = None, limit: int = 50, live_only: bool = False
) -> list[ConsentRow]:
    """What a person agreed to, newest first, paged by key; one statement.

    The caller has recorded the look. ``live_only``: not withdrawn, and its last day not over.
    """
    query = (
        select(
            Consent.id,
            Consent.reference,
            Consent.mode,
            Consent.services,
            Consent.powers,
            Consent.strength,
            Consent.way,
            Account.name,
            Consent.organisation_id,
            Organisation.name,
            Consent.recorded_at,
            Consent.until_on,
            Consent.withdrawn_at,
        )
        .join(Account, Account.id == Consent.account_id)
        .join(Organisation, Organisation.id == Consent.organisation_id)
        .where(Consent.person_id == person_id)
        .order_by(Consent.id.desc())
        .limit(limit)
    )
    if before is not None:
        query = query.where(Consent.id < before)
    if live_only:
        query = query.where(Consent.withdrawn_at.is_(None), Consent.until_on >= clock.today())
    return [ConsentRow(*tuple(row)) for row in get_session().execute(query)]


def find_consent(reference: str) -> Consent | None:
    """The consent of that reference, whoever recorded it."""
    return get_session().scalars(select(Consent).filter_by(reference=reference)).one_or_none()


def get_id(reference: str) -> UUID:
    """The id of the consent of that reference, whoever recorded it. Raises NotFound."""
    found = get_session().scalar(select(Consent.id).where(Consent.reference == reference))
    if found is None:
        raise NotFound
    return found


def get_reference(consent_id: UUID) -> str:
    """The reference of a consent. Raises NotFound."""
    found = get_session().scalar(select(Consent.reference).where(Consent.id == consent_id))
    if found is None:
        raise NotFound
    return found


def reseal(person_id: UUID, old_field: str, new_field: str, sealed: bytes) -> bytes:
    """What was sealed for one field, sealed for another: a value opens only where it belongs."""
    return encryption.seal(person_id, new_field, encryption.unseal(person_id, old_field, sealed))
