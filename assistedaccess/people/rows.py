"""How what was entered becomes rows: sealed, fingerprinted, and with its words to search by."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from sqlalchemy import delete, insert

from assistedaccess.kernel import clock, encryption
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.ids import new_id

from . import rules
from .inputs import EnteredPerson, EnteredPoint
from .models import ContactPoint, PersonNameKey
from .queries import PersonView
from .rules_identifiers import Address

_NOT_COMPARED = {
    "id",
    "contact_points",
    "identity_level",
    "changed_at",
    "created_at",
    "version",
    "ask_again_on",
    "is_protected",
}


def person_columns(
    person_id: UUID, entered: EnteredPerson, *, keeps_address: bool = False
) -> dict[str, Any]:
    """The columns of a person for what was entered."""
    support = {"needs": entered.support_needs, "hearing": list(entered.hearing)}
    columns: dict[str, Any] = {
        "name": entered.name,
        "known_as": entered.known_as,
        "name_key": rules.name_key(entered.name),
        "birth_year": entered.birth_date.year,
        "birth_month": entered.birth_date.month,
        "birth_day": entered.birth_date.day,
        "nation": entered.nation,
        "national_insurance_number": (
            encryption.seal(person_id, "person.national_insurance_number", entered.nino)
            if entered.nino
            else None
        ),
        "nino_fingerprint": entered.nino_fingerprint,
        "language": entered.language,
        "spoken_language": entered.spoken_language,
        "formats": entered.formats,
        "support": seal_json(person_id, "support", support) if any(support.values()) else None,
    }
    if not keeps_address:
        columns |= address_columns(person_id, str(entered.housing), entered.address)
        columns["postcode_fingerprint"] = entered.postcode_fingerprint
    return columns


def address_columns(person_id: UUID, housing: str, address: Address | None) -> dict[str, Any]:
    """The columns of where a person lives, less the fingerprint."""
    return {
        "housing": housing,
        "address": (
            encryption.seal(person_id, "person.address", address.to_text()) if address else None
        ),
    }


def seal_json(person_id: UUID, column: str, value: object) -> bytes:
    """``value`` as JSON, sealed for a column of the person."""
    text = json.dumps(value, ensure_ascii=False, sort_keys=True)
    return encryption.seal(person_id, f"person.{column}", text)


def seal_safe_contact(person_id: UUID, best_times: str, words: str) -> bytes | None:
    """The words about safe contact, sealed; None where there are none."""
    if not best_times and not words:
        return None
    return seal_json(person_id, "safe_contact", {"best_times": best_times, "words": words})


def replace_name_keys(person_id: UUID, entered: EnteredPerson) -> None:
    """Write the words of the names to search by, in place of those that are there."""
    session = get_session()
    session.execute(delete(PersonNameKey).where(PersonNameKey.person_id == person_id))
    tokens = rules.name_tokens(entered.name, entered.known_as)
    session.execute(
        insert(PersonNameKey),
        [{"token": token, "person_id": person_id} for token in sorted(tokens)],
    )


def insert_points(
    actor: Actor,
    person_id: UUID,
    points: Iterable[EnteredPoint],
    *,
    replaces_id: UUID | None = None,
) -> list[UUID]:
    """Add contact points; ``replaces_id`` is the one that the (only) new one takes over from."""
    now = clock.now()
    values = [
        {
            "id": new_id(),
            "person_id": person_id,
            "kind": str(point.kind),
            "value": encryption.seal(person_id, "contact_point.value", point.value),
            "fingerprint": point.fingerprint,
            "whose": str(point.whose),
            "is_safe": point.is_safe,
            "created_at": now,
            "created_by_account_id": actor.account_id,
            "created_by_human_id": actor.human_id,
            "created_by_organisation_id": actor.organisation_id,
            "replaces_id": replaces_id,
            "may_be_told": True,
        }
        for point in points
    ]
    if values:
        get_session().execute(insert(ContactPoint), values)
    return [value["id"] for value in values]  # type: ignore[misc]


def list_changes(before: PersonView, after: PersonView) -> dict[str, tuple[str, str]]:
    """What differs, as text, for the sealed part of the journal: field → (before, after)."""
    changes = {}
    for field, value in vars(before).items():
        now = getattr(after, field)
        if field not in _NOT_COMPARED and value != now:
            changes[field] = (_as_text(value), _as_text(now))
    return changes


def _as_text(value: object) -> str:
    if isinstance(value, Address):
        return ", ".join(value.lines)
    if isinstance(value, tuple):
        return ", ".join(str(part) for part in value)
    return "" if value is None else str(value)
