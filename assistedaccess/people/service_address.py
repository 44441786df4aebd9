"""Where a person lives is changed; the letters that went there follow."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask_babel import gettext as _

from assistedaccess.access import Permission, require
from assistedaccess.audit import Action, record
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.commands import command
from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.errors import InvalidInput
from assistedaccess.kernel.events import publish
from assistedaccess.kernel.inputs import read_word
from assistedaccess.kernel.replacing import settle_values
from assistedaccess.notices.rules import NoticeKind
from assistedaccess.organisations.service import require_may_act

from . import inputs, queries, rows
from .events import ContactPointChanged
from .inputs import EnteredPoint
from .models import ContactPoint, Person
from .reach import check_open_record, check_version, reach_person, touch
from .routes import call_back_unsent
from .rules import Housing
from .rules_identifiers import Address
from .rules_routes import EndReason
from .service_contact import decide_on, end_point, record_point, tell_all


@command("people.change_address")
def change_address(
    *,
    actor: Actor,
    person_id: UUID,
    version: int | None,
    housing: str,
    address: dict[str, str] | None = None,
    hides_address: bool = False,
    old_is_unsafe: bool = False,
    person_is_there: bool = True,
    replaces: dict[str, Any] | None = None,
) -> UUID:
    """Change where the person lives. Letters that went to the old address follow to the new one.

    ``hides_address``: it is shown in no list; a relative or friend, who does not read that it is
    hidden, cannot end that. ``replaces``: kernel.replacing. Raises StaleVersion, ChangedTooOften.
    """
    require(actor, Permission.CONTACT_CHANGE)
    require_may_act(actor)
    person = reach_person(actor, person_id, lock=True)
    check_open_record(person)
    if replaces is None:
        check_version(person, version)
    lives = read_word("housing", housing, Housing, _("Select where the person lives"))
    new = inputs.read_address(address) if lives is Housing.ADDRESS else None
    old = queries.find_address(person)
    hides_address = hides_address or (actor.is_family and person.hides_address)
    settled = settle_values(
        _as_kept(person.housing, old, person.hides_address),
        _as_kept(lives, new, hides_address),
        replaces,
    )
    lives, hides_address = Housing(settled["housing"]), settled["hides_address"]
    new = Address.from_text(settled["address"]) if settled["address"] else None
    if (lives, new, hides_address) == (person.housing, old, person.hides_address):
        raise InvalidInput("", _("Nothing was changed"))
    postal = inputs.postal_point(new) if new else None
    decide_on(
        actor, person, "people.change_address", postal, "postal", person_is_there=person_is_there
    )
    for column, value in rows.address_columns(person.id, str(lives), new).items():
        setattr(person, column, value)
    person.postcode_fingerprint = inputs.fingerprint_postcode(new.postcode) if new else None
    person.hides_address = hides_address
    touch(person)
    if old is not None and old != new:
        _move_letters(actor, person, inputs.postal_point(old), postal, not old_is_unsafe)
        call_back_unsent(person.id, actor)
    record(
        Action.PERSON_CHANGED,
        actor=actor,
        person_id=person.id,
        subject=("person", person.id),
        reason="address",
        details={
            "before": ", ".join(old.lines) if old else "",
            "after": ", ".join(new.lines) if new else str(lives),
            "hides_address": hides_address,
        },
    )
    if old != new or lives != Housing.ADDRESS:
        tell_all(actor, person, NoticeKind.ADDRESS_CHANGED, is_one_more=True)
    return person.id


def _as_kept(housing: str, address: Address | None, hides: bool) -> dict[str, Any]:
    return {
        "housing": str(housing),
        "address": address.to_text() if address else None,
        "hides_address": hides,
    }


def _move_letters(
    actor: Actor, person: Person, old: EnteredPoint, new: EnteredPoint | None, may_be_told: bool
) -> None:
    for view in queries.list_contact_points(person.id):
        if view.kind != old.kind or view.value != old.value or not view.is_safe:
            continue
        point = get_session().get(ContactPoint, view.id, with_for_update=True)
        assert point is not None  # noqa: S101
        end_point(actor, point, EndReason.CHANGED, may_be_told=may_be_told)
        new_ids = rows.insert_points(actor, person.id, [new] if new else [], replaces_id=point.id)
        record_point(
            Action.CONTACT_POINT_CHANGED if new else Action.CONTACT_POINT_ENDED,
            actor,
            person.id,
            new_ids[0] if new_ids else point.id,
            new,
            old=point,
        )
        publish(ContactPointChanged(person.id, actor, point.id, new_ids[0] if new_ids else None))
